"""The view for the back of a room: one finding, one chart, its source; arrows to the page's next chart."""

import streamlit as st

from dashboard import filters, view
from dashboard.chart import draw, empty, guarded, picture, show_finding


def show(charts: tuple[str, ...]) -> None:
    """The chart that the address names, else the page's first."""
    asked = st.query_params.get("chart", "")
    chart_id = asked if asked in charts else charts[0]
    with guarded("This chart"):
        _chart(chart_id)
    _links(charts, charts.index(chart_id))


def _chart(chart_id: str) -> None:
    shown = draw(chart_id, filters.read(chart_id))
    show_finding(shown.drawn, "h1")
    if shown.drawn.finding.empty:
        empty(shown.drawn)
        return
    picture(shown, "projector")


def _links(charts: tuple[str, ...], position: int) -> None:
    with st.container(key="projector_links", horizontal=True, horizontal_alignment="right", gap="medium"):
        for label, target in (("Previous", position - 1), ("Next", position + 1)):
            if 0 <= target < len(charts):
                parameters = {**st.query_params.to_dict(), "chart": charts[target]}
                view.link_here(label, parameters)
        view.link_here("Leave this view", view.travelling_parameters())
