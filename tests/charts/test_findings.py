"""Findings: the words are as certain as the numbers, every share says of what, unfinished months are never the news."""

import pandas as pd

from charts import definitions, findings, findings_boards, findings_licences
from tests.charts.frames import board, by_definition, frontier, licences, overtaking, side, two_sides
from warehouse.filters import Filters

USUAL = Filters()


def test_a_headline_that_one_repository_makes_says_so() -> None:
    found = findings.downloads_over_time(overtaking(), USUAL)
    assert found.sentence == (
        "Chinese models took 53 % of the downloads of the two countries' language models in the 30 days to 7 July "
        "2025, up from 39 % a month "
        "before, which put China ahead (90 % interval 51 to 55 %); without China-top alone it was 47 %, and "
        "the United States had more."
    )
    assert (found.key_figure, found.change) == ("53 %", "+14 points since June 2025")


def test_a_lead_that_does_not_hang_on_one_repository_only_gives_the_number() -> None:
    found = findings.downloads_over_time(two_sides((390, 530, 600), (20, 110, 50)), USUAL)
    assert found.sentence == (
        "Chinese models took 60 % of the downloads of the two countries' language models in the 30 days to 7 July "
        "2025, up from 53 % a month "
        "before; China had been ahead since June 2025 (90 % interval 58 to 62 %); without China-top alone "
        "it was 58 %."
    )


def test_a_side_that_would_lead_without_the_leaders_repository_is_told_too() -> None:
    rows = [side("2025-07-01", "China", 490, 10, 1000), side("2025-07-01", "United States", 510, 100, 1000)]
    found = findings.downloads_over_time(pd.DataFrame(rows), USUAL)
    assert found.sentence == (
        "Chinese models took 49 % of the downloads of the two countries' language models in the 30 days to 7 July "
        "2025; who leads is too close to call (90 % interval 47 to 51 %); "
        "without United-top alone it was 54 %, and China had more."
    )


def test_a_lead_that_may_as_well_be_a_tie_is_too_close_to_call() -> None:
    found = findings.downloads_over_time(two_sides((498, 502), (1, 1)), USUAL)
    assert "; who leads is too close to call (90 % interval 48 to 52 %);" in found.sentence
    assert "ahead of" not in found.sentence


def test_a_side_that_is_clearly_behind_is_called_so() -> None:
    found = findings.downloads_over_time(two_sides((370, 390), (20, 20)), USUAL)
    assert ", behind US models (90 % interval 37 to 41 %);" in found.sentence


def test_months_before_a_fixed_panel_are_never_compared_with_later_ones() -> None:
    frame = two_sides((600, 390, 370), (20, 20, 20)).assign(
        is_panel_whole=lambda rows: rows["period_start"] > pd.Timestamp("2025-06-01")
    )
    found = findings.downloads_over_time(frame, Filters(panel="2025-01"))
    assert found.sentence.startswith("Among accounts known by January 2025: Chinese models took 37 %")
    assert ("a month before" in found.sentence, found.change) == (False, "")
    assert "60 %" not in found.alternative


def test_a_panel_that_begins_after_the_data_leads_back_to_all_accounts() -> None:
    frame = two_sides((370, 390), (20, 20)).assign(is_panel_whole=False)
    found = findings.downloads_over_time(frame, Filters(panel="2026-01"))
    assert found.empty
    assert "begins in January 2026" in found.why_empty
    assert found.nearest == Filters()


def test_the_reach_of_the_definitions_is_told_with_those_that_give_its_ends() -> None:
    found = definitions.share_by_definition(by_definition(), USUAL)
    assert found.sentence == (
        "What is counted decides: in the 30 days to 7 August 2025 Chinese models had 19 % (models, of everything) to "
        "54 % (models, of the two countries), and in the year to then 11 % to 41 %."
    )
    assert found.key_figure == "19 to 54 %"
    assert "Published: Share of all Hub model downloads in the 12 months to August 2025: 17.1 %." in found.alternative


def test_a_share_of_everything_says_so() -> None:
    rows = [side("2025-07-01", name, 200, 10, 1000) for name in ("China", "United States")]
    found = findings.downloads_over_time(pd.DataFrame(rows), Filters(denominator="everything", scope="all"))
    assert "took 20 % of all downloads of models counted in the 30 days" in found.sentence
    assert "it was 19 %" in found.sentence


