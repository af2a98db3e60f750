"""Corrections of the registry: they reach older readings too, and only the value that they were made for."""

from pathlib import Path
from typing import Any

from tests.warehouse.tiny import TinyRegistry, read_models, read_scores, rows_of

STATUS = "select subject, field, found_value, status from meta_corrections"


def correction(subject: str, field: str, upstream: str | None, right: str) -> dict[str, Any]:
    return {
        "subject": subject, "field": field, "upstream_value": upstream, "right_value": right, "reason": "r",
        "evidence_title": "t", "evidence_url": "https://example.org", "checked_on": None,
    }  # fmt: skip


def test_a_correction_reaches_models_whose_readings_are_older(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-03-03",
        dict.fromkeys(("deepseek-ai/R1", "deepseek-ai/Distill", "meta-llama/Llama-3"), (1, None)),
        created_at={"deepseek-ai/R1": "2025-01-10T08:00:00"},
        base_model_ids={"deepseek-ai/Distill": ["deepseek-ai/distill"]},  # names itself, as many do: that says nothing
        parameters={"deepseek-ai/R1": 684_531_386_000},
    )  # fmt: skip
    registry = TinyRegistry(
        {
            "corrections": [
                correction("deepseek-ai/R1", "created_at", "2025-01-10", "2025-02-20"),
                correction("deepseek-ai/R1", "parameters", "685_000_000_000", "671_000_000_000"),
                correction("deepseek-ai/Distill", "base_model_id", None, "meta-llama/Llama-3"),
            ]
        }
    )
    select = (
        "select model_id, created_at::date, parameters, origin_model_id, origin_region, lineage_method from core_models"
    )
    assert rows_of(tmp_path, select, registry)[:2] == [
        ("deepseek-ai/Distill", "2022-03-02", None, "meta-llama/Llama-3", "United States", "tag"),
        ("deepseek-ai/R1", "2025-02-20", 671_000_000_000, "deepseek-ai/R1", "China", "own"),
    ]
    assert rows_of(tmp_path, STATUS, registry) == [
        ("deepseek-ai/Distill", "base_model_id", None, "applied"),
        ("deepseek-ai/R1", "created_at", "2025-01-10", "applied"),
        ("deepseek-ai/R1", "parameters", "684531386000", "applied"),
    ]


def test_a_correction_is_not_applied_to_a_value_that_it_was_not_made_for(tmp_path: Path) -> None:
    sizes = {"Qwen/right": 671_100_000_000, "Qwen/third": 8, "Qwen/mute": None}
    read_models(tmp_path, "2025-03-03", dict.fromkeys(sizes, (1, None)), parameters=sizes)
    registry = TinyRegistry(
        {
            "corrections": [
                correction(name, "parameters", "685_000_000_000", "671_000_000_000") for name in (*sizes, "Qwen/unread")
            ]
        }
    )
    assert rows_of(tmp_path, STATUS, registry) == [
        ("Qwen/mute", "parameters", None, "applied"),
        ("Qwen/right", "parameters", "671100000000", "no longer needed"),
        ("Qwen/third", "parameters", "8", "upstream changed"),
        ("Qwen/unread", "parameters", None, "not found"),
    ]
    select = "select model_id, parameters from core_models"
    assert rows_of(tmp_path, select, registry) == [
        ("Qwen/mute", 671_000_000_000), ("Qwen/right", 671_100_000_000), ("Qwen/third", 8)
    ]  # fmt: skip


def test_a_model_that_a_board_ascribes_to_the_wrong_maker_gets_the_right_one(tmp_path: Path) -> None:
    shape = {"benchmark_id": "lmarena_text", "published_on": "2025-07-01", "score": 50.0}
    labels = [("Hermes-7B", "OpenAI"), ("hermes-7b", "Alibaba"), ("other", "OpenAI"), ("mended", "Alibaba")]
    read_scores(
        tmp_path, "lmarena", "2025-07-07",
        [{**shape, "model_label": label, "organisation_label": maker} for label, maker in labels],
    )  # fmt: skip
    read_models(tmp_path, "2025-07-07", {"Qwen/Qwen3": (1, None)})
    registry = TinyRegistry(
        {
            "corrections": [
                correction("Hermes-7b", "organisation_id", "openai", "mistralai"),
                correction("mended", "organisation_id", "OpenAI", "Qwen"),
                correction("unlisted", "organisation_id", "OpenAI", "Qwen"),
            ]
        }
    )
    assert rows_of(tmp_path, "select model_label, organisation_id from core_scores", registry) == [
        ("Hermes-7B", "mistralai"), ("hermes-7b", "Qwen"), ("mended", "Qwen"), ("other", "openai"),
    ]  # fmt: skip
    assert rows_of(tmp_path, STATUS, registry) == [
        ("Hermes-7b", "organisation_id", "openai", "applied"),
        ("mended", "organisation_id", "Qwen", "no longer needed"),
        ("unlisted", "organisation_id", None, "not found"),
    ]
