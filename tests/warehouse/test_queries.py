"""Queries: what pages and charts read, on rows that can be added up in the head."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from tests.warehouse.small_release import AUGUST, JULY, small_release
from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import Filters

SQL_FILES = sorted(queries.FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The release of literal rows."""
    opened = small_release(tmp_path_factory.mktemp("release"))
    yield opened
    opened.close()


def july(frame: pd.DataFrame, group_id: str) -> pd.Series:
    """The row of a group in July."""
    rows = frame[(frame["period_start"] == pd.Timestamp(JULY)) & (frame["group_id"] == group_id)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_share_is_of_the_sides_compared_and_of_the_models_asked_for(release: Release) -> None:
    china = july(queries.downloads_over_time(release, Filters()), "China")
    assert (china["new_downloads"], china["share"]) == (530, 0.53)


def test_more_sides_make_a_smaller_share(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(regions=("China", "United States", "Europe")))
    assert july(frame, "China")["share"] == pytest.approx(530 / 1100)


def test_all_models_count_those_that_are_no_language_models_too(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(scope="all"))
    assert july(frame, "United States")["new_downloads"] == 9470


def test_shares_of_a_period_add_up_to_one_however_they_are_grouped(release: Release) -> None:
    for group in ("region", "organisation", "family"):
        for column in ("share", "share_without_top1", "share_without_top3"):
            frame = queries.downloads_over_time(release, Filters(group=group, regions=()))
            assert list(frame.groupby("period_start")[column].sum()) == pytest.approx([1, 1, 1]), (group, column)


def test_one_repository_is_taken_out_of_its_own_side_and_of_the_whole(release: Release) -> None:
    china = july(queries.downloads_over_time(release, Filters()), "China")
    assert china["top_model_id"] == "Qwen/Qwen2-7B-Instruct"
    assert china["share_without_own_top"] == pytest.approx((530 - 110) / (1000 - 110))
    assert china["top1_share"] == pytest.approx(110 / 530)
    assert china["top3_share"] == pytest.approx(170 / 530)


def test_without_top_models_every_side_loses_its_own(release: Release) -> None:
    china = july(queries.downloads_over_time(release, Filters()), "China")
    assert china["new_downloads_without_top1"] == 420
    assert china["share_without_top1"] == pytest.approx(420 / (1000 - 110 - 47))


def test_the_top_model_of_a_side_leaves_the_organisation_it_belongs_to(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(group="organisation"))
    assert july(frame, "Qwen")["new_downloads_without_top1"] == 390
    assert july(frame, "deepseek-ai")["new_downloads_without_top1"] == 30


def test_without_the_top_three_every_side_loses_three(release: Release) -> None:
    china = july(queries.downloads_over_time(release, Filters()), "China")
    assert china["new_downloads_without_top3"] == 360
    assert china["share_without_top3"] == pytest.approx(360 / (1000 - 170 - 47))


def test_concentration_is_over_all_models_of_a_side(release: Release) -> None:
    """Two models of 250 and two of 15: the sum of the squares of their shares."""
    china = july(queries.downloads_over_time(release, Filters()), "China")
    assert china["hhi"] == pytest.approx((2 * 250**2 + 2 * 15**2) / 530**2)
    assert china["models"] == 4


def test_a_share_can_be_of_all_with_a_country_or_of_everything(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute("""insert into out_monthly_downloads by name
        select * replace ('Unattributed' as region, 'unregistered' as organisation_id, 'none' as family_id)
        from out_monthly_downloads where organisation_id = 'mistralai'""")
    shares = {
        denominator: july(queries.downloads_over_time(opened, Filters(denominator=denominator)), "China")["share"]
        for denominator in ("compared", "country", "everything")
    }
    opened.close()
    assert shares == pytest.approx({"compared": 530 / 1000, "country": 530 / 1100, "everything": 530 / 1200})


def test_a_panel_holds_the_accounts_known_by_its_date_and_its_earlier_periods_are_told_apart(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute("update out_monthly_downloads set panel = 'later' where organisation_id = 'deepseek-ai'")
    opened.connection.execute(
        "update out_monthly_downloads set month_start = '2024-12-01' where month_start = '2025-06-01'"
    )
    frame = queries.downloads_over_time(opened, Filters(panel="2025-01"))
    opened.close()
    assert july(frame, "China")["new_downloads"] == 500
    whole = frame.groupby("period_start")["is_panel_whole"].all()
    assert [bool(value) for value in whole] == [False, True, True]
    (tmp_path / "again").mkdir()
    opened_again = small_release(tmp_path / "again")
    assert queries.downloads_over_time(opened_again, Filters())["is_panel_whole"].all()


def test_marked_downloads_can_be_left_out_of_sums_squares_and_top_models(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute("""update out_monthly_downloads set marked_downloads = 100, squared_unmarked = 90000
        where organisation_id = 'Qwen' and month_start = '2025-07-01'""")
    opened.connection.execute("update out_monthly_top_models set marked_downloads = 100 where new_downloads = 110")
    china = july(queries.downloads_over_time(opened, Filters(marked="left_out")), "China")
    opened.close()
    assert (china["new_downloads"], china["top_model_id"]) == (430, "Qwen/Qwen3-8B")
    assert china["hhi"] == pytest.approx((90000 + 450) / 430**2)


def test_main_releases_and_large_models_are_models_of_their_own(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute(
        "update out_monthly_downloads set is_mainline = true where organisation_id <> 'deepseek-ai'"
    )
    opened.connection.execute("update out_monthly_downloads set is_large = true where organisation_id = 'deepseek-ai'")
    mainline = july(queries.downloads_over_time(opened, Filters(scope="mainline")), "China")
    large = july(queries.downloads_over_time(opened, Filters(scope="large")), "China")
    opened.close()
    assert (mainline["new_downloads"], large["new_downloads"]) == (500, 30)


def test_an_interval_holds_its_share_and_two_sides_mirror_each_other(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters())
    china, states = july(frame, "China"), july(frame, "United States")
    assert china["share_low"] < china["share"] < china["share_high"]
    assert china["share_low"] == pytest.approx(1 - states["share_high"])
    assert china["lead"] == pytest.approx(0.06)
    assert china["lead_low"] < 0 < china["lead_high"]  # four models on each side prove nothing
    assert "sampled" not in frame


def test_sister_accounts_count_with_their_main_account(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(group="organisation", until="2025-06"))
    meta = frame[frame["group_id"] == "meta-llama"].iloc[0]
    assert (meta["new_downloads"], meta["group_label"]) == (610, "Meta")
    assert "facebook" not in set(frame["group_id"])


def test_models_without_a_family_are_the_rest_and_never_a_line(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(group="family", until="2025-06"))
    assert set(frame["group_id"]) == {"qwen", "llama", "other"}
    assert frame[frame["group_id"] == "qwen"]["group_label"].iloc[0].startswith("Qwen")


def test_only_so_many_groups_get_a_line(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "NAMED_GROUPS", 1)
    frame = queries.downloads_over_time(release, Filters(group="organisation"))
    assert set(frame["group_id"]) == {"meta-llama", "other"}
    assert july(frame, "other")["new_downloads"] == 530


def test_an_unfinished_month_is_marked(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters())
    assert list(frame[frame["period_start"] == pd.Timestamp(AUGUST)]["is_complete"]) == [False, False]


def test_a_month_counted_in_two_ways_is_not_complete(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute(
        "update out_monthly_downloads set method = 'all_time_difference' where organisation_id = 'meta-llama'"
    )
    frame = queries.downloads_over_time(opened, Filters())
    opened.close()
    assert july(frame, "China")["method"] == "mixed"
    assert not july(frame, "China")["is_complete"]


def test_months_outside_the_span_are_left_out(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(since="2025-07", until="2025-07"))
    assert set(frame["period_start"]) == {pd.Timestamp(JULY)}


def test_an_empty_answer_knows_where_there_is_data(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(since="2019-01", until="2019-02"))
    assert frame.empty
    spans = {row["region"]: (row["first_month"], row["last_month"]) for row in frame.attrs["available"]}
    assert spans["China"] == ("2025-06", "2025-08")


def test_a_gap_is_measured_from_the_leader_with_its_lag(release: Release) -> None:
    frame = queries.open_closed_frontier(release, Filters())
    last = frame[frame["published_on"] == pd.Timestamp("2026-03-01")].set_index("group_name")
    assert last.loc["open", "gap"] == 48
    assert bool(last.loc["open", "is_gap_clear"]) is True
    assert last.loc["open", "leader_reached_on"] == pd.Timestamp("2025-06-01")
    assert last.loc["open", "lag_days"] == 273
    assert last.loc["closed", "gap"] == 0


def test_a_lag_that_reaches_back_to_the_first_board_is_at_least_so_long(release: Release) -> None:
    frame = queries.open_closed_frontier(release, Filters()).set_index(["published_on", "group_name"])
    assert bool(frame.loc[(pd.Timestamp("2025-06-01"), "open"), "is_lag_at_least"]) is True
    assert bool(frame.loc[(pd.Timestamp("2026-03-01"), "open"), "is_lag_at_least"]) is False


def test_the_lag_looks_back_beyond_the_months_shown(release: Release) -> None:
    frame = queries.open_closed_frontier(release, Filters(since="2026-01")).set_index("group_name")
    assert len(frame) == 2
    assert frame.loc["open", "lag_days"] == 273


def test_editions_with_questions_of_their_own_have_no_lag(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute("update core_benchmarks set source_id = 'livebench'")
    frame = queries.open_closed_frontier(opened, Filters())
    opened.close()
    assert frame["lag_days"].isna().all()
    assert frame["gap"].max() == 50


def test_only_the_regions_compared_lead_one_another(release: Release) -> None:
    frame = queries.region_frontier(release, Filters(regions=("China", "Europe"))).set_index("group_name")
    assert list(frame.index) == ["China", "Europe"]
    assert frame.loc["Europe", "gap"] == 47
    assert frame.loc["Europe", "leading_group"] == "China"


def test_scores_are_of_the_months_last_board_and_only_of_known_weights(release: Release) -> None:
    frame = queries.scores_over_time(release, Filters())
    assert list(frame["model_label"]) == ["claude", "glm-5"]
    assert list(frame["place"]) == [1, 2]


def test_an_unknown_benchmark_is_an_empty_answer(release: Release) -> None:
    assert queries.scores_over_time(release, Filters(benchmark="no_such_board")).empty


def test_licences_of_downloads_say_how_and_up_to_which_day_they_were_counted(release: Release) -> None:
    july = queries.licence_share_over_time(release, Filters(licence_by="downloads", since="2025-07", until="2025-07"))
    assert {(row["method"], str(row["period_end"])[:10]) for _, row in july.iterrows()} == {
        ("rolling_window", "2025-07-07")
    }
    created = queries.licence_share_over_time(release, Filters(since="2025-07", until="2025-07"))
    assert created["method"].isna().all()
    assert created["period_end"].isna().all()


def test_licence_shares_of_a_month_add_up_to_one(release: Release) -> None:
    together = queries.licence_share_over_time(release, Filters(until="2025-07")).set_index("licence_class")
    assert together.loc["open", "share"] == pytest.approx(80 / 200)
    assert together["share"].sum() == pytest.approx(1)
    apart = queries.licence_share_by_region(release, Filters(until="2025-07"))
    assert list(apart.groupby("region")["share"].sum()) == pytest.approx([1, 1])


def test_licences_can_be_weighed_by_downloads(release: Release) -> None:
    frame = queries.licence_share_over_time(release, Filters(licence_by="downloads", until="2025-07"))
    assert frame.set_index("licence_class").loc["open", "share"] == pytest.approx(0.7)


def test_a_month_is_whole_for_licences_once_the_hub_was_read_after_it(release: Release) -> None:
    frame = queries.licence_share_over_time(release, Filters()).set_index("month_start")
    assert bool(frame.loc[pd.Timestamp(JULY), "is_complete"].all())
    assert not frame.loc[pd.Timestamp(AUGUST), "is_complete"]


def test_families_are_shares_of_everything_counted(release: Release) -> None:
    frame = queries.family_share(release, Filters(regions=())).set_index(["period_start", "group_id"])
    assert frame.loc[(pd.Timestamp(JULY), "Qwen"), "share"] == pytest.approx(500 / 1100)
    assert frame.loc[(pd.Timestamp(JULY), "DeepSeek"), "share"] == pytest.approx(30 / 1100)


def test_one_question_has_several_definitions_on_the_same_figures(tmp_path: Path) -> None:
    opened = small_release(tmp_path)
    opened.connection.execute("""insert into out_monthly_downloads by name
        select * replace ('Unattributed' as region, 'unregistered' as organisation_id, 'none' as family_id)
        from out_monthly_downloads where organisation_id = 'mistralai'""")
    frame = queries.share_by_definition(opened, Filters())
    opened.close()
    china = frame[frame["group_id"] == "China"].set_index(["span", "definition_id"])["share"]
    assert china["month"]["two_countries"] == pytest.approx(530 / 1000)  # July: August is not finished
    assert china["year"]["two_countries"] == pytest.approx(920 / 2000)
    assert china["month"]["without_top_three"] == pytest.approx(360 / (1000 - 170 - 47))
    assert china["month"]["known_countries"] == pytest.approx(530 / 10_100)
    assert china["month"]["everything"] == pytest.approx(530 / 10_200)
    assert (china["published"]["everything"], china["published"]["known_countries"]) == (0.171, 0.41)


def test_the_readers_own_definition_stands_first_where_it_is_another(release: Release) -> None:
    frame = queries.share_by_definition(release, Filters(scope="all", panel="2025-01"))
    assert frame["definition_id"].iloc[0] == "chosen"
    assert frame["definition"].iloc[0] == "Models of all kinds, by publisher, of the regions compared, " + (
        "accounts known by January 2025"
    )
    assert "chosen" not in set(queries.share_by_definition(release, Filters())["definition_id"])


def test_a_month_has_the_same_share_and_interval_in_both_questions(release: Release) -> None:
    columns = ["share", "share_low", "share_high", "lead_low", "top1_share", "hhi"]
    over_time = july(queries.downloads_over_time(release, Filters()), "China")
    by_definition = queries.share_by_definition(release, Filters())
    row = by_definition[(by_definition["span"] == "month") & (by_definition["group_id"] == "China")].iloc[0]
    assert list(row[columns]) == pytest.approx(list(over_time[columns]))


def test_only_events_that_somebody_read_in_a_source_are_given(release: Release) -> None:
    found = queries.events(release, ["seen", "rumour"], JULY, AUGUST)
    assert list(found["event_id"]) == ["seen"]


def test_months_are_those_with_downloads(release: Release) -> None:
    assert [f"{month:%Y-%m}" for month in queries.months(release)["month_start"]] == ["2025-06", "2025-07", "2025-08"]


def test_benchmarks_come_with_their_span(release: Release) -> None:
    row = queries.benchmarks(release).iloc[0]
    assert (row["benchmark_id"], row["boards"], row["models"]) == ("lmarena_text", 2, 4)


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda file: file.stem)
def test_a_query_says_what_it_answers_and_ends_in_its_final_select(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.startswith("-- ")
    assert text.rstrip().endswith("select * from final")


def test_every_question_finds_all_the_values_of_its_sql() -> None:
    for question in queries.SQL_OF:
        assert queries.values(question, Filters()) != {}
