"""hub_models: every page of every organisation as received, or nothing."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest

from etl import snapshots
from etl.collect import hub_models
from etl.collect.http import Fetcher, SourceError
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings
from tests.etl.collect.conftest import TOKEN, FarSide, Reply, as_json

MODELS = {
    "Qwen": [{"id": "Qwen/a", "downloads": 3}, {"id": "Qwen/b", "downloads": 2}, {"id": "Qwen/c", "downloads": 1}],
    "deepseek-ai": [{"id": "deepseek-ai/r", "downloads": 9}],
    "meta-llama": [{"id": "meta-llama/l", "downloads": 7}],
}
Collect = Callable[[], Snapshot]


def hub(models: dict[str, list[dict[str, object]]], page_size: int = 2) -> Callable[[str, str], Reply | None]:
    """The Hub's list of models: by author, in pages with a Link on the real host."""

    def answer(path: str, query: str) -> Reply | None:
        asked = parse_qs(query)
        mine = models.get(asked["author"][0], [])
        start = int(asked.get("cursor", ["0"])[0])
        link = f"https://huggingface.co/api/models?author={asked['author'][0]}&cursor={start + page_size}"
        more = {"Link": f'<{link}>; rel="next"'} if start + page_size < len(mine) else {}
        return as_json(mine[start : start + page_size], **more)

    return answer


@pytest.fixture
def collect(settings: Settings, store: SnapshotStore, small_registry: Registry) -> Collect:
    def collected() -> Snapshot:
        (snapshot,) = hub_models.collect(Fetcher(settings), store, small_registry, settings, Known())
        return snapshot

    return collected


def test_every_page_of_every_organisation_is_kept_as_received(collect: Collect, far_side: FarSide) -> None:
    far_side.answer = hub(MODELS)
    snapshot = collect()
    names = ["Qwen.1.json.gz", "Qwen.2.json.gz", "deepseek-ai.1.json.gz", "meta-llama.1.json.gz"]
    assert [file.name for file in snapshot.files] == names
    assert [json.loads(snapshot.read(name)) for name in names] == [
        MODELS["Qwen"][:2], MODELS["Qwen"][2:], MODELS["deepseek-ai"], MODELS["meta-llama"],
    ]  # fmt: skip
    assert all(file.url.startswith("https://huggingface.co/api/models?") for file in snapshot.files)
    assert str(snapshot.observed_on) == "2025-08-07"
    assert snapshot.licence
    assert snapshot.notes == ()


def test_the_hub_is_asked_for_what_the_tables_need_with_the_largest_page(collect: Collect, far_side: FarSide) -> None:
    far_side.answer = hub(MODELS)
    collect()
    asked = parse_qs(next(str(e["query"]) for e in far_side.log if "author=deepseek-ai" in str(e["query"])))
    assert asked["limit"] == ["1000"]
    assert asked["expand"] == [
        "author", "createdAt", "downloads", "downloadsAllTime", "likes", "tags", "pipeline_tag", "library_name",
        "cardData", "gated", "baseModels", "safetensors",
    ]  # fmt: skip


def test_an_organisation_that_is_gone_or_lists_nothing_is_named_in_the_manifest(
    collect: Collect, far_side: FarSide
) -> None:
    there = hub({"Qwen": MODELS["Qwen"]})
    far_side.answer = lambda path, query: None if "author=meta-llama" in query else there(path, query)
    assert collect().notes == (
        "deepseek-ai: the Hub lists no models of its own: if it was renamed, change registry/organisations.yaml",
        "meta-llama: the Hub has no such account",
    )


def test_no_model_of_any_organisation_is_an_error(collect: Collect, far_side: FarSide, settings: Settings) -> None:
    far_side.answer = hub({})
    with pytest.raises(SourceError, match="expected models of 3 organisations, came none of any"):
        collect()
    assert snapshots.all(settings.data_dir, "hub_models") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'[{"id": 7}]', "expected a list of models with an `id`"),
        (b'[{"downloads": 7}]', "expected a list of models with an `id`"),
        (b'["Qwen/a"]', "expected a list of models with an `id`"),
        (b'{"error": "maintenance"}', "expected a list of models with an `id`"),
        (b"{}", "expected a list of models with an `id`"),
        (b"<html>Sign in</html>", "expected json .* came a web page"),
    ],
)
def test_a_page_that_is_not_a_list_of_models_is_refused(
    collect: Collect, far_side: FarSide, settings: Settings, body: bytes, said: str
) -> None:
    there = hub(MODELS)
    far_side.answer = lambda path, query: Reply(body) if "author=Qwen" in query else there(path, query)
    with pytest.raises(SourceError, match=said):
        collect()
    folder = settings.data_dir / "snapshots" / "hub_models"
    assert list(folder.iterdir()) == []


def test_a_renamed_account_that_lists_anothers_models_is_noted_and_stops_nothing(
    collect: Collect, far_side: FarSide
) -> None:
    far_side.answer = hub({**MODELS, "Qwen": [{"id": "Qwen-renamed/x"}]})
    assert any(note.startswith("Qwen: the Hub lists no models of its own") for note in collect().notes)


def test_the_case_of_an_account_may_differ(collect: Collect, far_side: FarSide) -> None:
    far_side.answer = hub({**MODELS, "Qwen": [{"id": "qwen/a"}]})
    assert len(collect().files) == 3


def test_one_organisation_that_fails_fails_the_reading_soon(
    collect: Collect, far_side: FarSide, small_registry: Registry
) -> None:
    there = hub(MODELS)
    far_side.answer = lambda path, query: Reply(b"", 500) if "author=deepseek-ai" in query else there(path, query)
    with pytest.raises(SourceError, match="author=deepseek-ai.* failed after 2 tries: huggingface.co answered 500"):
        collect()


def test_vendors_without_an_account_are_not_asked_for(
    settings: Settings, store: SnapshotStore, small_registry: Registry, far_side: FarSide
) -> None:
    away = small_registry.organisations[0].model_copy(update={"organisation_id": "vendor:x", "on_hub": False})
    object.__setattr__(small_registry, "organisations", (away, *small_registry.organisations))
    far_side.answer = hub(MODELS)
    list(hub_models.collect(Fetcher(settings), store, small_registry, settings, Known()))
    assert not [entry for entry in far_side.log if "vendor" in str(entry["query"])]


def test_the_manifest_has_no_token(collect: Collect, far_side: FarSide) -> None:
    far_side.answer = hub(MODELS)
    snapshot = collect()
    assert far_side.log[0]["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in (snapshot.path / "manifest.json").read_text()
