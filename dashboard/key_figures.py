"""The four figures of the overview: number, change, small chart, finding - and the page that says more."""

from dataclasses import dataclass, field

import streamlit as st

from dashboard import filters, view
from dashboard.chart import draw, guarded, picture
from dashboard.words import paragraph


@dataclass(frozen=True)
class Tile:
    """A figure, and where it is explained: script and label of the page, and filters that the link sets there."""

    chart_id: str
    script: str
    label: str
    filters: dict[str, str] = field(default_factory=dict)


def show(tiles: tuple[Tile, ...], said_above: str) -> None:
    """The tiles side by side, below each other on a phone; `said_above`: whose finding is the headline already."""
    with st.container(key="key_figures"):
        for column, tile in zip(st.columns(len(tiles), gap="medium"), tiles, strict=True):
            with column, st.container(key=f"block_{tile.chart_id}", gap="xsmall"):
                with guarded("This figure"):
                    _figure(tile.chart_id, with_finding=tile.chart_id != said_above)
                query = {**view.travelling_parameters(), **tile.filters}
                st.page_link(tile.script, label=tile.label, query_params=query)


def _figure(chart_id: str, *, with_finding: bool) -> None:
    shown = draw(chart_id, filters.read(chart_id), "small")
    finding, label = shown.drawn.finding, paragraph(shown.drawn.chart.question, "figure-label")
    if finding.empty:
        st.html(label + paragraph(finding.why_empty, "notice"))
        return
    st.html(label + paragraph(finding.key_figure, "figure") + paragraph(finding.change, "change"))
    picture(shown, "small")
    if with_finding:
        st.html(paragraph(finding.sentence, "figure-finding"))
