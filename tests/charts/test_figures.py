"""Figures: what stands in the picture, and that no name from outside can write into it."""

from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from charts import boards, definitions, dumbbells, figures, stacks, theme
from charts.canvas import SIMULATED, amount_axis, date_axis, nice_ticks, share_axis, wrapped
from charts.chart import Context, Event
from charts.labels import spread
from tests.charts.frames import by_definition, frontier, licences, overtaking, side, two_sides
from warehouse.filters import Filters

EVIL = '<a href="https://evil.example">x</a>%{y}'


def context(**more: Any) -> Context:
    """What the tests' figures are drawn with."""
    known = {
        "title": "Share of new downloads",
        "subtitle": "Per cent of the downloads of two countries",
        "source_line": "Source: Hugging Face, data to 7 Jul 2025 · release 2026-11-24T2154Z · #abcd1234",
        "is_simulated": False,
        "filters": Filters(),
    }
    return Context(**(known | more))


def texts(figure: go.Figure) -> str:
    """Everything that stands written in a figure, line breaks as spaces."""
    return " ".join(str(annotation.text) for annotation in figure.layout.annotations).replace("<br>", " ")


def lines_of(figure: go.Figure) -> list[Any]:
    """The lines of a figure without the bands behind them."""
    return [trace for trace in figure.data if trace.fill is None]


def all_figures(**more: Any) -> list[go.Figure]:
    """One figure of each kind."""
    return [
        figures.downloads_over_time(overtaking(), context(**more)),
        figures.family_share(overtaking().replace({"China": "Qwen", "United States": "DeepSeek"}), context(**more)),
        dumbbells.downloads_concentration(overtaking(), context(**more)),
        boards.frontier(frontier(1504.0, 1456.0), context(**more)),
        stacks.licence_share_over_time(licences(45, 55), context(**more)),
        stacks.licence_share_by_region(licences(45, 55, "China"), context(**more)),
        stacks.open_share(licences(45, 55), context(**more)),
        definitions.figure(by_definition(), context(**more)),
    ]


@pytest.mark.parametrize("size", theme.SIZES)
@pytest.mark.parametrize("dark", [False, True])
def test_title_and_source_stand_inside_every_picture(size: str, dark: bool) -> None:
    for figure in all_figures(size=size, dark=dark):
        assert "Share of new downloads" in texts(figure)
        assert "release 2026-11-24T2154Z" in texts(figure)
        assert figure.layout.height == theme.SIZES[size].height
        assert figure.layout.template.layout.paper_bgcolor == theme.palette(dark).paper


def test_simulated_data_is_written_across_every_picture_and_only_then() -> None:
    for figure in all_figures(is_simulated=True):
        mark = next(annotation for annotation in figure.layout.annotations if SIMULATED in annotation.text)
        assert mark.font.color == theme.faded(theme.LIGHT.ink, 0.2)
    assert all(SIMULATED not in texts(figure) for figure in all_figures())


@pytest.mark.parametrize("place", ["group_label", "top_model_id"])
def test_names_of_models_and_organisations_cannot_write_markup(place: str) -> None:
    frame = overtaking().assign(**{place: EVIL})
    figure = figures.downloads_over_time(frame, context(filters=Filters(group="organisation")))
    assert "<a" not in str(figure.to_json()).replace("\\u003c", "<")
    assert "%{y}" not in str(figure.to_json())


def test_labels_of_boards_cannot_write_markup() -> None:
    frame = frontier(1504.0, 1456.0).assign(best_model_label=EVIL, unit=EVIL)
    assert "<a" not in str(boards.frontier(frame, context()).to_json()).replace("\\u003c", "<")


def test_a_maker_is_escaped_once_on_the_hover_of_a_dot() -> None:
    frame = frontier(1504.0, 1456.0).rename(columns=lambda name: name.removeprefix("best_"))
    frame = frame.assign(place=1, place_in_group=1, region="Europe", organisation_name="Ampere & <Sons>")
    hovers = [str(text) for trace in boards.scores_over_time(frame, context()).data for text in trace.hovertext]
    assert len(hovers) == 4 and all("Ampere &amp; &lt;Sons&gt;, Europe" in text for text in hovers)


def test_title_subtitle_and_source_cannot_write_markup() -> None:
    figure = figures.downloads_over_time(overtaking(), context(title=EVIL, subtitle=EVIL, source_line=EVIL))
    assert "<a" not in str(figure.to_json()).replace("\\u003c", "<")


def test_regions_have_their_own_colour_marker_and_dash() -> None:
    china, states = lines_of(figures.downloads_over_time(two_sides((530, 540), (10, 10)), context()))
    assert (china.line.color, china.marker.symbol, china.line.dash) == ("#A63A1E", "circle", "solid")
    assert (states.line.color, states.marker.symbol) == ("#1F66AD", "square")


