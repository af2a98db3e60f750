"""Adoption: whose open models are downloaded, and how much of that is one repository?"""

from dashboard import filters, frame

frame.open_page("adoption")
chosen = filters.read("downloads_over_time")
frame.headline("downloads_over_time", chosen)
filters.show(
    "downloads_over_time", chosen, "measure", "attribution", "scope", "group", "regions", "months", "without_top"
)

frame.show_chart("downloads_over_time", chosen, with_finding=False)
frame.show_chart("downloads_concentration", chosen)
