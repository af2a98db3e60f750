"""Every page: finding first, simulated data called so, filters in the address, calm where nothing can be shown."""

import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import registry
from charts import catalogue
from dashboard import warm_up
from dashboard.frame import PAGES
from tests.dashboard.conftest import RunPage, html_of
from warehouse import queries
from warehouse.connect import current_release_id

PAGE_IDS = [page.page_id for page in PAGES]
CHARTS = {page.page_id: page.charts for page in PAGES}
WITH_CHARTS = [page_id for page_id in PAGE_IDS if CHARTS[page_id]]


def drawn_charts(page: AppTest) -> list[Any]:
    return [element.proto for element in page.get("plotly_chart")]


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_a_page_opens_with_its_finding_and_says_that_the_data_is_simulated(run_page: RunPage, page_id: str) -> None:
    page = run_page(page_id)
    said = html_of(page)
    assert not page.exception
    finding = re.search(r'<h1 class="finding" >([^<]+)</h1>', said)
    assert finding and finding[1].endswith((".", "?"))
    assert "Simulated data" in said and 'role="status"' in said
    assert said.index('class="simulated"') < said.index("<h1")


@pytest.mark.parametrize("page_id", WITH_CHARTS)
def test_a_page_draws_its_charts_each_with_a_text_alternative(run_page: RunPage, page_id: str) -> None:
    charts = drawn_charts(run_page(page_id))
    assert len(charts) == len(CHARTS[page_id])
    assert all(len(chart.alt) > 40 for chart in charts)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_every_filter_explains_itself(run_page: RunPage, page_id: str) -> None:
    page = run_page(page_id)
    widgets = [*page.selectbox, *page.checkbox, *page.select_slider]
    assert all(widget.proto.help for widget in widgets)
    assert bool(widgets) == (page_id in {"adoption", "leaderboards", "licences", "compare", "briefing"})


def test_the_address_sets_the_filters(run_page: RunPage) -> None:
    page = run_page("adoption", measure="downloads", group="family", without_top="1")
    assert page.selectbox(key="filter_measure").value == "downloads"
    assert page.selectbox(key="filter_group").value == "family"
    assert page.selectbox(key="filter_without_top").value == 1


def test_how_we_count_says_the_definition_and_how_many_of_its_parts_are_changed(run_page: RunPage) -> None:
    usual = run_page("adoption")
    assert "as a part of those of China and the United States together." in html_of(usual)
    assert usual.get("popover")[0].proto.popover.label == "How we count"
    changed = run_page("adoption", panel="2025-01", denominator="everything")
    assert "Only accounts known by January 2025." in html_of(changed)
    assert changed.get("popover")[0].proto.popover.label == "How we count: 2 changed"
    assert changed.selectbox(key="filter_denominator").value == "everything"


def test_a_filter_writes_the_address_and_the_usual_value_is_left_out(run_page: RunPage) -> None:
    page = run_page("adoption", release_note="kept")
    page.selectbox(key="filter_measure").set_value("downloads").run()
    assert page.query_params["measure"] == "downloads"
    assert page.query_params["release_note"] == "kept"
    page.selectbox(key="filter_measure").set_value("share").run()
    assert "measure" not in page.query_params


def test_a_value_that_no_menu_offers_is_named_and_the_usual_one_shown(run_page: RunPage) -> None:
    page = run_page("adoption", measure="<script>`![x](http://a.b/c.png)", scope="all")
    assert not page.exception
    assert page.selectbox(key="filter_measure").value == "share"
    assert "measure=&lt;script&gt;`![x](http://a.b/c.png)" in html_of(page)
    assert not any("measure=" in said.value for said in [*page.caption, *page.markdown])  # those would be Markdown


