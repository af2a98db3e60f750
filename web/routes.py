"""Stable addresses beside the pages: health, tables of a release, and a plain 404 for everything else under them."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from settings import settings
from warehouse import connect, export
from warehouse.connect import NoRelease, Release
from web.answers import ASK_FIRST, MEDIA_TYPES, OPEN_DATA, cache_headers, not_here, opened, plain_json
from web.briefing.routes import ROUTES as BRIEFINGS
from web.charts import chart_file, chart_list
from web.datapackage import datapackage
from web.edition import ROUTES as EDITION
from web.feed import ROUTES as FEED
from web.health import health
from web.html import problem
from web.openapi.routes import ROUTES as DESCRIPTIONS
from web.plain.routes import ROUTES as PLAIN_PAGES
from web.tables import TableFiles

FILES = TableFiles()
OWN_ADDRESSES = (
    "data",
    "api",
    "chart",
    "embed",
    "digest",
    "oembed",
    "feed",
    "feed.xml",
    "alerts.json",
    "briefing/deck",
)  # below these nothing is a page of the dashboard
READ_BY_PEOPLE = ("chart", "embed", "digest", "briefing")


def healthz(request: Request) -> Response:
    """200 or 503, with the release, its age, and every source."""
    state = health(settings(), datetime.now(UTC))
    return plain_json(state.body, state.status_code, {"Cache-Control": "no-store"})


def releases(request: Request) -> Response:
    """The releases that are kept, newest first, with the addresses of their tables."""
    kept = [release_entry(entry) for entry in connect.releases(settings().data_dir)]
    return plain_json({"releases": kept}, 200, {"Cache-Control": ASK_FIRST, **OPEN_DATA})


def release_entry(entry: dict[str, Any]) -> dict[str, Any]:
    """What the list of releases says about one of them."""
    release_id = entry["release_id"]
    return {
        "release_id": release_id,
        "built_at": entry["built_at"],
        "is_simulated": entry["is_simulated"],
        "content_sha256": entry.get("content_sha256"),
        "tables": f"/data/{release_id}/",
        "edition": _edition(release_id),
        "permalink": f"{settings().public_url}/?release={release_id}",
    }


def _edition(release_id: str) -> dict[str, Any] | None:
    """Where the charts of a release lie as files, and what is missing why; None where none were drawn."""
    about = connect.edition(settings().data_dir, release_id)
    if about is None:
        return None
    address = f"/data/{release_id}/edition/edition.json"
    return {"address": address, "files": len(about["files"]), "reason": about.get("reason", "")}


def table_list(request: Request) -> Response:
    """The tables of a release: name, rows, and where each can be fetched."""
    pinned = request.path_params["release_id"]
    try:
        with opened(pinned) as release:
            rows = export.tables(release)
            without = {name: said for name in rows if (said := export.left_out(release, name))}
    except NoRelease as missing:
        return not_here(str(missing))
    tables = [
        {"table": name, "rows": count, "files": {kind: f"/data/{pinned}/{name}.{kind}" for kind in export.FORMATS}}
        | ({"left_out": without[name]} if name in without else {})
        for name, count in rows.items()
    ]
    body = {"release_id": release.release_id, "is_simulated": release.is_simulated, "tables": tables}
    return plain_json(body, 200, cache_headers(pinned, f"{release.release_id}-tables-2"))


def table_file(request: Request) -> Response:
    """One table as a file; the names come from the release itself, nothing else is ever looked for."""
    pinned, table, kind = (request.path_params[key] for key in ("release_id", "table", "kind"))
    try:
        with opened(pinned) as release:
            return file_answer(request, release, table, kind)
    except NoRelease as missing:
        return not_here(str(missing))


def file_answer(request: Request, release: Release, table: str, kind: str) -> Response:
    """The file, or 304 where the reader has it already, or 404 with the names that there are."""
    tables = export.tables(release)
    if table not in tables or kind not in export.FORMATS:
        return not_here(f"expected one of {', '.join(tables)} as .{', .'.join(export.FORMATS)}, came {table}.{kind}")
    name = f"{release.release_id}-{table}.{kind}"
    headers = cache_headers(request.path_params["release_id"], name)
    if release.is_simulated:
        headers["X-Simulated"] = "true"
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(FILES.path(release, table, kind), media_type=MEDIA_TYPES[kind], filename=name, headers=headers)


def nothing_here(request: Request) -> Response:
    """Any other address below ours: a page where people read, JSON where programs do."""
    path = request.url.path
    if path.split("/")[1] in READ_BY_PEOPLE:
        links = {"All charts": "/chart/", "Data and addresses": "/api/v1/", "The dashboard": "/"}
        return problem(request, 404, "There is no such page.", f"Nothing is kept at {path[:200]}.", links)
    return not_here(
        f"no such address: {path}; tables are at /data/latest/, releases at /api/v1/releases.json, "
        "all addresses in /api/v1/openapi.json"
    )


ROUTES = [
    Route("/healthz", healthz),
    Route("/api/v1/releases.json", releases),
    Route("/api/v1/charts.json", chart_list),
    Route("/api/v1/charts/{chart_id}.{kind}", chart_file),
    Route("/data/{release_id}/", table_list),
    Route("/data/{release_id}/datapackage.json", datapackage),
    Route("/data/{release_id}/{table}.{kind}", table_file),
    *DESCRIPTIONS,
    *PLAIN_PAGES,
    *FEED,
    *EDITION,
    *BRIEFINGS,
    *(Route(f"/{prefix}{rest}", nothing_here) for prefix in OWN_ADDRESSES for rest in ("", "/{rest:path}")),
]
