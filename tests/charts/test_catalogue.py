"""The catalogue: every chart is whole, draws on a small release, and says why where there is nothing."""

from collections.abc import Iterator

import pytest

import registry
from charts import catalogue
from charts.catalogue import CHARTS, Chart
from charts.landmarks import LANDMARKS
from tests.warehouse.small_release import small_release
from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import NAMES, Filters

BY_ID = {chart.id: chart for chart in CHARTS}
LONG_AGO = Filters(since="2019-01", until="2019-02", benchmark="no_such_board")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The release of literal rows."""
    opened = small_release(tmp_path_factory.mktemp("release"))
    yield opened
    opened.close()


@pytest.mark.parametrize("chart", CHARTS, ids=BY_ID)
def test_a_chart_names_a_metric_sources_filters_and_a_query_that_exist(chart: Chart) -> None:
    known = registry.load()
    assert known.metric(chart.metric_id).caveats
    assert {known.source(source_id).source_id for source_id in chart.source_ids} == set(chart.source_ids)
    assert set(chart.filters) <= set(NAMES)
    assert queries.sql(chart.query_name)
    assert chart.question.endswith("?")


@pytest.mark.parametrize("chart", CHARTS, ids=BY_ID)
@pytest.mark.parametrize("size", ["page", "small", "phone", "projector"])
def test_a_chart_is_drawn_with_finding_alternative_and_source(release: Release, chart: Chart, size: str) -> None:
    drawn = catalogue.draw(release, chart, chart.defaults, size=size)
    assert not drawn.finding.empty, drawn.finding.why_empty
    assert drawn.finding.sentence.endswith(".")
    assert len(drawn.finding.alternative) > len(drawn.finding.sentence)
    assert len(drawn.figure.data) > 0
    assert "release 2026-11-24T2154Z" in drawn.source_line
    assert drawn.data_hash in drawn.source_line
    assert drawn.data_until is not None


@pytest.mark.parametrize("chart", [chart for chart in CHARTS if "since" in chart.filters], ids=lambda chart: chart.id)
def test_a_chart_without_data_says_why_and_offers_the_nearest_choice(release: Release, chart: Chart) -> None:
    drawn = catalogue.draw(release, chart, LONG_AGO)
    assert drawn.finding.empty
    assert drawn.finding.why_empty.endswith(".")
    assert len(drawn.figure.data) == 0


def test_the_nearest_choice_has_data(release: Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    nearest = catalogue.draw(release, chart, LONG_AGO).finding.nearest
    assert nearest is not None
    assert not catalogue.draw(release, chart, nearest).finding.empty


def test_filters_that_a_chart_does_not_obey_change_nothing(release: Release) -> None:
    chart = catalogue.chart("open_closed_frontier")
    one, other = catalogue.draw(release, chart, Filters()), catalogue.draw(release, chart, Filters(scope="all"))
    assert one.data_hash == other.data_hash


def test_a_board_names_only_its_own_source(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("open_closed_frontier"), Filters())
    assert [source.source_id for source in drawn.sources] == ["lmarena"]
    assert str(drawn.data_until) == "2026-03-31"


def test_cards_of_the_first_page_have_a_figure_and_its_change(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("overview_china_share"), Filters(), size="small")
    assert (drawn.finding.key_figure, drawn.finding.change) == ("53 %", "+14 points since June 2025")


def test_an_unknown_chart_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="downloads_over_time.*came 'pie'"):
        catalogue.chart("pie")


def test_events_in_pictures_exist_in_the_registry_and_were_read_in_a_source() -> None:
    events = {event.event_id: event for event in registry.load().events}
    for event_id, word in LANDMARKS.items():
        assert events[event_id].confidence in {"verified", "secondary"}, event_id
        assert len(word) <= 16
