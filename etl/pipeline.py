"""The pass: collect -> tidy -> lake -> build -> check -> publish. A source that fails never stops the others."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from etl import alerts, lake, locks, snapshots
from etl.collect import COLLECTORS, Known
from etl.collect.http import Fetcher
from etl.lake import LakeError
from etl.readings import keep, scope_of
from etl.snapshots import Snapshot, SnapshotStore
from etl.sources import Outcome, attempt, state_after
from registry import Registry
from settings import Settings, code_version
from warehouse import publish, runs
from warehouse.build import BuildError
from warehouse.connect import current_release_id
from warehouse.runs import RunRecord, RunStatus, SourceState

log = logging.getLogger(__name__)

EXIT_CODES: dict[RunStatus, int] = {"published": 0, "published_with_failures": 2, "refused": 3}  # 1 for all others
HISTORY = "hub_history"
READ_AS_CHANGES = ("hub_history", "hub_models")  # each reading is compared with the one before it
RETRY_REFUSED = timedelta(days=7)  # a partition that was refused is a gigabyte: not fetched anew every day


@dataclass(frozen=True)
class RunResult:
    """How a pass ended, with the state of each source that it was to read."""

    record: RunRecord
    sources: tuple[SourceState, ...]

    @property
    def exit_code(self) -> int:
        """0 published and every source good, 2 published but not, 3 the checks refused it, 1 otherwise."""
        return EXIT_CODES.get(self.record.status, 1)

    @property
    def is_published(self) -> bool:
        """Whether there is a new release."""
        return self.record.status in ("published", "published_with_failures")


def run(
    settings: Settings,
    registry: Registry,
    sources: Sequence[str] | None = None,
    *,
    since: date | None = None,
    accept_smaller: bool = False,
    next_run_at: datetime | None = None,
    tell: Callable[[SourceState], None] = lambda state: None,
) -> RunResult:
    """One pass over the sources (all of the registry by default). Raises locks.Busy while another one is at work.

    `since` leaves older partitions of the history alone, `accept_smaller` takes a reading that shrank, `tell` is called
    with the state of each source as it is done.
    """
    chosen = [source.source_id for source in registry.sources if sources is None or source.source_id in sources]
    with _as_the_only_one(settings, next_run_at) as record, closing(Fetcher(settings)) as fetch:
        reader = _Reader(settings, registry, fetch, SnapshotStore(settings.data_dir), since, accept_smaller)
        outcomes = (attempt(source_id, reader.read, datetime.now(UTC)) for source_id in chosen)
        states = _write_states(settings, registry, outcomes, tell)
        return _finish(settings, registry, record, states, accept_smaller)


def rebuild(settings: Settings, registry: Registry, *, from_snapshots: bool = False) -> RunResult:
    """The release again, from the lake alone; or the lake again first, from every raw snapshot, oldest first."""
    with _as_the_only_one(settings, None) as record:
        if from_snapshots and (aside := lake.put_earlier_aside(settings.data_dir)):
            log.warning("the lake of an earlier version is now %s; it is laid again from the raw files", aside)
        again = (attempt(source.source_id, partial(_again, settings.data_dir)) for source in registry.sources)
        outcomes = (outcome for outcome in again if outcome.commits or outcome.failures) if from_snapshots else iter(())
        states = _write_states(settings, registry, outcomes, lambda state: None)
        return _finish(settings, registry, record, states)


@dataclass(frozen=True)
class _Reader:
    """Reads one source into the lake, reading by reading."""

    settings: Settings
    registry: Registry
    fetch: Fetcher
    store: SnapshotStore
    since: date | None
    accept_smaller: bool

    def read(self, source_id: str) -> Iterator[Callable[[], lake.Commit]]:
        """What keeps each new reading, to be called one by one: a bad one does not spoil the next."""
        data_dir = self.settings.data_dir
        if source_id == HISTORY:
            self._refuse_another_scope()
        waiting = _waiting(data_dir) if source_id == HISTORY else []
        for snapshot in waiting:
            yield partial(keep, data_dir, snapshot, accept_smaller=self.accept_smaller)
        known = self._known(waiting) if source_id == HISTORY else Known()
        settings = self._unhurried() if self.since else self.settings
        for snapshot in COLLECTORS[source_id](self.fetch, self.store, self.registry, settings, known):
            yield partial(keep, data_dir, snapshot, accept_smaller=self.accept_smaller)

    def _refuse_another_scope(self) -> None:
        """Before a gigabyte is fetched for nothing: the lake does not mix a history of all models and one of some."""
        newest = lake.last_commit(self.settings.data_dir, HISTORY)
        if newest and newest.scope != self.settings.scope:
            raise LakeError(
                f"{self.settings.data_dir} holds a history in the scope `{newest.scope}` and OMO_SCOPE is "
                f"`{self.settings.scope}`: nothing was asked for; use another OMO_DATA_DIR for the other scope"
            )

    def _known(self, waiting: Sequence[Snapshot]) -> Known:
        """Partitions not to fetch: in the lake in our scope, on disk already, or before the day asked for."""
        scope = self.settings.scope
        kept = {commit.observed_on.isoformat() for commit in lake.committed(self.settings.data_dir, HISTORY)}
        there = (*waiting, *_too_late(self.settings.data_dir))
        on_disk = {snapshot.label for snapshot in there if snapshot.label and scope in ("tracked", scope_of(snapshot))}
        return Known(frozenset(kept | on_disk | _days_before(self.since)))

    def _unhurried(self) -> Settings:
        return self.settings.model_copy(update={"history_budget_s": float("inf")})


def _waiting(data_dir: Path) -> list[Snapshot]:
    """Partitions that lie whole on the disk and come after those in the lake: a run was killed in between, or they were
    refused. One that came too late for its place waits for `rebuild --from-snapshots`.
    """
    newest = lake.last_commit(data_dir, HISTORY)
    recent = datetime.now(UTC) - RETRY_REFUSED
    return [
        snapshot
        for snapshot in _in_order(data_dir, HISTORY)
        if snapshot.fetched_at > recent and (newest is None or snapshot.observed_on > newest.observed_on)
    ]


def _too_late(data_dir: Path) -> list[Snapshot]:
    """Partitions on the disk whose place in the lake has passed: they need not be fetched again either."""
    newest = lake.last_commit(data_dir, HISTORY)
    return [s for s in _in_order(data_dir, HISTORY) if newest and s.observed_on < newest.observed_on]


def _in_order(data_dir: Path, source_id: str) -> list[Snapshot]:
    """Every whole snapshot of a source by the day it is of; of one day the one that was fetched last comes last."""
    return sorted(snapshots.all(data_dir, source_id), key=lambda snapshot: (snapshot.observed_on, snapshot.fetched_at))


def _days_before(since: date | None) -> set[str]:
    first = date(2024, 7, 1)  # the history begins on 2024-07-24
    return {(first + timedelta(days=n)).isoformat() for n in range((since - first).days)} if since else set()


def _again(data_dir: Path, source_id: str) -> Iterator[Callable[[], lake.Commit]]:
    """What lays a source's readings again from the raw files, in the order of their days."""
    found = _in_order(data_dir, source_id)
    if source_id in READ_AS_CHANGES:
        _clear(data_dir, source_id, found)
    for snapshot in found:
        yield partial(keep, data_dir, snapshot)