def test_an_unfinished_month_is_never_the_finding() -> None:
    frame = pd.concat([overtaking(), pd.DataFrame([side("2025-08-01", "China", 900, 1, 1000, is_complete=False)])])
    found = findings.downloads_over_time(frame, USUAL)
    assert "to 7 July 2025" in found.sentence
    assert "August 2025 is not finished." in found.alternative


def test_a_selection_with_only_unfinished_months_says_why_there_is_no_finding() -> None:
    found = findings.downloads_over_time(two_sides((390,), (20,), is_complete=False), USUAL)
    assert found.empty
    assert found.why_empty == "No finished period with new downloads of language models in this selection yet."


def test_a_month_after_a_gap_is_not_compared_with_the_month_before_the_gap() -> None:
    frame = two_sides((370, 390, 530), (20, 20, 110))
    found = findings.downloads_over_time(frame[frame["period_start"] != pd.Timestamp("2025-06-01")], USUAL)
    assert "a month before" not in found.sentence
    assert found.change == ""


def test_counted_months_are_called_by_their_name() -> None:
    found = findings.downloads_over_time(two_sides((370, 390), (20, 20), method="all_time_difference"), USUAL)
    assert (
        "took 39 % of the downloads of the two countries' language models in June 2025, up from 37 % a month before"
        in found.sentence
    )


def test_without_the_top_models_the_sentence_says_so_and_gives_the_whole_too() -> None:
    found = findings.downloads_over_time(overtaking(), Filters(without_top=1))
    assert found.sentence.startswith("Without each side's top model: Chinese models took 50 %")
    assert found.sentence.endswith("with all models it was 53 %.")


def test_absolute_numbers_are_said_as_numbers() -> None:
    frame = two_sides((45_300_000, 50_000_000), (1, 1))
    frame.loc[frame["group_id"] == "United States", "new_downloads"] = 40_000_000
    found = findings.downloads_over_time(frame, Filters(measure="downloads"))
    assert found.sentence == (
        "Chinese models were downloaded 50.0 million times in the 30 days to 7 June 2025, up from 45.3 million "
        "a month before; US models 40.0 million times."
    )
    assert found.change == "+10 % since May 2025"


def test_one_side_alone_is_counted_because_its_share_would_say_nothing() -> None:
    rows = [side("2025-07-01", "Europe", 128_000, 10, 128_000)]
    found = findings.downloads_over_time(pd.DataFrame(rows), Filters(regions=("Europe",)))
    assert found.sentence == "European models were downloaded 128,000 times in the 30 days to 7 July 2025."


def test_among_organisations_the_largest_is_told_with_the_next() -> None:
    rows = [
        side(
            *("2025-07-01", "Qwen", 500, 20, 1000),
            **{
                "region": "China",
                "group_label": "Qwen (Alibaba Cloud)",
                "lead": 0.2,
                "lead_low": 0.1,
                "lead_high": 0.3,
            },
        ),
        side("2025-07-01", "meta-llama", 300, 20, 1000, region="United States", group_label="Meta"),
        side("2025-07-01", "other", 200, 20, 1000, region="Other", top_model_id=None, top_model_downloads=None),
    ]
    found = findings.downloads_over_time(pd.DataFrame(rows), Filters(group="organisation"))
    assert found.sentence == (
        "Qwen models took 50 % of the downloads of the two countries' language models in the 30 days to 7 July 2025, "
        "ahead of Meta models with 30 % (90 % interval 48 to 52 %); "
        "without Qwen-top alone it was 49 %."
    )


def test_months_without_data_lead_to_the_nearest_that_have_some() -> None:
    empty = overtaking().iloc[0:0]
    empty.attrs["available"] = [{"region": "China", "first_month": "2024-11", "last_month": "2025-08"}]
    found = findings.downloads_over_time(empty, Filters(since="2019-01", until="2019-02"))
    assert found.empty
    assert found.sentence == (
        "There are no new downloads of language models in the months chosen; "
        "data runs from November 2024 to August 2025."
    )
    assert found.nearest == Filters()


def test_a_region_without_data_leads_to_those_that_have_some() -> None:
    empty = overtaking().iloc[0:0]
    empty.attrs["available"] = [{"region": "China", "first_month": "2024-11", "last_month": "2025-08"}]
    found = findings.downloads_over_time(empty, Filters(regions=("Europe",)))
    assert found.sentence == "There are no new downloads of language models from Europe; there are from China."
    assert found.nearest == Filters(regions=())


