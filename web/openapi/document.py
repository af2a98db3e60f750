"""The description of every address, OpenAPI 3.1; a test holds it to the addresses there are and what they answer."""

import re
from functools import cache
from typing import Any

from settings import code_version, settings
from web.answers import MEDIA_TYPES
from web.openapi.answers import SCHEMAS
from web.openapi.parameters import filter_parameters, other_parameters

HTML, PNG = "text/html", "image/png"
CHART_FILES = ("csv", "json", "parquet", "xlsx", "pptx", "svg", "pdf", "tsv", "sql")
ABOUT = (
    "Numbers about open-weight AI models: adoption, capability, licences. No key, no cookie, no limit but patience. "
    "`latest` follows the newest release and is answered with an ETag; an address that names a release never changes "
    "its content. What a source's licence does not let us pass on is refused with 403 and the sentence that says why."
)


@cache
def document() -> dict[str, Any]:
    """The whole of it; no two processes differ but in their public address."""
    filters, others = filter_parameters(), other_parameters()
    # A filter and a parameter may have one name: those of filters begin with `filter_`.
    parameters = {f"filter_{name}": entry for name, entry in filters.items()} | others
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open Model Observatory",
            "version": code_version().split("+")[0],
            "summary": "Every chart, table, release, alert and briefing at an address of its own.",
            "description": ABOUT,
            "license": {"name": "Apache-2.0 (the program; the data: see the sources of each release)"},
        },
        "servers": [{"url": settings().public_url}],
        "tags": [{"name": name} for name in ("charts", "data", "embedding", "what changed", "briefings", "service")],
        "paths": _paths([f"filter_{name}" for name in filters]),
        "components": {"parameters": parameters, "schemas": SCHEMAS},
    }


def _paths(filters: list[str]) -> dict[str, Any]:
    paths = _of_charts(filters) | _of_data() | _of_embedding(filters) | _of_changes() | _of_briefings() | _of_service()
    for path, entry in paths.items():
        entry["get"]["operationId"] = re.sub(r"\W+", "_", path).strip("_")
    return paths


def _of_charts(filters: list[str]) -> dict[str, Any]:
    chosen = [*filters, "release"]
    files: dict[str, Any] = {MEDIA_TYPES[kind].split(";")[0]: {} for kind in CHART_FILES}
    return {
        "/api/v1/charts.json": _get("charts", "Every chart: question, filters, files", _json("Charts")),
        "/api/v1/charts/{chart_id}.{kind}": _get(
            "charts", "A chart as a file", files, ["chart_id", "form", *chosen, "rows", "use"], (400, 403, 404)
        ),
        "/chart/": _get("charts", "Every chart with its finding, as a page", {HTML: {}}, (), (503,), errors_in=HTML),
        "/chart/{chart_id}": _get(
            "charts",
            "A chart as a plain page: finding, drawing, table, sources",
            {HTML: {}},
            ["chart_id", *chosen],
            (400, 404),
            errors_in=HTML,
        ),
        "/chart/{chart_id}.png": _get(
            "charts", "The picture that links show, 1200 x 630", {PNG: {}}, ["chart_id", "release"], (404,)
        ),
    }


def _of_data() -> dict[str, Any]:
    tables: dict[str, Any] = {MEDIA_TYPES[kind].split(";")[0]: {} for kind in ("csv", "json", "parquet")}
    return {
        "/api/v1/releases.json": _get("data", "The releases that are kept, newest first", _json("Releases")),
        "/data/{release_id}/": _get("data", "The tables of a release", _json("Tables"), ["release_id"], (404,)),
        "/data/{release_id}/datapackage.json": _get(
            "data",
            "The tables of a release as a Data Package: columns, types, licences, sources",
            _json("DataPackage"),
            ["release_id"],
            (404,),
        ),
        "/data/{release_id}/edition/{name}": _get(
            "data",
            "A chart of a release as a file, drawn when it was published; edition.json lists them",
            {name.split(";")[0]: {} for name in [*MEDIA_TYPES.values(), PNG]},
            ["release_id", "file_name"],
            (403, 404),
        ),
        "/data/{release_id}/{table}.{kind}": _get(
            "data", "A table as a file", tables, ["release_id", "table", "table_form"], (403, 404)
        ),
    }