def _clear(data_dir: Path, source_id: str, found: Sequence[Snapshot]) -> None:
    """Takes a source's readings out of the lake, newest first. Raises LakeError where one has no raw file any more."""
    kept, raw = lake.committed(data_dir, source_id), {snapshot.sha256 for snapshot in found}
    lost = [commit.observed_on.isoformat() for commit in kept if commit.snapshot_sha256 not in raw]
    if lost:
        raise LakeError(
            f"{len(lost)} readings have no raw file now ({', '.join(lost[:5])}): they would be lost, so nothing is "
            "changed; put the folders back into snapshots/ first"
        )
    for commit in reversed(kept):
        lake.forget(data_dir, source_id, commit.observed_on)


@contextmanager
def _as_the_only_one(settings: Settings, next_run_at: datetime | None) -> Iterator[RunRecord]:
    """Holds the ETL's lock and keeps the record of the run; what a killed run left is put in order first."""
    data_dir = settings.data_dir
    with locks.held(data_dir / "etl.lock", "The ETL"):
        runs.remove_leftovers(data_dir)
        for said in runs.put_aside_unreadable(data_dir):
            log.warning(said)
        _close_records_of_the_killed(data_dir)
        lake.recover(data_dir)
        now = datetime.now(UTC)
        record = RunRecord(
            now.strftime("%Y%m%dT%H%M%S.%fZ"), now, "running", next_run_at=_next_run(data_dir, next_run_at)
        )
        runs.write_run(data_dir, record)
        try:
            yield record
        except BaseException as error:
            is_stopped = isinstance(error, KeyboardInterrupt | SystemExit)
            status: RunStatus = "abandoned" if is_stopped else "failed"
            message = "it was told to stop" if is_stopped else f"an unexpected {type(error).__name__}: see the log"
            runs.write_run(data_dir, replace(record, status=status, finished_at=datetime.now(UTC), message=message))
            raise


