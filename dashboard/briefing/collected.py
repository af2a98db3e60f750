"""What a reader has collected with “+ Briefing” below the charts: it lies in the browser's own memory."""

from pathlib import Path

import streamlit as st

from charts.briefing.deck import Deck
from dashboard.briefing import address

FOLDER = Path(__file__).parent
_collected = st.components.v2.component(
    "collected",
    html=(FOLDER / "collected.html").read_text(encoding="utf-8"),
    css=(FOLDER / "collected.css").read_text(encoding="utf-8"),
    js=(FOLDER / "collected.js").read_text(encoding="utf-8"),
)


def offer(deck: Deck) -> None:
    """Offers what is collected and not in the deck yet."""
    _collected(data={"slides": [slide.to_text() for slide in deck.slides]}, key="collected", on_slides_change=_take)


def _take() -> None:
    asked = st.session_state["collected"]["slides"]
    if isinstance(asked, list):
        address.add(*(text for text in asked if isinstance(text, str)))
