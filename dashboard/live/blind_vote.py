"""Blind votes: two answers without names, one choice, then who it was; and what all votes here say so far."""

import random
from dataclasses import dataclass

import streamlit as st

from charts.words import percent
from dashboard.live import ask, choice, evidence, panes, prompt, said, serving, session, where
from dashboard.live.address import Asked
from dashboard.live.pane import Look
from dashboard.table import plain_table
from dashboard.words import paragraph
from settings import settings
from sidecar.blind import sides, votes, win_rates
from sidecar.blind.win_rates import WinRate
from sidecar.comparison import Answer, Comparison, State
from sidecar.models import Endpoint, Models

MODE = "blind"
EXPLAINED = (
    "Two models are drawn by lot and shown as left and right. Names, makers and figures stay hidden until you have "
    "chosen; a name that an answer gives away is covered, and its vote is counted apart."
)
TABLE = (
    "Model",
    "Wins",
    "Losses",
    "Ties",
    "Decided",
    "Won of decided",
    "95 % interval",
    "Visits",
    "Left out: a name slipped",
)
ABOUT_VOTES = (
    "Votes of whoever came here: no sample of any public. Ties, votes for neither and votes after a name slipped out "
    "are left out of the share. Intervals after Wilson; where one half lies inside, nobody leads."
)
_VOTE = "live_vote"


@dataclass(frozen=True)
class Button:
    """One way to vote."""

    choice: votes.Choice
    label: str
    shortcut: str


BUTTONS = (
    Button("left", "Left is better", "1"),
    Button("right", "Right is better", "2"),
    Button("tie", "Equally good", "3"),
    Button("both_bad", "Both are bad", "4"),
)


def says() -> tuple[str, str]:
    """Headline and what stands below it."""
    comparison = session.note_headline(MODE)
    if comparison is None:
        return said.BLIND_QUESTION, EXPLAINED
    asked = f"Asked: “{comparison.ask.messages[-1].content}”"
    if _vote_of(comparison):
        left, right = (answer.endpoint.name for answer in comparison.answers)
        return f"Left was {left}, right was {right}.", asked
    if comparison.is_over and all(answer.state is State.done for answer in comparison.answers):
        return "Which answer is better?", asked
    return said.headline(comparison, said.HIDDEN), asked


def show(asked: Asked) -> None:
    """Prompt, two answers without names, the vote, and the table of all votes."""
    models = session.models()
    serving.show(models)
    comparison = session.current(MODE)
    offered = _offered(asked, models)
    where.warn_of_demonstration(offered)
    with ask.composer(MODE, comparison):
        _show_prompt(asked, models, offered)
    ask.show_refusal(MODE)
    if comparison:
        panes.follow(MODE, _looks)
        _show_vote(comparison)
    _show_table()


def _offered(asked: Asked, models: Models) -> list[Endpoint]:
    """Out of which the two are drawn: the models of the address, else all that are ready."""
    if asked.models:
        return choice.endpoints(asked, models)
    known = serving.states()
    return [endpoint for endpoint in models.endpoints if serving.is_ready(endpoint, known)]


def _show_prompt(asked: Asked, models: Models, offered: list[Endpoint]) -> None:
    prompt.show_choice(asked)
    written, beside = st.columns([3, 2], gap="large")
    with written:
        prompt.show_box(models.limits.prompt_characters, lambda text: _send(asked, models, offered, text), "Ask two")
    with beside:
        choice.show_models(asked, models, "Drawn out of", [endpoint.id for endpoint in offered])
        where.show(offered)
        st.html(paragraph("A vote keeps the two models, your choice and a fingerprint of the question.", "kept"))


def _send(asked: Asked, models: Models, offered: list[Endpoint], text: str) -> None:
    try:
        two = sides.pair(offered, random.SystemRandom())
    except sides.NoPair as none:
        session.refuse(MODE, none.sentence)
        return
    st.session_state.pop(_VOTE, None)
    session.begin(MODE, [choice.pane(endpoint, text, asked, models) for endpoint in two])


def _vote_of(comparison: Comparison) -> str | None:
    kept = st.session_state.get(_VOTE)
    return kept[1] if kept and kept[0] == comparison.comparison_id else None


def _looks(comparison: Comparison) -> list[Look]:
    if _vote_of(comparison):
        return panes.in_full(comparison)
    names = [answer.endpoint for answer in comparison.answers]
    return [
        _masked(title, answer, names, comparison) for title, answer in zip(said.HIDDEN, comparison.answers, strict=True)
    ]


def _masked(title: str, answer: Answer, names: list[Endpoint], comparison: Comparison) -> Look:
    """A pane that gives away nothing: no facts, no figures, no names in the text."""
    text = sides.mask(answer.text, names, is_final=answer.is_over).text
    thinking = sides.mask(answer.thinking, names, is_final=answer.is_over).text
    trouble = sides.mask(answer.sentence, names).text if answer.sentence else None
    return Look(
        title=title,
        state=said.state(answer, comparison.place),
        text=text,
        thinking=thinking,
        thinking_title=f"Thinking: {len(thinking):,} characters",
        trouble=trouble,
        is_writing=not answer.is_over,
    )


def _show_vote(comparison: Comparison) -> None:
    """Four buttons, once both answers are there; afterwards the evidence."""
    if _vote_of(comparison):
        panes.show_source(MODE)
        evidence.show(MODE)
        st.button("Next", key="live_next", type="primary", on_click=session.forget, args=(MODE,))
        return
    if not comparison.is_over:
        return
    if not all(answer.state is State.done for answer in comparison.answers):
        st.html(paragraph("A vote needs two whole answers; one was stopped or failed.", "notice"))
        st.button("Next", key="live_next", type="primary", on_click=session.forget, args=(MODE,))
        return
    with st.container(key="votes", horizontal=True, gap="small"):
        for button in BUTTONS:
            st.button(
                button.label,
                key=f"live_vote_{button.choice}",
                shortcut=button.shortcut,
                on_click=_cast,
                args=(comparison, button.choice),
            )


def _cast(comparison: Comparison, chosen: votes.Choice) -> None:
    """Counts the vote and shows who it was; also where it cannot be counted, for then there is no second try."""
    if _vote_of(comparison):
        return
    st.session_state[_VOTE] = (comparison.comparison_id, chosen)
    try:
        votes.cast(settings(), comparison, chosen, is_leak=_has_leaked(comparison), session=session.visitor().session)
    except votes.VoteRefused as no:
        session.refuse(MODE, no.sentence)


def _has_leaked(comparison: Comparison) -> bool:
    """Whether a name had to be covered in what was shown."""
    names = [answer.endpoint for answer in comparison.answers]
    shown = [text for answer in comparison.answers for text in (answer.text, answer.thinking, answer.sentence or "")]
    return any(sides.mask(text, names).is_leak for text in shown)


def _show_table() -> None:
    rates = win_rates.win_rates(votes.read(settings()))
    with st.container(key="votes_so_far"):
        st.subheader("What the votes say so far")
        st.html(paragraph(win_rates.finding(rates), "question"))
        if rates:
            plain_table(TABLE, map(_row, rates), "Blind votes by model")
            st.html(paragraph(ABOUT_VOTES, "kept"))


def _row(rate: WinRate) -> tuple[object, ...]:
    share = "none" if rate.win_share is None else percent(rate.win_share)
    interval = f"{percent(rate.low)} to {percent(rate.high)}"
    return (rate.model, rate.wins, rate.losses, rate.ties, rate.n, share, interval, rate.voters, rate.leaked)
