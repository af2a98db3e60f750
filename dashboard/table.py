"""Tables: small ones as plain HTML, which prints and reads aloud well; large ones as a grid that can be sorted."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.words import paragraph


class Link:
    """A cell that leads somewhere; the target is one of our own addresses or from the registry."""

    def __init__(self, label: str, target: str) -> None:
        self.label, self.target = label, target

    def __str__(self) -> str:
        return f'<a href="{escape(self.target)}">{escape(self.label)}</a>'


def plain_table(headers: Sequence[str], rows: Iterable[Sequence[object]], caption: str) -> None:
    """A small table; text is escaped, `Link` cells are links, numbers stand to the right."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    st.html(
        f'<div class="scroll" tabindex="0"><table class="plain"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="number">{value:,}</td>'
    return f"<td>{value if isinstance(value, Link) else escape(str(value))}</td>"


def show_table(
    frame: pd.DataFrame, columns: dict[str, Any], *, key: str, says: str, row_height: int | None = None
) -> None:
    """The named columns of a frame as a grid; `columns`: name -> label or column configuration; `says` is read aloud."""
    if frame.empty:
        st.html(paragraph("There is nothing to list.", "notice"))
        return
    st.dataframe(
        frame,
        key=f"table_{key}",
        hide_index=True,
        column_order=list(columns),
        column_config=columns,
        row_height=row_height,
        alt=says,
    )
