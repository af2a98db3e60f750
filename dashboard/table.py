"""A table as every page shows it: plain column names, links with their target, and why it is empty."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.words import paragraph


def show_table(
    frame: pd.DataFrame, columns: dict[str, Any], *, key: str, says: str, when_empty: str = "There is nothing to list."
) -> None:
    """The named columns of a frame; `columns`: name -> label or column configuration; `says` is read aloud."""
    if frame.empty:
        st.html(paragraph(when_empty, "notice"))
        return
    st.dataframe(
        frame,
        key=f"table_{key}",
        hide_index=True,
        column_order=list(columns),
        column_config=columns,
        alt=says,
    )
