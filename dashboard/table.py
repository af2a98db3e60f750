"""Tables: small ones as plain HTML, which prints and reads aloud well; large ones as a grid that can be sorted."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.words import paragraph


class Link:
    """A cell that leads somewhere; the target is one of our own addresses or from the registry."""

    def __init__(self, label: str, target: str) -> None:
        self.label, self.target = label, target

    def __str__(self) -> str:
        return f'<a href="{escape(self.target)}">{escape(self.label)}</a>'


def plain_table(headers: Sequence[str], rows: Iterable[Sequence[object]], caption: str) -> None:
    """A small table; text is escaped, `Link` cells are links, numbers stand to the right."""
    st.html(table_html(headers, rows, caption))


def table_html(headers: Sequence[str], rows: Iterable[Sequence[object]], caption: str) -> str:
    """The same table as HTML."""
    cells = [list(row) for row in rows]
    numbers = [all(_is_number(row[column]) for row in cells) and bool(cells) for column in range(len(headers))]
    head = "".join(
        f'<th scope="col"{_NUMBER if number else ""}>{escape(header)}</th>'
        for header, number in zip(headers, numbers, strict=True)
    )
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in cells)
    return (
        f'<div class="scroll" tabindex="0"><table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


_NUMBER, _SHORT = ' class="number"', ' class="short"'
_LONG = ' class="long"'
_SHORT_LENGTH = 14  # a date, a state: breaking them over two lines saves nothing
_LONG_LENGTH = 120  # sentences: they need room, also on a phone


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(value: object) -> str:
    if _is_number(value):
        return f"<td{_NUMBER}>{value:,}</td>"
    if isinstance(value, Link):
        return f"<td>{value}</td>"
    text = str(value)
    kind = _SHORT if len(text) <= _SHORT_LENGTH else _LONG if len(text) > _LONG_LENGTH else ""
    return f"<td{kind}>{escape(text)}</td>"


def show_table(
    name: str,
    columns: dict[str, Any],
    *values: Hashable,
    says: str,
    prepare: Callable[[pd.DataFrame], pd.DataFrame] = pd.DataFrame.copy,
    row_height: int | None = None,
) -> None:
    """A table of warehouse.queries as a grid; `columns`: name -> label or configuration; `says` is read aloud.

    `values` are what the query asks beside the release.
    """
    if data.table(name, *values).empty:
        st.html(paragraph("There is nothing to list.", "notice"))
        return
    key = f"{data.release().release_id} {name} {values}"
    _grid(key, lambda: prepare(data.table(name, *values)), columns, says, row_height)


@st.cache_data(max_entries=data.TABLES_KEPT, show_spinner=False)
def _grid(
    key: str, _frame: Callable[[], pd.DataFrame], _columns: dict[str, Any], _says: str, _row_height: int | None
) -> None:
    """What Streamlit sends for a table is made once and sent again."""
    st.dataframe(
        _frame(),
        hide_index=True,
        column_order=list(_columns),
        column_config=_columns,
        row_height=_row_height,
        placeholder="",  # an empty cell, not the word None
        alt=_says,
    )


def column_formats(frame: pd.DataFrame) -> dict[str, Any]:
    """Column configurations from the names and types of the tables: days without hours, shares in per cent."""
    return {str(name): _column_format(str(name), frame[name]) for name in frame.columns}


def _column_format(name: str, values: pd.Series) -> Any:
    label = name.replace("_", " ").capitalize()
    if pd.api.types.is_datetime64_any_dtype(values):
        return st.column_config.DateColumn(label, format="D MMM YYYY")
    if name.startswith("share") or name.endswith("share"):
        return st.column_config.NumberColumn(label, format="percent")
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return st.column_config.NumberColumn(label, format="localized")
    return label
