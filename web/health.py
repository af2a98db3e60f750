"""`/healthz`: is there a release, and is the data as fresh as its schedule promises?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from settings import Settings
from warehouse import runs
from warehouse.connect import NoRelease, open_release

# A run may be late by one whole interval (a restart, a slow source) before somebody should be woken.
INTERVALS_BEFORE_STALE = 2
# Enough run times to see the longest pause of a weekly or working-day schedule.
RUN_TIMES_LOOKED_AT = 10


@dataclass(frozen=True)
class Health:
    """What a health check learns; `reasons` is empty when all is well."""

    reasons: tuple[str, ...]
    body: dict[str, Any]

    @property
    def status_code(self) -> int:
        """200, or 503 with reasons."""
        return 503 if self.reasons else 200


def longest_pause(schedule: str, now: datetime) -> timedelta:
    """The longest time between two runs of a cron expression, looking ahead from now."""
    trigger = CronTrigger.from_crontab(schedule, timezone=UTC)
    times = [now]
    for _ in range(RUN_TIMES_LOOKED_AT):
        following = trigger.get_next_fire_time(times[-1], times[-1] + timedelta(microseconds=1))
        if following is None:
            break
        times.append(following)
    pauses = [later - earlier for earlier, later in pairwise(times[1:])]
    return max(pauses, default=timedelta(days=1))


def health(settings: Settings, now: datetime) -> Health:
    """Release, age of its newest reading against the schedule, and the state of each source."""
    sources, unreadable = _sources(settings)
    newest = max((state.last_success_at for state in sources.values() if state.last_success_at), default=None)
    longest = INTERVALS_BEFORE_STALE * longest_pause(settings.schedule, now)
    release, reasons = _release(settings)
    reasons += unreadable
    if newest is None or now - newest > longest:
        reasons.append(f"no source was read in the last {_hours(longest)} hours (schedule {settings.schedule!r}, UTC)")
    body = {
        "status": "unhealthy" if reasons else "ok",
        "reasons": reasons,
        "release": release,
        "newest_success_at": newest,
        "age_hours": _hours(now - newest) if newest else None,
        "longest_age_hours": _hours(longest),
        "sources": {source_id: _source(state, now) for source_id, state in sources.items()},
    }
    return Health(tuple(reasons), body)


def _release(settings: Settings) -> tuple[dict[str, Any] | None, list[str]]:
    try:
        release = open_release(settings.data_dir)
    except NoRelease as missing:
        return None, [str(missing)]
    release.close()
    return {
        "release_id": release.release_id,
        "built_at": release.built_at,
        "data_until": release.data_until,
        "is_simulated": release.is_simulated,
    }, []


def _sources(settings: Settings) -> tuple[dict[str, runs.SourceState], list[str]]:
    try:
        return runs.read_sources(settings.data_dir), []
    except runs.RunsError as error:
        return {}, [str(error)]


def _source(state: runs.SourceState, now: datetime) -> dict[str, Any]:
    return {
        "status": state.status,
        "message": state.message,
        "last_success_at": state.last_success_at,
        "data_until": state.data_until,
        "age_hours": _hours(now - state.last_success_at) if state.last_success_at else None,
        "rows": state.rows,
    }


def _hours(age: timedelta) -> float:
    return round(age / timedelta(hours=1), 1)
