"""Licences: how open are the models released each month, and what may one do with them?"""

import streamlit as st

from dashboard import data, filters, frame

COLUMNS = {
    "name": "Licence",
    "licence_class": "Class",
    "models": st.column_config.NumberColumn("Models", format="localized"),
    "downloads_30d": st.column_config.NumberColumn("Downloads, 30 days", format="localized"),
    "allows_commercial_use": "Commercial use",
    "commercial_threshold": "Commercial threshold",
    "naming_duty": "Duty to name",
    "use_restrictions": "Forbidden uses",
    "regional_exclusions": "Excluded regions",
    "output_training_limits": "Training on outputs",
    "reason": "Why this class",
    "text_url": st.column_config.LinkColumn("Text", width="large"),
}

frame.open_page("licences")
chosen = filters.read("licence_share_over_time")
frame.headline("licence_share_over_time", chosen)
filters.show("licence_share_over_time", chosen, "licence_by", "scope", "regions", "months")

frame.show_chart("licence_share_over_time", chosen, with_finding=False)
frame.show_chart("licence_share_by_region", chosen)

with frame.section("What each licence asks"):
    st.caption("An empty cell: no such condition is known. Read the text before relying on it.")
    licences = data.table("licence_table")
    frame.show_table(licences, COLUMNS, key="licences", says="Licences, their class and their duties", row_height=76)