def test_names_of_models_are_never_markdown(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "<img src=x> ![x](http://a.b/c.png) -- $x$"
    changes = pd.DataFrame({"sentence": [f"{hostile} was published."] * 9})
    monkeypatch.setattr(queries, "changes_since_last_week", lambda release: changes)
    page = run_page("overview")
    assert html_of(page).count("&lt;img src=x&gt; ![x](http://a.b/c.png) -- $x$ was published.") == 9
    assert not any("published." in said.value and "a.b" in said.value for said in [*page.caption, *page.markdown])


def test_regions_that_no_menu_offers_can_still_be_asked_for(run_page: RunPage) -> None:
    page = run_page("adoption", regions="Europe,Other")
    assert not page.exception
    assert page.selectbox(key="filter_regions").value == ("Europe", "Other")


def test_the_overview_has_four_figures_with_their_change(run_page: RunPage) -> None:
    said = html_of(run_page("overview"))
    figures = re.findall(r'<p class="figure" >([^<]+)</p><p class="change" >([^<]*)</p>', said)
    assert len(figures) == 4
    assert all(any(letter.isdigit() for letter in figure) for figure, _ in figures)


def test_open_against_closed_and_china_against_the_united_states_are_two_charts(run_page: RunPage) -> None:
    page = run_page("leaderboards")
    headings = re.findall(r"<h[12][^>]*>([^<]+)</h[12]>", html_of(page))
    assert len(headings) == len(CHARTS["leaderboards"])
    assert len(set(headings)) == len(headings)


def test_the_data_page_lists_every_source_and_every_table(run_page: RunPage) -> None:
    said = html_of(run_page("data_and_methods"))
    for source_id in ("LiveBench", "SPDX License List", "Hugging Face"):
        assert source_id in said
    assert re.search(r'href="/data/[^/"]+/core_models\.parquet"', said)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_before_the_first_release_a_page_says_what_to_do(run_page: RunPage, tmp_path: Path, page_id: str) -> None:
    page = run_page(page_id, data_dir=tmp_path)
    assert not page.exception
    assert "first release is being made" in html_of(page)
    assert page.code[0].value == "python -m etl run"
    assert not drawn_charts(page)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_a_release_that_is_not_here_is_answered_with_those_that_are(
    run_page: RunPage, released: Path, page_id: str
) -> None:
    page = run_page(page_id, release="2020-01-01T0000Z<b>")
    assert "There is no release “2020-01-01T0000Z&lt;b&gt;” here, or not any more." in html_of(page)
    assert not page.exception and not drawn_charts(page)
    known = [button for button in page.button if str(current_release_id(released)) in button.label]
    assert len(known) == 1
    known[0].click().run()
    assert page.query_params["release"] == current_release_id(released)
    assert not page.exception and "There is no release" not in html_of(page)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_a_kept_release_is_opened_on_every_page_which_says_so(run_page: RunPage, released: Path, page_id: str) -> None:
    release_id = str(current_release_id(released))
    page = run_page(page_id, release=release_id)
    assert re.search(rf"As of the release of \d+ \w+ 20\d\d \({release_id}\); no newer figures exist\.", html_of(page))
    assert len(drawn_charts(page)) == len(CHARTS[page_id]) and "could not be shown" not in html_of(page)
    navigation = [link.proto.query_string for link in page.get("page_link")][: len(PAGES)]
    assert all(f"release={release_id}" in query for query in navigation)


@pytest.mark.parametrize("release", ["", "latest"])
def test_an_address_that_asks_for_the_newest_release_pins_none(run_page: RunPage, release: str) -> None:
    page = run_page("adoption", release=release)
    assert drawn_charts(page) and "As of the release" not in html_of(page)


def test_a_chart_that_breaks_leaves_the_rest_of_its_page(run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = catalogue.draw

    def draw_or_break(release: Any, chart: Any, *rest: Any, **options: Any) -> Any:
        if chart.id == "downloads_over_time":
            raise ValueError("secret detail")
        return draw(release, chart, *rest, **options)

    monkeypatch.setattr(catalogue, "draw", draw_or_break)
    page = run_page("adoption")
    said = html_of(page)
    assert not page.exception
    assert "could not be shown" in said and "secret detail" not in said
    assert len(drawn_charts(page)) == len(CHARTS["adoption"]) - 1


@pytest.mark.parametrize("page_id", WITH_CHARTS)
def test_the_projector_view_is_one_finding_and_one_chart(run_page: RunPage, page_id: str) -> None:
    page = run_page(page_id, view="projector")
    said = html_of(page)
    assert len(drawn_charts(page)) == 1
    assert said.count("<h1") == 1 and "<h2" not in said
    assert not [*page.selectbox, *page.checkbox, *page.select_slider, *page.expander]


def test_the_projector_view_shows_the_chart_that_the_address_names(run_page: RunPage) -> None:
    first = html_of(run_page("leaderboards", view="projector"))
    second = html_of(run_page("leaderboards", view="projector", chart="region_frontier"))
    unknown = html_of(run_page("leaderboards", view="projector", chart="../etc"))
    assert first != second
    assert first == unknown


def test_what_no_page_foresaw_is_said_in_our_words(reads: Any, tmp_path: Path) -> None:
    reads(tmp_path)
    page = AppTest.from_function(_fails_in_our_words).run()
    assert "could not be shown" in html_of(page) and "secret detail" not in html_of(page)


def _fails_in_our_words() -> None:
    from dashboard.frame import say_that_it_failed

    assert say_that_it_failed(ValueError("secret detail"))


@pytest.fixture
def copied(released: Path, tmp_path: Path) -> Path:
    """The data folder again, to be damaged."""
    for name in ("releases", "runs"):
        shutil.copytree(released / name, tmp_path / name, symlinks=True)
    return tmp_path


@pytest.mark.parametrize("page_id", ["overview", "data_and_methods"])
def test_broken_records_of_runs_leave_every_page_whole(run_page: RunPage, copied: Path, page_id: str) -> None:
    for name in ("sources.json", "runs.json"):
        (copied / "runs" / name).write_text("[{", encoding="utf-8")
    page = run_page(page_id, copied)
    assert not page.exception and "could not be shown" not in html_of(page)
    assert "No run is on record that can be read" in html_of(page) + "".join(said.value for said in page.markdown)


@pytest.mark.parametrize(("name", "content"), [("release.json", "{"), ("warehouse.duckdb", "no database")])
def test_a_damaged_release_is_called_so(run_page: RunPage, copied: Path, name: str, content: str) -> None:
    (copied / "releases" / str(current_release_id(copied)) / name).write_text(content, encoding="utf-8")
    page = run_page("adoption", copied)
    assert not page.exception
    assert "The current release is damaged" in html_of(page) and "python -m etl rebuild" in html_of(page)


def test_a_mistake_in_the_registry_ends_the_start_with_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise registry.RegistryError("sources.yaml", "line 3", "-", "not readable as YAML", "Mend that line")

    monkeypatch.setattr(registry, "load", broken)
    with pytest.raises(SystemExit, match="sources.yaml: line 3.*Mend that line"):
        warm_up.what_everything_needs()