def test_a_release_without_any_downloads_says_that_no_source_was_read() -> None:
    found = findings.downloads_over_time(overtaking().iloc[0:0], USUAL)
    assert "no source with them was read yet" in found.sentence


def test_the_text_alternative_goes_through_every_line() -> None:
    found = findings.downloads_over_time(overtaking(), USUAL)
    assert found.alternative.startswith(found.sentence)
    assert (
        "China: 37 % in May 2025, 53 % in July 2025; highest 53 % (July 2025), lowest 37 % (May 2025)."
        in found.alternative
    )


def test_concentration_names_the_month_that_one_repository_decided() -> None:
    found = findings.downloads_concentration(overtaking(), USUAL)
    assert found.sentence == (
        "One repository decided who had more in the 30 days to 7 July 2025: Chinese models took 53 % of the "
        "downloads of the two countries' language models, without China-top 47 %."
    )


def test_concentration_without_such_a_month_tells_the_heaviest_repositories() -> None:
    found = findings.downloads_concentration(two_sides((370, 390), (20, 39)), USUAL)
    assert found.sentence == (
        "In the 30 days to 7 June 2025 the most downloaded repositories had: China-top 10 % of the downloads of "
        "Chinese models and United-top 10 % of the downloads of US models."
    )


def test_a_gap_is_called_ahead_only_where_the_intervals_are_clear() -> None:
    found = findings_boards.open_closed_frontier(frontier(1504.0, 1456.0), USUAL)
    assert found.sentence == (
        "The best closed model was 48 points ahead of the best open-weight model on the LMArena text board of "
        "5 April 2026 (1,504 to 1,456); closed models had reached that score 303 days earlier."
    )
    assert (found.key_figure, found.change) == ("48 points", "+8 points since 1 Mar 2026")


def test_overlapping_intervals_are_too_close_to_call() -> None:
    found = findings_boards.open_closed_frontier(frontier(1504.0, 1498.0), USUAL)
    assert found.sentence == (
        "The best closed model and the best open-weight model were too close to call on the LMArena text board of "
        "5 April 2026: 6 points apart (1,504 to 1,498), their intervals overlap."
    )


def test_equal_scores_are_level() -> None:
    found = findings_boards.open_closed_frontier(frontier(1500.0, 1500.0), USUAL)
    assert "were level on the LMArena text board of 5 April 2026 (1,500 to 1,500)" in found.sentence


def test_a_board_without_intervals_says_so_and_is_never_called_ahead() -> None:
    frame = frontier(76.8, 66.9, best_score_low=None, best_score_high=None, is_gap_clear=None, lag_days=None)
    found = findings_boards.open_closed_frontier(frame, USUAL)
    assert "scored 9.9 points more than the best open-weight model" in found.sentence
    assert found.sentence.endswith("the board gives no intervals.")
    assert "ahead of" not in found.sentence


def test_a_lag_longer_than_the_board_is_at_least_so_long() -> None:
    found = findings_boards.open_closed_frontier(frontier(1504.0, 1456.0, is_lag_at_least=True), USUAL)
    assert "had reached that score at least 303 days earlier" in found.sentence


def test_a_board_with_one_side_has_no_gap() -> None:
    frame = pd.DataFrame([board("2026-04-05", "open", 52.1, "x", ("open", 52.1))])
    found = findings_boards.open_closed_frontier(frame, USUAL)
    assert "lists only open-weight models here, so there is no gap to measure; the best had 52.1" in found.sentence


def test_china_and_the_united_states_are_compared_by_their_best() -> None:
    frame = frontier(1504.0, 1467.0).replace({"closed": "United States", "open": "China"})
    found = findings_boards.region_frontier(frame, USUAL)
    assert found.sentence.startswith("The best US model was 37 points ahead of the best Chinese model")


