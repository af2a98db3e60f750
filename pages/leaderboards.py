"""Capability: how far are open models behind closed ones, and - another question - China behind the United States?"""

import streamlit as st

from dashboard import filters, frame

TWO_QUESTIONS = (
    "Open against closed and China against the United States are two questions: a country's best model may be closed. "
    "They are never drawn in one chart."
)

frame.open_page("leaderboards")
chosen = filters.read("open_closed_frontier")
frame.headline("open_closed_frontier", chosen)
filters.show("open_closed_frontier", chosen, "benchmark", "months")

frame.show_chart("open_closed_frontier", chosen, with_finding=False)
st.caption(TWO_QUESTIONS)
frame.show_chart("region_frontier", chosen)
frame.show_chart("scores_over_time", chosen)
