"""Pages of the Hub's API: what becomes of a model, and what is refused by name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from etl.tidy import Tidied, TidyError, tidy
from tests.etl.tidy.conftest import MakeSnapshot

QWEN = {
    "_id": "1",
    "id": "Qwen/Qwen3-8B-GGUF",
    "downloads": 120,
    "downloadsAllTime": 4500,
    "likes": 7,
    "createdAt": "2025-05-03T06:35:59.000Z",
    "pipeline_tag": "text-generation",
    "library_name": "transformers",
    "tags": ["gguf", "license:mit", "base_model:quantized:Tag/Base", "region:us"],
    "cardData": {"license": "other", "license_name": "qwen", "license_link": "https://example.org/LICENSE"},
    "gated": "auto",
    "baseModels": {"relation": "quantized", "models": [{"_id": "2", "id": "Qwen/Qwen3-8B"}]},
    "safetensors": {"parameters": {"BF16": 8}, "total": 8_190_735_360},
}


def model(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (QWEN | changes).items() if value is not ...}


def tidied(snapshot: MakeSnapshot, *rows: dict[str, Any]) -> Tidied:
    return tidy(snapshot("hub_models", {"Qwen.1.json.gz": list(rows)}))


def good(*names: str) -> list[dict[str, Any]]:
    return [model(id=f"org/{name}") for name in names]


def test_a_model_becomes_an_observation_and_its_metadata(snapshot: MakeSnapshot) -> None:
    result = tidied(snapshot, QWEN)
    observed, described = (result.frames[name].to_pylist()[0] for name in ("model_observations", "model_metadata"))
    assert (observed["model_id"], observed["downloads_30d"], observed["downloads_all_time"], observed["likes"]) == (
        "Qwen/Qwen3-8B-GGUF", 120, 4500, 7,
    )  # fmt: skip
    assert described["created_at"] == datetime(2025, 5, 3, 6, 35, 59, tzinfo=UTC)
    assert described["licence_tag"] == "other"
    assert described["licence_name"] == "qwen"
    assert described["licence_link"] == "https://example.org/LICENSE"
    assert described["is_gated"] is True
    assert described["base_model_ids"] == ["Qwen/Qwen3-8B"]
    assert described["base_relation"] == "quantized"
    assert described["parameters"] == 8_190_735_360
    assert described["task"] == "text-generation"


@pytest.mark.parametrize(
    ("card", "tag"),
    [
        ({"license": ["apache-2.0", "mit"]}, "apache-2.0"),
        ('{"license": "apache-2.0"}', "apache-2.0"),
        (..., "mit"),
        (None, "mit"),
        ({}, "mit"),
        ({"license": {"name": "x"}}, "mit"),
    ],
)
def test_the_licence_is_that_of_the_card_else_of_the_tags(snapshot: MakeSnapshot, card: Any, tag: str) -> None:
    result = tidied(snapshot, model(cardData=card))
    assert result.frames["model_metadata"]["licence_tag"].to_pylist() == [tag]


def test_without_base_models_the_tags_tell_the_origin(snapshot: MakeSnapshot) -> None:
    rows = [model(id="a/both"), model(id="b/tags", baseModels=...), model(id="c/none", baseModels=..., tags=[])]
    described = tidied(snapshot, *rows).frames["model_metadata"]
    assert described["base_model_ids"].to_pylist() == [["Qwen/Qwen3-8B"], ["Tag/Base"], []]
    assert described["base_relation"].to_pylist() == ["quantized", "quantized", None]


@pytest.mark.parametrize(("gated", "is_gated"), [(False, False), ("manual", True), ("auto", True), (..., None)])
def test_a_gate_has_three_forms(snapshot: MakeSnapshot, gated: Any, is_gated: bool | None) -> None:
    assert tidied(snapshot, model(gated=gated)).frames["model_metadata"]["is_gated"].to_pylist() == [is_gated]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"downloads": -1}, "downloads (30 days) is not between 0 and"),
        ({"downloads": "12"}, "expected a whole number in downloads, came 12 (str)"),
        ({"downloads": True}, "expected a whole number in downloads, came True (bool)"),
        ({"downloads": 1.5}, "expected a whole number in downloads, came 1.5 (float)"),
        ({"downloads": 10**30}, "expected a whole number in downloads"),
        ({"downloads": ..., "downloadsAllTime": ...}, "it has no download counter"),
        ({"downloadsAllTime": -4}, "downloads (all time) is not between 0 and"),
        ({"likes": "many"}, "expected a whole number in likes"),
        ({"id": "gpt2"}, "its id is not organisation/name"),
        ({"id": "a/b/c"}, "its id is not organisation/name"),
        ({"id": "a/" + "b" * 200}, "its id has more than 200 characters"),
        ({"id": "a/b\x07"}, "its id holds control characters"),
        ({"id": "a/gnp\u202eexe"}, "its id holds control characters, or invisible ones"),
        ({"id": "a/b\u200b"}, "its id holds control characters, or invisible ones"),
        ({"id": ...}, "it has no id"),
        ({"id": 5}, "expected a text in id"),
        ({"createdAt": "2016-01-01T00:00:00.000Z"}, "it was created before 2018-01-01"),
        ({"createdAt": "2031-01-01T00:00:00.000Z"}, "it was created in the future"),
        ({"createdAt": "yesterday"}, "expected a time in createdAt, came yesterday"),
        ({"id": "org/a"}, "it appears twice, the first is kept"),
    ],
)
def test_a_bad_row_is_refused_alone_with_its_reason(
    snapshot: MakeSnapshot, changes: dict[str, Any], reason: str
) -> None:
    result = tidied(snapshot, *good("a", "b"), model(**changes))
    assert result.frames["model_observations"]["model_id"].to_pylist() == ["org/a", "org/b"]
    assert len(result.refused) == 1
    assert result.refused[0].reason.startswith(reason)
    assert result.control == {"rows": 2, "downloads_30d": 240}


def test_a_refused_name_is_shown_without_its_control_characters(snapshot: MakeSnapshot) -> None:
    assert tidied(snapshot, *good("a", "b"), model(id="a/b\x1b[31m")).refused[0].item == "a/b?[31m"


def test_a_broken_part_that_only_adds_is_left_empty_and_said(snapshot: MakeSnapshot) -> None:
    result = tidied(snapshot, model(cardData="{broken", safetensors=[1], baseModels="none"))
    described = result.frames["model_metadata"].to_pylist()[0]
    assert (described["licence_tag"], described["parameters"], described["base_model_ids"]) == (
        "mit",
        None,
        ["Tag/Base"],
    )
    assert result.notes == (
        "1 models with an unreadable baseModels, left empty",
        "1 models with an unreadable cardData, left empty",
        "1 models with an unreadable safetensors, left empty",
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "a b", "x" * 300, "\x00"])
def test_a_link_that_is_no_address_is_left_empty(snapshot: MakeSnapshot, link: str) -> None:
    result = tidied(snapshot, model(cardData={"license": "other", "license_link": link}))
    assert result.frames["model_metadata"]["licence_link"].to_pylist() == [None]


def test_half_a_surrogate_pair_does_not_stop_the_source(snapshot: MakeSnapshot) -> None:
    half = "x/\ud800"
    bases = {"relation": half, "models": [{"id": half}]}
    cards = [model(cardData={"license": "other", "license_name": half}, tags=[half], baseModels=bases)]
    result = tidied(snapshot, *cards, model(id=half, downloads=-1), model(id="x/1"))
    assert result.rows == 2
    assert result.lake_frames(snapshot("hub_models", {}))["refused_rows"]["item"].to_pylist() == ["x/?"]


def test_what_cannot_be_a_model_is_no_base(snapshot: MakeSnapshot) -> None:
    ids = ["a/b", "a/" + "b" * 300, "a/\u202eb", "a/b c", "a/b/c", "../x", "d/e"]
    result = tidied(snapshot, model(baseModels={"relation": "merge", "models": [{"id": name} for name in ids]}))
    assert result.frames["model_metadata"]["base_model_ids"].to_pylist() == [["a/b", "../x", "d/e"]]


def test_missing_columns_are_named(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="expected the columns downloads, likes, came _id,"):
        tidied(snapshot, model(downloads=..., likes=...))


def test_mostly_bad_rows_refuse_the_whole_answer(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match=r"2 of 3 rows are bad, first x/1: downloads \(30 days\)"):
        tidied(snapshot, *good("a"), model(id="x/1", downloads=-1), model(id="x/2", downloads=-1))


@pytest.mark.parametrize("payload", [{"error": "x"}, [1, 2], "<html>", "[]"])
def test_what_is_no_list_of_models_is_refused(snapshot: MakeSnapshot, payload: Any) -> None:
    with pytest.raises(TidyError, match="expected"):
        tidy(snapshot("hub_models", {"Qwen.1.json.gz": payload}))
