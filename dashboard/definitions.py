"""Definitions and downloads, as the page on data and methods lists them."""

from functools import cache

import streamlit as st

import registry
from dashboard import data, filters
from dashboard.table import Link, plain_table
from dashboard.words import bullets, note
from warehouse import export
from warehouse.connect import Release

FORMATS = ("csv", "parquet", "json")
CHOSEN = ("scope", "attribution", "denominator", "panel", "marked", "without_top")


def show_metrics() -> None:
    """Every metric of the registry: what it is, how to read it, what it hides, how it is computed."""
    st.html(_metrics())


@cache
def _metrics() -> str:
    return "".join(note(f"{metric.name} ({metric.unit})", _said_of(metric)) for metric in registry.load().metrics)


def show_choices() -> None:
    """What can be chosen to count, each with its meaning: the words of the filters, and the reasons of the registry."""
    st.html(_choices())


@cache
def _choices() -> str:
    known = registry.load()
    reasons = {
        "scope": [threshold.reason for threshold in known.thresholds],
        "panel": [f"{panel.name[0].upper()}{panel.name[1:]}. {panel.reason}" for panel in known.panels],
    }
    return "".join(_choice(name, filters.CHOICES[name], reasons.get(name, [])) for name in CHOSEN)


def _choice(name: str, choice: filters.Choice, reasons: list[str]) -> str:
    options = ", ".join(option[0].lower() + option[1:] for option in choice.options.values())
    return note(f"{choice.label}: {options}", [choice.help, *reasons])


def _said_of(metric: registry.Metric) -> list[str]:
    how = [f"How to read it. {metric.how_to_read}", f"How it is computed. {metric.method}"]
    return [metric.definition, *how, f"What it does not say. {' '.join(metric.caveats)}"]


def show_downloads(release: Release) -> None:
    """Every table of the release with its size and its files; the addresses are pinned to this release."""
    counts, without = _tables(release.release_id, release)
    rows = [
        (name, count, *(Link(kind.upper(), file_address(release, name, kind)) for kind in FORMATS))
        for name, count in counts.items()
    ]
    plain_table(("Table", "Rows", "", "", ""), rows, f"Tables of release {release.release_id}")
    st.html(bullets(f"{name}: {said}" for name, said in without.items()))


@st.cache_data(max_entries=data.RELEASES_OPEN, show_spinner=False)
def _tables(release_id: str, _release: Release) -> tuple[dict[str, int], dict[str, str]]:
    """Rows of each table, and what is left out of its files: the same for as long as the release is kept."""
    counts = export.tables(_release)
    return counts, {name: said for name in counts if (said := export.left_out(_release, name))}


def file_address(release: Release, table: str, kind: str) -> str:
    """Where a table of a release can be fetched, for as long as the release is kept."""
    return f"/data/{release.release_id}/{table}.{kind}"
