"""Leaderboards: whose model, open or closed, and the best of each group on each board."""

from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.tiny import read_scores, rows_of

DAY = "2026-04-01"


def arena(label: str, score: float, licence: str | None, organisation: str | None, day: str = DAY) -> dict[str, Any]:
    return {
        "benchmark_id": "lmarena_text", "published_on": day, "model_label": label, "score": score,
        "score_low": score - 5, "score_high": score + 5, "licence_label": licence, "organisation_label": organisation,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "is_open"),
    [
        ("Proprietary", False), ("proprietary", False), (" Propretary ", False), ("N/A", None), ("", None),
        (None, None), ("Apache 2.0", True), ("open", True), ("Llama 3 Community", True),
    ],
)  # fmt: skip
def test_the_licence_label_of_a_board_says_whether_weights_are_open(
    tmp_path: Path, label: str | None, is_open: bool | None
) -> None:
    read_scores(tmp_path, "lmarena", DAY, [arena("some-model", 1400, label, "OpenAI")])
    assert rows_of(tmp_path, "select is_open_weights from core_scores") == [(is_open,)]


def test_the_organisation_comes_from_the_label_then_the_pattern_and_is_unattributed_otherwise(tmp_path: Path) -> None:
    scores = [
        arena("gpt-oss", 1400, "Apache 2.0", " openai "), arena("Qwen3-Max", 1450, "", None),
        arena("qwen3", 1390, "", ""), arena("mystery", 1380, "", "Nobody Inc"),
    ]  # fmt: skip
    read_scores(tmp_path, "lmarena", DAY, scores)
    select = "select model_label, organisation_id, region, is_open_weights from core_scores"
    assert rows_of(tmp_path, select) == [
        ("Qwen3-Max", "Qwen", "China", False), ("gpt-oss", "openai", "United States", True),
        ("mystery", None, "Unattributed", None), ("qwen3", "Qwen", "China", True),
    ]  # fmt: skip
    assert rows_of(tmp_path, "select kind, name, weight from meta_unmatched") == [
        ("benchmark_organisation", "Nobody Inc", 1)
    ]


def test_the_frontier_keeps_open_and_closed_apart_from_china_and_america(tmp_path: Path) -> None:
    """As in March 2026: the best Chinese model is closed, so the two gaps differ."""
    read_scores(
        tmp_path, "lmarena", DAY,
        [arena("gpt-6", 1500, "Proprietary", "OpenAI"), arena("qwen3-max", 1460, "Proprietary", "Alibaba"),
         arena("qwen3", 1455, "Apache 2.0", "Alibaba"), arena("llama", 1400, "Llama 4", "Meta")],
    )  # fmt: skip
    select = "select group_kind, group_name, best_score, best_score_low, best_model_label, models from out_frontier"
    assert rows_of(tmp_path, select) == [
        ("organisation", "Qwen", 1460, 1455, "qwen3-max", 2),
        ("organisation", "meta-llama", 1400, 1395, "llama", 1),
        ("organisation", "openai", 1500, 1495, "gpt-6", 1),
        ("region", "China", 1460, 1455, "qwen3-max", 2),
        ("region", "United States", 1500, 1495, "gpt-6", 2),
        ("weights", "closed", 1500, 1495, "gpt-6", 2),
        ("weights", "open", 1455, 1450, "qwen3", 2),
    ]


def test_each_board_has_its_own_best(tmp_path: Path) -> None:
    read_scores(
        tmp_path, "lmarena", DAY,
        [arena("a", 1500, "MIT", None, "2026-03-01"), arena("b", 1400, "MIT", None, "2026-03-02")],
    )  # fmt: skip
    select = "select published_on, best_model_label from out_frontier where group_kind = 'weights'"
    assert rows_of(tmp_path, select) == [("2026-03-01", "a"), ("2026-03-02", "b")]


def test_where_lower_is_better_the_lowest_is_best(tmp_path: Path) -> None:
    shape = {"benchmark_id": "livebench_time", "published_on": DAY, "higher_is_better": False, "licence_label": "MIT"}
    read_scores(
        tmp_path, "livebench", DAY,
        [{**shape, "model_label": "slow", "score": 9.0}, {**shape, "model_label": "fast", "score": 2.0}],
    )  # fmt: skip
    assert rows_of(tmp_path, "select best_model_label, best_score from out_frontier where group_kind = 'weights'") == [
        ("fast", 2.0)
    ]


def test_on_the_open_llm_leaderboard_a_model_stays_from_the_day_it_was_handed_in(tmp_path: Path) -> None:
    def handed_in(model: str, day: str, score: float) -> dict[str, Any]:
        return {
            "benchmark_id": "open_llm_average",
            "published_on": day,
            "model_label": model,
            "model_id": model,
            "score": score,
        }

    read_scores(
        tmp_path, "open_llm_leaderboard", DAY,
        [handed_in("Qwen/A", "2024-06-01", 40.0), handed_in("openai/B", "2024-07-01", 30.0),
         handed_in("Qwen/C", "2024-08-01", 35.0)],
    )  # fmt: skip
    select = "select published_on, best_model_label, best_score, models from out_frontier where group_kind = 'weights'"
    assert rows_of(tmp_path, select) == [
        ("2024-06-01", "Qwen/A", 40.0, 1), ("2024-07-01", "Qwen/A", 40.0, 2), ("2024-08-01", "Qwen/A", 40.0, 3),
    ]  # fmt: skip
    assert rows_of(tmp_path, "select model_label, organisation_id, is_open_weights from core_scores limit 1") == [
        ("Qwen/A", "Qwen", True)
    ]


def test_of_a_board_that_is_read_whole_only_the_newest_reading_counts(tmp_path: Path) -> None:
    read_scores(tmp_path, "lmarena", "2026-04-01", [arena("old", 1400, "MIT", None), arena("kept", 1300, "MIT", None)])
    read_scores(tmp_path, "lmarena", "2026-04-02", [arena("kept", 1310, "MIT", None)])
    assert rows_of(tmp_path, "select model_label, score from core_scores") == [("kept", 1310.0)]
