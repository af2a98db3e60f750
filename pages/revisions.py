"""Revisions: which published figures does a later release say otherwise, and why?"""

import streamlit as st

from dashboard import data, frame, revised
from dashboard.table import plain_table
from dashboard.words import paragraph

QUESTION = (
    "Has a figure been changed after it was published? Compared are the figures of finished months and weeks and of "
    "boards; a period that was still running and went on is no revision."
)

release = frame.open_page("revisions")
since = revised.read(release.built_at)
rows = data.records("revisions", since.built_at) if since else []
frame.say(revised.finding(rows, since), QUESTION)

if since:
    revised.show_choice(since)
if since and rows:
    with frame.section("Why they changed"):
        plain_table(revised.REASON_HEADERS, revised.reasons(rows), "Reasons of the revisions")
    with frame.section("Which figures"):
        st.caption(revised.caption(release, len(rows)))
        says = "Published figures that were revised, with the reason"
        frame.show_table("revisions", revised.COLUMNS, since.built_at, says=says, prepare=revised.grid)
if since:
    with frame.section("How it is compared"):
        st.html(paragraph(revised.rule(), "question"))
