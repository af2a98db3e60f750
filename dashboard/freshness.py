"""How fresh the data is: the state of each source as the last run left it, in words and as rows."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

import pandas as pd

from dashboard import data
from dashboard.words import age, day, moment
from settings import settings
from warehouse import runs
from warehouse.runs import RunRecord

log = logging.getLogger(__name__)

WEEKS = {"hub_models": "models", "lmarena": "Arena", "livebench": "LiveBench"}  # what changes are told of
STATUS_WORDS = {"ok": "in order", "stale": "old", "failed": "failed", "missing": "never read"}
RUN_WORDS = {
    "running": "is running",
    "published": "published a release",
    "published_with_failures": "published a release, though a source failed",
    "refused": "published nothing: a check failed",
    "failed": "failed",
    "abandoned": "was stopped before its end",
}


@dataclass(frozen=True)
class SourceLine:
    """A source as pages list it; `last_success_at` is UTC."""

    source_id: str
    title: str
    status: str
    message: str
    last_success_at: datetime | None
    data_until: str


def lines() -> list[SourceLine]:
    """Every source of the release, with the state that the last run left: a source may fail without a new release.

    On the page of a past release they stand as that release knew them.
    """
    states = {} if data.pinned() else _states()
    return [_line(row, states.get(str(row["source_id"]))) for row in data.records("sources")]


def _states() -> dict[str, runs.SourceState]:
    try:
        return runs.read_sources(settings().data_dir)
    except runs.RunsError as error:  # then they stand as the release knows them
        log.warning(error)
        return {}


def _line(row: dict[str, object], state: runs.SourceState | None) -> SourceLine:
    success = state.last_success_at if state else _time(row["last_success_at"])
    return SourceLine(
        source_id=str(row["source_id"]),
        title=str(row["title"]),
        status=state.status if state else str(row["status"]),
        message=state.message if state else str(row["message"] or ""),
        last_success_at=success,
        data_until=day(_time(row["data_until"])),
    )


def sentence(sources: list[SourceLine]) -> str:
    """Whether all sources could be read, in one sentence; those that could not, or are old, by name."""
    behind = [line.title for line in sources if line.status != "ok"]
    if not behind:
        return f"All {len(sources)} sources were read in good order."
    return (
        f"{len(sources) - len(behind)} of {len(sources)} sources were read in good order; not so: {', '.join(behind)}."
    )


def week_sentence(sources: list[SourceLine]) -> str:
    """Which seven days the newest figures end: they may be old."""
    until = {line.source_id: line.data_until for line in sources}
    known = [f"{what} to {until[key]}" for key, what in WEEKS.items() if until.get(key, "never") != "never"]
    return f"The last seven days of the figures: {', '.join(known)}." if known else "No figures were read yet."


def rows(sources: list[SourceLine], now: datetime) -> list[tuple[str, ...]]:
    """Source, state, age of the last good reading, day of the newest figure."""
    return [
        (line.title, STATUS_WORDS.get(line.status, line.status), age(line.last_success_at, now), line.data_until)
        for line in sources
    ]


def run_sentence(last: RunRecord | None) -> str:
    """What the last run did and when the next one is due."""
    if last is None:
        return "No run is on record that can be read."
    next_run = f" The next run is due on {moment(last.next_run_at)}." if last.next_run_at else ""
    return f"The last run began on {moment(last.started_at)} and {RUN_WORDS[last.status]}.{next_run}"


def about_the_last_run() -> str:
    """The same of this observatory's last run; nothing on the page of a past release, which it did not make."""
    return "" if data.pinned() else run_sentence(last_run())


def last_run() -> RunRecord | None:
    """The run that began last."""
    try:
        return runs.last_run(settings().data_dir)
    except runs.RunsError as error:
        log.warning(error)
        return None


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    return (stamp.tz_localize(UTC) if stamp.tzinfo is None else stamp).to_pydatetime()
