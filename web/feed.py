"""What changed, for programs: /feed.xml (Atom, RFC 4287) and /alerts.json (JSON Feed 1.1, with before and after)."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from charts.exports import NAME, SIMULATED
from settings import settings
from warehouse import alerts, connect
from warehouse.alerts import Alert
from web.answers import cache_headers, plain_json
from web.digest import digest, week_of

ATOM = "http://www.w3.org/2005/Atom"
TITLE = f"{NAME}: what changed"
ABOUT = "Who leads, headline figures, licences, revised figures and the age of the sources, after each release."
IN_FEED, IN_JSON = 100, 1000  # the newest; what is older is in the digest of its week
FIRST_DAY = datetime(2024, 7, 24, tzinfo=UTC)  # of the figures: a feed without entries still needs a time
# Not in the public list of names, so that no entry looks new when the observatory moves to another address.
ENTRIES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:open-model-observatory:alerts")
# What XML cannot hold at all.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(request: Request) -> Response:
    """The newest alerts as an Atom feed."""
    known = alerts.read(settings().data_dir)[:IN_FEED]
    return _answer(request, _atom(known), "application/atom+xml; charset=utf-8")


def json_feed(request: Request) -> Response:
    """The same as JSON; `?since=` (a day or a time) leaves older ones out."""
    asked = request.query_params.get("since", "")
    since = _moment(asked)
    if since is None:
        reason = f"since: expected a day or a time such as 2026-11-01 or 2026-11-01T06:00:00Z, came {asked[:60]!r}"
        return plain_json({"error": "bad request", "reason": reason}, 400, cache_headers("latest", "none"))
    known = [alert for alert in alerts.read(settings().data_dir) if alert.found_at >= since][:IN_JSON]
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "description": ABOUT,
        "home_page_url": f"{settings().public_url}/digest",
        "feed_url": f"{settings().public_url}/alerts.json",
        "language": "en",
        "items": [_item(alert) for alert in known],
    }
    return _answer(request, plain_json(body, 200, {}).body, "application/feed+json")


def entry_id(alert: Alert) -> str:
    """The id of an alert in feeds: the same for ever, at whatever address."""
    return uuid.uuid5(ENTRIES, alert.alert_id).urn


def permalink(alert: Alert) -> str:
    """The whole address of what an alert is about."""
    return f"{settings().public_url}{alert.permalink_path}"


def title(alert: Alert) -> str:
    """Subject and what it is now, in one line."""
    simulated = "SIMULATED DATA: " if alert.is_simulated else ""
    return f"{simulated}{alert.subject}: {alert.after}"


def _item(alert: Alert) -> dict[str, Any]:
    return {
        "id": entry_id(alert),
        "url": permalink(alert),
        "title": title(alert),
        "content_text": alert.sentence,
        "date_published": alert.found_at,
        "tags": [alert.kind, *(["simulated"] if alert.is_simulated else [])],
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "kind": alert.kind,
        "subject": alert.subject,
        "before": alert.before,
        "after": alert.after,
        "release_id": alert.release_id,
        "permalink": permalink(alert),
        "is_simulated": alert.is_simulated,
    }


def _atom(known: Sequence[Alert]) -> bytes:
    ElementTree.register_namespace("", ATOM)
    here = settings().public_url
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(feed, "id", ENTRIES.urn)
    _add(feed, "title", TITLE)
    _add(feed, "subtitle", ABOUT)
    _add(feed, "updated", _time(known[0].found_at if known else _built_at()))
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{here}/feed.xml")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{here}/digest")
    _add(_add(feed, "author"), "name", NAME)
    for alert in known:
        _add_entry(feed, alert)
    made: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _add_entry(feed: ElementTree.Element, alert: Alert) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", entry_id(alert))
    _add(entry, "title", title(alert))
    _add(entry, "updated", _time(alert.found_at))
    _add(entry, "published", _time(alert.found_at))
    _add(entry, "link", rel="alternate", type="text/html", href=permalink(alert))
    _add(entry, "link", rel="related", type="text/html", href=f"{settings().public_url}/digest/{week_of(alert)}")
    _add(entry, "category", term=alert.kind, label=alert.kind.replace("_", " "))
    _add(entry, "summary", alert.sentence)
    _add(entry, "content", _content(alert), type="html")


def _content(alert: Alert) -> str:
    """A small HTML text for readers of feeds; everything from outside is escaped."""
    simulated = f"<p><strong>{escape(SIMULATED)}</strong></p>" if alert.is_simulated else ""
    return (
        f"{simulated}<p>{escape(alert.sentence)}</p><p>Before: {escape(alert.before)}<br>Now: {escape(alert.after)}</p>"
        f'<p><a href="{escape(permalink(alert))}">The chart of release {escape(alert.release_id)}</a></p>'
    )


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", {key: _fit(value) for key, value in attributes.items()})
    child.text = _fit(text) or None
    return child


def _fit(text: str) -> str:
    return _NO_XML.sub(" ", text)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _built_at() -> datetime:
    newest = next(iter(connect.releases(settings().data_dir)), None)
    return datetime.fromisoformat(newest["built_at"]) if newest else FIRST_DAY


def _moment(text: str) -> datetime | None:
    """The time of an address, UTC where it names no zone; the beginning of all for none, None for nonsense."""
    if not text:
        return FIRST_DAY
    try:
        moment = datetime.fromisoformat(text[:40].replace(" ", "+"))  # an unescaped + arrives as a space
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _answer(request: Request, body: bytes | memoryview, media_type: str) -> Response:
    """The feed, or 304 where the reader has it already: feeds are asked for every few minutes."""
    content = bytes(body)
    headers = cache_headers("latest", hashlib.sha256(content).hexdigest()[:20])
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


ROUTES = [
    Route("/feed.xml", atom),
    Route("/alerts.json", json_feed),
    Route("/digest", digest),
    Route("/digest/{week}", digest),
]