def test_the_best_models_of_a_board_are_counted_by_their_weights() -> None:
    rows = [
        {"group_name": group, "place": place, "model_label": label, "score": 1500.0 - place, "month_start": month}
        | {
            "benchmark_name": "LMArena text",
            "published_on": month,
            "organisation_name": "Z.ai (Zhipu AI)",
            "region": "China",
        }
        for group, place, label in (("closed", 1, "a"), ("closed", 2, "b"), ("open", 3, "glm-5"), ("open", 9, "c"))
        for month in [pd.Timestamp("2026-04-01")]
    ]
    found = findings_boards.scores_over_time(pd.DataFrame(rows), USUAL)
    assert found.sentence == (
        "On the LMArena text board of 1 April 2026, one of the five best models has open weights; the best open-weight "
        "model, glm-5 (Z.ai, China), is at place 3 with 1,497."
    )


def test_a_month_with_enough_models_speaks_for_itself() -> None:
    found = findings_licences.licence_share_over_time(licences(45, 55), Filters(regions=()))
    assert found.sentence == (
        "Of the 100 new language models from the tracked organisations in July 2025, 45 % carry an OSI-approved "
        "licence."
    )
    assert found.key_figure == "45 %"


def test_months_with_few_models_are_taken_together() -> None:
    found = findings_licences.licence_share_over_time(licences(6, 4), Filters(regions=("China",)))
    assert found.sentence == (
        "Of the 30 new language models from China in the three months to July 2025, 60 % carry an OSI-approved licence."
    )


def test_too_few_models_are_no_share() -> None:
    found = findings_licences.licence_share_over_time(licences(2, 1), Filters(regions=("Europe",)))
    assert found.sentence == (
        "Only 9 new language models from Europe in the three months to July 2025: too few for a share."
    )


def test_regions_are_ranked_and_those_with_few_models_only_named() -> None:
    frame = pd.concat([licences(60, 40, "China"), licences(30, 70, "United States"), licences(1, 1, "Europe")])
    found = findings_licences.licence_share_by_region(frame, Filters(regions=()))
    assert found.sentence == (
        "In the three months to July 2025 the share of OSI-approved licences in new language models was 60 % for "
        "China and "
        "30 % for the United States (Europe: too few models)."
    )


def test_a_week_out_of_a_30_day_counter_is_called_an_estimate() -> None:
    found = findings.downloads_over_time(weeks((50_000, 49_998)), Filters(period="week"))
    assert "in the week from 14 July 2025 (estimated from 30-day counters), about the same as a week before" in (
        found.sentence
    )
    assert found.change == "no change since the week before"
    assert "China: 50 % in the week from 7 July 2025, 50 % in the week from 14 July 2025;" in found.alternative


def test_a_counted_week_is_no_estimate() -> None:
    found = findings.downloads_over_time(weeks((50_000, 60_000), method="all_time_difference"), Filters(period="week"))
    assert "in the week from 14 July 2025, up from 50 % a week before" in found.sentence


def weeks(china: tuple[int, int], method: str = "rolling_window") -> pd.DataFrame:
    """Two weeks of a hundred thousand downloads."""
    days = ("2025-07-07", "2025-07-14")
    rows = [side(day, "China", own, 10, 100_000, method=method) for day, own in zip(days, china, strict=True)]
    rows += [
        side(day, "United States", 100_000 - own, 10, 100_000, method=method)
        for day, own in zip(days, china, strict=True)
    ]
    return pd.DataFrame(rows)


def test_counting_by_origin_is_said_because_it_gives_another_figure_for_the_same_words() -> None:
    for measure in ("share", "downloads"):
        found = findings.downloads_over_time(overtaking(), Filters(attribution="origin", measure=measure))
        assert found.sentence.startswith("Counted by the maker of the base model: Chinese models ")
    found = findings.downloads_concentration(overtaking(), Filters(attribution="origin"))
    assert found.sentence.startswith("Counted by the maker of the base model: One repository decided who had more ")


def test_all_models_and_language_models_are_told_apart() -> None:
    found = findings.downloads_over_time(overtaking(), Filters(scope="all"))
    assert "took 53 % of the downloads of the two countries' models in the 30 days" in found.sentence


def test_months_that_are_not_finished_are_not_among_those_that_one_repository_could_decide() -> None:
    frame = two_sides((530, 390, 530), (110, 20, 110))
    late = [side("2025-08-01", name, 500, 1, 1000, is_complete=False) for name in ("China", "United States")]
    found = findings.downloads_concentration(pd.concat([frame, pd.DataFrame(late)]), USUAL)
    assert "One repository decided who had more in 2 of 3 months, last in the 30 days to 7 July 2025" in found.sentence


