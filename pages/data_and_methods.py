"""Data and methods: where do the figures come from, what was checked and corrected, what could not be mapped?"""

from datetime import UTC, datetime

import streamlit as st

from dashboard import counting, definitions, frame, freshness, quality
from dashboard.table import plain_table
from dashboard.words import paragraph

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

with frame.section("What happened to the counters"):
    st.html(paragraph(counting.events_sentence(), "question"))
    plain_table(counting.KIND_HEADERS, counting.kind_rows(), "Events of counters by kind")
    says = "The largest events of counters, each with its reason"
    with st.expander("The largest events, each with its reason", type="compact"):
        frame.show_table("counter_events", counting.EVENTS, says=says, prepare=counting.events_in_words)

with frame.section("What sources state wrongly"):
    st.html(paragraph(counting.corrections_sentence(), "question"))
    with st.expander("Corrections, each with its evidence", type="compact"):
        plain_table(counting.CORRECTION_HEADERS, counting.correction_rows(), "Corrections of sources")

with frame.section("How origins were found"):
    st.html(paragraph(counting.lineage_sentence(), "question"))
    plain_table(counting.LINEAGE_HEADERS, counting.lineage_rows(), "Ways in which origins were found")

with frame.section("What could not be mapped, and what it weighs"):
    frame.show_table("unmatched", quality.UNMATCHED, says="Names that have no place in the registry")
    st.caption(
        "Organisations whose country nobody has checked in a document yet, by 30-day downloads at the last reading."
    )
    plain_table(quality.UNVERIFIED_HEADERS, quality.unverified_rows(), "Organisations whose country nobody has checked")

with frame.section("Definitions"):
    definitions.show_metrics()
    definitions.show_choices()

with frame.section("Every table of this release"):
    st.caption("`/data/latest/` in place of the release always gives the newest. For SQL: `python -m warehouse sql`.")
    definitions.show_downloads(release)
