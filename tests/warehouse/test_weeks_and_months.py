"""Intervals spread to weeks and months, and the tables that are drawn."""

from pathlib import Path

from tests.warehouse.tiny import read_models, rows_of

WEEKS = "select model_id, week_start, new_downloads, method, flag from core_weekly_model_downloads"
MONTHS = """select month_start, method, region, new_downloads, models, flagged_downloads, period_end, is_complete
    from out_monthly_downloads where attribution = 'publisher'"""
COUNTED, ESTIMATED = "all_time_difference", "rolling_window"


def test_an_interval_is_spread_over_its_days_to_weeks_that_begin_on_monday(tmp_path: Path) -> None:
    """Wednesday to Wednesday: four days fall into the first week, three into the second."""
    read_models(tmp_path, "2025-03-05", {"Qwen/Qwen3": (300, 0)})
    read_models(tmp_path, "2025-03-12", {"Qwen/Qwen3": (300, 100)})
    assert rows_of(tmp_path, WEEKS) == [
        ("Qwen/Qwen3", "2025-03-03", 57, COUNTED, None),  # 100 x 4 / 7, rounded down
        ("Qwen/Qwen3", "2025-03-10", 43, COUNTED, None),  # the rest
    ]


def test_weeks_add_up_to_their_intervals_exactly_whatever_the_numbers(tmp_path: Path) -> None:
    for day, count in [("01", 7), ("04", 8), ("13", 1_000_003), ("20", 1_000_004), ("31", 7_919_777)]:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (4_000_000, count)})
    assert rows_of(tmp_path, "select sum(new_downloads)::bigint from core_weekly_model_downloads") == [(7_919_770,)]
    assert rows_of(tmp_path, "select sum(new_downloads)::bigint from out_monthly_downloads group by attribution") == [
        (7_919_770,), (7_919_770,),
    ]  # fmt: skip


def test_a_week_that_holds_a_part_of_a_rolling_window_is_marked(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-01-31", {"Qwen/Qwen3": (3000, None)})  # (1 January, 31 January]
    assert rows_of(tmp_path, WEEKS) == [
        ("Qwen/Qwen3", "2024-12-30", 400, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-01-06", 700, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-01-13", 700, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-01-20", 700, ESTIMATED, None),
        ("Qwen/Qwen3", "2025-01-27", 500, ESTIMATED, None),
    ]


def test_a_week_shows_the_worst_flag_of_its_days(tmp_path: Path) -> None:
    for day, count in [("03", 1000), ("05", 400), ("07", 500)]:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (300, count)})
    assert rows_of(tmp_path, WEEKS) == [
        ("Qwen/Qwen3", "2025-03-03", 120, ESTIMATED, "counter_fall")
    ]  # 300 x 2/30 + 100


def test_an_unknown_count_stays_in_the_table_without_a_number(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (None, 1000)})
    read_models(tmp_path, "2025-03-09", {"Qwen/Qwen3": (None, 400)})
    assert rows_of(tmp_path, WEEKS) == [("Qwen/Qwen3", "2025-03-03", None, COUNTED, "counter_fall")]
    assert rows_of(tmp_path, MONTHS) == []  # an unknown count is neither a download nor a model that had some


