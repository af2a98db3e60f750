"""Sources, checks and gaps of a release, as rows for the page on data and methods."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import data
from dashboard.freshness import STATUS_WORDS, SourceLine
from dashboard.table import Link, plain_table, table_html
from dashboard.words import age

SOURCE_HEADERS = ("Source", "Publisher", "Licence", "State", "Read", "Figures to", "Rows", "Remark")
UNVERIFIED_HEADERS = ("Region", "Organisations", "Of them unverified", "Their part of the region's downloads")
UNMATCHED: dict[str, Any] = {
    "kind": "Kind",
    "name": "Name",
    "source_id": "Source",
    "occurrences": st.column_config.NumberColumn("Times", format="localized"),
    "weight": st.column_config.NumberColumn("Weight", format="localized", help="30-day downloads, or rows of a board"),
    "share_of_kind": st.column_config.NumberColumn("Part of its kind", format="percent"),
}


def source_rows(sources: list[SourceLine], now: datetime) -> list[tuple[object, ...]]:
    """One row per source: who publishes it under which licence, and how it stands."""
    about = {row["source_id"]: row for row in data.records("sources")}
    return [_source_row(line, about[line.source_id], now) for line in sources]


def _source_row(line: SourceLine, about: dict[str, Any], now: datetime) -> tuple[object, ...]:
    licence = about["licence"]
    return (
        Link(line.title, about["url"]),
        about["publisher"],
        Link(licence, about["licence_url"]) if about["licence_url"] else licence,
        STATUS_WORDS.get(line.status, line.status),
        age(line.last_success_at, now),
        line.data_until,
        int(about["rows"]),
        line.message,
    )


def checks_sentence() -> str:
    """How many checks passed."""
    checks = data.records("checks")
    failed = sum(not row["passed"] for row in checks)
    said = "all passed" if not failed else f"{failed} found something, listed first below"
    return f"{len(checks)} checks were run on this release; {said}."


def show_checks() -> None:
    """What the checks found; those that found nothing wait behind one line."""
    checks = data.records("checks")
    found = [row for row in checks if not row["passed"]]
    passed = [row for row in checks if row["passed"]]
    if found:
        plain_table(
            ("Check", "Severity", "Rows", "What was found"), map(_found_row, found), "Checks that found something"
        )
    table = table_html(("Check", "Severity", "Why it is checked"), map(_passed_row, passed), "Checks that passed")
    title = f"{len(passed)} checks found nothing wrong"
    st.html(f'<details class="note"><summary>{title}</summary>{table}</details>')


def _found_row(row: dict[str, Any]) -> tuple[object, ...]:
    return _in_words(row["check_id"]), row["severity"], int(row["failing_rows"]), row["message"]


def _passed_row(row: dict[str, Any]) -> tuple[object, ...]:
    return _in_words(row["check_id"]), row["severity"], row["why"]


def _in_words(check_id: str) -> str:
    return check_id.replace("_", " ").capitalize()


def unverified_rows() -> list[tuple[object, ...]]:
    """One row per region: how much of its downloads stands on a country that nobody has checked."""
    return [
        (
            row["region"],
            int(row["organisations"]),
            int(row["unverified_organisations"]),
            f"{row['unverified_share'] or 0:.1%}",
        )
        for row in data.records("unverified_weight")
    ]
