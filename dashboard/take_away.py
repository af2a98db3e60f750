"""The bar below a chart: everything can be taken away - picture, data, citation, link, SQL, projector view.

One component, not five popovers full of widgets: those cost a third of every run of a page.
"""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from charts.catalogue import Drawn
from dashboard.data import Shown
from dashboard.words import file_name

FOLDER = Path(__file__).parent
_bar = st.components.v2.component(
    "take_away",
    html=(FOLDER / "take_away.html").read_text(encoding="utf-8"),
    css=(FOLDER / "take_away.css").read_text(encoding="utf-8"),
    js=(FOLDER / "take_away.js").read_text(encoding="utf-8"),
)
# Put into every picture; address and name are those of .streamlit/config.toml.
FONT = {"font": "app/static/source-sans-3-latin.woff2", "family": "Source Sans 3"}
# Of a picture that is taken away, in pixels; PNG is drawn three times as fine.
PICTURE = {"width": 1200, "height": 675}


def show(shown: Shown) -> None:
    """The ways out, in one row that wraps on a phone."""
    drawn = shown.drawn
    picture = {"key": f"chart_{drawn.chart.id}", "name": file_name(drawn.title, drawn.release_id), **FONT, **PICTURE}
    addresses = {kind: data_address(drawn, kind) for kind in ("csv", "json", "parquet")}
    projector = urlencode({**st.query_params.to_dict(), "view": "projector", "chart": drawn.chart.id})
    _bar(data={**picture, **shown.texts, **addresses, "projector": f"?{projector}"}, key=f"take_away_{drawn.chart.id}")


def data_address(drawn: Drawn, kind: str) -> str:
    """Where web/charts.py serves the numbers of a chart: filters and release stand in the address."""
    query = {**drawn.filters.to_query(drawn.chart.defaults), "release": drawn.release_id}
    return f"/api/v1/charts/{drawn.chart.id}.{kind}?{urlencode(query)}"
