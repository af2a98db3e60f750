"""What happens to counters beside downloads: each rule of docs/method.md, "What counters do", with its numbers."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.tiny import read_models, rows_of

EVENTS = "select model_id, on_day, kind, from_on, size, counted, treatment from core_counter_events"
FLAGS = "select to_on, new_downloads, flag from core_download_intervals where flag is not null"
FIRST = date(2025, 3, 5)
CALM = 20_000  # downloads a week of the models below


def read_weeks(
    data_dir: Path, gains: Sequence[int], model: str = "Qwen/Qwen3", new_likes: Sequence[int] = (), **facts: Any
) -> None:
    """A reading a week from FIRST on: what the all-time counter gains in each, and likes."""
    weeks = [100_000 + sum(gains[:place]) for place in range(len(gains) + 1)]
    for place, all_time in enumerate(weeks):
        window = sum(gains[max(0, place - 4) : place]) or 4 * CALM
        likes = 100 + sum(new_likes[:place]) if new_likes else 100 + 2 * place
        day = (FIRST + timedelta(weeks=place)).isoformat()
        read_models(data_dir, day, {model: (window, all_time)}, likes={model: likes}, **facts)


def week(place: int) -> str:
    return (FIRST + timedelta(weeks=place)).isoformat()


def test_a_week_far_above_the_others_without_likes_is_a_spike_that_counts_and_is_marked(tmp_path: Path) -> None:
    read_weeks(tmp_path, [*[CALM] * 6, 900_000, *[CALM] * 4])
    assert rows_of(tmp_path, FLAGS) == [(week(7), 900_000, "spike")]
    assert rows_of(tmp_path, EVENTS) == [("Qwen/Qwen3", week(7), "spike", week(6), 900_000, 900_000, "kept")]
    assert rows_of(tmp_path, "select reason from core_counter_events") == [
        ("900,000 downloads in 7 days, up to 45 times the model's usual pace; its likes did not follow.",)
    ]


def test_weeks_of_one_spike_are_one_event(tmp_path: Path) -> None:
    read_weeks(tmp_path, [*[CALM] * 7, 900_000, 800_000, *[CALM] * 7])
    assert rows_of(tmp_path, EVENTS) == [("Qwen/Qwen3", week(9), "spike", week(7), 1_700_000, 1_700_000, "kept")]
    assert len(rows_of(tmp_path, FLAGS)) == 2


def test_days_are_judged_like_weeks_in_proportion(tmp_path: Path) -> None:
    gains, all_time = [*[3_000] * 7, 40_000, *[3_000] * 3], 100_000
    for place, gain in enumerate([0, *gains]):
        all_time += gain
        day = (FIRST + timedelta(days=place)).isoformat()
        read_models(tmp_path, day, {"Qwen/Qwen3": (130_000, all_time)}, "hub_models")
    assert rows_of(tmp_path, FLAGS) == [("2025-03-13", 40_000, "spike")]


@pytest.mark.parametrize(
    ("gains", "new_likes"),
    [
        ([*[CALM] * 6, 900_000, *[CALM] * 4], [*[2] * 6, 40, *[2] * 4]),
        ([*[CALM] * 6, 75_000, *[CALM] * 4], []),
        ([2_000] * 6 + [90_000] + [2_000] * 4, []),
        ([CALM, 3 * CALM, 9 * CALM, CALM // 4, 2 * CALM, 12 * CALM, CALM, 5 * CALM, CALM // 2, 9 * CALM], []),
        ([*[CALM] * 3, 900_000, CALM], []),
    ],
    ids=["its likes follow", "less than four times", "less than 100,000", "a restless model", "too little history"],
)
def test_a_week_that_may_be_true_is_no_spike(tmp_path: Path, gains: list[int], new_likes: list[int]) -> None:
    read_weeks(tmp_path, gains, new_likes=new_likes)
    assert rows_of(tmp_path, FLAGS) == []


def test_a_new_level_is_no_spike(tmp_path: Path) -> None:
    read_weeks(tmp_path, [*[CALM] * 8, *[10 * CALM] * 10])
    assert rows_of(tmp_path, FLAGS) == []


def test_the_launch_of_a_model_is_no_spike(tmp_path: Path) -> None:
    read_weeks(tmp_path, [900_000, *[CALM] * 8], created_at={"Qwen/Qwen3": f"{FIRST - timedelta(days=20)}T08:00:00"})
    assert rows_of(tmp_path, FLAGS) == []


def test_the_count_that_makes_up_for_a_standstill_is_no_spike_and_its_event_says_what_came(tmp_path: Path) -> None:
    read_weeks(tmp_path, [*[CALM] * 7, 0, 0, 0, 8 * CALM, *[CALM] * 7])
    assert rows_of(tmp_path, FLAGS) == [(week(10), 0, "counter_stalled")]
    (event,) = rows_of(tmp_path, EVENTS)
    assert event == ("Qwen/Qwen3", week(10), "counter_stalled", week(7), 8 * CALM, 8 * CALM, "kept")


def test_a_fall_and_a_recount_tell_the_size_and_what_counts_instead(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000), "Qwen/Qwen2": (3000, 1000)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 400), "Qwen/Qwen2": (3000, 200_000)})
    assert rows_of(tmp_path, EVENTS) == [
        ("Qwen/Qwen2", "2025-03-10", "counter_jump", "2025-03-03", 199_000, 700, "replaced"),
        ("Qwen/Qwen3", "2025-03-10", "counter_fall", "2025-03-03", -600, 70, "replaced"),
    ]


def rename(data_dir: Path, new: dict[str, tuple[int, int]], likes: dict[str, int]) -> None:
    """Qwen/Qwen3 with 700,000 downloads and 200 likes is read, then gone; `new` models of another account appear."""
    other = {"deepseek-ai/Coder": (10, 10)}
    read_models(data_dir, "2025-03-03", {"Qwen/Qwen3": (30_000, 700_000), "Qwen/Qwen2": (9, 9)} | other,
                likes={"Qwen/Qwen3": 200})  # fmt: skip
    read_models(data_dir, "2025-03-10", {"Qwen/Qwen2": (9, 9)} | other | new, likes=likes)


def test_a_new_name_that_begins_with_the_old_counter_and_likes_is_a_rename(tmp_path: Path) -> None:
    rename(tmp_path, {"deepseek-ai/Moved": (30_000, 706_500)}, {"deepseek-ai/Moved": 201})
    assert rows_of(tmp_path, EVENTS) == [
        ("deepseek-ai/Moved", "2025-03-10", "renamed", "2025-03-03", 6500, 6500, "joined")
    ]
    assert rows_of(tmp_path, FLAGS) == [("2025-03-10", 6500, "renamed")]


@pytest.mark.parametrize(
    ("new", "likes"),
    [
        ({"deepseek-ai/Moved": (30_000, 716_000)}, {"deepseek-ai/Moved": 201}),
        ({"deepseek-ai/Moved": (30_000, 706_500)}, {"deepseek-ai/Moved": 3}),
        (
            {"deepseek-ai/Moved": (30_000, 706_500), "deepseek-ai/Twin": (30_000, 705_000)},
            {"deepseek-ai/Moved": 201, "deepseek-ai/Twin": 200},
        ),
    ],
    ids=["more than 1 % off", "other likes", "two candidates"],
)
def test_anything_less_clear_is_no_rename(
    tmp_path: Path, new: dict[str, tuple[int, int]], likes: dict[str, int]
) -> None:
    rename(tmp_path, new, likes)
    kinds = {row[2] for row in rows_of(tmp_path, EVENTS)}
    assert kinds == {"vanished"}


def test_a_busy_model_that_is_gone_is_told_and_counts_nothing_more(tmp_path: Path) -> None:
    rename(tmp_path, {}, {})
    assert rows_of(tmp_path, EVENTS) == [("Qwen/Qwen3", "2025-03-10", "vanished", "2025-03-03", 30_000, 0, "kept")]


def test_a_model_whose_account_was_not_read_has_not_vanished(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (30_000, 700_000), "openai/one": (9, 9)})
    read_models(tmp_path, "2025-03-10", {"openai/one": (9, 9)})
    assert rows_of(tmp_path, EVENTS) == []


def test_an_account_that_enters_with_old_models_is_told_and_a_new_account_is_not(tmp_path: Path) -> None:
    created = {"openai/new": "2025-01-20T08:00:00"}
    read_models(tmp_path, "2025-01-14", {"Qwen/Qwen3": (30_000, None)})
    both = {"Qwen/Qwen3": (30_000, None), "meta-llama/old": (1_500_000, None), "meta-llama/small": (900, None)}
    read_models(tmp_path, "2025-02-14", both | {"openai/new": (2_000_000, None)}, created_at=created)
    assert rows_of(tmp_path, EVENTS) == [
        ("meta-llama/*", "2025-02-14", "account_enters", "2025-01-14", 1_500_000, 1_500_000, "kept")
    ]


def test_two_sources_that_see_an_account_enter_on_one_day_tell_it_once(tmp_path: Path) -> None:
    known = {"Qwen/a": (5000, 9000)}
    entering = known | {"meta-llama/old": (1_500_000, None)}
    read_models(tmp_path, "2025-01-07", known, "hub_history")
    read_models(tmp_path, "2025-01-14", known, "hub_models")
    for source_id in ("hub_history", "hub_models"):
        read_models(tmp_path, "2025-02-14", entering, source_id)
    told = [row for row in rows_of(tmp_path, EVENTS) if row[2] == "account_enters"]
    assert [row[:3] for row in told] == [("meta-llama/*", "2025-02-14", "account_enters")]


def test_the_july_of_the_worked_example_is_a_spike_and_august_a_fall(tmp_path: Path) -> None:
    for day, window, likes in [("06", 259_340, 637), ("07", 14_543_208, 644), ("08", 265_921, 659)]:
        read_models(tmp_path, f"2025-{day}-07", {"Qwen/Qwen3": (window, None)}, likes={"Qwen/Qwen3": likes})
    assert rows_of(tmp_path, EVENTS) == [
        ("Qwen/Qwen3", "2025-07-07", "spike", "2025-06-07", 14_543_208, 14_543_208, "kept"),
        ("Qwen/Qwen3", "2025-08-07", "fall", "2025-07-07", -14_277_287, 265_921, "kept"),
    ]


def test_a_window_that_leaps_with_its_likes_is_neither_spike_nor_jump(tmp_path: Path) -> None:
    for day, window, likes in [("01-14", 115_000, 1770), ("02-14", 1_600_000, 3420), ("03-14", 300_000, 3600)]:
        read_models(tmp_path, f"2025-{day}", {"Qwen/Qwen3": (window, None)}, likes={"Qwen/Qwen3": likes})
    assert rows_of(tmp_path, FLAGS) == []
