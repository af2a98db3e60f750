"""The bare page, treated like the observatory: libraries imported first, then out of the collector's sight."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pandas  # noqa: F401
import plotly.graph_objects  # noqa: F401
import plotly.io  # noqa: F401
import pyarrow  # noqa: F401
import streamlit as st


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Freeze what is loaded: Streamlit collects garbage after every rerun."""
    gc.collect()
    gc.freeze()
    yield


app = st.App("bare_page.py", lifespan=lifespan)
