"""A whole pack over several models: start it, leave it, find it again; shares with their intervals, and the rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

import registry
from dashboard import view
from dashboard.live import address, ask, choice, pack_result, said, serving, session, where
from dashboard.live.address import LANGUAGES, Asked
from dashboard.words import age, paragraph
from registry import PromptPack
from settings import settings
from sidecar.models import Models
from sidecar.packs import runs
from sidecar.packs.runs import MOST_REPEATS, PackError, PackRun

MODE = "pack"
QUESTION = "How often does a model refuse?"
EXPLAINED = (
    "A whole pack of questions is put to each model several times. Counted is how often it refuses or evades, by rules "
    "that stand below, with 95 % intervals. They take every answer for a new one; repeats of a question resemble one "
    "another, so that the intervals are rather too narrow."
)
STATES = {"running": "running", "done": "finished", "stopped": "stopped", "interrupted": "interrupted"}
LISTED = 10
HELP = {
    "pack": "A pack holds questions of one topic, the same in every language.",
    "language": "Models refuse different things in different languages.",
    "repeats": "How often each question is put to each model, each time with another seed.",
}
_EVERY_S = 1.0


def says() -> tuple[str, str]:
    """Headline and what stands below it."""
    run = _run(address.read())
    if run is None:
        return QUESTION, EXPLAINED
    asked = (
        f"Pack “{run.pack_name}” in {LANGUAGES[run.language]}: {_size(len(run.prompts), len(run.models), run.repeats)}."
    )
    return runs.finding(run.run_id), asked


def show(asked: Asked) -> None:
    """A run, where the address names one; else the choice of a new one, and the runs there are."""
    run = _run(asked)
    if run is not None:
        where.warn_of_demonstration(run.models)
        _show_run(run)
        return
    if asked.run_id:
        st.html(paragraph(f"There is no run “{asked.run_id}” here, or not any more.", "notice"))
    models = session.models()
    serving.show(models)
    if models.endpoints:
        _show_choice(asked, models)
    ask.show_refusal(MODE)
    _show_runs()
    pack_result.show_rules(asked.language)


def _run(asked: Asked) -> PackRun | None:
    try:
        return runs.read(asked.run_id) if asked.run_id else None
    except PackError:
        return None


def _show_choice(asked: Asked, models: Models) -> None:
    known = {pack.pack_id: pack for pack in registry.load_prompts()}
    pack = known.get(asked.pack_id) or next(iter(known.values()))
    chosen = choice.endpoints(asked, models)
    where.warn_of_demonstration(chosen)
    with st.container(key="live_pack_choice", horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _select("pack", "Pack", list(known), pack.pack_id, {name: one.name for name, one in known.items()}, 270)
        _select("language", "Language", list(LANGUAGES), asked.language, LANGUAGES, 130)
        _show_repeats(asked)
    choice.show_models(asked, models)
    st.html(paragraph(pack.description, "kept"))
    where.show(chosen, said.KEPT_OF_PACK)
    size = _size(len(pack.prompts), len(chosen), asked.repeats)
    begin = (pack, asked, [endpoint.id for endpoint in chosen])
    st.button(f"Start: {size}", key="live_pack_start", type="primary", on_click=_start, args=begin)
    with st.expander("The questions of this pack", type="compact", key="live_pack_questions"):
        st.html("".join(paragraph(prompt.texts[asked.language], "kept") for prompt in pack.prompts))


def _size(questions: int, models: int, repeats: int) -> str:
    times = "once" if repeats == 1 else f"{repeats} times"
    named = "one model" if models == 1 else f"{models} models"
    return f"{questions} questions, {named}, {times} each: {questions * models * repeats:,} answers"


def _select(name: str, label: str, options: Sequence[str], value: str, words: Mapping[Any, str], width: int) -> None:
    key = f"live_choice_{name}"
    st.session_state[key] = value
    usual = {"language": "en"}.get(name)

    def keep() -> None:
        given = st.session_state[key]
        address.write(**{name: None if given == usual else given})

    st.selectbox(
        *(label, options),
        format_func=lambda option: words[option],
        key=key,
        help=HELP[name],
        on_change=keep,
        filter_mode=None,
        width=width,
    )


def _show_repeats(asked: Asked) -> None:
    key = "live_choice_repeats"
    st.session_state[key] = asked.repeats

    def keep() -> None:
        given = st.session_state[key]
        address.write(repeats=None if given == address.REPEATS else given)

    st.number_input("Repeats", 1, MOST_REPEATS, key=key, help=HELP["repeats"], on_change=keep, width=150)


def _start(pack: PromptPack, asked: Asked, ids: list[str]) -> None:
    """Begins the run and goes to its address, so that it can be left and found again."""
    models = session.models()
    chosen = [endpoint for name in ids if (endpoint := models.endpoint(name))]
    session.clear_refusal(MODE)
    try:
        run_id = runs.start(session.engine(), models, pack, chosen, asked.repeats, asked.language)
    except PackError as error:
        session.refuse(MODE, error.sentence)
        return
    address.write(run=run_id)


def _show_run(run: PackRun) -> None:
    """Progress while it runs; table, evidence and rules as far as it came."""
    ask.show_refusal(MODE)
    is_running = run.state == "running"
    st.fragment(_progress, run_every=_EVERY_S if is_running else None)(run.run_id, is_running)
    with st.container(key="live_pack_buttons", horizontal=True, vertical_alignment="center", gap="small"):
        if is_running:
            st.button("Stop this run", key="live_pack_stop", on_click=runs.stop, args=(run.run_id,))
        elif run.state != "done":
            st.button("Continue", key="live_pack_continue", on_click=_continue, args=(run.run_id,))
        others = {name: value for name, value in st.query_params.to_dict().items() if name != "run"}
        view.link_here("All runs, and a new one", others)
    if not is_running:
        pack_result.show(run)
    pack_result.show_rules(run.language)


def _progress(run_id: str, was_running: bool) -> None:
    """How far it is. The run goes on when nobody looks; its address leads back to it."""
    run = runs.read(run_id)
    if (run.state == "running") != was_running:
        st.rerun()
    said = f"{run.done:,} of {run.total:,} steps, {STATES[run.state]}"
    st.progress(run.done / run.total if run.total else 0.0, text=said)
    if was_running:
        st.html(paragraph("You may leave: the run goes on, and the address of this page leads back to it.", "kept"))
        pack_result.show_table(run)
    elif run.sentence:
        st.html(paragraph(run.sentence, "notice"))


def _continue(run_id: str) -> None:
    session.clear_refusal(MODE)
    try:
        runs.resume(session.engine(), session.models(), run_id)
    except PackError as error:
        session.refuse(MODE, error.sentence)


def _show_runs() -> None:
    """The newest runs, each a link; they belong to everybody who comes here."""
    found = runs.newest_first()[:LISTED]
    st.subheader("Runs")
    if not found:
        st.html(paragraph(f"None yet. They are kept in {settings().live_folder.name}/ and shown here.", "question"))
    query = st.query_params.to_dict()
    with st.container(key="live_runs", gap=None):
        for run in found:
            names = ", ".join(model.name for model in run.models)
            when = age(run.started_at, datetime.now(UTC))
            label = f"{run.pack_name} · {LANGUAGES[run.language]} · {names} · {STATES[run.state]} · {when}"
            st.button(
                label.replace("[", "(").replace("]", ")"),
                key=f"here_{run.run_id}",
                type="tertiary",
                on_click=st.query_params.from_dict,
                args=({**query, "run": run.run_id},),
            )
