"""The numbers that a picture shows, in readers' words: for spreadsheets, plain pages, slides and screen readers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from charts.words import short_day, short_month

Kind = Literal["text", "date", "month", "week", "share", "amount", "points", "count"]
DATES = {"date", "month", "week"}


@dataclass(frozen=True)
class Column:
    """A column: its name in files, its words above the table, what its values are. Shares are parts of one."""

    name: str
    label: str
    kind: Kind


@dataclass(frozen=True)
class Series:
    """One line, stack or row of marks: the columns of its value and, where known, of its interval."""

    name: str
    value: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True)
class ShownTable:
    """Rows as the picture shows them, the first column says when or what; `series` name the columns that are drawn."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    series: tuple[Series, ...] = ()

    def column(self, name: str) -> list[Any]:
        """The values of a column, row by row."""
        place = [column.name for column in self.columns].index(name)
        return [row[place] for row in self.rows]


def table_of(frame: pd.DataFrame, columns: Sequence[Column], series: Sequence[Series] = ()) -> ShownTable:
    """The columns of a frame; what is missing is None, dates are dates."""
    rows = tuple(
        tuple(_plain(value, column) for value, column in zip(row, columns, strict=True))
        for row in frame[[column.name for column in columns]].itertuples(index=False, name=None)
    )
    return ShownTable(tuple(columns), rows, tuple(series))


def text(value: Any, column: Column) -> str:
    """A cell as a reader wants it: `53.1 %`, `Jul 2025`, `1,494.9`; an en dash where nothing is known."""
    if value is None:
        return "–"
    match column.kind:
        case "share":
            return f"{value * 100:.1f} %"
        case "month":
            return short_month(value)
        case "date" | "week":
            return short_day(value)
        case "points":
            return f"{value:,.1f}"
        case "amount" | "count":
            return f"{value:,.0f}"
    return str(value)


def name_of(words: str) -> str:
    """A column name from words of the data: only letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "other"


def _plain(value: Any, column: Column) -> Any:
    if value is None or pd.isna(value):
        return None
    if column.kind in DATES:
        return pd.Timestamp(value).date()
    if column.kind == "text":
        return str(value)
    return int(value) if column.kind in {"amount", "count"} and float(value).is_integer() else float(value)
