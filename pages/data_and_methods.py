"""Data and methods: where the figures come from, what was checked, what could not be mapped; the tables."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import definitions, frame, freshness, quality
from dashboard.table import plain_table

release = frame.open_page("data_and_methods")
sources = freshness.lines()
frame.say(freshness.sentence(sources), f"{freshness.about_the_last_run()} {quality.checks_sentence()}")

with frame.section("Sources"):
    plain_table(quality.SOURCE_HEADERS, quality.source_rows(sources, datetime.now(UTC)), "Sources and their state")

with frame.section("Checks"):
    st.caption(
        "Each check is a query for rows that must not exist. One of severity “error” that finds some stops a release."
    )
    quality.show_checks()

with frame.section("What could not be mapped, and what it weighs"):
    frame.show_table("unmatched", quality.UNMATCHED, says="Names that have no place in the registry")
    plain_table(quality.UNVERIFIED_HEADERS, quality.unverified_rows(), "Organisations whose country nobody has checked")

with frame.section("Definitions"):
    definitions.show_metrics()

with frame.section("Every table of this release"):
    st.caption("`/data/latest/` in place of the release always gives the newest. For SQL: `python -m warehouse sql`.")
    definitions.show_downloads(release)
