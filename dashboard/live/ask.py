"""One prompt to two to four models at once: the way of comparing that the page opens with."""

from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from dashboard.live import choice, evidence, panes, prompt, said, serving, session, where
from dashboard.live.address import Asked
from dashboard.words import paragraph
from sidecar.comparison import Comparison

MODE = "ask"
EXPLAINED = (
    "The same words go to every model at the same moment, and the answers appear side by side as they are written. "
    "One answer is an example, not a finding: for a rate, run a whole pack."
)


def says() -> tuple[str, str]:
    """Headline and what stands below it."""
    comparison = session.note_headline(MODE)
    asked = f"Asked: “{comparison.ask.messages[-1].content}”" if comparison else EXPLAINED
    return said.headline(comparison), asked


def show(asked: Asked) -> None:
    """Prompt and models, the panes, and what can be taken away."""
    models = session.models()
    serving.show(models)
    comparison = session.current(MODE)
    chosen = [pane.endpoint for pane in choice.panes(asked, models, "")]
    where.warn_of_demonstration([answer.endpoint for answer in comparison.answers] if comparison else chosen)
    if models.endpoints:
        with composer(MODE, comparison):
            prompt.show_choice(asked)
            written, beside = st.columns([3, 2], gap="large")
            with written:
                prompt.show_box(models.limits.prompt_characters, lambda text: _send(asked, text), "Ask the models")
            with beside:
                choice.show_models(asked, models)
                choice.show_settings(asked, models)
                where.show(chosen)
    show_refusal(MODE)
    panes.follow(MODE, panes.in_full)
    panes.show_source(MODE)
    evidence.show(MODE)


def composer(mode: str, comparison: Comparison | None) -> AbstractContextManager[object]:
    """Where the next question is written: open before the first, then folded, so that the answers stand first."""
    if comparison is None:
        return nullcontext()
    is_open = session.refusal(mode) is not None
    return st.expander("Ask something else", expanded=is_open, key=f"composer_{comparison.comparison_id}")


def _send(asked: Asked, text: str) -> None:
    models = session.models()
    session.begin(MODE, choice.panes(asked, models, text))


def show_refusal(mode: str) -> None:
    """Why nothing was started; the text is still in its box."""
    sentence = session.refusal(mode)
    if sentence:
        st.html(paragraph(sentence, "notice", attributes='role="alert"'))
