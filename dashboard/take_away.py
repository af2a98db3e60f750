"""The bar below a chart: everything can be taken away - picture, data, citation, link, SQL, projector view.

One component, not five popovers full of widgets: those cost a third of every run of a page.
"""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from charts import exports
from charts.briefing.deck import Slide
from charts.catalogue import Drawn
from charts.exports import Permit
from charts.permits import NON_COMMERCIAL
from charts.provenance import query
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
    addresses = {name: file_address(drawn, kind, **more) for name, kind, more in ways(exports.permit(drawn))}
    projector = urlencode({**st.query_params.to_dict(), "view": "projector", "chart": drawn.chart.id})
    here = {"permalink_here": page_address(drawn), "projector": f"?{projector}"}
    slide = {"slide": Slide("chart", drawn.chart.id, drawn.filters).to_text()}
    _bar(
        data={**picture, **shown.texts, "about": shown.about, **addresses, **here, **slide},
        key=f"take_away_{drawn.chart.id}",
    )


def ways(permit: Permit) -> list[tuple[str, str, dict[str, str]]]:
    """Name, ending and parameters of each file that may be handed out; pictures always may."""
    pictures: list[tuple[str, str, dict[str, str]]] = [("pdf", "pdf", {})]
    use = {"use": NON_COMMERCIAL} if permit.kind == "non_commercial" else {}
    if not permit.allows_files(use.get("use", "")):
        return pictures
    kinds = ("csv", "json", "parquet", "xlsx", "pptx", "tsv")
    return [*pictures, ("csv_shown", "csv", {"rows": "shown", **use}), *((kind, kind, use) for kind in kinds)]


def file_address(drawn: Drawn, kind: str, **more: str) -> str:
    """Where web/charts.py serves a chart as a file: filters and release stand in the address."""
    return f"/api/v1/charts/{drawn.chart.id}.{kind}?{urlencode({**query(drawn), **more})}"


def page_address(drawn: Drawn) -> str:
    """The plain page of the chart on this server."""
    return f"/chart/{drawn.chart.id}?{urlencode(query(drawn))}"
