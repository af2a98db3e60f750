"""From a snapshot to a committed reading: tidied, compared with the reading before it, kept in the lake."""

import logging
from datetime import timedelta
from pathlib import Path

from etl import lake
from etl.lake import Commit
from etl.snapshots import Snapshot
from etl.tidy import Tidied, TidyError, tidy

log = logging.getLogger(__name__)

LEAST_PART = 0.5  # a reading with less than this part of the rows before it is taken for a fault of the service
ACCEPTED = "accepted-smaller"  # an empty file in the folder of the snapshot
REFUSALS_LOGGED = 100  # all of them are in the lake and in the checks
NEIGHBOURS = timedelta(days=45)  # partitions further apart may differ by real growth


def keep(data_dir: Path, snapshot: Snapshot, *, accept_smaller: bool = False) -> Commit:
    """Brings a snapshot into the lake. Raises TidyError or LakeError, and then the lake is as it was.

    `accept_smaller`: a person has looked, the service has really less than before; remembered beside the raw files.
    """
    if accept_smaller:
        (snapshot.path / ACCEPTED).touch()
    tidied = tidy(snapshot)
    before = _reading_before(data_dir, snapshot)
    if before and tidied.rows < LEAST_PART * before.rows and not (snapshot.path / ACCEPTED).exists():
        raise TidyError(
            f"shrunk from {before.rows:,} rows ({before.observed_on}) to {tidied.rows:,} ({snapshot.observed_on}): "
            "refused, the last good reading stays; if it is right, run "
            f"`python -m etl run --source {snapshot.source_id} --accept-smaller`"
        )
    commit = _commit(snapshot, tidied, before)
    kept = lake.write(data_dir, commit, tidied.lake_frames(snapshot))
    _log(snapshot, kept, tidied)
    return kept


def scope_of(snapshot: Snapshot) -> str:
    """`hub` where a partition of the history was kept whole, else `tracked`; its manifest says so in words."""
    return "hub" if any("every model" in note for note in snapshot.notes) else "tracked"


def _reading_before(data_dir: Path, snapshot: Snapshot) -> Commit | None:
    """The reading to compare with: the nearest partition of the same scope, for other sources the newest so far."""
    kept = lake.committed(data_dir, snapshot.source_id)
    if snapshot.label is None:
        return next((commit for commit in reversed(kept) if commit.observed_on <= snapshot.observed_on), None)
    others = [
        commit for commit in kept if commit.observed_on != snapshot.observed_on and commit.scope == scope_of(snapshot)
    ]
    nearest = min(others, key=lambda commit: abs(commit.observed_on - snapshot.observed_on), default=None)
    return nearest if nearest and abs(nearest.observed_on - snapshot.observed_on) <= NEIGHBOURS else None


def _commit(snapshot: Snapshot, tidied: Tidied, before: Commit | None) -> Commit:
    is_repeated = before and snapshot.label and before.snapshot_sha256 == snapshot.sha256
    return Commit(
        source_id=snapshot.source_id,
        observed_on=snapshot.observed_on,
        snapshot_sha256=snapshot.sha256,
        is_simulated=snapshot.is_simulated,
        rows=tidied.rows,
        data_until=tidied.data_until or snapshot.observed_on,
        refused=len(tidied.refused),
        scope=scope_of(snapshot),
        note=f"the same content as the partition of {before.observed_on}" if before and is_repeated else "",
    )


def _log(snapshot: Snapshot, commit: Commit, tidied: Tidied) -> None:
    log.info("%s: kept the reading of %s, %s rows", commit.source_id, commit.observed_on, f"{commit.rows:,}")
    for remark in snapshot.notes:
        log.info("%s of %s: %s", commit.source_id, commit.observed_on, remark)
    for note in filter(None, (*tidied.notes, commit.note)):
        log.warning("%s of %s: %s", commit.source_id, commit.observed_on, note)
    for refusal in tidied.refused[:REFUSALS_LOGGED]:
        log.info("%s of %s: refused %s: %s", commit.source_id, commit.observed_on, refusal.item, refusal.reason)
