"""Findings: the words are as certain as the numbers, every share says of what, unfinished months are never the news."""

import pandas as pd

from charts import findings, findings_boards, findings_licences
from tests.charts.frames import board, frontier, licences, overtaking, side, two_sides
from warehouse.filters import Filters

USUAL = Filters()


def test_a_headline_that_one_repository_makes_says_so() -> None:
    found = findings.downloads_over_time(overtaking(), USUAL)
    assert found.sentence == (
        "Chinese models took 53 % of the two countries' downloads in the 30 days to 7 July 2025, up from 39 % a month "
        "before, which put China ahead; without one repository (China-top) it was 47 %, and the United States led."
    )
    assert (found.key_figure, found.change) == ("53 %", "+14 points on June")


def test_a_lead_that_does_not_hang_on_one_repository_only_gives_the_number() -> None:
    found = findings.downloads_over_time(two_sides((390, 530, 600), (20, 110, 50)), USUAL)
    assert found.sentence == (
        "Chinese models took 60 % of the two countries' downloads in the 30 days to 7 July 2025, up from 53 % a month "
        "before; China has led since June 2025; without one repository (China-top) it was 58 %."
    )


def test_a_side_that_would_lead_without_the_leaders_repository_is_told_too() -> None:
    rows = [side("2025-07-01", "China", 490, 10, 1000), side("2025-07-01", "United States", 510, 100, 1000)]
    found = findings.downloads_over_time(pd.DataFrame(rows), USUAL)
    assert found.sentence == (
        "Chinese models took 49 % of the two countries' downloads in the 30 days to 7 July 2025; "
        "without one repository (United-top) it was 54 %, and China led."
    )


def test_two_sides_with_a_half_each_are_level() -> None:
    found = findings.downloads_over_time(two_sides((498, 502), (1, 1)), USUAL)
    assert ", level with US models;" in found.sentence


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
    assert "took 39 % of the two countries' downloads in June 2025, up from 37 % a month before" in found.sentence


def test_without_the_top_models_the_sentence_says_so_and_gives_the_whole_too() -> None:
    found = findings.downloads_over_time(overtaking(), Filters(without_top=True))
    assert found.sentence.startswith("Without each side's most downloaded model, Chinese models took 50 %")
    assert found.sentence.endswith("with all models it was 53 %.")


def test_absolute_numbers_are_said_as_numbers() -> None:
    frame = two_sides((45_300_000, 50_000_000), (1, 1))
    frame.loc[frame["group_id"] == "United States", "new_downloads"] = 40_000_000
    found = findings.downloads_over_time(frame, Filters(measure="downloads"))
    assert found.sentence == (
        "Chinese models were downloaded 50.0 million times in the 30 days to 7 June 2025, up from 45.3 million "
        "a month before; US models 40.0 million times."
    )
    assert found.change == "+10 % on May"


def test_one_side_alone_is_counted_because_its_share_would_say_nothing() -> None:
    rows = [side("2025-07-01", "Europe", 128_000, 10, 128_000)]
    found = findings.downloads_over_time(pd.DataFrame(rows), Filters(regions=("Europe",)))
    assert found.sentence == "European models were downloaded 128,000 times in the 30 days to 7 July 2025."


def test_among_organisations_the_largest_is_told_with_the_next() -> None:
    rows = [
        side("2025-07-01", "Qwen", 500, 20, 1000, region="China", group_label="Qwen (Alibaba Cloud)"),
        side("2025-07-01", "meta-llama", 300, 20, 1000, region="United States", group_label="Meta"),
        side("2025-07-01", "other", 200, 20, 1000, region="Other", top_model_id=None, top_model_downloads=None),
    ]
    found = findings.downloads_over_time(pd.DataFrame(rows), Filters(group="organisation"))
    assert found.sentence == (
        "Qwen took 50 % of the two countries' downloads in the 30 days to 7 July 2025, ahead of Meta with 30 %; "
        "without one repository (Qwen-top) it was 49 %."
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
    assert found.sentence == "There are no new downloads of language models of Europe; there are of China."
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
        "One repository decided who led in the 30 days to 7 July 2025: Chinese models took 53 % of the two countries' "
        "downloads, without China-top 47 %."
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
    assert (found.key_figure, found.change) == ("48 points", "+8 points on 1 Mar 2026")


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
    assert "ahead" not in found.sentence


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
        "On the LMArena text board of 1 April 2026, one of the five best models has open weights; the best of them, "
        "glm-5 (Z.ai, China), is at place 3 with 1,497."
    )


def test_a_month_with_enough_models_speaks_for_itself() -> None:
    found = findings_licences.licence_share_over_time(licences(45, 55), Filters(regions=()))
    assert found.sentence == (
        "Of the 100 new language models of the tracked organisations in July 2025, "
        "the part under OSI-approved licences was 45 %."
    )
    assert found.key_figure == "45 %"


def test_months_with_few_models_are_taken_together() -> None:
    found = findings_licences.licence_share_over_time(licences(6, 4), Filters(regions=("China",)))
    assert found.sentence == (
        "Of the 30 new language models of China in the three months to July 2025, the part under OSI-approved licences "
        "was 60 %."
    )


def test_too_few_models_are_no_share() -> None:
    found = findings_licences.licence_share_over_time(licences(2, 1), Filters(regions=("Europe",)))
    assert found.sentence == (
        "Only 9 new language models of Europe in the twelve months to July 2025: too few for a share."
    )


def test_regions_are_ranked_and_those_with_few_models_only_named() -> None:
    frame = pd.concat([licences(60, 40, "China"), licences(30, 70, "United States"), licences(1, 1, "Europe")])
    found = findings_licences.licence_share_by_region(frame, Filters(regions=()))
    assert found.sentence == (
        "In the twelve months to July 2025 the share of OSI-approved licences in new models was 60 % for China and "
        "30 % for the United States (Europe: too few models)."
    )
