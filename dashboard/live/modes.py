"""The four ways of comparing, as one control whose memory is the address; and the big view with its way back."""

from pathlib import Path

import streamlit as st

from dashboard import view
from dashboard.live import address, session
from dashboard.live.address import MODES, Asked

_STYLE, _BIG = (
    f"<style>{(Path(__file__).parent / name).read_text(encoding='utf-8')}</style>"
    for name in ("style.css", "projector.css")
)


def show_style() -> None:
    """Type and space of panes; larger where the page is seen from the back of a room."""
    st.html(_STYLE)
    if view.is_projector():
        st.html(_BIG)


def show(asked: Asked) -> None:
    """The ways of comparing; in the big view only the way back."""
    with st.container(key="live_modes", horizontal=True, vertical_alignment="center", gap="small"):
        st.session_state["live_mode"] = asked.mode
        st.segmented_control(
            "Way of comparing",
            list(MODES),
            format_func=MODES.__getitem__,
            key="live_mode",
            required=True,
            on_change=_write,
            label_visibility="collapsed",
        )
        _show_stop(asked.mode)
        big = view.is_projector()
        query = st.query_params.to_dict()
        others = {name: value for name, value in query.items() if name != "view"}
        view.link_here(
            "Leave this view" if big else "Projector view", others if big else {**others, "view": "projector"}
        )


def _show_stop(mode: str) -> None:
    """While something is written it can be stopped, from anywhere on the page."""
    comparison = session.current(mode)
    if comparison is not None and not comparison.is_over:
        st.button("Stop", key="live_stop", shortcut="Esc", on_click=session.engine().stop, args=(comparison,))


def _write() -> None:
    chosen = st.session_state["live_mode"]
    address.write(mode=None if chosen == "ask" else chosen)