def test_differences_are_spread_to_the_months_they_touch(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-01-28", {"Qwen/Qwen3": (300, 0)})
    read_models(tmp_path, "2025-02-04", {"Qwen/Qwen3": (300, 100)})
    assert rows_of(tmp_path, MONTHS) == [
        ("2025-01-01", COUNTED, "China", 42, 1, 0, "2025-01-31", False),  # 29th, 30th, 31st: 100 x 3 / 7
        ("2025-02-01", COUNTED, "China", 58, 1, 0, "2025-02-04", False),
    ]


def test_a_month_is_complete_when_counters_were_read_before_it_began_and_after_it_ended(tmp_path: Path) -> None:
    for day, count in [("2025-01-31", 0), ("2025-02-28", 280), ("2025-03-10", 380)]:
        read_models(tmp_path, day, {"Qwen/Qwen3": (300, count)})
    assert [(row[0], row[3], row[7]) for row in rows_of(tmp_path, MONTHS) if row[1] == COUNTED] == [
        ("2025-02-01", 280, True), ("2025-03-01", 100, False),
    ]  # fmt: skip


def test_a_rolling_window_belongs_wholly_to_the_month_of_its_reading(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-07-07", {"Qwen/Qwen3": (3000, None), "meta-llama/Llama-3": (1000, None)})
    assert rows_of(tmp_path, MONTHS) == [
        ("2025-07-01", ESTIMATED, "China", 3000, 1, 0, "2025-07-07", True),
        ("2025-07-01", ESTIMATED, "United States", 1000, 1, 0, "2025-07-07", True),
    ]


def test_flagged_downloads_are_a_part_of_the_downloads(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-06-07", {"Qwen/Qwen2": (200_000, None), "Qwen/Qwen3": (5, None)})
    read_models(tmp_path, "2025-07-07", {"Qwen/Qwen2": (3_000_000, None), "Qwen/Qwen3": (7, None)})
    assert [row[3:6] for row in rows_of(tmp_path, MONTHS)] == [(200_005, 2, 0), (3_000_007, 2, 3_000_000)]


def test_downloads_are_grouped_by_publisher_and_by_origin(tmp_path: Path) -> None:
    """A European adapts Qwen: the publisher is European, the origin Chinese; strangers share one name."""
    read_models(
        tmp_path, "2025-07-07",
        {"Qwen/Qwen3": (10, None), "mistralai/Qwen-tuned": (200, None), "somebody/thing": (3000, None)},
        base_model_ids={"mistralai/Qwen-tuned": ["Qwen/Qwen3"]},
        task={"somebody/thing": "image-text-to-text", "mistralai/Qwen-tuned": "text-to-speech"},
    )  # fmt: skip
    select = """select attribution, region, organisation_id, family_id, is_language, new_downloads
        from out_monthly_downloads"""
    assert rows_of(tmp_path, select) == [
        ("origin", "China", "Qwen", "qwen", False, 200),
        ("origin", "China", "Qwen", "qwen", True, 10),
        ("origin", "Unattributed", "unregistered", "none", True, 3000),
        ("publisher", "China", "Qwen", "qwen", True, 10),
        ("publisher", "Europe", "mistralai", "none", False, 200),
        ("publisher", "Unattributed", "unregistered", "none", True, 3000),
    ]


def test_the_five_most_downloaded_models_of_each_group_are_named(tmp_path: Path) -> None:
    models = {f"Qwen/Qwen{size}": (size, None) for size in (10, 20, 30, 40, 50, 60)}
    read_models(
        tmp_path, "2025-07-07", models | {"Qwen/Image": (99, None), "Qwen/Unused": (0, None)},
        task={"Qwen/Image": "text-to-image"},
    )  # fmt: skip
    select = "select is_language, model_id, new_downloads from out_monthly_top_models where attribution = 'publisher'"
    assert rows_of(tmp_path, select) == [
        (False, "Qwen/Image", 99),
        *((True, f"Qwen/Qwen{size}", size) for size in (20, 30, 40, 50, 60)),
    ]


def test_what_intervals_and_concentration_are_computed_from_stands_beside_each_sum(tmp_path: Path) -> None:
    """Three and four: 7 downloads, 9 + 16 = 25 squared; the sum of two readings of one model is squared as one."""
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (300, 0), "Qwen/Qwen2": (300, 0), "Qwen/Qwen1": (300, 0)})
    read_models(tmp_path, "2025-03-05", {"Qwen/Qwen3": (300, 1), "Qwen/Qwen2": (300, 4), "Qwen/Qwen1": (300, 0)})
    read_models(tmp_path, "2025-03-07", {"Qwen/Qwen3": (300, 3), "Qwen/Qwen2": (300, 4), "Qwen/Qwen1": (300, 0)})
    for table in ("out_weekly_downloads", "out_monthly_downloads"):
        select = f"select new_downloads, squared_downloads, models from {table} where attribution = 'origin'"
        assert rows_of(tmp_path, select) == [(7, 25.0, 2)], table


def test_downloads_in_a_leap_are_marked_and_can_be_left_out(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-06-07", {"Qwen/Qwen2": (200_000, None), "Qwen/Qwen3": (5, None)})
    read_models(tmp_path, "2025-07-07", {"Qwen/Qwen2": (3_000_000, None), "Qwen/Qwen3": (7, None)})
    select = """select new_downloads, marked_downloads, squared_unmarked from out_monthly_downloads
        where attribution = 'publisher' and month_start = '2025-07-01'"""
    assert rows_of(tmp_path, select) == [(3_000_007, 3_000_000, 49.0)]
    tops = "select model_id, new_downloads, marked_downloads from out_monthly_top_models"
    where = "where attribution = 'publisher' and month_start = '2025-07-01'"
    assert rows_of(tmp_path, f"{tops} {where}") == [
        ("Qwen/Qwen2", 3_000_000, 3_000_000), ("Qwen/Qwen3", 7, 0),
    ]  # fmt: skip


def test_an_account_belongs_to_the_first_panel_at_whose_end_it_had_been_read(tmp_path: Path) -> None:
    read_models(tmp_path, "2024-12-13", {"Qwen/Qwen3": (1, None)})
    read_models(tmp_path, "2025-01-14", {"Qwen/Qwen3": (1, None), "openai/gpt-oss": (2, None)})
    later = {"Qwen/Qwen3": (1, None), "Qwen/Qwen4": (4, None), "openai/gpt-oss": (2, None), "mistralai/M": (8, None)}
    read_models(tmp_path, "2025-02-14", later)
    select = """select organisation_id, panel, new_downloads from out_monthly_downloads
        where attribution = 'publisher' and month_start = '2025-02-01'"""
    assert rows_of(tmp_path, select) == [
        ("Qwen", "2025-01", 5),  # a new model of an account that was known counts with it
        ("mistralai", "later", 8),
        ("openai", "2025-01", 2),
    ]


def test_main_releases_are_a_familys_own_models_and_large_ones_have_the_size_of_the_registry(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-07-07",
        {"Qwen/Qwen3": (1, None), "Qwen/Qwen3-GGUF": (2, None), "Qwen/Other": (4, None), "mistralai/Qwen3": (8, None)},
        base_model_ids={"Qwen/Qwen3-GGUF": ["Qwen/Qwen3"], "mistralai/Qwen3": ["Qwen/Qwen3"]},
        base_relation={"Qwen/Qwen3-GGUF": "quantized", "mistralai/Qwen3": "finetune"},
        parameters={"Qwen/Qwen3": 7_000_000_000, "Qwen/Other": 6_999_999_999},
    )  # fmt: skip
    select = "select sum(new_downloads)::bigint from out_monthly_downloads where attribution = 'publisher' and "
    assert rows_of(tmp_path, f"{select} is_mainline") == [(1,)]
    assert rows_of(tmp_path, f"{select} is_large") == [(1,)]


def test_licence_classes_count_models_by_creation_and_downloads_by_month(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-07-07",
        {"Qwen/Qwen3": (10, None), "meta-llama/Llama-3": (20, None), "meta-llama/Old": (40, None)},
        created_at={"Qwen/Qwen3": "2025-07-02T10:00:00", "meta-llama/Llama-3": "2025-06-02T10:00:00"},
        licence_tag={"meta-llama/Llama-3": "llama3"},
        task={"Qwen/Qwen3": "text-to-image"},
    )  # fmt: skip
    select = """select month_start, region, licence_class, is_language, new_models, new_downloads
        from out_licence_share where new_models + new_downloads > 0"""
    assert rows_of(tmp_path, select) == [
        ("2025-06-01", "United States", "community", True, 1, 0),
        ("2025-07-01", "China", "open", False, 1, 10),
        ("2025-07-01", "United States", "community", True, 0, 20),
        (
            "2025-07-01",
            "United States",
            "open",
            True,
            0,
            40,
        ),  # created before the Hub kept dates: not new in March 2022
    ]


def test_derivatives_are_counted_by_the_family_at_the_root(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-07-07", {"Qwen/Qwen3": (1, None), "mistralai/A": (1, None), "mistralai/B": (1, None)},
        base_model_ids={"mistralai/A": ["Qwen/Qwen3"], "mistralai/B": ["mistralai/A"]},
        created_at={"mistralai/A": "2025-05-05T01:00:00", "mistralai/B": "2025-05-06T01:00:00"},
    )  # fmt: skip
    assert rows_of(tmp_path, "from out_monthly_derivatives") == [("2025-05-01", "qwen", "China", 2)]
