"""A chart as a file, at an address that holds its filters and, where it should stay, its release."""

from dataclasses import dataclass, replace
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from charts import catalogue, exports
from charts.catalogue import Chart
from charts.exports import Permit
from dashboard.words import file_name
from settings import settings
from warehouse.connect import NoRelease
from warehouse.filters import Filters
from web.answers import MEDIA_TYPES, cache_headers, not_here, opened, plain_json
from web.turns import in_turn

PICTURES = {"svg", "pdf", "sql"}  # what shows the chart and hands out no table
# A file weighs some 50 KB; those that are linked somewhere are asked for again and again.
FILES_KEPT = 200
OF_THE_FILE = ("rows", "use")  # parameters that are no filters


@dataclass(frozen=True)
class File:
    """A file that can be sent; `tag` changes with its content."""

    name: str
    tag: str
    body: bytes
    is_simulated: bool
    permit: Permit


def chart_list(request: Request) -> Response:
    """The charts: question, filters, and where each can be had in which form."""
    listed = [
        {
            "chart_id": chart.id,
            "question": chart.question,
            "filters": list(chart.filters),
            "page": f"{settings().public_url}/{chart.page}",
            "plain_page": f"{settings().public_url}/chart/{chart.id}",
            "files": {kind: f"/api/v1/charts/{chart.id}.{kind}" for kind in exports.WRITERS},
        }
        for chart in catalogue.CHARTS
    ]
    return plain_json({"charts": listed}, 200, cache_headers("latest", f"charts-{len(exports.WRITERS)}"))


def chart_file(request: Request) -> Response:
    """One chart in one form; a filter that is not understood is refused, for a file cannot explain itself."""
    chart_id, kind = request.path_params["chart_id"], request.path_params["kind"]
    known = {chart.id: chart for chart in catalogue.CHARTS}
    if chart_id not in known or kind not in exports.WRITERS:
        return not_here(f"expected one of {', '.join(known)} as .{', .'.join(exports.WRITERS)}, came {chart_id}.{kind}")
    query = dict(request.query_params)
    pinned = query.pop("release", "latest")
    rows, use = (query.pop(name, "") for name in OF_THE_FILE)
    filters = obeyed(known[chart_id], Filters.from_query(query, known[chart_id].defaults))
    if filters.ignored:
        return plain_json({"error": "bad filter", "reason": f"not understood: {', '.join(filters.ignored)}"}, 400, {})
    if rows not in ("", "all", "shown") or (rows == "shown" and kind != "csv"):
        reason = f"expected rows=shown (only for .csv) or rows=all, came rows={rows[:20]} for .{kind}"
        return plain_json({"error": "bad rows", "reason": reason}, 400, {})
    try:
        with opened(pinned) as release:
            release_id = release.release_id
    except NoRelease as missing:
        return not_here(str(missing))
    file = made(release_id, chart_id, filters, "csv_shown" if rows == "shown" else kind)
    if kind not in PICTURES and not file.permit.allows_files(use):
        return refused(file.permit)
    return answer(request, pinned, file, kind)


def obeyed(chart: Chart, filters: Filters) -> Filters:
    """Only the filters that the chart obeys, so that the others make no second file of the same content."""
    kept = {name: getattr(filters, name) for name in chart.filters}
    return replace(chart.defaults, **kept, ignored=filters.ignored)


def refused(permit: Permit) -> Response:
    """403 with the sentence of the source's licence; for non-commercial use the address can say so."""
    more = {"how": "add use=non-commercial to the address if your use is"} if permit.kind == "non_commercial" else {}
    body = {"error": "not to be passed on", "reason": permit.sentence, **more}
    return plain_json(body, 403, {"Cache-Control": "no-store"})


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
@in_turn
def made(release_id: str, chart_id: str, filters: Filters, form: str) -> File:
    """The file of a chart; kept as bytes, for a drawn figure would weigh on every garbage collection."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
    kind, _, shown = form.partition("_")
    return File(
        name=f"{file_name(drawn.title, release_id)}{'-as-shown' if shown else ''}.{kind}",
        tag=f"{release_id}-{chart_id}-{drawn.data_hash}-{form}",
        body=exports.csv_shown(drawn) if shown else exports.WRITERS[kind](drawn),
        is_simulated=drawn.is_simulated,
        permit=exports.permit(drawn),
    )
