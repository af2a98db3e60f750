"""From counters to counts: every rule of docs/method.md with numbers that can be reckoned by hand."""

from pathlib import Path

import pytest

from tests.warehouse.tiny import read_models, rows_of

INTERVALS = "select model_id, from_on, to_on, new_downloads, method, flag from core_download_intervals"
COUNTED, ESTIMATED = "all_time_difference", "rolling_window"


def test_the_difference_of_two_all_time_counts_is_new(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (3000, 1000)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (3000, 1700)})
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen3", "2025-03-03", "2025-03-10", 700, COUNTED, None)]


def test_the_worked_example_of_the_method_is_what_the_tables_say(tmp_path: Path) -> None:
    """The three readings of docs/method.md, "From counters to counts"."""
    for day, window, all_time in [("05", 300, 1000), ("12", 310, 1100), ("19", 320, 700)]:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (window, all_time)})
    assert rows_of(tmp_path, INTERVALS) == [
        ("Qwen/Qwen3", "2025-03-05", "2025-03-12", 100, COUNTED, None),
        ("Qwen/Qwen3", "2025-03-12", "2025-03-19", 75, ESTIMATED, "counter_fall"),
    ]


def test_readings_without_the_all_time_count_are_bridged(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (3000, 1000)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (3000, None)})
    read_models(tmp_path, "2025-03-17", {"Qwen/Qwen3": (3000, 2400)})
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen3", "2025-03-03", "2025-03-17", 1400, COUNTED, None)]


def test_a_counter_that_falls_is_replaced_by_its_rolling_window_and_flagged(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000), "Qwen/Qwen2": (None, 1000)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 400), "Qwen/Qwen2": (None, 400)})
    assert rows_of(tmp_path, INTERVALS) == [
        ("Qwen/Qwen2", "2025-03-03", "2025-03-10", None, COUNTED, "counter_fall"),  # nothing to replace it by
        ("Qwen/Qwen3", "2025-03-03", "2025-03-10", 70, ESTIMATED, "counter_fall"),  # 300 x 7 / 30
    ]


def test_a_counter_that_leaps_is_replaced_and_a_small_or_busy_one_is_not(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen1": (3000, 1000), "Qwen/Qwen2": (30, 0), "Qwen/Qwen3": (40_000, 0)})
    read_models(
        tmp_path, "2025-03-10",
        {"Qwen/Qwen1": (3000, 200_000), "Qwen/Qwen2": (30, 50_000), "Qwen/Qwen3": (90_000, 200_000)},
    )  # fmt: skip
    assert [row[3:] for row in rows_of(tmp_path, INTERVALS)] == [
        (700, ESTIMATED, "counter_jump"),  # 199,000 > 3 x 3,000: 3,000 x 7 / 30
        (50_000, COUNTED, None),  # not above 50,000
        (200_000, COUNTED, None),  # not above 3 x 90,000
    ]


def test_a_leap_is_judged_against_the_length_of_the_interval(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-01", {"Qwen/Qwen3": (30_000, 0)})
    read_models(tmp_path, "2025-04-30", {"Qwen/Qwen3": (30_000, 170_000)})
    assert [row[3:] for row in rows_of(tmp_path, INTERVALS)] == [(170_000, COUNTED, "long_interval")]  # limit: 180,000


@pytest.mark.parametrize(
    ("days", "window", "found"),
    [
        (["03", "10", "17", "24"], 5000, [("2025-03-03", "2025-03-24", 0, COUNTED, "counter_stalled")]),
        (["03", "10", "17"], 5000, []),
        (["03", "10", "17", "24"], 1000, []),
    ],
    ids=["21 days", "14 days", "a quiet model"],
)
def test_a_count_that_stands_still_on_a_busy_model_is_one_flagged_interval(
    tmp_path: Path, days: list[str], window: int, found: list[tuple[str, str, int, str, str]]
) -> None:
    for day in days:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (window, 9000)})
    assert [row[1:] for row in rows_of(tmp_path, INTERVALS)] == found


def test_a_standstill_begins_with_the_reading_that_brought_the_count(tmp_path: Path) -> None:
    for day, count in [("03", 100), ("10", 900), ("17", 900), ("24", 900), ("31", 900)]:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (5000, count)})
    assert [row[1:] for row in rows_of(tmp_path, INTERVALS)] == [
        ("2025-03-03", "2025-03-10", 800, COUNTED, None),
        ("2025-03-10", "2025-03-31", 0, COUNTED, "counter_stalled"),
    ]


