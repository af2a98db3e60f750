"""What every page stands in: navigation, data date, banner, headline, and what is said when there is no release."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from charts import catalogue
from dashboard import as_of, data, filters, projector, view
from dashboard.chart import broken, draw, guarded, not_in_this_release, section, show_chart, show_finding
from dashboard.data import ReleaseGone
from dashboard.table import show_table
from dashboard.words import day, paragraph
from warehouse.connect import NoRelease, OlderTables, Release
from warehouse.filters import Filters

__all__ = ["PAGES", "Page", "headline", "open_page", "say", "section", "show_chart", "show_table"]

log = logging.getLogger(__name__)

NAME = "Open Model Observatory"
FOLDER = Path(__file__).parent
STYLE, PROJECTOR_STYLE = (
    f"<style>{(FOLDER / name).read_text(encoding='utf-8')}</style>" for name in ("style.css", "projector.css")
)
TOPS_KEPT = 500
ICON = FOLDER.parent / "static" / "icon.png"
SIMULATED = (
    "Simulated data. The organisations are real, the figures are invented to show how the observatory works. "
    "Do not quote them."
)


@dataclass(frozen=True)
class Page:
    """A page of the navigation; `charts` in their order on it, the first is the page's own question."""

    page_id: str
    label: str
    script: str
    charts: tuple[str, ...] = ()


PAGES = (
    Page(
        "overview",
        "Overview",
        "overview.py",
        ("overview_china_share", "overview_open_closed_gap", "overview_open_licences", "overview_deepseek_qwen"),
    ),
    Page(
        "adoption",
        "Adoption",
        "pages/adoption.py",
        ("downloads_over_time", "downloads_concentration", "share_by_definition"),
    ),
    Page(
        "leaderboards",
        "Capability",
        "pages/leaderboards.py",
        ("open_closed_frontier", "region_frontier", "scores_over_time"),
    ),
    Page("licences", "Licences", "pages/licences.py", ("licence_share_over_time", "licence_share_by_region")),
    Page("compare", "Compare", "pages/compare.py"),
    Page("briefing", "Briefing", "pages/briefing.py"),
    Page("revisions", "Revisions", "pages/revisions.py"),
    Page("data_and_methods", "Data and methods", "pages/data_and_methods.py"),
)


def open_page(page_id: str) -> Release:
    """Begins a page: frame and release. Without a release it says so and stops; the projector view stops here too."""
    page = next(page for page in PAGES if page.page_id == page_id)
    st.set_page_config(page_title=f"{page.label} - {NAME}", page_icon=ICON, layout="wide")
    st.html(STYLE)
    view.remember_script(page.script)
    release = _release_or_stop()
    if view.is_projector() and page.charts:
        st.html(PROJECTOR_STYLE)
        _banner(release)
        as_of.say_which(release)
        projector.show(page.charts)
        st.stop()
    view.watch_width()
    _top(_data_date(page, release))
    _banner(release)
    as_of.say_which(release)
    return release


def headline(chart_id: str, chosen: Filters) -> None:
    """The page's finding, first and large, with its question below."""
    with guarded(f"The finding on “{catalogue.chart(chart_id).question}”"):
        show_finding(draw(chart_id, chosen).drawn, "h1")


def say(finding: str, question: str) -> None:
    """A headline of a page without a chart: its finding, and what stands behind it."""
    st.html(paragraph(finding, "finding", "h1") + paragraph(question, "question"))


def say_that_it_failed(error: Exception) -> bool:
    """For what no page foresaw: one sentence in our words; True keeps Streamlit from adding its own."""
    if isinstance(error, OlderTables):
        not_in_this_release("The rest of this page")
        return True
    log.error("a page failed", exc_info=error)
    broken("The rest of this page")
    return True


def _release_or_stop() -> Release:
    try:
        return data.release()
    except ReleaseGone as gone:
        _top("", view.unpinned_parameters())
        as_of.say_that_it_is_gone(str(gone))
    except NoRelease as missing:
        _no_release_yet(str(missing))
    return st.stop()


def _top(note: str, parameters: dict[str, str] | None = None) -> None:
    """Name, pages and data date in one line that wraps; links take filters and release along."""
    taken_along = view.travelling_parameters() if parameters is None else parameters
    _top_line(view.current_script(), note, tuple(taken_along.items()))


@st.cache_data(max_entries=TOPS_KEPT, show_spinner=False)
def _top_line(script: str, note: str, parameters: tuple[tuple[str, str], ...]) -> None:
    """Made once for a page and its filters, then only sent: that halves its price."""
    with st.container(key="top", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(paragraph(NAME, "brand"))
        with st.container(key="navigation", horizontal=True, gap="small"):
            for page in PAGES:
                st.page_link(page.script, label=page.label, query_params=dict(parameters))
        st.html(paragraph(note, "data-date"))


def _data_date(page: Page, release: Release) -> str:
    """The day of the newest figure of the page's own chart; sources end on different days."""
    until = release.data_until
    with suppress(Exception):  # a chart that breaks says so in its own place
        until = draw(page.charts[0], filters.read(page.charts[0])).drawn.data_until
    return f"data to {day(until)}"


def _banner(release: Release) -> None:
    if release.is_simulated:
        st.html(paragraph(SIMULATED, "simulated", attributes='role="status"'))


def _no_release_yet(reason: str) -> None:
    """Before the first release: calm words and the one command that helps. A damaged one is called so."""
    if data.is_damaged():
        log.error(reason)
        st.html(
            '<h1 class="finding">The current release is damaged and cannot be read.</h1>'
            '<p class="question">Whoever runs this observatory can make a new one from the readings, which are all '
            "kept: <code>python -m etl rebuild</code>. This page looks again by itself.</p>"
        )
        _look_again()
        return
    _top("no data yet")
    st.html(
        '<h1 class="finding">The first release is being made.</h1>'
        '<p class="question">The observatory reads its sources, checks every figure and only then shows it. The first '
        "reading takes a few minutes; this page looks again by itself.</p>"
    )
    st.markdown("If nothing happens, start a reading by hand, in the folder of the project:")
    st.code("python -m etl run", language=None)
    _look_again()


@st.fragment(run_every=10)
def _look_again() -> None:
    try:
        data.release()
    except NoRelease:
        return
    st.rerun()