def test_a_missing_month_is_a_gap_and_never_zero() -> None:
    frame = overtaking()
    frame = frame[frame["period_start"] != pd.Timestamp("2025-06-01")]
    line = lines_of(figures.downloads_over_time(frame, context()))[0]
    assert len(line.x) == 3
    assert pd.isna(line.y[1])
    assert line.connectgaps is False


def test_an_unfinished_last_month_is_hollow_and_called_so() -> None:
    last = [side("2025-08-01", "China", 700, 1, 1000, is_complete=False)]
    figure = figures.downloads_over_time(pd.concat([overtaking(), pd.DataFrame(last)]), context())
    rings = [trace for trace in figure.data if trace.marker.color == theme.LIGHT.paper]
    assert len(rings) == 1
    assert rings[0].marker.line.color == "#A63A1E"
    assert "unfinished" in texts(figure)


def test_a_change_in_the_way_of_counting_breaks_the_line_and_is_said() -> None:
    frame = overtaking()
    frame.loc[frame["period_start"] >= pd.Timestamp("2025-07-01"), "method"] = "all_time_difference"
    figure = figures.downloads_over_time(frame, context())
    line = lines_of(figure)[0]
    assert len(line.x) == 4
    assert pd.isna(line.y[2])
    assert "other way of counting" in texts(figure)


def test_shares_have_their_interval_as_a_band_and_amounts_and_many_lines_have_none() -> None:
    bands = [trace for trace in figures.downloads_over_time(overtaking(), context()).data if trace.fill == "toself"]
    assert [min(y for y in band.y if y is not None) for band in bands] == pytest.approx([0.45, 0.35])
    amounts = figures.downloads_over_time(overtaking(), context(filters=Filters(measure="downloads")))
    many = pd.DataFrame([side("2025-07-01", name, 100, 1, 1000) for name in ("a", "b", "c", "d")])
    lines = figures.downloads_over_time(many.assign(region="Other"), context(filters=Filters(group="family")))
    assert [trace.fill for trace in (*amounts.data, *lines.data) if trace.fill] == []


def test_what_lies_before_a_fixed_panel_is_pale_and_never_joined_to_it() -> None:
    frame = overtaking().assign(is_panel_whole=lambda rows: rows["period_start"] > pd.Timestamp("2025-06-01"))
    figure = figures.downloads_over_time(frame, context(filters=Filters(panel="2025-01")))
    whole, before = lines_of(figure)[:2]
    assert [pd.isna(y) for y in whole.y] == [True, True, True, False]  # the third is the gap between the two
    assert [pd.isna(y) for y in before.y] == [False, False, True, True]
    assert whole.line.color == "#1F66AD"
    assert before.line.color != whole.line.color
    assert "panel begins" in texts(figure)


@pytest.mark.parametrize("size", theme.SIZES)
def test_every_definition_has_its_row_and_published_figures_stand_apart_with_their_name(size: str) -> None:
    figure = definitions.figure(by_definition(), context(size=size, subtitle="Circle: the year. Diamond: others"))
    assert "of the two" in texts(figure)
    year = next(trace for trace in figure.data if trace.marker.color == "#A63A1E")
    assert list(year.x) == pytest.approx([0.41, 0.11])
    published = [trace for trace in figure.data if trace.marker.symbol == "diamond"]
    if size in {"phone", "small"}:  # no room for its definition, so no room for the figure
        assert published == []
        assert "Diamond" not in texts(figure)
        return
    assert max(published[0].y) < min(year.y)
    assert "Published: share of all Hub model downloads in the 12 months" in texts(figure)


def test_marks_before_a_fixed_panel_are_pale_too() -> None:
    frame = overtaking().assign(is_panel_whole=lambda rows: rows["period_start"] > pd.Timestamp("2025-06-01"))
    figure = dumbbells.downloads_concentration(frame, context(filters=Filters(panel="2025-01")))
    rings = {str(trace.marker.line.color) for trace in figure.data if trace.marker.symbol == "circle"}
    assert rings == {"#A63A1E", theme.mixed("#A63A1E", theme.LIGHT.paper, figures.PALE)}


def test_shares_and_amounts_begin_at_zero_and_scores_do_not() -> None:
    assert figures.downloads_over_time(overtaking(), context()).layout.yaxis.range[0] == 0
    assert boards.frontier(frontier(1504.0, 1456.0), context()).layout.yaxis.range[0] > 1000