def test_regions_without_a_name_of_their_own_stand_in_a_sentence_in_small_letters() -> None:
    rows = [side("2025-07-01", "China", 600, 50, 1000), side("2025-07-01", "Other", 400, 40, 1000)]
    found = findings.downloads_concentration(pd.DataFrame(rows), Filters(regions=("China", "Other")))
    assert found.sentence.endswith("Other-top 10 % of the downloads of models from other countries.")
    alone = findings.downloads_over_time(pd.DataFrame(rows[1:]), Filters(regions=("Other",)))
    assert alone.sentence.startswith("Models from other countries were downloaded 400 times")


def test_ratings_change_by_whole_points_and_never_by_minus_zero() -> None:
    frame = frontier(1504.0, 1463.8)
    assert findings_boards.open_closed_frontier(frame, USUAL).change == "no change since 1 Mar 2026"
    frame = frontier(1504.0, 1465.0)
    assert findings_boards.open_closed_frontier(frame, USUAL).change == "−1 point since 1 Mar 2026"


def test_a_board_that_changes_its_questions_has_no_change_of_its_gap() -> None:
    assert findings_boards.open_closed_frontier(frontier(80.0, 70.0, source_id="livebench"), USUAL).change == ""


def test_one_region_alone_was_chosen_by_the_reader_not_by_the_board() -> None:
    frame = pd.DataFrame([board("2026-04-05", "China", 1467.0, "x", ("China", 1467.0))])
    found = findings_boards.region_frontier(frame, Filters(regions=("China",)))
    assert found.sentence.startswith("Only Chinese models were chosen, so there is no gap to measure")


def test_the_open_llm_leaderboard_ranks_the_models_of_a_month_not_a_whole_board() -> None:
    rows = [
        {"group_name": "open", "place": place, "model_label": f"m{place}", "score": 50.0 - place}
        | {"month_start": pd.Timestamp("2025-03-01"), "published_on": pd.Timestamp("2025-03-13")}
        | {"benchmark_name": "Open LLM Leaderboard, average", "source_id": "open_llm_leaderboard"}
        | {"organisation_name": None, "region": "Unattributed"}
        for place in range(1, 6)
    ]
    found = findings_boards.scores_over_time(pd.DataFrame(rows), USUAL)
    assert found.sentence == (
        "Among the models handed in to the Open LLM Leaderboard average board in March 2025, all five best models have "
        "open weights; the best open-weight model, m1, is at place 1 with 49.0."
    )


YEARS = tuple(str(day.date()) for day in pd.date_range("2023-08-01", "2025-08-01", freq="MS"))


def test_months_that_the_reader_left_out_are_not_spoken_of() -> None:
    whole = licences(1, 2, months=YEARS)
    found = findings_licences.licence_share_over_time(whole, Filters(regions=()))
    assert "36 new language models from the tracked organisations in the twelve months to July 2025" in found.sentence
    assert "about the same as a year before" in found.sentence
    part = whole[whole["month_start"] >= pd.Timestamp("2024-12-01")]
    found = findings_licences.licence_share_over_time(part, Filters(regions=(), since="2024-12"))
    assert "24 new language models from the tracked organisations in the eight months to July 2025" in found.sentence
    assert found.alternative.endswith("In the eight months to July 2025: OSI-approved 33 %, Unclassified 67 %.")


def test_a_year_that_is_not_whole_is_not_compared_with() -> None:
    part = licences(2, 2, months=YEARS[6:])
    found = findings_licences.open_share(part, Filters(regions=()))
    assert "in the twelve months to July 2025" in found.sentence
    assert (found.change, "a year before" in found.sentence) == ("", False)


def test_downloads_of_a_30_day_counter_are_not_called_a_months() -> None:
    frame = licences(450, 550).assign(method="rolling_window", period_end=pd.Timestamp("2025-07-07"))
    chosen = Filters(regions=(), licence_by="downloads")
    found = findings_licences.licence_share_over_time(frame, chosen)
    assert found.sentence == (
        "Of the downloads of language models from the tracked organisations in the 30 days to 7 July 2025, "
        "45 % were of models under an OSI-approved licence."
    )
    by_region = findings_licences.licence_share_by_region(frame.assign(region="China"), chosen)
    assert by_region.sentence.startswith(
        "In the 30 days to 7 July 2025 the share of OSI-approved licences in downloads"
    )
