"""What a chart is: its declaration, what it is drawn with, what it says, and the whole of a drawn one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd
import plotly.graph_objects as go

from charts.shown_table import ShownTable
from registry import Metric, Source
from warehouse.connect import Release
from warehouse.filters import Filters


@dataclass(frozen=True)
class Finding:
    """What the data says in one sentence; `alternative` says it to those who cannot see the picture."""

    sentence: str
    alternative: str
    empty: bool = False
    why_empty: str = ""
    key_figure: str = ""
    key_value: float | None = None  # the key figure as a number, a share in parts of one: what alerts compare
    change: str = ""
    nearest: Filters | None = None  # where there is nothing: the nearest choice that has data


@dataclass(frozen=True)
class Event:
    """A dated mark in a picture: one or two words, the whole sentence on hover."""

    on: date
    word: str
    title: str


@dataclass(frozen=True)
class Context:
    """What a figure needs besides its data."""

    title: str
    subtitle: str
    source_line: str
    is_simulated: bool
    filters: Filters
    dark: bool = False
    size: str = "page"
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart, declared once; pages, exports and slides all read it."""

    id: str
    question: str
    metric_id: str
    source_ids: tuple[str, ...]
    filters: tuple[str, ...]  # the filters that it obeys
    page: str  # where it is at home; empty for the first page
    unit: str
    query_name: str  # the file in warehouse/queries
    query: Callable[[Release, Filters], pd.DataFrame]
    figure: Callable[[pd.DataFrame, Context], go.Figure]
    finding: Callable[[pd.DataFrame, Filters], Finding]
    table: Callable[[pd.DataFrame, Filters], ShownTable]  # the numbers that the figure shows
    titled: Callable[[Filters], str]
    subtitled: Callable[[pd.DataFrame, Filters], str]
    shape: Literal["lines", "stacks", "panels", "dots", "ranks"] = "lines"  # what a slide draws it as
    defaults: Filters = field(default_factory=Filters)
    events: bool = False

    def title(self, filters: Filters) -> str:
        """What is drawn, for these filters."""
        return self.titled(filters)


@dataclass(frozen=True)
class Drawn:
    """A chart of a release with these filters: everything that a page or an export needs."""

    chart: Chart
    filters: Filters
    frame: pd.DataFrame
    figure: go.Figure
    finding: Finding
    title: str
    subtitle: str
    source_line: str
    metric: Metric
    sources: tuple[Source, ...]
    data_until: date | None
    release_id: str
    is_simulated: bool
    data_hash: str

    @property
    def table(self) -> ShownTable:
        """The numbers that the picture shows; none where there is nothing to show."""
        return ShownTable((), ()) if self.finding.empty else self.chart.table(self.frame, self.filters)
