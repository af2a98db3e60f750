"""The numbers of a chart as a file, at an address that holds its filters and, where it should stay, its release."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from charts import catalogue, exports
from dashboard.words import file_name
from settings import settings
from warehouse.connect import NoRelease
from warehouse.filters import Filters
from web.answers import MEDIA_TYPES, cache_headers, not_here, opened, plain_json

WRITERS = {"csv": exports.csv, "json": exports.json, "parquet": exports.parquet}
# A file weighs some 100 KB; those that are linked somewhere are asked for again and again.
FILES_KEPT = 100


@dataclass(frozen=True)
class File:
    """A file that can be sent; `tag` changes with its content."""

    name: str
    tag: str
    body: bytes
    is_simulated: bool


def chart_list(request: Request) -> Response:
    """The charts: question, filters, and where the numbers of each are."""
    listed = [
        {
            "chart_id": chart.id,
            "question": chart.question,
            "filters": list(chart.filters),
            "page": f"{settings().public_url}/{chart.page}",
            "files": {kind: f"/api/v1/charts/{chart.id}.{kind}" for kind in WRITERS},
        }
        for chart in catalogue.CHARTS
    ]
    return plain_json({"charts": listed}, 200, cache_headers("latest", "charts"))


def chart_file(request: Request) -> Response:
    """The numbers of one chart; a filter that is not understood is refused, for a file cannot explain itself."""
    chart_id, kind = request.path_params["chart_id"], request.path_params["kind"]
    known = {chart.id: chart for chart in catalogue.CHARTS}
    if chart_id not in known or kind not in WRITERS:
        return not_here(f"expected one of {', '.join(known)} as .{', .'.join(WRITERS)}, came {chart_id}.{kind}")
    query = dict(request.query_params)
    pinned = query.pop("release", "latest")
    filters = Filters.from_query(query, known[chart_id].defaults)
    if filters.ignored:
        return plain_json({"error": "bad filter", "reason": f"not understood: {', '.join(filters.ignored)}"}, 400, {})
    try:
        with opened(pinned) as release:
            release_id = release.release_id
    except NoRelease as missing:
        return not_here(str(missing))
    return answer(request, pinned, made(release_id, chart_id, filters, kind), kind)


def answer(request: Request, pinned: str, file: File, kind: str) -> Response:
    """The file, or 304 where the reader has it already."""
    headers = cache_headers(pinned, file.tag)
    headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    if file.is_simulated:
        headers["X-Simulated"] = "true"
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(file.body, media_type=MEDIA_TYPES[kind], headers=headers)


@lru_cache(maxsize=FILES_KEPT)
def made(release_id: str, chart_id: str, filters: Filters, kind: str) -> File:
    """The file of a chart; kept as bytes, for a drawn figure would weigh on every garbage collection."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
    return File(
        name=f"{file_name(drawn.title, release_id)}.{kind}",
        tag=f"{release_id}-{chart_id}-{drawn.data_hash}-{kind}",
        body=WRITERS[kind](drawn),
        is_simulated=drawn.is_simulated,
    )
