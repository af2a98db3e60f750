"""What pages read, kept in memory for all visitors, by release: a release never changes, so nothing here grows old."""

import time
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from charts import catalogue, exports
from charts.catalogue import Drawn
from settings import settings
from warehouse import queries
from warehouse.connect import NoRelease, Release, current_release_id, open_release, releases
from warehouse.filters import Filters

# The current one and three that permalinks lead to: each holds a file and up to a gigabyte of pages of it, and opening
# another takes some 20 ms. The least recently asked for is closed once nobody reads from it.
RELEASES_OPEN = 4
# A figure with its data weighs some 100 KB: five hundred stay below 50 MB.
FIGURES_KEPT = 500
# A dozen tables for each release that was read lately.
TABLES_KEPT = 150
_NO_FIGURE = go.Figure()


class ReleaseGone(NoRelease):
    """The release of a permalink is not here, not any more, or cannot be read."""


def pinned() -> str:
    """The release that the address asks for; empty where it asks for the newest, also as `latest` like the files do."""
    asked = st.query_params.get("release", "")
    return "" if asked == "latest" else asked


def release() -> Release:
    """The release of this page: the one named in the address, else the current one. Raises NoRelease or ReleaseGone."""
    asked = pinned()
    if not asked:
        return current_release()
    try:
        return _opened(asked)
    except NoRelease as missing:
        raise ReleaseGone(str(missing)) from missing


def current_release() -> Release:
    """The newest published release."""
    release_id = _current_id(settings().data_dir, int(time.monotonic()))
    return _opened(release_id) if release_id else open_release(settings().data_dir)  # the latter says what is missing


def known_releases() -> list[dict[str, Any]]:
    """What each release that is kept says of itself, newest first."""
    return releases(settings().data_dir)


def is_damaged() -> bool:
    """Whether there is a current release, to be asked when it cannot be opened."""
    return current_release_id(settings().data_dir) is not None


@lru_cache(maxsize=4)
def _current_id(data_dir: Path, second: int) -> str | None:
    """Asked of the disk once a second, not several times in every run of a page."""
    return current_release_id(data_dir)


@st.cache_resource(max_entries=RELEASES_OPEN, show_spinner=False)
def _opened(release_id: str) -> Release:
    return open_release(settings().data_dir, release_id)


@dataclass(frozen=True)
class Shown:
    """A drawn chart as pages keep it: its figure as Plotly's JSON, and the texts to take away."""

    drawn: Drawn
    figure_json: str
    texts: dict[str, str]
    about: dict[str, str]  # provenance, for the inside of pictures


def shown(chart_id: str, filters: Filters, *, dark: bool, size: str) -> Shown:
    """A chart for a release and filters; the same object for every visitor, so nobody may change it."""
    return _shown(release().release_id, chart_id, _obeyed(chart_id, filters), dark, size)


def _obeyed(chart_id: str, filters: Filters) -> Filters:
    """Only the filters that a chart obeys, so that the others neither redraw it nor stand in its title."""
    chart = catalogue.chart(chart_id)
    return replace(chart.defaults, **{name: getattr(filters, name) for name in chart.filters})


@lru_cache(maxsize=FIGURES_KEPT)
def _shown(release_id: str, chart_id: str, filters: Filters, dark: bool, size: str) -> Shown:
    """Figures are kept as text: as objects, some ten thousand each, they would slow the collection after every run."""
    drawn = catalogue.draw(_opened(release_id), catalogue.chart(chart_id), filters, dark=dark, size=size)
    cited = exports.citations(drawn)
    texts = {"citation": cited["plain"], "apa": cited["apa"], "bibtex": cited["bibtex"], "sql": exports.sql(drawn)}
    texts |= {"permalink": exports.permalink(drawn), "embed": exports.embed_code(drawn)}
    texts["permit"] = exports.permit(drawn).sentence
    about = exports.provenance(drawn)
    return Shown(replace(drawn, figure=_NO_FIGURE), str(drawn.figure.to_json()), texts, about)


def months(chart_id: str, filters: Filters) -> list[str]:
    """The months (YYYY-MM) that a chart could show for these filters, whatever span is chosen."""
    return _months(release().release_id, chart_id, _obeyed(chart_id, replace(filters, since="", until="")))


@lru_cache(maxsize=FIGURES_KEPT)
def _months(release_id: str, chart_id: str, filters: Filters) -> list[str]:
    whole = _shown(release_id, chart_id, filters, False, "page").drawn.frame
    column = next((name for name in ("period_start", "month_start", "published_on") if name in whole.columns), None)
    return sorted(set(pd.to_datetime(whole[column]).dt.strftime("%Y-%m"))) if column else []


def table(name: str, *values: Hashable) -> pd.DataFrame:
    """A table for a page: what the query of that name in warehouse.queries gives; shared by all visitors."""
    return _table(release().release_id, name, values)


def table_of_newest(name: str, *values: Hashable) -> pd.DataFrame:
    """The same of the current release, whatever release the address asks for."""
    return _table(current_release().release_id, name, values)


@lru_cache(maxsize=TABLES_KEPT)
def _table(release_id: str, name: str, values: tuple[Hashable, ...]) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(queries, name)(_opened(release_id), *values)
    return frame


def records(name: str, *values: Hashable) -> list[dict[str, Any]]:
    """The rows of such a table; what is missing is None, never NaN. Shared as well."""
    return _records(release().release_id, name, values)


@lru_cache(maxsize=TABLES_KEPT)
def _records(release_id: str, name: str, values: tuple[Hashable, ...]) -> list[dict[str, Any]]:
    return rows_of(_table(release_id, name, values))


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame; what is missing is None, never NaN."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(column): value for column, value in row.items()} for row in rows]


def forget() -> None:
    """Empties every memory of this module."""
    _opened.clear()
    for memory in (_current_id, _shown, _months, _table, _records):
        memory.cache_clear()
