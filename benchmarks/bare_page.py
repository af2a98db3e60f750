"""The floor: the figures and tables of one page and nothing else, in a Streamlit page of a few lines."""

from pathlib import Path

import plotly.io
import pyarrow
import streamlit as st

FIGURES = Path("build/benchmarks/figures")


@st.cache_resource
def figures(name: str) -> list[object]:
    """The page's figures, as the observatory sent them."""
    return [plotly.io.from_json(file.read_text(), skip_invalid=True) for file in sorted(FIGURES.glob(f"{name}.*.json"))]


@st.cache_resource
def tables(name: str) -> list[object]:
    """The page's tables."""
    return [pyarrow.ipc.open_stream(file).read_pandas() for file in sorted(FIGURES.glob(f"{name}.*.arrow"))]


name = st.query_params.get("figures", "")
for number, figure in enumerate(figures(name)):
    st.plotly_chart(figure, theme=None, key=f"figure-{number}")
for table in tables(name):
    st.dataframe(table)
