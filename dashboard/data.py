"""What pages read, kept in memory for all visitors, by release: a release never changes, so nothing here grows old."""

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from charts import catalogue
from charts.catalogue import Chart, Drawn
from settings import settings
from warehouse import queries
from warehouse.connect import NoRelease, Release, current_release_id, open_release
from warehouse.filters import Filters

# Visitors read at most a few pinned releases beside the current one; ten are kept on disk.
RELEASES_OPEN = 12
# A figure with its data weighs some 100 KB: five hundred stay below 50 MB.
FIGURES_KEPT = 500


class ReleaseGone(NoRelease):
    """The release of a permalink is not kept any more."""


def release() -> Release:
    """The release of this page: the one named in the address, else the current one. Raises NoRelease or ReleaseGone."""
    pinned = st.query_params.get("release")
    if not pinned:
        return current_release()
    try:
        return _opened(pinned)
    except NoRelease as missing:
        raise ReleaseGone(str(missing)) from missing


def current_release() -> Release:
    """The newest published release; its link is resolved first, so that a new one is seen at once."""
    release_id = current_release_id(settings().data_dir)
    return _opened(release_id) if release_id else open_release(settings().data_dir)  # the latter says what is missing


@st.cache_resource(max_entries=RELEASES_OPEN, show_spinner=False)
def _opened(release_id: str) -> Release:
    return open_release(settings().data_dir, release_id)


def drawn(chart_id: str, filters: Filters, *, dark: bool, size: str) -> Drawn:
    """A chart drawn for a release and filters; the same object for every visitor, so nobody may change it."""
    return _drawn(release().release_id, chart_id, _obeyed(catalogue.chart(chart_id), filters), dark, size)


def _obeyed(chart: Chart, filters: Filters) -> Filters:
    """Only the filters that a chart obeys, so that the others neither redraw it nor stand in its title."""
    return replace(chart.defaults, **{name: getattr(filters, name) for name in chart.filters})


@st.cache_resource(max_entries=FIGURES_KEPT, show_spinner=False)
def _drawn(release_id: str, chart_id: str, filters: Filters, dark: bool, size: str) -> Drawn:
    return catalogue.draw(_opened(release_id), catalogue.chart(chart_id), filters, dark=dark, size=size)


def months(chart_id: str, filters: Filters) -> list[str]:
    """The months (YYYY-MM) that a chart could show for these filters, whatever span is chosen."""
    whole = drawn(chart_id, replace(filters, since="", until=""), dark=False, size="page").frame
    column = next((name for name in ("period_start", "month_start", "published_on") if name in whole.columns), None)
    return sorted(set(pd.to_datetime(whole[column]).dt.strftime("%Y-%m"))) if column else []


def table(name: str, **arguments: Any) -> pd.DataFrame:
    """A table for a page: the result of the query of that name in warehouse.queries."""
    return _table(release().release_id, name, tuple(sorted(arguments.items())))


@st.cache_data(max_entries=200, show_spinner=False)
def _table(release_id: str, name: str, arguments: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    return getattr(queries, name)(_opened(release_id), **dict(arguments))


def records(name: str) -> list[dict[str, Any]]:
    """The rows of such a table; what is missing is None, never NaN."""
    frame = table(name)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
