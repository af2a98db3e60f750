"""The bar below a chart: everything can be taken away - picture, data, citation, link, SQL, projector view."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from charts import exports
from charts.catalogue import Drawn
from dashboard import view

FORMATS: dict[str, tuple[str, str, Callable[[Drawn], bytes]]] = {
    "CSV": ("csv", "text/csv", exports.csv),
    "JSON": ("json", "application/json", exports.json),
    "Parquet": ("parquet", "application/vnd.apache.parquet", exports.parquet),
}

FOLDER = Path(__file__).parent
_picture_buttons = st.components.v2.component(
    "picture_buttons",
    html=(FOLDER / "picture_buttons.html").read_text(encoding="utf-8"),
    css=(FOLDER / "picture_buttons.css").read_text(encoding="utf-8"),
    js=(FOLDER / "picture_buttons.js").read_text(encoding="utf-8"),
)
# Put into every picture; its address and name are those of .streamlit/config.toml.
FONT = {"font": "app/static/source-sans-3-latin.woff2", "family": "Source Sans 3"}
# Of a picture that is taken away, in pixels; PNG is drawn three times as fine.
PICTURE = {"width": 1200, "height": 675}


def file_name(drawn: Drawn) -> str:
    """A file name from the title, without anything that a file system could mind."""
    words = re.sub(r"[^a-z0-9]+", "-", drawn.title.lower()).strip("-")
    return f"{words[:80].rstrip('-')}-{drawn.release_id}"


def show(drawn: Drawn) -> None:
    """The ways out, in one row that wraps on a phone."""
    with st.container(key=f"take_away_{drawn.chart.id}", horizontal=True, gap="small"):
        _picture(drawn)
        _data(drawn)
        _text("Cite", drawn, exports.citation(drawn), "One sentence that names finding, source, release and address.")
        _text(
            "Link",
            drawn,
            exports.permalink(drawn),
            "This chart with these filters, as of this release, for as long as it is kept.",
        )
        _text("SQL", drawn, exports.sql(drawn), "The query behind the chart, for the release's DuckDB file.", "sql")
        st.page_link(
            view.current_script(),
            label="Projector",
            help="Big type, nothing but finding and chart.",
            query_params={**st.query_params.to_dict(), "view": "projector", "chart": drawn.chart.id},
        )


def _picture(drawn: Drawn) -> None:
    with st.popover("Picture", type="tertiary", key=f"picture_{drawn.chart.id}"):
        picture = {"key": f"chart_{drawn.chart.id}", "name": file_name(drawn), **FONT, **PICTURE}
        _picture_buttons(data=picture, key=f"picture_buttons_{drawn.chart.id}")


def _data(drawn: Drawn) -> None:
    with st.popover("Data", type="tertiary", key=f"data_{drawn.chart.id}"):
        st.caption("The numbers of this chart; definition, source and date come with them.")
        with st.container(horizontal=True, gap="xsmall"):
            for label, (ending, mime, write) in FORMATS.items():
                st.download_button(
                    label,
                    data=partial(write, drawn),  # written when somebody asks for it
                    file_name=f"{file_name(drawn)}.{ending}",
                    mime=mime,
                    key=f"download_{drawn.chart.id}_{ending}",
                    on_click="ignore",
                )


def _text(label: str, drawn: Drawn, text: str, help_: str, language: str | None = None) -> None:
    with st.popover(label, type="tertiary", key=f"{label.lower()}_{drawn.chart.id}"):
        st.caption(help_)
        st.code(text, language=language, wrap_lines=True)
