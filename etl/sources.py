"""How one source fared in a pass: the boundary at which its failures end, and what is told of it afterwards."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from etl import lake
from etl.collect.http import SourceError
from etl.lake import Commit, LakeError
from etl.snapshots import SnapshotError
from etl.tidy import TidyError
from registry import Registry
from settings import Settings
from warehouse import runs
from warehouse.runs import SourceState

log = logging.getLogger(__name__)

EXPECTED = (SourceError, TidyError, LakeError, SnapshotError)  # each is one sentence for people
Read = Callable[[str], Iterator[Callable[[], Commit]]]


@dataclass
class Outcome:
    """What an attempt on a source brought; `failure` is one sentence, empty when all went well."""

    source_id: str
    started_at: datetime | None  # None where nothing was asked of the service: raw files tidied again
    commits: list[Commit] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def failure(self) -> str:
        """Everything that went wrong, in one line."""
        return "; ".join(self.failures)


def attempt(source_id: str, read: Read, started_at: datetime | None = None) -> Outcome:
    """Reads a source as far as it goes. No failure of a source leaves this function, expected or not."""
    outcome = Outcome(source_id, started_at)
    try:
        for keep in read(source_id):
            _attempt_one(outcome, keep)
    except Exception as error:
        outcome.failures.append(_sentence(source_id, error))
    return outcome


def _attempt_one(outcome: Outcome, keep: Callable[[], Commit]) -> None:
    try:
        outcome.commits.append(keep())
    except EXPECTED as error:
        outcome.failures.append(_sentence(outcome.source_id, error))


def _sentence(source_id: str, error: Exception) -> str:
    """One sentence for people; the traceback of what nobody expected goes to the log."""
    if isinstance(error, EXPECTED):
        reason = error.reason if isinstance(error, SourceError) else str(error)
        log.warning("%s: %s", source_id, reason)
        return reason
    log.exception("%s: unexpected", source_id)
    first_line = (str(error).strip().splitlines() or ["no message"])[0]
    return f"unexpected {type(error).__name__}: {first_line[:200]} (the log has the details)"


def state_after(outcome: Outcome, settings: Settings, registry: Registry) -> SourceState:
    """The state to record: of the last good reading, with what the attempt showed."""
    newest = lake.last_commit(settings.data_dir, outcome.source_id)
    before = runs.read_sources(settings.data_dir).get(outcome.source_id)
    was_asked = outcome.started_at is not None
    succeeded_now = was_asked and not outcome.failures
    status, message = _judge(outcome, newest, settings, registry)
    return SourceState(
        outcome.source_id,
        status,
        message,
        last_attempt_at=outcome.started_at or (before.last_attempt_at if before else None),
        last_success_at=datetime.now(UTC) if succeeded_now else (before.last_success_at if before else None),
        data_until=newest.data_until if newest else None,
        rows=newest.rows if newest else None,
        snapshot_sha256=newest.snapshot_sha256 if newest else None,
        is_simulated=newest.is_simulated if newest else False,
    )


def _judge(
    outcome: Outcome, newest: Commit | None, settings: Settings, registry: Registry
) -> tuple[runs.SourceStatus, str]:
    if newest is None:
        return "missing", outcome.failure or "the service gave nothing new and nothing was kept before"
    if outcome.failures:
        return "failed", f"{outcome.failure}; the reading of {newest.observed_on} stays"
    until, limit = newest.data_until or newest.observed_on, registry.source(outcome.source_id).stale_after_days
    age = (today(settings) - until).days
    if age > limit:
        return "stale", f"the newest figures are of {until}, {age:,} days ago, expected at most {limit:,}"
    refused = sum(commit.refused for commit in outcome.commits)
    return "ok", f"{refused:,} refused by name, see the checks" if refused else ""


def today(settings: Settings) -> date:
    """The day by which age is judged. A mirror may show an earlier day: the newest it has shown is its today."""
    commits = lake.committed(settings.data_dir) if settings.mirror else []
    return max((commit.observed_on for commit in commits), default=datetime.now(UTC).date())
