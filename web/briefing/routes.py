"""Addresses of decks: /briefing/deck with its slides in the query, /briefing/deck/<ready deck>, each also as a file."""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charts.briefing.deck import Deck
from charts.briefing.ready import ready_decks
from warehouse.connect import NoRelease
from web.answers import cache_headers, opened
from web.briefing.page import Made, document, made, offline, pdf, pptx, script_source
from web.html import html_answer, problem

FILES = {
    "pptx": (pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": (pdf, "application/pdf"),
    "zip": (offline, "application/zip"),
}
LONGEST_QUERY = 60_000  # letters; browsers and proxies take less
ELSEWHERE = {"Make a briefing": "/briefing", "All charts": "/chart/"}


def shown(request: Request) -> Response:
    """The deck itself."""
    asked = _asked(request)
    if isinstance(asked, Response):
        return asked
    theme = request.query_params.get("theme", "light")
    body = document(asked, "dark" if theme == "dark" else "light")
    answer = html_answer(
        request,
        body,
        asked.deck.release or "latest",
        f"deck-{asked.tag}-{theme[:5]}",
        allow=f"script-src {script_source()}; frame-src 'self'; connect-src 'self'; ",
    )
    answer.headers["X-Release"] = asked.release_id
    return answer


def file(request: Request) -> Response:
    """The deck for PowerPoint, as PDF, or as a folder."""
    kind = request.path_params["kind"]
    if kind not in FILES:
        return problem(request, 404, "There is no such form.", f"Known are: .{', .'.join(FILES)}.", ELSEWHERE)
    asked = _asked(request)
    if isinstance(asked, Response):
        return asked
    write, media_type = FILES[kind]
    headers = cache_headers(asked.deck.release or "latest", f"{asked.tag}-{kind}")
    headers["Content-Disposition"] = f'attachment; filename="{asked.file_name}.{kind}"'
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(write(asked), media_type=media_type, headers=headers)


def _asked(request: Request) -> Made | Response:
    """The deck of an address, or the page that says why there is none."""
    deck = _deck(request)
    if isinstance(deck, Response):
        return deck
    if not deck.slides:
        said = f" Not understood: {'; '.join(deck.ignored)}." if deck.ignored else ""
        reason = f"The address names no slide that can be shown.{said} Add charts, or take a ready briefing."
        return problem(request, 400 if deck.ignored else 404, "This briefing has no slides.", reason, ELSEWHERE)
    try:
        with opened(deck.release or "latest") as release:
            release_id = release.release_id
        return made(deck, release_id)
    except NoRelease as missing:
        return problem(request, 404, "The release of this briefing is not here.", str(missing), ELSEWHERE)


def _deck(request: Request) -> Deck | Response:
    query = request.url.query
    if len(query) > LONGEST_QUERY:
        return problem(request, 414, "This address is too long.", "Take some slides or notes out.", ELSEWHERE)
    asked = Deck.from_query(parse_qsl(query, keep_blank_values=True))
    ready_id = request.path_params.get("ready_id")
    if ready_id is None:
        return asked
    known = ready_decks()
    if ready_id not in known:
        return problem(request, 404, "There is no such ready briefing.", f"Known are: {', '.join(known)}.", ELSEWHERE)
    return known[ready_id].pinned(asked.release)


ROUTES = [
    Route("/briefing/deck", shown),
    Route("/briefing/deck.{kind}", file),
    Route("/briefing/deck/{ready_id}.{kind}", file),
    Route("/briefing/deck/{ready_id}", shown),
]
