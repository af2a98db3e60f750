"""HTML pages without a script: made from templates that escape whatever stands in them, sent with their headers."""

from functools import cache
from pathlib import Path
from typing import Any

import brotli
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from web.answers import ASK_FIRST, cache_headers

TEMPLATES = Path(__file__).parent / "templates"
# Name in the templates -> file; the dark one is apart, for a frame in a light page stays light.
STYLES = {"style": "plain.css", "night_style": "night.css"}
# Nothing is loaded but our own pictures, nothing runs; the style stands in the page itself.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; "
)
QUALITY = 5  # of brotli: half a millisecond for a page


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )
    for name, file in STYLES.items():
        made.globals[name] = Markup((TEMPLATES / file).read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return made


def page(template: str, **values: Any) -> str:
    """A page from a template; `is_simulated` decides whether the banner stands on it."""
    return _environment().get_template(template).render(**{"is_simulated": False, **values})


def html_answer(
    request: Request, body: str, pinned: str, tag: str, *, status: int = 200, framed_by: str = "'self'", allow: str = ""
) -> Response:
    """The page with cache headers (`pinned`: release id or `latest`), or 304 where the reader has it already.

    Small where the browser takes brotli. `framed_by` says who may put it into a frame, `allow` what else it may load.
    """
    headers = cache_headers(pinned, tag) if status == 200 else {"Cache-Control": ASK_FIRST}
    headers |= {"Content-Security-Policy": f"{POLICY}{allow}frame-ancestors {framed_by}", "Vary": "Accept-Encoding"}
    if status == 200 and headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = body.encode()
    if "br" in request.headers.get("accept-encoding", ""):
        content = brotli.compress(content, quality=QUALITY)
        headers["Content-Encoding"] = "br"
    return Response(content, status_code=status, media_type="text/html; charset=utf-8", headers=headers)


def problem(request: Request, status: int, title: str, reason: str, links: dict[str, str]) -> Response:
    """A page that says what is wrong and where to go on."""
    listed = [{"name": name, "address": address} for name, address in links.items()]
    body = page("problem.html", title=title, reason=reason, links=listed)
    return html_answer(request, body, "latest", "", status=status)
