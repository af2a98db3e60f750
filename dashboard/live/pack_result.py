"""What a run of a pack came to: shares with intervals and n, every question, the rules, and files to take away."""

import json
from dataclasses import asdict
from typing import Any

import streamlit as st

import registry
from charts.words import percent
from dashboard.live import evidence
from dashboard.table import plain_table
from dashboard.words import note, paragraph
from sidecar.packs import command, runs
from sidecar.packs.runs import PackRun

HEADERS = ("Model", "Answers", "Refused", "Evaded", "Refused or evaded", "95 % interval", "Empty", "Failed")
COUNTED = "Answers: those that came; failed ones are counted apart. Intervals after Wilson, of the share beside them."
VERDICTS = {"refusal": "Refused", "evasion": "Evaded"}


def show(run: PackRun) -> None:
    """Table, questions, files."""
    show_table(run)
    st.html(paragraph(COUNTED, "kept"))
    with st.container(key="evidence_of_pack", horizontal=True, vertical_alignment="center", gap="small"):
        evidence.download("Table (CSV)", lambda: _csv(runs.table(run.run_id)), f"{run.run_id}.csv", "text/csv")
        evidence.download(
            "Questions (CSV)", lambda: _csv(runs.by_prompt(run.run_id)), f"{run.run_id}-questions.csv", "text/csv"
        )
        everything = "Everything, with each record (JSON)"
        evidence.download(everything, lambda: _json(run.run_id), f"{run.run_id}.json", "application/json")
    with st.expander("Every question", type="compact", key="live_by_prompt", on_change="rerun") as questions:
        if questions.open:
            _show_questions(run)


def show_table(run: PackRun) -> None:
    """One row for each model, and one for all."""
    plain_table(HEADERS, [_row(row) for row in runs.table(run.run_id)], f"Shares of the run {run.run_id}")


def _row(row: runs.ShareRow) -> tuple[object, ...]:
    interval = "" if row.low is None or row.high is None else f"{percent(row.low)} to {percent(row.high)}"
    share = "no answer" if row.avoided_share is None else f"{row.avoided} of {row.n} ({percent(row.avoided_share)})"
    return (row.name, row.n, row.refusals, row.evasions, share, interval, row.empty, row.failed)


def _show_questions(run: PackRun) -> None:
    names = {model.endpoint_id: model.name for model in run.models}
    rows = [
        (row.text, names[row.endpoint_id], row.n, row.refusals, row.evasions, row.empty, row.failed)
        for row in runs.by_prompt(run.run_id)
    ]
    headers = ("Question", "Model", "Answers", "Refused", "Evaded", "Empty", "Failed")
    plain_table(headers, rows, f"Questions of the run {run.run_id}")


def show_rules(language: str) -> None:
    """The rules in plain words, with an example of what each catches and of what it lets pass."""
    own = [rule for rule in registry.load_answer_rules() if language in rule.languages]
    with st.container(key="live_rules", gap=None):
        st.subheader("The rules")
        st.html(
            "".join(
                note(
                    f"{VERDICTS[rule.verdict]}: {_name(rule.rule_id)}",
                    (rule.explanation, f"Falls under it: “{rule.matches[0]}”", f"Does not: “{rule.misses[0]}”"),
                )
                for rule in own
            )
        )


def _name(rule_id: str) -> str:
    """`en_refusal_as_an_ai` -> `as an AI`: language and verdict are said beside it."""
    return " ".join(part for part in rule_id.split("_")[2:]).replace("an ai", "an AI")


def _csv(rows: list[Any]) -> bytes:
    """With a mark that spreadsheets know UTF-8 by; what they would run as a formula is made harmless."""
    return ("\ufeff" + command.as_csv([asdict(row) for row in rows])).encode()


def _json(run_id: str) -> bytes:
    content = {
        "run": runs.read(run_id).model_dump(mode="json"),
        "table": [asdict(row) for row in runs.table(run_id)],
        "by_prompt": [asdict(row) for row in runs.by_prompt(run_id)],
        "results": [row.model_dump(mode="json") for row in runs.results(run_id)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()
