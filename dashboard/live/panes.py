"""Panes side by side: drawn again four times a second while something is written, and not at all when all is over."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dashboard import data
from dashboard.live import facts, said, session
from dashboard.live.pane import Look
from dashboard.words import paragraph
from sidecar.comparison import Answer, Comparison, State

WRITING_S, WAITING_S = 0.25, 1.0
Looks = Callable[[Comparison], Sequence[Look]]


def follow(mode: str, looks: Looks) -> None:
    """The panes of a visitor's comparison, for as long as it goes on; then the whole page once more, at rest."""
    comparison = session.current(mode)
    if comparison is None:
        return
    at_rest = comparison.is_over and session.is_told()
    pace = None if at_rest else _pace(comparison)

    def draw() -> None:
        session.engine().seen(comparison)
        show(looks(comparison))
        if not at_rest and (comparison.is_over or _pace(comparison) != pace):
            st.rerun()

    st.fragment(draw, run_every=pace)()


def _pace(comparison: Comparison) -> float:
    """Seconds between two looks."""
    waits = all(answer.state is State.waiting for answer in comparison.answers)
    return WAITING_S if waits else WRITING_S


def show(looks: Sequence[Look]) -> None:
    """Panes in columns; on a phone one below the other."""
    with st.container(key="panes"):
        for number, (column, look) in enumerate(zip(st.columns(len(looks), gap="medium"), looks, strict=True)):
            kind = "writing" if look.is_writing else "pane"
            with column, st.container(key=f"{kind}_{number}", gap="xsmall"):
                _show_pane(number, look)


def _show_pane(number: int, look: Look) -> None:
    st.html(paragraph(look.title, "pane-title", "h2") + look.facts)
    st.html(paragraph(look.state, "pane-state", attributes='role="status" aria-live="polite"'))
    if look.trouble:
        st.html(paragraph(look.trouble, "notice", attributes='role="alert"'))
    if look.thinking:
        with st.expander(look.thinking_title, type="compact", key=f"thinking_{number}"):
            st.text(look.thinking)
    with st.container(key=f"answer_{number}"):
        st.text(look.text)  # never Markdown: a picture in it would be fetched, and tell its host who reads
    st.html(_figures(look.figures))


def _figures(figures: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in figures)
    return f'<dl class="pane-figures">{cells}</dl>'


def in_full(comparison: Comparison) -> list[Look]:
    """Every pane with its model's name, facts and figures."""
    known = facts.of(answer.endpoint for answer in comparison.answers)
    titles = said.names(comparison.answers)
    return [
        of_answer(answer, title, facts.html(answer.endpoint, known.get(answer.endpoint.hub_model_id or "")), comparison)
        for title, answer in zip(titles, comparison.answers, strict=True)
    ]


def of_answer(answer: Answer, title: str, facts_html: str, comparison: Comparison) -> Look:
    """One pane of a comparison as it stands now."""
    return Look(
        title=title,
        state=said.state(answer, comparison.place),
        text=answer.text,
        facts=facts_html,
        thinking=answer.thinking,
        thinking_title=said.thinking(answer),
        figures=tuple(said.figures(answer)),
        trouble=None if answer.state is State.done else answer.sentence,
        is_writing=not answer.is_over,
    )


def show_source(mode: str) -> None:
    """Whose words these are, when they were written, and where the facts beside them come from."""
    comparison = session.current(mode)
    if comparison is not None:
        st.html(paragraph(said.source(comparison, data.release().release_id), "pane-source"))
