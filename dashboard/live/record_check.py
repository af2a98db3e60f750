"""A record somebody was given: see it as it was, run it again, see whether it holds."""

from datetime import datetime

import streamlit as st

from dashboard.live import evidence, panes, said, serving, session
from dashboard.live.address import Asked
from dashboard.live.pane import Look
from dashboard.words import moment, paragraph
from sidecar.evidence import records
from sidecar.evidence.records import Record, RecordedAnswer, RecordError
from sidecar.visible import on_one_line, visible

QUESTION = "Does a record hold?"
EXPLAINED = (
    "Give it the file of a comparison, from this observatory or another. It shows what was asked and answered, whether "
    "the file was changed since its hash was noted, and runs it again on the models that are here."
)
LONGEST_NAME = 80  # a record comes from anybody: its words must not push the page aside
_OPEN, _FAULT, _UPLOAD = "live_open_record", "live_record_fault", "live_upload"


def says() -> tuple[str, str]:
    """Headline and what stands below it."""
    record: Record | None = st.session_state.get(_OPEN)
    if record is None:
        return QUESTION, EXPLAINED
    names = ", ".join(dict.fromkeys(on_one_line(answer.name, LONGEST_NAME) for answer in record.answers))
    when = moment(datetime.fromisoformat(record.asked_at))
    return f"A comparison of {names}, asked on {when}.", f"Asked: “{on_one_line(record.messages[-1].content, 300)}”"


def show(asked: Asked) -> None:
    """Upload, the record as it was, and running it again."""
    serving.show(session.models())
    st.file_uploader(
        "Record of a comparison (JSON, 1 MB at most)",
        type="json",
        key=_UPLOAD,
        on_change=_take,
        max_upload_size=1,
        help="It is read here and not kept.",
    )
    if fault := st.session_state.get(_FAULT):
        st.html(paragraph(fault, "notice", attributes='role="alert"'))
    record: Record | None = st.session_state.get(_OPEN)
    if record:
        panes.show([look(answer) for answer in record.answers])
        evidence.show_record(record, can_be_downloaded=False)


def _take() -> None:
    given = st.session_state[_UPLOAD]
    st.session_state.pop(_FAULT, None)
    st.session_state.pop(_OPEN, None)
    if given is None:
        return
    try:
        st.session_state[_OPEN] = records.read(given.getvalue())
    except RecordError as error:
        st.session_state[_FAULT] = error.sentence


def look(answer: RecordedAnswer) -> Look:
    """A pane of a record: what it says of the model, not what today's release says."""
    return Look(
        title=on_one_line(answer.name, LONGEST_NAME),
        state=f"Recorded: {said.recorded_state(answer)}",
        text=visible(answer.text),
        facts=_facts(answer),
        thinking=visible(answer.thinking),
        thinking_title=f"Thinking: {len(answer.thinking):,} characters",
        figures=tuple(said.recorded_figures(answer)),
        trouble=answer.sentence,
    )


def _facts(answer: RecordedAnswer) -> str:
    weights = answer.weights_sha256 or answer.revision
    lines = (
        f"{answer.organisation}, licence {answer.licence}",
        f"{answer.quantisation or 'precision not stated'} · weights {weights[:12] if weights else 'not stated'}",
        f"{answer.engine or 'engine not stated'} {answer.engine_version or ''}".strip(),
        f"temperature {answer.temperature:g}, seed {answer.seed}, at most {answer.max_tokens:,} tokens",
    )
    items = "".join(paragraph(line, "", "li") for line in lines)
    return f'<ul class="model-facts">{items}</ul>'
