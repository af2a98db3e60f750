"""Overview: four figures that say who leads, what changed since last week, and how fresh the data is."""

from datetime import UTC, datetime

import streamlit as st

from dashboard import data, filters, frame, freshness, key_figures
from dashboard.key_figures import Tile
from dashboard.table import plain_table
from dashboard.words import bullets, paragraph

TILES = (
    Tile("overview_china_share", "pages/adoption.py", "Adoption"),
    Tile("overview_open_closed_gap", "pages/leaderboards.py", "Capability"),
    Tile("overview_open_licences", "pages/licences.py", "Licences"),
    Tile("overview_deepseek_qwen", "pages/adoption.py", "Adoption by family", {"group": "family"}),
)
FOLLOW = (
    '<p class="question"><a href="/digest" target="_self">The week in plain words</a>, with before and after; '
    '<a href="/feed.xml" target="_self">feed</a>, <a href="/alerts.json" target="_self">JSON</a>.</p>'
)

frame.open_page("overview")
frame.headline("overview_china_share", filters.read("overview_china_share"))
key_figures.show(TILES, said_above="overview_china_share")

changed, fresh = st.columns(2, gap="large")
with changed, frame.section("What changed since last week"):
    sources = freshness.lines()
    changes = data.table("changes_since_last_week")["sentence"].tolist()
    nothing = "No new leader, no changed licence of a widely used model, no new model."
    st.html(paragraph(freshness.week_sentence(sources), "question"))
    st.html(bullets(changes) if changes else paragraph(nothing, "question"))
    st.html(FOLLOW)
with fresh, frame.section("How fresh the data is"):
    st.markdown(f"{freshness.sentence(sources)} {freshness.about_the_last_run()}")
    rows = freshness.rows(sources, datetime.now(UTC))
    plain_table(("Source", "State", "Read", "Figures to"), rows, "Sources and their age")
