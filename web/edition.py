"""The files of a release's edition at their addresses: every chart as pictures, slide and numbers, drawn by the ETL."""

from pathlib import PurePath

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from settings import settings
from warehouse import connect
from warehouse.connect import NoRelease
from web.answers import ASK_FIRST, MEDIA_TYPES, OPEN_DATA, cache_headers, not_here, opened, plain_json

LIST = "edition.json"
PICTURES = {"png": "image/png"}


def edition_file(request: Request) -> Response:
    """One file, or 404 with what there is; the names come from the edition itself."""
    pinned, name = request.path_params["release_id"], request.path_params["name"]
    try:
        with opened(pinned) as release:
            path = connect.edition_file(release, name)
    except NoRelease as missing:
        return not_here(str(missing))
    about = connect.edition(settings().data_dir, release.release_id)
    if about is None:
        return not_here(f"release {release.release_id} has no edition: `python -m etl edition` draws it")
    if name == LIST:
        # Pictures that were missing may be drawn later: the list is asked for anew, a file never changes.
        return plain_json(about, 200, {"Cache-Control": ASK_FIRST, **OPEN_DATA})
    if path is None:
        listed = f"the files are listed at /data/{release.release_id}/edition/{LIST}"
        reason = about.get("missing", {}).get(name) or listed
        return not_here(f"no file {name[:80]!r} in the edition of release {release.release_id}: {reason}")
    headers = cache_headers(pinned, about["files"][name]["sha256"][:20])
    if release.is_simulated:
        headers["X-Simulated"] = "true"
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    kind = PurePath(name).suffix.lstrip(".")
    return FileResponse(path, media_type=(PICTURES | MEDIA_TYPES)[kind], headers=headers)


ROUTES = [Route("/data/{release_id}/edition/{name}", edition_file)]
