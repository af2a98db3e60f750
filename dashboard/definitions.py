"""Definitions and downloads, as the page on data and methods lists them."""

import streamlit as st

import registry
from dashboard import data
from dashboard.table import Link, plain_table
from warehouse.connect import Release

FORMATS = ("csv", "parquet", "json")


def show_metrics() -> None:
    """Every metric of the registry: what it is, how to read it, what it hides, how it is computed."""
    with st.container(gap=None):
        for metric in registry.load().metrics:
            _show_metric(metric)


def _show_metric(metric: registry.Metric) -> None:
    with st.expander(f"{metric.name} ({metric.unit})", type="compact"):
        caveats = "\n".join(f"- {caveat}" for caveat in metric.caveats)
        st.markdown(
            f"{metric.definition}\n\n**How to read it.** {metric.how_to_read}\n\n"
            f"**What it does not say.**\n\n{caveats}\n\n**How it is computed.** {metric.method}"
        )


def show_downloads(release: Release) -> None:
    """Every table of the release with its size and its files; the addresses are pinned to this release."""
    rows = [
        (
            row["name"],
            int(row["rows"]),
            *(Link(kind.upper(), file_address(release, row["name"], kind)) for kind in FORMATS),
        )
        for row in data.records("tables")
    ]
    plain_table(("Table", "Rows", "", "", ""), rows, f"Tables of release {release.release_id}")


def file_address(release: Release, table: str, kind: str) -> str:
    """Where a table of a release can be fetched, for as long as the release is kept."""
    return f"/data/{release.release_id}/{table}.{kind}"
