"""Licences: how open are the models released each month, and what may one do with them?"""

import pandas as pd
import streamlit as st

from dashboard import filters, frame

COLUMNS = {
    "name": "Licence",
    "licence_class": "Class",
    "models": st.column_config.NumberColumn("Models", format="localized"),
    "downloads_30d": st.column_config.NumberColumn("Downloads, 30 days", format="localized"),
    "commercial_use": "Commercial use",
    "commercial_threshold": st.column_config.TextColumn("Commercial threshold", width=260),
    "naming_duty": st.column_config.TextColumn("Duty to name", width=260),
    "use_restrictions": st.column_config.TextColumn("Forbidden uses", width=260),
    "regional_exclusions": st.column_config.TextColumn("Excluded regions", width=260),
    "output_training_limits": st.column_config.TextColumn("Training on outputs", width=260),
    "reason": st.column_config.TextColumn("Why this class", width=320),
    "text_url": st.column_config.LinkColumn("Text", width=320),
}
MAY_BE_USED = {True: "allowed", False: "not allowed"}


def with_commercial_use_in_words(licences: pd.DataFrame) -> pd.DataFrame:
    """Yes, no or neither as a word: an empty box would be read as no."""
    return licences.assign(commercial_use=licences["allows_commercial_use"].map(MAY_BE_USED).fillna("depends"))


frame.open_page("licences")
chosen = filters.read("licence_share_over_time")
frame.headline("licence_share_over_time", chosen)
filters.show("licence_share_over_time", chosen, "licence_by", "scope", "regions", "months")

frame.show_chart("licence_share_over_time", chosen, with_finding=False)
frame.show_chart("licence_share_by_region", chosen)

with frame.section("What each licence asks"):
    st.caption(
        "The most downloaded first. An empty cell: no such condition is known. Read the text before relying on it."
    )
    says = "Licences, their class and their duties"
    frame.show_table("licence_table", COLUMNS, says=says, prepare=with_commercial_use_in_words, row_height=76)
