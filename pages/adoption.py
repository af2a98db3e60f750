"""Adoption: whose open models are downloaded, how much of that is one repository, and what a share is of?"""

from dashboard import filters, frame

frame.open_page("adoption")
chosen = filters.read("downloads_over_time")
frame.headline("downloads_over_time", chosen)
filters.show(
    *("downloads_over_time", chosen),
    *("measure", "scope", "group", "regions", "months", "without_top", "counting"),
)

frame.show_chart("downloads_over_time", chosen, with_finding=False)
frame.show_chart("downloads_concentration", chosen)
frame.show_chart("share_by_definition", chosen)