def test_an_interval_of_more_than_35_days_keeps_its_value_and_says_so(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-01", {"Qwen/Qwen3": (300, 0), "Qwen/Qwen2": (300, 0)})
    read_models(tmp_path, "2025-04-05", {"Qwen/Qwen2": (300, 400)})
    read_models(tmp_path, "2025-04-06", {"Qwen/Qwen3": (300, 400)})
    assert [row[3:] for row in rows_of(tmp_path, INTERVALS)] == [(400, COUNTED, None), (400, COUNTED, "long_interval")]


def test_a_model_created_since_the_reading_before_counts_wholly_from_its_first_day(tmp_path: Path) -> None:
    created = {"Qwen/Qwen4": "2025-03-05T08:00:00", "Qwen/Qwen5": "2025-02-20T08:00:00"}
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)})
    read_models(
        tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 1100), "Qwen/Qwen4": (500, 500), "Qwen/Qwen5": (9, 80)},
        created_at=created,
    )  # fmt: skip
    assert rows_of(tmp_path, INTERVALS) == [
        ("Qwen/Qwen3", "2025-03-03", "2025-03-10", 100, COUNTED, None),
        ("Qwen/Qwen4", "2025-03-04", "2025-03-10", 500, COUNTED, None),  # Qwen5 is older: what it gained is not known
    ]


def test_a_model_of_the_week_that_a_partition_is_named_after_counts_too(tmp_path: Path) -> None:
    """The partition of the 10th holds the state of the 16th."""
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen4": (500, 500)}, created_at={"Qwen/Qwen4": "2025-03-14T08:00:00"})
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen4", "2025-03-09", "2025-03-10", 500, COUNTED, None)]


def test_the_first_reading_of_all_counts_nothing(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (None, 1000)}, created_at={"Qwen/Qwen3": "2025-03-01T08:00:00"})
    assert rows_of(tmp_path, INTERVALS) == []


def test_where_both_sources_have_a_day_the_one_that_asked_the_hub_counts(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)}, "hub_models")
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 1555)}, "hub_history")
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 1500)}, "hub_models")
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen3", "2025-03-03", "2025-03-10", 500, COUNTED, None)]
    assert rows_of(tmp_path, "select count(*) from core_model_observations") == [(3,)]


def test_one_interval_bridges_the_history_and_the_first_answer_of_the_hub_itself(tmp_path: Path) -> None:
    for day, all_time in (("2025-03-03", 1000), ("2025-03-10", 1070), ("2025-03-17", 1200), ("2025-03-24", 1240)):
        read_models(tmp_path, day, {"Qwen/Qwen3": (300, all_time)})
    for day, all_time in (("2025-03-20", 1170), ("2025-03-21", 1180)):
        read_models(tmp_path, day, {"Qwen/Qwen3": (300, all_time)}, "hub_models")
    assert rows_of(tmp_path, "select from_on, to_on, new_downloads, flag from core_download_intervals") == [
        ("2025-03-03", "2025-03-10", 70, None),
        ("2025-03-10", "2025-03-20", 100, None),
        ("2025-03-20", "2025-03-21", 10, None),
    ]


def test_the_bridge_begins_at_the_last_reading_of_the_history_also_where_nothing_moved_in_it(tmp_path: Path) -> None:
    for day in ("2025-03-03", "2025-03-10"):
        read_models(tmp_path, day, {"Qwen/Qwen3": (300, 1000), "Qwen/Qwen2": (1, 2)})
    read_models(tmp_path, "2025-03-20", {"Qwen/Qwen3": (300, 1100), "Qwen/Qwen2": (1, 2)}, "hub_models")
    select = "select from_on, to_on, new_downloads from core_download_intervals where model_id = 'Qwen/Qwen3'"
    assert rows_of(tmp_path, select) == [("2025-03-10", "2025-03-20", 100)]


def test_a_partition_that_holds_a_later_state_does_not_make_the_next_reading_fall(tmp_path: Path) -> None:
    """The partition of the 10th is of the 16th: 1,600 then, 1,400 when the Hub was asked on the 12th."""
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)}, "hub_history")
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (300, 1600)}, "hub_history")
    read_models(tmp_path, "2025-03-12", {"Qwen/Qwen3": (300, 1400)}, "hub_models")
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen3", "2025-03-03", "2025-03-12", 400, COUNTED, None)]


