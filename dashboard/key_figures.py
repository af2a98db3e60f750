"""The four figures of the overview: number, change, small chart, finding - and the page that says more."""

import streamlit as st

from charts import catalogue
from dashboard import filters, view
from dashboard.chart import broken, draw_safely, picture
from dashboard.words import paragraph


def show(tiles: dict[str, tuple[str, str]]) -> None:
    """One tile per chart, side by side; `tiles`: chart id -> (script of the page that says more, label of the link)."""
    with st.container(key="key_figures"):
        for column, (chart_id, more) in zip(st.columns(len(tiles), gap="medium"), tiles.items(), strict=True):
            with column, st.container(key=f"block_{chart_id}", gap="xsmall"):
                _tile(chart_id, *more)


def _tile(chart_id: str, script: str, label: str) -> None:
    drawn = draw_safely(chart_id, filters.read(chart_id), "small")
    st.html(paragraph(catalogue.chart(chart_id).question, "figure-label"))
    if drawn is None:
        broken("This figure")
    elif drawn.finding.empty:
        st.html(paragraph(drawn.finding.why_empty, "notice"))
    else:
        st.html(paragraph(drawn.finding.key_figure, "figure") + paragraph(drawn.finding.change, "change"))
        picture(drawn, "small")
        st.html(paragraph(drawn.finding.sentence, "figure-finding"))
    st.page_link(script, label=label, query_params=view.travelling_parameters())
