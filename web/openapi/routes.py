"""/api/v1/openapi.json for programs, and /api/v1/, the same for people."""

import hashlib
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charts import catalogue
from settings import settings
from warehouse import connect, export
from warehouse.connect import NoRelease
from web.answers import cache_headers, opened, plain_json
from web.datapackage import table_words
from web.html import html_answer, page
from web.openapi.document import document

# Values for links that can be tried; addresses that need others are shown as they are.
TRIED = {
    "{chart_id}": "downloads_over_time",
    "{release_id}": "latest",
    "{table}": "core_models",
    "{name}": "edition.json",
    "{week}": "2026-W47",
    "{ready_id}": "deepseek_and_qwen",
}


def description(request: Request) -> Response:
    """The document."""
    headers = cache_headers("latest", _tag(document()))
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return plain_json(document(), 200, headers)


def addresses(request: Request) -> Response:
    """Every address with what it takes and a link to try, and the tables of the newest release."""
    said = document()
    groups = [{"name": tag["name"], "entries": _entries(said, tag["name"])} for tag in said["tags"]]
    body = page(
        "api.html",
        about=said["info"]["description"],
        groups=groups,
        filters=[_filter(entry) for name, entry in said["components"]["parameters"].items() if name[:7] == "filter_"],
        charts=[(chart.id, chart.question, chart.filters) for chart in catalogue.CHARTS],
        releases=[entry["release_id"] for entry in connect.releases(settings().data_dir)],
        **_tables(),
    )
    return html_answer(request, body, "latest", hashlib.sha256(body.encode()).hexdigest()[:16])


def _tables() -> dict[str, Any]:
    try:
        with opened("latest") as release:
            rows, is_simulated = export.tables(release), release.is_simulated
    except NoRelease:
        return {"tables": [], "is_simulated": False}
    words = table_words()
    tables = [{"name": name, "rows": f"{count:,}", "about": words.get(name, ("",))[0]} for name, count in rows.items()]
    return {"tables": tables, "is_simulated": is_simulated}


def _entries(said: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    return [
        {"path": path, "try": _tried(path), "summary": entry["get"]["summary"], "takes": _takes(said, entry["get"])}
        for path, entry in said["paths"].items()
        if tag in entry["get"]["tags"]
    ]


def _takes(said: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    """Names of its parameters; the filters, which are many, as one word."""
    names = []
    for parameter in entry["parameters"]:
        name = parameter.get("$ref", "").rsplit("/", 1)[-1]
        resolved = said["components"]["parameters"].get(name, parameter)
        if resolved["in"] == "query":
            names.append("filters" if name.startswith("filter_") else resolved["name"])
    return list(dict.fromkeys(names))


def _tried(path: str) -> str:
    """The address with values that exist; empty for one that needs a query."""
    if path in {"/oembed", "/briefing/deck", "/briefing/deck.{kind}"}:
        return ""
    for name, value in TRIED.items():
        path = path.replace(name, value)
    return path.replace("{kind}", "pptx" if path.startswith("/briefing") else "csv")


def _filter(entry: dict[str, Any]) -> dict[str, str]:
    schema = entry["schema"]
    values = ", ".join(str(value) for value in schema.get("enum", schema.get("examples", [])))
    usual = str(schema["default"]) if "default" in schema else ""
    return {"name": entry["name"], "about": entry["description"], "values": values, "usual": usual}


def _tag(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


ROUTES = [
    Route("/api/v1/openapi.json", description),
    Route("/api/v1/", addresses),
]