def test_rolling_windows_are_taken_28_to_35_days_apart(tmp_path: Path) -> None:
    for day in ("2025-01-01", "2025-01-15", "2025-01-28", "2025-01-29", "2025-02-12", "2025-03-01"):
        read_models(tmp_path, day, {"Qwen/Qwen3": (3000, None)})
    assert rows_of(tmp_path, INTERVALS) == [
        ("Qwen/Qwen3", "2024-12-02", "2025-01-01", 3000, ESTIMATED, None),
        ("Qwen/Qwen3", "2024-12-30", "2025-01-29", 3000, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-01-30", "2025-03-01", 3000, ESTIMATED, None),
    ]


def test_after_a_longer_gap_a_new_chain_begins(tmp_path: Path) -> None:
    for day in ("2025-01-01", "2025-01-22", "2025-03-15", "2025-04-12"):
        read_models(tmp_path, day, {"Qwen/Qwen3": (3000, None)})
    assert [row[2] for row in rows_of(tmp_path, INTERVALS)] == ["2025-01-01", "2025-03-15", "2025-04-12"]


def test_a_model_that_was_not_there_before_counts_at_a_chosen_day(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-01-01", {"Qwen/Qwen2": (10, None)})
    read_models(tmp_path, "2025-01-15", {"Qwen/Qwen2": (20, None), "Qwen/Qwen3": (99, None)})
    read_models(tmp_path, "2025-02-01", {"Qwen/Qwen2": (30, None), "Qwen/Qwen3": (77, None)})
    assert [(row[0], row[2], row[3]) for row in rows_of(tmp_path, INTERVALS)] == [
        ("Qwen/Qwen2", "2025-01-01", 10), ("Qwen/Qwen2", "2025-02-01", 30), ("Qwen/Qwen3", "2025-02-01", 77),
    ]  # fmt: skip


def test_a_rolling_window_is_left_out_where_an_all_time_interval_covers_its_day(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-01-27", {"Qwen/Qwen3": (3000, None)})
    read_models(tmp_path, "2025-02-17", {"Qwen/Qwen3": (3000, 100)})
    read_models(tmp_path, "2025-02-24", {"Qwen/Qwen3": (3000, 800), "Qwen/Qwen2": (5, None)})
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (3000, 1500)})
    assert rows_of(tmp_path, INTERVALS) == [
        ("Qwen/Qwen2", "2025-01-25", "2025-02-24", 5, ESTIMATED, None),  # has no other count
        ("Qwen/Qwen3", "2024-12-28", "2025-01-27", 3000, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-02-17", "2025-02-24", 700, COUNTED, None),
        ("Qwen/Qwen3", "2025-02-24", "2025-03-03", 700, COUNTED, None),
    ]


def test_a_rolling_window_far_above_its_neighbours_is_a_spike_and_the_return_a_fall(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-06-07", {"Qwen/Qwen2": (259_340, None), "Qwen/Qwen3": (50_000, None)})
    read_models(tmp_path, "2025-07-07", {"Qwen/Qwen2": (14_543_208, None), "Qwen/Qwen3": (900_000, None)})
    read_models(tmp_path, "2025-08-07", {"Qwen/Qwen2": (265_921, None), "Qwen/Qwen3": (9_000, None)})
    assert [row[3::2] for row in rows_of(tmp_path, INTERVALS)] == [
        (259_340, None), (14_543_208, "spike"), (265_921, "fall"), (50_000, None), (900_000, None), (9_000, None),
    ]  # fmt: skip


def test_a_renamed_repository_goes_on_counting_and_says_so(tmp_path: Path) -> None:
    born = "2024-05-05T11:22:33.456000"
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)}, created_at={"Qwen/Qwen3": born})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3-8B": (300, 1700)}, created_at={"Qwen/Qwen3-8B": born})
    assert rows_of(tmp_path, INTERVALS) == [("Qwen/Qwen3-8B", "2025-03-03", "2025-03-10", 700, COUNTED, "renamed")]
    assert rows_of(tmp_path, "select model_id, renamed_from from core_models where renamed_from is not null") == [
        ("Qwen/Qwen3-8B", "Qwen/Qwen3")
    ]


@pytest.mark.parametrize(
    ("born", "other"),
    [("2024-05-05T00:00:00", "Qwen/Qwen3-8B"), ("2024-05-05T11:22:33.456000", "deepseek-ai/Coder")],
    ids=["only the day is known", "another organisation and another name"],
)
def test_a_model_that_merely_is_as_old_is_no_rename(tmp_path: Path, born: str, other: str) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 1000)}, created_at={"Qwen/Qwen3": born})
    read_models(tmp_path, "2025-03-10", {other: (300, 1700)}, created_at={other: born})
    assert rows_of(tmp_path, INTERVALS) == []
