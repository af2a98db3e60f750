"""A chart as every page shows it: finding, picture, source, take-away bar, explanations and table."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from charts import catalogue
from charts.catalogue import Drawn
from charts.theme import SIZES
from dashboard import data, take_away, view
from dashboard.data import Shown
from dashboard.table import column_formats
from dashboard.words import file_name, note, paragraph
from warehouse.connect import NoRelease, OlderTables
from warehouse.filters import Filters

log = logging.getLogger(__name__)


def draw(chart_id: str, chosen: Filters, size: str | None = None) -> Shown:
    """The chart as this reader sees it: in the theme and size of the browser."""
    return data.shown(chart_id, chosen, dark=view.is_dark(), size=size or view.size())


def show_finding(drawn: Drawn, tag: str) -> None:
    """The finding as a heading, and the question with its definition below it."""
    chart = drawn.chart
    said = drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence
    question = chart.question if view.is_projector() else f"{chart.question} {drawn.metric.definition}"
    st.html(paragraph(said.replace(" %", "\u00a0%"), "finding", tag) + paragraph(question, "question"))


def show_chart(chart_id: str, chosen: Filters, *, with_finding: bool = True) -> None:
    """Everything about one chart; `with_finding=False` where its finding is the page's headline already."""
    with st.container(key=f"block_{chart_id}", gap="small"), guarded(f"“{catalogue.chart(chart_id).question}”"):
        shown = draw(chart_id, chosen)
        if with_finding:
            show_finding(shown.drawn, "h2")
        if shown.drawn.finding.empty:
            empty(shown.drawn)
            return
        picture(shown, view.size())
        take_away.show(shown)
        explain(shown.drawn)


def picture(shown: Shown, size: str) -> None:
    """The figure itself; what a reader of the screen cannot see is said in words."""
    drawn = shown.drawn
    _picture(f"{drawn.release_id} {drawn.chart.id} {drawn.filters} {view.is_dark()} {size}", shown, size)


@st.cache_data(max_entries=data.FIGURES_KEPT, show_spinner=False)
def _picture(key: str, _shown: Shown, _size: str) -> None:
    """What Streamlit sends for a chart is made once and sent again: making it costs more than the rest of a page."""
    drawn = _shown.drawn
    st.plotly_chart(
        json.loads(_shown.figure_json),
        theme=None,  # the picture on the page is the picture that is taken away
        key=f"chart_{drawn.chart.id}",
        height=SIZES[_size].height,
        alt=drawn.finding.alternative,
        config=plot_settings(file_name(drawn.title, drawn.release_id), _size),
    )


def plot_settings(name: str, size: str) -> dict[str, Any]:
    """One button over the chart: download. Zooming by accident is worse than not zooming."""
    return {
        "displaylogo": False,
        "displayModeBar": "hover" if size == "page" else False,
        "modeBarButtons": [["toImage"]],
        "scrollZoom": False,
        "doubleClick": False,
        "responsive": True,
        "toImageButtonOptions": {"format": "svg", "filename": name, **take_away.PICTURE},
    }


def explain(drawn: Drawn) -> None:
    """How to read the chart, what it does not say, and its numbers: closed until asked for."""
    with st.container(key=f"explain_{drawn.chart.id}", gap=None):
        st.html(explanations(drawn))
        with st.expander("Table", type="compact", key=f"table_{drawn.chart.id}", on_change="rerun") as table:
            if table.open:  # sent only when opened: the numbers of a chart weigh more than the rest of its page
                says = f"The numbers behind the chart: {drawn.title}"
                st.dataframe(drawn.frame, hide_index=True, column_config=column_formats(drawn.frame), alt=says)


def explanations(drawn: Drawn) -> str:
    """Reading help and caveats as two closed notes, in HTML: they need nothing of Streamlit."""
    reading = (drawn.metric.how_to_read, f"Unit: {drawn.chart.unit}.", drawn.source_line)
    return note("How to read this", reading) + note("What it does not say", drawn.metric.caveats, "li")


def empty(drawn: Drawn) -> None:
    """The way to the nearest selection that has data; why there is nothing stands above, where a finding would."""
    nearest = drawn.finding.nearest
    query = nearest.to_query(drawn.chart.defaults) if nearest else {}
    label = "Show the nearest selection that has data" if nearest else "Show the usual selection"
    view.link_here(label, {**view.kept_parameters(), **query})


@contextmanager
def section(title: str) -> Iterator[None]:
    """A part of a page under its own heading; where it fails, the rest of the page goes on."""
    st.subheader(title)
    with guarded("This part of the page"):
        yield


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Where the block fails, one sentence says so, the reason goes to the log, and the page goes on."""
    try:
        yield
    except NoRelease:
        raise
    except OlderTables as missing:
        log.warning(missing)
        not_in_this_release(what)
    except Exception:
        log.exception("%s could not be shown", what)
        broken(what)


def not_in_this_release(what: str) -> None:
    """A past release of an earlier version is shown as far as its tables go."""
    release_id = data.release().release_id
    said = f"{what} cannot be shown as of release {release_id}: an earlier version of the observatory made it, without "
    st.html(paragraph(f"{said}the tables that this asks for. Those that it has are at /data/{release_id}/.", "notice"))


def broken(what: str) -> None:
    """What failed in one sentence, and what still works."""
    rest = "The other charts, the tables and all downloads still work; the error is in the log."
    st.html(paragraph(f"{what} could not be shown. {rest}", "notice", attributes='role="alert"'))
