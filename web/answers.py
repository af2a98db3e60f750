"""What every answer of the web part is made of: cache headers, plain JSON, a 404 that data clients understand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.responses import JSONResponse, Response

from settings import settings
from warehouse import connect
from warehouse.connect import Release

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "svg": "image/svg+xml; charset=utf-8",
    "pdf": "application/pdf",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "sql": "application/sql; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"
# `latest` moves with each release: a cache may keep it, but asks (ETag) before using it.
ASK_FIRST = "no-cache"
OPEN_DATA = {"Access-Control-Allow-Origin": "*"}


@contextmanager
def opened(release_id: str) -> Iterator[Release]:
    """The release of an address: `latest`, or the id of one that is kept. Raises NoRelease."""
    release = connect.open_release(settings().data_dir, None if release_id == "latest" else release_id)
    try:
        yield release
    finally:
        release.close()


def cache_headers(pinned: str, name: str) -> dict[str, str]:
    """A pinned release never changes; `latest` does."""
    return {"ETag": f'"{name}"', "Cache-Control": ASK_FIRST if pinned == "latest" else FOREVER, **OPEN_DATA}


def plain_json(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    """JSON with times in ISO form."""
    return JSONResponse(in_json(body), status_code=status, headers=headers)


def in_json(value: Any) -> Any:
    """Times become text, everything else stays."""
    if isinstance(value, dict):
        return {key: in_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [in_json(part) for part in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def not_here(reason: str) -> Response:
    """404 that a data client understands, where Streamlit would answer 200 with its page."""
    return plain_json({"error": "not found", "reason": reason}, 404, {"Cache-Control": "no-store", **OPEN_DATA})
