"""The weekly digest: what changed in a week, in plain words, as a page without a script."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response

from charts import catalogue
from charts.words import day
from settings import settings
from warehouse import alerts, connect
from warehouse.alerts import Alert
from warehouse.connect import NoRelease
from web.answers import opened
from web.html import html_answer, page, problem
from web.plain.charts import headline

# In the order in which a reader wants to know them.
KINDS = {
    "crossing": "Who leads has changed",
    "headline_change": "Figures that moved",
    "new_leader": "New best models",
    "licence_change": "Licences that changed",
    "counter_revision": "Published figures that were revised",
    "stale_source": "Sources that became old, or came back",
}
STANDING = ("overview_china_share", "overview_open_closed_gap", "overview_open_licences", "overview_deepseek_qwen")
WEEKS_LISTED = 26
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SOURCE = re.compile(r" \([^()]*\)$")  # data date, interval, maker: they stand below
_WEEK = re.compile(r"(20\d\d)-W(\d\d)")
ELSEWHERE = {"The latest week": "/digest", "All charts": "/chart/", "The dashboard": "/"}


@dataclass(frozen=True)
class Told:
    """An alert as the page shows it."""

    alert: Alert
    address: str
    is_kept: bool  # whether the release that it is about can still be opened


def digest(request: Request) -> Response:
    """The page of a week (`2026-W48`), of the newest release without one."""
    asked = request.path_params.get("week")
    newest = _newest_week()
    monday = _monday(asked) if asked else newest
    if monday is None or (monday > newest and monday > _monday_of(datetime.now(UTC))):
        reason = f"Expected a week such as {_name(newest)} that is not in the future, came {str(asked)[:20]!r}."
        return problem(request, 404, "There is no digest of this week.", reason, ELSEWHERE)
    body = _page(monday, is_latest=monday == newest)
    return html_answer(request, body, "latest", hashlib.sha256(body.encode()).hexdigest()[:20])


def week_of(alert: Alert) -> str:
    """The week in which an alert was found, as its digest's address names it."""
    return _name(_monday_of(alert.found_at))


def _page(monday: date, *, is_latest: bool) -> str:
    known = alerts.read(settings().data_dir)
    own = _of_week(known, monday)
    groups = [{"title": title, "told": [one for one in own if one.alert.kind == kind]} for kind, title in KINDS.items()]
    findings, is_simulated = _standing() if is_latest else ((), False)
    return page(
        "digest.html",
        title=_headline(own, monday),
        week=_name(monday),
        span=_span(monday),
        count=_count(len(own)),
        groups=[group for group in groups if group["told"]],
        findings=findings,
        is_compared=_first_week(known) <= monday,
        last=_last_with_news(known, monday) if not own else None,
        weeks=_weeks(known, monday),
        is_simulated=is_simulated or any(one.alert.is_simulated for one in own),
    )


def _of_week(known: Sequence[Alert], monday: date) -> list[Told]:
    """The alerts of a week, the newest first."""
    kept = {entry["release_id"] for entry in connect.releases(settings().data_dir)}
    own = [alert for alert in known if _monday_of(alert.found_at) == monday]
    return [_told(alert, alert.release_id in kept) for alert in own]


def _told(alert: Alert, is_kept: bool) -> Told:
    """With the address of its release, or of the newest one where that is no longer kept."""
    pinned = re.compile(rf"[?&]release={re.escape(alert.release_id)}$")
    return Told(alert, alert.permalink_path if is_kept else pinned.sub("", alert.permalink_path), is_kept)


def _headline(own: Sequence[Told], monday: date) -> str:
    """The weightiest change of the week comes first."""
    for kind in KINDS:
        for told in own:
            if told.alert.kind == kind:
                after, before = (_SOURCE.sub("", text) for text in (told.alert.after, told.alert.before))
                return f"{told.alert.subject}: {after}, before {before}"
    return f"Nothing to tell of the week of {_span(monday)}"


def _count(number: int) -> str:
    if not number:
        return "No change was told."
    said = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{said[0].upper()}{said[1:]} {'change was' if number == 1 else 'changes were'} told."


def _standing() -> tuple[tuple[tuple[str, str], ...], bool]:
    """The four findings of the first page as they are now, each with its chart; nothing without a release."""
    release_id = connect.current_release_id(settings().data_dir)
    try:
        return _findings(release_id) if release_id else ((), False)
    except NoRelease:
        return (), False


@lru_cache(maxsize=4)
def _findings(release_id: str) -> tuple[tuple[tuple[str, str], ...], bool]:
    with opened(release_id) as release:
        charts = [catalogue.chart(chart_id) for chart_id in STANDING]
        drawn = [catalogue.draw(release, chart, chart.defaults) for chart in charts]
        return tuple((headline(one), f"/chart/{one.chart.id}") for one in drawn), release.is_simulated


def _newest_week() -> date:
    """Of the newest release: the figures are of that week, whatever day it is."""
    newest = next(iter(connect.releases(settings().data_dir)), None)
    return _monday_of(datetime.fromisoformat(newest["built_at"]) if newest else datetime.now(UTC))


def _first_week(known: Sequence[Alert]) -> date:
    """The first week of which there is a release or an alert: of what was before nothing was compared."""
    built = [datetime.fromisoformat(entry["built_at"]) for entry in connect.releases(settings().data_dir)]
    moments = [*built, *(alert.found_at for alert in known)]
    return _monday_of(min(moments, default=datetime.now(UTC)))


def _last_with_news(known: Sequence[Alert], monday: date) -> str | None:
    return next((week_of(alert) for alert in known if _monday_of(alert.found_at) < monday), None)


def _weeks(known: Sequence[Alert], monday: date) -> list[str]:
    """Weeks in which something was told, the newest first, this one left out."""
    weeks = dict.fromkeys(week_of(alert) for alert in known)
    return list(islice((week for week in weeks if week != _name(monday)), WEEKS_LISTED))


def _monday(week: str) -> date | None:
    found = _WEEK.fullmatch(week)
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _monday_of(moment: datetime) -> date:
    on = moment.astimezone(UTC).date()
    return on - timedelta(days=on.weekday())


def _name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _span(monday: date) -> str:
    """`23 to 29 November 2026`, each day with what it does not share with the other."""
    sunday = monday + timedelta(days=6)
    if monday.year != sunday.year:
        return f"{day(monday)} to {day(sunday)}"
    first = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {monday:%B}"
    return f"{first} to {day(sunday)}"