def _of_embedding(filters: list[str]) -> dict[str, Any]:
    url = {
        "name": "url",
        "in": "query",
        "required": True,
        "description": "Address of a chart's page, encoded.",
        "schema": {"type": "string", "format": "uri"},
    }
    form = {
        "name": "format",
        "in": "query",
        "required": False,
        "description": "Only json.",
        "schema": {"type": "string", "enum": ["json"], "default": "json"},
    }
    oembed = _get("embedding", "oEmbed 1.0", _json("OEmbed"), ["maxwidth", "maxheight"], (404, 501))
    oembed["get"]["parameters"] = [url, form, *oembed["get"]["parameters"]]
    return {
        "/embed/{chart_id}": _get(
            "embedding",
            "A chart for a frame in any page",
            {HTML: {}},
            ["chart_id", *filters, "release"],
            (400, 404),
            errors_in=HTML,
        ),
        "/oembed": oembed,
    }


def _of_changes() -> dict[str, Any]:
    return {
        "/feed.xml": _get(
            "what changed", "What changed after each release, as an Atom feed", {"application/atom+xml": {}}
        ),
        "/alerts.json": _get(
            "what changed",
            "The same as a JSON Feed, with before and after",
            {"application/feed+json": {"schema": _ref("Alerts")}},
            ["since_time"],
            (400,),
        ),
        "/digest": _get("what changed", "The newest week, as a page", {HTML: {}}),
        "/digest/{week}": _get("what changed", "A week, as a page", {HTML: {}}, ["week"], (404,), errors_in=HTML),
    }


def _of_briefings() -> dict[str, Any]:
    files: dict[str, Any] = {
        MEDIA_TYPES["pptx"]: {},
        MEDIA_TYPES["pdf"]: {},
        "application/zip": {},
    }
    own, ready = ["title", "slide", "release"], ["ready_id", "release"]
    return {
        "/briefing/deck": _get("briefings", "A briefing of your own", {HTML: {}}, own, (400, 404, 414), errors_in=HTML),
        "/briefing/deck.{kind}": _get(
            "briefings", "The same as a file", files, ["deck_form", *own], (400, 404, 414), errors_in=HTML
        ),
        "/briefing/deck/{ready_id}": _get("briefings", "A ready briefing", {HTML: {}}, ready, (404,), errors_in=HTML),
        "/briefing/deck/{ready_id}.{kind}": _get(
            "briefings", "The same as a file", files, ["deck_form", *ready], (404,), errors_in=HTML
        ),
    }


def _of_service() -> dict[str, Any]:
    health = _get("service", "Is there a release, and is it fresh?", _json("Health"))
    health["get"]["responses"]["503"] = {"description": "Not as it should be; why.", "content": _json("Health")}
    del health["get"]["responses"]["304"]
    return {
        "/healthz": health,
        "/api/v1/": _get("service", "These addresses, as a page", {HTML: {}}),
        "/api/v1/openapi.json": _get("service", "These addresses, for programs", {"application/json": {}}),
    }


PROBLEMS = {
    400: "Something in the address is not understood; it is named.",
    403: "A source's licence does not let this be passed on; its sentence.",
    404: "Not here, or no longer; what there is.",
    414: "The address is too long.",
    501: "Only format=json is answered.",
    503: "There is no release yet.",
}


def _get(
    tag: str,
    summary: str,
    content: dict[str, Any],
    parameters: list[str] | tuple[str, ...] = (),
    problems: tuple[int, ...] = (),
    errors_in: str = "",
) -> dict[str, Any]:
    """What a GET of an address takes and answers; HEAD answers the same without the body."""
    refused = {errors_in: {}} if errors_in else _json("Problem")
    answers: dict[str, Any] = {
        "200": {"description": "As asked.", "content": content},
        "304": {"description": "The reader has it already (If-None-Match)."},
    }
    answers |= {str(code): {"description": PROBLEMS[code], "content": refused} for code in problems}
    return {
        "get": {
            "tags": [tag],
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in parameters],
            "responses": answers,
        }
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(schema)}}


def _ref(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}
