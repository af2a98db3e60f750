"""What happened to counters, which sources were corrected, how origins were found: sentences and rows for a page."""

from collections import Counter
from typing import Any

import streamlit as st

from charts.words import amount, percent
from dashboard import data
from dashboard.table import Link

KIND_HEADERS = (
    "What happened",
    "What it means",
    "What is done",
    "Events",
    "Downloads it moved by",
    "Downloads counted",
)
# Kind of event -> its name, and what it means.
KINDS = {
    "counter_fall": ("Counter fell", "downloads cannot be undone: it was recounted"),
    "counter_jump": ("Counter leapt", "far above what its own 30-day counter allows: it was recounted"),
    "counter_stalled": ("Counter stood still", "while the 30-day counter went on; what came later counts when it came"),
    "spike": ("Spike", "far above the model's usual pace, and its likes did not follow"),
    "jump": ("30-day counter leapt", "tenfold, with too little history to judge it"),
    "fall": ("30-day counter fell back", "the return after a leap"),
    "renamed": ("Renamed", "the same counter goes on under another name"),
    "vanished": ("Vanished", "the account was read again, the model was not there"),
    "account_enters": (
        "Account enters",
        "its downloads before are unknown, so that totals rise without anyone's doing",
    ),
}
TREATMENTS = {
    "replaced": "replaced by the 30-day counter",
    "joined": "counted on across both names",
    "kept": "counted",
    "left_out": "left out",
}
KEPT = {"vanished": "what was counted stays", "counter_stalled": "counted when it came"}  # "counted", said better
EVENTS: dict[str, Any] = {
    "on_day": st.column_config.DateColumn("Day", format="D MMM YYYY"),
    "kind": "What happened",
    "model_id": "Model",
    "size": st.column_config.NumberColumn("Downloads it moved by", format="localized"),
    "counted": st.column_config.NumberColumn("Downloads counted", format="localized"),
    "treatment": "What is done",
    "reason": st.column_config.TextColumn("Why", width=640),
}
CORRECTION_HEADERS = ("Of", "What", "The source says", "Counted as", "State", "Why", "Evidence")
FIELDS = {
    "created_at": "released",
    "parameters": "parameters",
    "base_model_id": "made from",
    "organisation_id": "made by",
}
STATES = {
    "applied": "replaced",
    "not found": "about what is not in the data",
    "no longer needed": "right by now",
    "upstream changed": "a third value by now",
}
LINEAGE_HEADERS = ("How the origin was found", "Models", "New downloads", "Longest chain")
METHODS = {
    "own": "it names no base: it is its own origin",
    "tag": "by the bases that the repositories name",
    "name": "by a name on the way that holds the whole name of an official model",
    "missing_parent": "by the account of a base that is in no reading (deleted, or elsewhere)",
    "several_origins": "not: it was merged from models of several organisations",
    "cycle": "its bases lead in a circle: only where all in it are of one organisation",
}


def events_sentence() -> str:
    """`11 events of counters: 3 spike, ...; the largest ...`."""
    kinds = data.records("counter_event_kinds")
    counted = sum(int(row["events"]) for row in kinds)
    if not counted:
        return (
            "No counter fell, leapt, stood still or was renamed: every figure is the plain difference of two readings."
        )
    by_kind: Counter[str] = Counter()
    for row in kinds:
        by_kind[row["kind"]] += int(row["events"])
    named = ", ".join(f"{_kind(kind).lower()} ({count:,})" for kind, count in by_kind.most_common())
    replaced = sum(abs(int(row["size"])) for row in kinds if row["treatment"] == "replaced")
    moved = f" Movements of {amount(replaced)} were recounts and are replaced." if replaced else ""
    return f"{counted:,} times a counter did something else than count downloads: {named}.{moved}"


def kind_rows() -> list[tuple[object, ...]]:
    """One row for each kind of event and treatment, the largest first."""
    return [
        (
            _kind(row["kind"]),
            KINDS.get(row["kind"], ("", ""))[1],
            _treatment(row["kind"], row["treatment"]),
            int(row["events"]),
            int(row["size"] or 0),
            int(row["counted"] or 0),
        )
        for row in data.records("counter_event_kinds")
    ]


def events_in_words(frame: Any) -> Any:
    """The listed events with kind and treatment in words."""
    treated = [_treatment(kind, treatment) for kind, treatment in zip(frame["kind"], frame["treatment"], strict=True)]
    return frame.assign(kind=frame["kind"].map(_kind), treatment=treated)


def corrections_sentence() -> str:
    """How many corrections there are and how they stand."""
    states = Counter(row["status"] for row in data.records("corrections"))
    if not states:
        return "No source is corrected."
    named = ", ".join(f"{count:,} {STATES.get(state, state)}" for state, count in states.most_common())
    return f"{states.total():,} statements of sources are known to be wrong: {named}. The readings stay as they came."


def correction_rows() -> list[tuple[object, ...]]:
    """One row for each correction, those first that are not as the registry says any more."""
    return [
        (
            row["subject"],
            FIELDS.get(row["field"], row["field"]),
            row["found_value"] or row["upstream_value"] or "nothing",
            row["right_value"],
            STATES.get(row["status"], row["status"]),
            row["reason"],
            Link(row["evidence_title"] or "source", row["evidence_url"]) if row["evidence_url"] else "",
        )
        for row in data.records("corrections")
    ]


def lineage_sentence() -> str:
    """What part of models and of downloads has an origin."""
    rows = data.records("lineage")
    models, downloads = (sum(int(row[name]) for row in rows) for name in ("models", "new_downloads"))
    if not models:
        return "No model was read yet."
    unresolved = sum(int(row["unresolved_models"]) for row in rows)
    weight = sum(int(row["unresolved_downloads"]) for row in rows)
    part = f", {percent(weight / downloads)} of all downloads counted" if downloads and unresolved else ""
    if not unresolved:
        return f"All {models:,} models have an origin."
    lost = "They are a group of their own, and nothing is lost from sums."
    return f"Of {models:,} models, {unresolved:,} have no single origin{part}. {lost}"


def lineage_rows() -> list[tuple[object, ...]]:
    """One row for each way in which origins were found."""
    return [
        (
            METHODS.get(row["lineage_method"], row["lineage_method"]),
            int(row["models"]),
            int(row["new_downloads"]),
            int(row["longest_chain"] or 0),
        )
        for row in data.records("lineage")
    ]


def _treatment(kind: str, treatment: str) -> str:
    usual = TREATMENTS.get(treatment, treatment)
    return KEPT.get(kind, usual) if treatment == "kept" else usual


def _kind(kind: str) -> str:
    return KINDS.get(kind, (kind.replace("_", " ").capitalize(), ""))[0]