def test_intervals_are_bands_and_boards_without_them_have_none() -> None:
    with_band = boards.frontier(frontier(1504.0, 1456.0), context())
    bands = [trace for trace in with_band.data if trace.fill == "toself"]
    assert len(bands) == 2
    assert max(bands[0].y) == 1509
    without = boards.frontier(frontier(76.8, 66.9, best_score_low=None, best_score_high=None), context())
    assert [trace for trace in without.data if trace.fill == "toself"] == []


def test_boards_far_apart_are_not_joined() -> None:
    frame = frontier(1504.0, 1456.0)
    frame.loc[frame["published_on"] == pd.Timestamp("2026-03-01"), "published_on"] = pd.Timestamp("2025-07-18")
    line = next(trace for trace in boards.frontier(frame, context()).data if trace.name == "Closed weights")
    assert [None if pd.isna(value) else value for value in line.y] == [1490.0, None, 1504.0, None]


def test_events_stand_in_the_picture_with_one_word_and_their_title_on_hover() -> None:
    event = Event(date(2025, 6, 20), "Qwen3", "Qwen3 released in eight sizes")
    figure = figures.downloads_over_time(overtaking(), context(events=(event,)))
    mark = next(annotation for annotation in figure.layout.annotations if annotation.text == "Qwen3")
    assert mark.hovertext == "Qwen3 released in eight sizes (20 Jun 2025)"


def test_events_too_near_to_an_earlier_one_of_the_list_are_left_out() -> None:
    near = (Event(date(2025, 6, 20), "first", "first"), Event(date(2025, 6, 22), "second", "second"))
    said = texts(figures.downloads_over_time(overtaking(), context(events=near)))
    assert "first" in said
    assert "second" not in said


def test_a_phone_has_coloured_words_above_the_plot_instead_of_names_beside_it() -> None:
    figure = figures.downloads_over_time(overtaking(), context(size="phone"))
    assert "● China" in texts(figure)
    assert figure.layout.margin.r < 20


def test_stacks_add_up_and_the_unclassified_are_hatched() -> None:
    figure = stacks.licence_share_over_time(licences(45, 55), context())
    july = [float(y) for bar in figure.data for x, y in zip(bar.x, bar.y, strict=True) if pd.Timestamp(x).month == 7]
    assert sum(july) == pytest.approx(1)
    hatched = {bar.name for bar in figure.data if bar.marker.pattern.shape == "/"}
    assert hatched == {"Unclassified"}


def test_an_organisation_takes_the_hue_of_its_region_and_the_rest_is_grey() -> None:
    rows = [
        side("2025-07-01", "Qwen", 500, 20, 1000, region="China"),
        side("2025-07-01", "deepseek-ai", 300, 20, 1000, region="China"),
        side("2025-07-01", "other", 200, 20, 1000, region="Other"),
    ]
    styles = {
        str(part["group_id"].iloc[0]): style
        for part, style in figures.styled_groups(pd.DataFrame(rows), context(filters=Filters(group="organisation")))
    }
    assert styles["Qwen"][0] == "#A63A1E"
    assert styles["deepseek-ai"][0] == theme.mixed("#A63A1E", theme.LIGHT.paper, 0.35)
    assert styles["other"][0] == theme.LIGHT.grey


def test_names_beside_lines_never_lie_on_one_another_and_stay_inside() -> None:
    heights = [16.0] * 5
    places = spread([100.0, 101.0, 102.0, 0.0, 300.0], heights, 0, 300)
    edges = sorted((centre - 8, centre + 8) for centre in places)
    assert all(upper <= lower + 1e-9 for (_, upper), (lower, _) in zip(edges, edges[1:], strict=False))
    assert min(places) >= 8
    assert max(places) <= 292


def test_a_name_with_room_stays_at_its_line() -> None:
    assert spread([50.0, 150.0], [16.0, 16.0], 0, 300) == [50.0, 150.0]


def test_axes_have_few_round_numbers() -> None:
    assert nice_ticks(0, 0.57, 5) == [0, 0.2, 0.4]
    assert share_axis(0.53, 5)[1] == ["0 %", "20 %", "40 %"]
    assert amount_axis(95_600_000, 5)[1] == ["0", "25 million", "50 million", "75 million", "100 million"]


def test_dates_below_the_axis_are_few_and_even() -> None:
    said = date_axis(date(2024, 7, 1), date(2026, 11, 1), 7)[1]
    assert said == ["Jul 2024", "Jan 2025", "Jul 2025", "Jan 2026", "Jul 2026"]
    assert date_axis(date(2026, 3, 19), date(2026, 4, 5), 3)[1] == ["19 Mar 2026", "27 Mar 2026", "5 Apr 2026"]


def test_a_title_is_broken_at_spaces_to_the_width_of_its_picture() -> None:
    assert wrapped("one two three four", 70, 14) == ["one two", "three four"]