def _close_records_of_the_killed(data_dir: Path) -> None:
    for record in runs.read_runs(data_dir):
        if record.status == "running":
            runs.write_run(data_dir, replace(record, status="abandoned", message="it ended without a word (killed?)"))


def _next_run(data_dir: Path, given: datetime | None) -> datetime | None:
    """A run by hand does not change when the scheduler comes next."""
    before = runs.last_run(data_dir)
    known = before.next_run_at if before else None
    return given or (known if known and known > datetime.now(UTC) else None)


def _write_states(
    settings: Settings,
    registry: Registry,
    outcomes: Iterable[Outcome],
    tell: Callable[[SourceState], None],
) -> list[SourceState]:
    states = []
    for outcome in outcomes:
        state = state_after(outcome, settings, registry)
        runs.write_source(settings.data_dir, state)
        tell(state)
        states.append(state)
    return states


def _finish(
    settings: Settings,
    registry: Registry,
    record: RunRecord,
    states: Sequence[SourceState],
    accept_smaller: bool = False,
) -> RunResult:
    """Builds, checks and publishes what the lake holds, and closes the record."""
    status, message = _publish(settings, registry, states, accept_smaller)
    closed = replace(
        record,
        status=status,
        message=message,
        finished_at=datetime.now(UTC),
        release_id=current_release_id(settings.data_dir),
    )
    runs.write_run(settings.data_dir, closed)
    return RunResult(closed, tuple(states))


def _publish(
    settings: Settings, registry: Registry, states: Sequence[SourceState], accept_smaller: bool
) -> tuple[RunStatus, str]:
    troubled = [state.source_id for state in states if state.status != "ok"]
    if not lake.committed(settings.data_dir):
        return "failed", "Nothing to publish: no source has given a good reading yet"
    try:
        release_id = publish.publish(
            settings.data_dir,
            registry,
            code_version=code_version(),
            scope=settings.scope,
            keep=settings.keep_releases,
            accept_smaller=accept_smaller,
        )
    except publish.Refused as refused:
        return "refused", str(refused)
    except BuildError as error:
        return "failed", str(error)
    alerts.tell_quietly(settings.data_dir)
    if troubled:
        return "published_with_failures", f"Published {release_id}; not well: {', '.join(troubled)}"
    return "published", f"Published {release_id}"
