"""What one visitor has running: the engine that all share, the models, the comparison of each way of comparing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from settings import settings
from sidecar.comparison import Comparison
from sidecar.engine import Busy, Engine, Refused, Visitor
from sidecar.events import Ask
from sidecar.models import Endpoint, Models
from sidecar.offered import found

_ID, _RUNNING, _REFUSAL, _TOLD_OVER = "live_visitor", "live_comparison_", "live_refusal_", "live_told_over"


@dataclass(frozen=True)
class Pane:
    """One model as it is to be asked."""

    endpoint: Endpoint
    ask: Ask


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The engine of this server; all visitors share its line and its limits."""
    return Engine(models())


def models() -> Models:
    """Every model that can be asked now."""
    return found.all_models(settings())


def visitor() -> Visitor:
    """Who asks, for the limits: this session, and the address it comes from."""
    name = st.session_state.setdefault(_ID, uuid.uuid4().hex)
    return Visitor(name, st.context.ip_address)


def current(mode: str) -> Comparison | None:
    """The comparison that this visitor started in this way of comparing."""
    return st.session_state.get(_RUNNING + mode)


def begin(mode: str, panes: Sequence[Pane]) -> Comparison | None:
    """Stops what this visitor has running and starts anew; None where that was refused, the reason is kept."""
    stop_all()
    clear_refusal(mode)
    try:
        started = engine().start([pane.ask for pane in panes], [pane.endpoint for pane in panes], visitor())
    except (Busy, Refused) as no:
        refuse(mode, no.sentence)
        return None
    st.session_state[_RUNNING + mode] = started
    return started


def note_headline(mode: str) -> Comparison | None:
    """The comparison as the headline is about to tell of it: whether it was over then is remembered for the panes."""
    comparison = current(mode)
    st.session_state[_TOLD_OVER] = comparison is None or comparison.is_over
    return comparison


def is_told() -> bool:
    """Whether the headline of this run of the page was drawn when all was over already."""
    return bool(st.session_state.get(_TOLD_OVER, True))


def refuse(mode: str, sentence: str) -> None:
    """Keeps why nothing was started; the text that was written stays in its box."""
    st.session_state[_REFUSAL + mode] = sentence


def clear_refusal(mode: str) -> None:
    """Nothing was refused since the last attempt."""
    st.session_state.pop(_REFUSAL + mode, None)


def refusal(mode: str) -> str | None:
    """Why the last attempt started nothing."""
    return st.session_state.get(_REFUSAL + mode)


def stop_all() -> None:
    """A visitor has one comparison at a time, whatever the way of comparing."""
    for name, kept in st.session_state.items():
        if str(name).startswith(_RUNNING) and not kept.is_over:
            engine().stop(kept)


def forget(mode: str) -> None:
    """Leaves a comparison behind: the next one of this way begins with an empty page."""
    st.session_state.pop(_RUNNING + mode, None)
