"""Data and methods: where the figures come from, what was checked, what could not be mapped, and every table to take away."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import data, definitions, frame, freshness, quality
from dashboard.table import plain_table

release = frame.open_page("data_and_methods")
sources = freshness.lines()
frame.say(freshness.sentence(sources), f"{freshness.run_sentence(freshness.last_run())} {quality.checks_sentence()}")

st.subheader("Sources")
plain_table(quality.SOURCE_HEADERS, quality.source_rows(sources, datetime.now(UTC)), "Sources, newest state")

st.subheader("Checks")
st.caption("Each check is a query for rows that must not exist. One failed check of severity “error” stops a release.")
plain_table(quality.CHECK_HEADERS, quality.check_rows(), "Checks of this release")

st.subheader("What could not be mapped, and what it weighs")
frame.show_table(
    data.table("unmatched"), quality.UNMATCHED, key="unmatched", says="Names without a place in the registry"
)
plain_table(quality.UNVERIFIED_HEADERS, quality.unverified_rows(), "Organisations whose country nobody has checked")

st.subheader("Definitions")
definitions.show_metrics()

st.subheader("Every table of this release")
st.caption("`/data/latest/` in place of the release always gives the newest. SQL: `python -m warehouse sql`.")
definitions.show_downloads(release)
