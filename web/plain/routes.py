"""Addresses of the plain pages: /chart/, /chart/<id>, /embed/<id>, /oembed, and the picture that links show."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from charts import catalogue, exports
from charts.exports import embedding
from settings import settings
from warehouse import connect
from warehouse.connect import NoRelease, OlderTables, edition_file
from warehouse.filters import Filters
from web.answers import cache_headers, not_here, opened, plain_json
from web.charts import obeyed
from web.html import html_answer, problem
from web.plain.charts import chart_page, embedded_page, list_page

ELSEWHERE = {"All charts": "/chart/", "The dashboard": "/"}


def chart_list(request: Request) -> Response:
    """Every chart with its finding."""
    try:
        with opened("latest") as release:
            made = list_page(release.release_id)
    except NoRelease as missing:
        return problem(request, 503, "There is no release yet.", str(missing), {"The dashboard": "/"})
    return html_answer(request, made.body, "latest", made.tag)


def chart(request: Request) -> Response:
    """The plain page of one chart."""
    return _answer(request, "page")


def embed(request: Request) -> Response:
    """The same for a frame in any page."""
    return _answer(request, "embed")


def _answer(request: Request, form: str) -> Response:
    chart_id = request.path_params["chart_id"]
    known = {entry.id: entry for entry in catalogue.CHARTS}
    if chart_id not in known:
        every = {entry.question: f"/chart/{entry.id}" for entry in catalogue.CHARTS}
        return problem(request, 404, "There is no such chart.", "These are all the charts that there are:", every)
    query = dict(request.query_params)
    pinned = query.pop("release", "latest") or "latest"
    filters = obeyed(known[chart_id], Filters.from_query(query, known[chart_id].defaults))
    if filters.ignored:
        said = f"Not understood: {', '.join(filters.ignored)}."
        return problem(request, 400, "This address asks for something we do not know.", said, _usual(chart_id))
    try:
        # Its folder tells its name: a page that is kept already needs no database to be opened.
        release_id = connect.release_folder(settings().data_dir, None if pinned == "latest" else pinned).name
        newest = connect.current_release_id(settings().data_dir) or release_id
        choice = urlencode(filters.to_query(known[chart_id].defaults))
        newer = f"/chart/{chart_id}?{choice}" if newest != release_id else ""
        is_page = form == "page"
        made = (
            chart_page(release_id, chart_id, filters, newer)
            if is_page
            else embedded_page(release_id, chart_id, filters)
        )
    except (NoRelease, OlderTables) as missing:
        return problem(request, 404, "This release is not here.", str(missing), _usual(chart_id))
    # The page of the newest release will one day say that there is a newer one.
    stays = pinned if newer or not is_page else "latest"
    return html_answer(request, made.body, stays, made.tag, framed_by="'self'" if is_page else "*")


def _usual(chart_id: str) -> dict[str, str]:
    return {"This chart with the usual choice, newest release": f"/chart/{chart_id}", **ELSEWHERE}


def social_picture(request: Request) -> Response:
    """The picture that messengers show beside a link, where the release has it."""
    chart_id, pinned = request.path_params["chart_id"], request.query_params.get("release", "latest")
    if chart_id not in {entry.id for entry in catalogue.CHARTS}:
        return not_here(f"no chart {chart_id!r}")
    try:
        with opened(pinned) as release:
            path = edition_file(release, f"{chart_id}-social.png")
    except NoRelease as missing:
        return not_here(str(missing))
    if path is None:
        return not_here(f"release {release.release_id} has no pictures: none were drawn on the machine that made it")
    headers = cache_headers(pinned, f"{release.release_id}-{chart_id}-social")
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type="image/png", headers=headers)


def oembed(request: Request) -> Response:
    """What a page that wants to embed one of our charts asks for (https://oembed.com, version 1.0)."""
    if request.query_params.get("format", "json") != "json":
        return plain_json({"error": "not implemented", "reason": "expected format=json"}, 501, {})
    parts = urlsplit(request.query_params.get("url", ""))
    chart_id = parts.path.removeprefix("/chart/").removeprefix("/embed/")
    known = {entry.id: entry for entry in catalogue.CHARTS}
    is_ours = parts.netloc == urlsplit(settings().public_url).netloc
    if not is_ours or chart_id not in known or not parts.path.startswith(("/chart/", "/embed/")):
        return not_here(f"expected url={settings().public_url}/chart/<id>, with an id of {', '.join(known)}")
    query = dict(parse_qsl(parts.query))
    pinned = query.pop("release", "latest")
    filters = obeyed(known[chart_id], Filters.from_query(query, known[chart_id].defaults))
    try:
        with opened(pinned) as release:
            drawn = catalogue.draw(release, known[chart_id], filters)
    except (NoRelease, OlderTables) as missing:
        return not_here(str(missing))
    width = _pixels(request, "maxwidth", embedding.WIDTH)
    height = _pixels(request, "maxheight", embedding.HEIGHT)
    body = {
        "version": "1.0",
        "type": "rich",
        "provider_name": exports.NAME,
        "provider_url": settings().public_url,
        "title": drawn.title,
        "width": width,
        "height": height,
        "cache_age": 3600,
        "html": exports.embed_code(drawn, width=width, height=height),
    }
    return plain_json(body, 200, cache_headers("latest", f"{drawn.release_id}-{drawn.data_hash}-{width}x{height}"))


def _pixels(request: Request, name: str, most: int) -> int:
    """Ours, or less where the asking page has less room: it must never be exceeded."""
    asked = request.query_params.get(name, "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) > 0
    return min(int(asked), most) if is_number else most


ROUTES = [
    Route("/chart", chart_list),
    Route("/chart/", chart_list),
    Route("/chart/{chart_id}.png", social_picture),
    Route("/chart/{chart_id}", chart),
    Route("/embed/{chart_id}", embed),
    Route("/oembed", oembed),
]
