"""What remains of a comparison: its record as a file, a page to print, and running it again to see whether it holds."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from html import escape

import streamlit as st

from dashboard import data
from dashboard.live import background, facts, session
from dashboard.words import paragraph
from sidecar.comparison import Comparison
from sidecar.evidence import printed, records, replay
from sidecar.evidence.records import Record
from sidecar.evidence.replay import Replayed
from warehouse.connect import NoRelease

OUTCOMES = {
    "identical": "Identical",
    "different": "Different",
    "other_weights": "Other weights",
    "not_available": "Cannot be asked here",
    "failed": "Failed",
}
_RECORD, _REPLAY = "live_record", "live_replay_"


def show(mode: str) -> None:
    """The row below the panes, once all is over."""
    comparison = session.current(mode)
    if comparison is not None and comparison.is_over:
        show_record(_record_of(comparison))


def _record_of(comparison: Comparison) -> Record:
    """Made once: a record holds the time it was made at, and its hash must not change from look to look."""
    kept = st.session_state.get(_RECORD)
    if kept is None or kept[0] != comparison.comparison_id:
        kept = (comparison.comparison_id, records.of(comparison, release_id=_release_id()))
        st.session_state[_RECORD] = kept
    record: Record = kept[1]
    return record


def _release_id() -> str | None:
    with suppress(NoRelease):
        return data.release().release_id
    return None


def show_record(record: Record, *, can_be_downloaded: bool = True) -> None:
    """Downloads, the replay with its outcome, and the beginning of the hash."""
    name = f"comparison-{record.record_id[:8]}"
    with st.container(key="evidence", horizontal=True, vertical_alignment="center", gap="small"):
        if can_be_downloaded:
            download("Record (JSON)", lambda: records.to_json(record), f"{name}.json", "application/json")
        download("Page to print", lambda: printed.page(record, _facts(record)).encode(), f"{name}.html", "text/html")
        st.button("Run again and compare", key="live_replay", on_click=_replay, args=(record,))
        st.html(paragraph(f"sha256 {record.record_sha256[:12]}", "kept", attributes=f'title="{record.record_sha256}"'))
    _show_replay(record)


def download(label: str, content: Callable[[], bytes], name: str, kind: str) -> None:
    """A file that is made only when it is asked for."""
    st.download_button(label, content, name, kind, key=f"live_{name}", on_click="ignore")


def _facts(record: Record) -> dict[str, list[str]]:
    """What is known of the record's models, where they are models of ours: a name alone proves nothing."""
    models = session.models()
    named = [(answer, models.endpoint(answer.endpoint_id)) for answer in record.answers]
    known = [
        endpoint
        for answer, endpoint in named
        if endpoint and (endpoint.model, endpoint.hub_model_id) == (answer.model, answer.hub_model_id)
    ]
    rows = facts.of(known)
    return {endpoint.id: list(facts.lines(endpoint, rows.get(endpoint.hub_model_id or ""))) for endpoint in known}


def _replay(record: Record) -> None:
    engine, models, visitor = session.engine(), session.models(), session.visitor()
    background.begin(_REPLAY + record.record_id, lambda: replay.replay(record, engine, models, visitor))


def _show_replay(record: Record) -> None:
    key = _REPLAY + record.record_id
    work = background.result(key)
    if work is None:
        return
    if not work.done():
        st.html(paragraph("Running again, with the same words and settings …", "notice", attributes='role="status"'))
        background.wait_for(key)
        return
    if error := work.exception():
        sentence = getattr(error, "sentence", "It could not be run again; the reason is in the log.")
        st.html(paragraph(sentence, "notice", attributes='role="alert"'))
        return
    _show_outcomes(record, work.result())


def _show_outcomes(record: Record, outcomes: Sequence[Replayed]) -> None:
    with st.container(key="replayed"):
        st.subheader(_outcome_in_one(outcomes))
        for outcome in outcomes:
            st.html(_outcome(record, outcome))


def _outcome_in_one(outcomes: Sequence[Replayed]) -> str:
    same = sum(outcome.outcome == "identical" for outcome in outcomes)
    if same == len(outcomes):
        return "Run again: every answer is the same, character for character."
    return f"Run again: {same} of {len(outcomes)} answers are the same."


def _outcome(record: Record, outcome: Replayed) -> str:
    names = {answer.endpoint_id: answer.name for answer in record.answers}
    title = f"{names.get(outcome.endpoint_id, outcome.endpoint_id)}: {OUTCOMES[outcome.outcome].lower()}"
    html = paragraph(title, "pane-title", "h3") + paragraph(outcome.sentence, "question")
    if outcome.outcome == "identical" or not outcome.now:
        return html
    then, now = marked(outcome.then, outcome.now)
    return (
        f'{html}<div class="then-now"><div><p class="kept">Then</p><p class="words">{then}</p></div>'
        f'<div><p class="kept">Now</p><p class="words">{now}</p></div></div>'
    )


def marked(then: str, now: str) -> tuple[str, str]:
    """Both texts as escaped HTML; what lies between their same beginning and their same end is marked.

    Not a finer comparison: its time grows with the square of the words, and a record may come from anybody.
    """
    left, right = then.split(" "), now.split(" ")
    start = _same(left, right)
    end = _same(left[start:][::-1], right[start:][::-1])
    return _marked(left, start, end), _marked(right, start, end)


def _same(left: Sequence[str], right: Sequence[str]) -> int:
    """How many words are the same at the beginning."""
    pairs = zip(left, right, strict=False)  # one may be longer
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))


def _marked(words: Sequence[str], start: int, end: int) -> str:
    stop = len(words) - end
    middle = " ".join(words[start:stop])
    parts = (
        escape(" ".join(words[:start])),
        f"<mark>{escape(middle)}</mark>" if middle else "",
        escape(" ".join(words[stop:])),
    )
    return " ".join(filter(None, parts))
