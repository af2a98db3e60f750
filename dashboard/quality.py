"""Sources, checks and gaps of a release, as rows for the page on data and methods."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import data
from dashboard.freshness import STATUS_WORDS, SourceLine
from dashboard.table import Link
from dashboard.words import age

SOURCE_HEADERS = ("Source", "Publisher", "Licence", "State", "Read", "Figures to", "Rows", "Remark")
CHECK_HEADERS = ("Check", "Severity", "Result", "Rows at fault", "What was found")
UNVERIFIED_HEADERS = ("Region", "Organisations", "of them unverified", "Part of downloads")
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
    about = data.table("sources").set_index("source_id")
    return [_source_row(line, about.loc[line.source_id].to_dict(), now) for line in sources]


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
    checks = data.table("checks")
    failed = int((~checks["passed"]).sum())
    said = "all passed" if not failed else f"{failed} found something, listed first below"
    return f"{len(checks)} checks were run on this release; {said}."


def check_rows() -> list[tuple[object, ...]]:
    """One row per check, failed ones first."""
    return [
        (
            str(row["check_id"]).replace("_", " "),
            row["severity"],
            "passed" if row["passed"] else "found something",
            int(row["failing_rows"]),
            row["message"] if not row["passed"] else row["why"],
        )
        for row in data.table("checks").to_dict("records")
    ]


def unverified_rows() -> list[tuple[object, ...]]:
    """One row per region: how much of its downloads stands on a country that nobody has checked."""
    return [
        (
            row["region"],
            int(row["organisations"]),
            int(row["unverified_organisations"]),
            f"{row['unverified_share']:.1%}" if row["unverified_share"] == row["unverified_share"] else "none",
        )
        for row in data.table("unverified_weight").to_dict("records")
    ]
