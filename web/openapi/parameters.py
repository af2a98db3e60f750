"""Parameters of the addresses, from the same lists that read them: what is accepted is what is described."""

from dataclasses import fields
from typing import Any

from charts import catalogue, exports
from charts.permits import NON_COMMERCIAL
from registry import REGIONS
from warehouse import export
from warehouse.filters import CHOICES, NAMES, Filters, panel_ids

MONTH = r"^20\d\d-(0[1-9]|1[0-2])$"
RELEASE_ID = "2026-11-25T0446Z"
ABOUT_FILTERS = {
    "attribution": "Whose a model is: its publisher's, or that of the maker at the root of its base models.",
    "scope": "Which models count.",
    "denominator": "What a share is of: the regions compared, all with a known country, or everything.",
    "panel": "Only accounts that had been read by the end of that month; `all` for every account.",
    "group": "One line for each region, organisation or model family.",
    "measure": "Shares or absolute downloads.",
    "period": "Months or weeks.",
    "regions": f"Comma-separated regions that are compared, of {', '.join(REGIONS)}; `all` for all of them.",
    "since": "First month, YYYY-MM.",
    "until": "Last month, YYYY-MM.",
    "without_top": "Leaves out so many of the most downloaded models of each side, period by period.",
    "marked": "Whether downloads in days in which a model's counter leapt are kept.",
    "benchmark": "Id of the board, as in the table core_benchmarks.",
    "licence_by": "Counts new models, or new downloads.",
}


def filter_parameters() -> dict[str, dict[str, Any]]:
    """Name of a filter -> its parameter; a chart obeys those that /api/v1/charts.json lists for it."""
    usual = {entry.name: entry.default for entry in fields(Filters)}
    return {name: _in_query(name, ABOUT_FILTERS[name], _schema(name, usual[name])) for name in NAMES}


def other_parameters() -> dict[str, dict[str, Any]]:
    """Parameters that are no filters, by the name they have in `components`."""
    charts = [chart.id for chart in catalogue.CHARTS]
    release = {"type": "string", "examples": [RELEASE_ID]}
    pinned = "Id of a release that is kept; without it, the newest. With it the answer never changes."
    pixels = {"type": "integer", "minimum": 1}
    return {
        "chart_id": _in_path("chart_id", "Id of a chart.", {"type": "string", "enum": charts}),
        "form": _in_path("kind", "Form of the file.", {"type": "string", "enum": list(exports.WRITERS)}),
        "release": _in_query("release", pinned, release),
        "rows": _in_query(
            "rows",
            "For .csv: `shown` gives the numbers as the picture shows them, `all` every column.",
            {"type": "string", "enum": ["all", "shown"], "default": "all"},
        ),
        "use": _in_query(
            "use",
            "Says that the use is not commercial, where a source's licence asks for that.",
            {"type": "string", "enum": [NON_COMMERCIAL]},
        ),
        "release_id": _in_path("release_id", "Id of a release, or `latest`.", {**release, "default": "latest"}),
        "table": _in_path("table", "Name of a table of the release.", {"type": "string", "examples": ["core_models"]}),
        "table_form": _in_path("kind", "Form of the file.", {"type": "string", "enum": list(export.FORMATS)}),
        "file_name": _in_path(
            "name", "A file of the edition.", {"type": "string", "examples": ["edition.json", f"{charts[0]}.png"]}
        ),
        "maxwidth": _in_query("maxwidth", "Widest frame, in pixels.", pixels),
        "maxheight": _in_query("maxheight", "Highest frame, in pixels.", pixels),
        "since_time": _in_query(
            "since", "A day or a time: older ones are left out.", {"type": "string", "examples": ["2026-11-01"]}
        ),
        "week": _in_path("week", "A week, ISO 8601.", {"type": "string", "examples": ["2026-W47"]}),
        "ready_id": _in_path("ready_id", "Id of a ready briefing.", {"type": "string"}),
        "deck_form": _in_path("kind", "Form of the file.", {"type": "string", "enum": ["pptx", "pdf", "zip"]}),
        "title": _in_query("title", "Title of the briefing.", {"type": "string", "maxLength": 120}),
        "slide": {
            "name": "slide",
            "in": "query",
            "required": False,
            "description": "A slide: `chart=<id>&<filters>&note=<text>`, encoded as one value; once for each slide.",
            "schema": {"type": "array", "items": {"type": "string"}, "maxItems": 30},
            "explode": True,
        },
    }


def _schema(name: str, usual: Any) -> dict[str, Any]:
    if name in CHOICES:
        return {"type": "string", "enum": list(CHOICES[name]), "default": usual}
    if name == "panel":
        return {"type": "string", "enum": list(panel_ids()), "default": usual}
    if name == "without_top":
        return {"type": "integer", "enum": [0, 1, 3], "default": usual}
    if name == "regions":
        return {"type": "string", "default": ",".join(usual), "examples": ["all", ",".join(REGIONS[:3])]}
    if name == "benchmark":
        return {"type": "string", "pattern": "^[a-z0-9_]{1,80}$", "default": usual}
    return {"type": "string", "pattern": MONTH}


def _in_query(name: str, said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": said, "schema": schema}


def _in_path(name: str, said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": said, "schema": schema}
