"""The lake: what services said, as Parquet, a file per table, source and day; the history that cannot be had again.

    data/lake/<table>/<source_id>/<YYYY-MM-DD>.parquet      columns as in schemas.py; the date is the day observed
    data/lake/_committed/<source_id>/<YYYY-MM-DD>.json      written last; readers look only at what it names

Of models the lake keeps changes, not snapshots (changes.py): a reading in which nothing moved takes no place.
A reading replaces an earlier one of the same day whole or not at all. Its files are staged first, then an intent names
them, then they move into place: a process killed in between is finished by `recover`, never left half old, half new.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.lake import changes
from etl.lake.commits import (
    Commit,
    LakeError,
    committed,
    from_file,
    intent_path,
    intents,
    is_earlier,
    last_commit,
    marker_path,
    table_path,
    to_disk,
    write_intent,
)
from etl.lake.schemas import KEPT, SCHEMAS, WHOLE, encodings

__all__ = [
    "SCHEMAS",
    "Commit",
    "LakeError",
    "committed",
    "forget",
    "last_commit",
    "put_earlier_aside",
    "read",
    "recover",
    "refuse_mixing",
    "table_path",
    "write",
]


def write(data_dir: Path, commit: Commit, frames: Mapping[str, pa.Table]) -> Commit:
    """Keep a reading: its tables first, its commit marker last. Returns the commit with its tables and accounts.

    `frames` of models are whole readings (schemas.WHOLE); what is kept of them are the changes. Raises LakeError when
    readings would mix that must not, when models come out of order, or when a frame has not the columns of its table.
    """
    refuse_mixing(data_dir, commit)
    came = {name: _in_schema(frame, name) for name, frame in frames.items()}
    found = changes.of_reading(data_dir, commit, came) if WHOLE.keys() & came.keys() else None
    kept = {name: frame for name, frame in came.items() if name in KEPT} | (found.frames if found else {})
    accounts = found.accounts if found else commit.accounts
    whole = replace(commit, tables=tuple(sorted(kept)), accounts=accounts)
    for table in whole.tables:
        _write_parquet(_staged(table_path(data_dir, table, commit.source_id, commit.observed_on)), kept[table])
    write_intent(data_dir, whole)
    _finish(data_dir, whole)
    if found:
        changes.remember(data_dir, whole, found.known)
    return whole


def read(data_dir: Path, table: str, source_id: str, observed_on: date) -> pa.Table:
    """One table of one reading, as it is kept."""
    return pq.read_table(table_path(data_dir, table, source_id, observed_on), partitioning=None)


def forget(data_dir: Path, source_id: str, observed_on: date) -> None:
    """Take a reading out of the lake: its marker first, so that no reader follows it to missing files.

    Of models only the newest reading of a source may go: later ones say what differs from it.
    """
    marker_path(data_dir, source_id, observed_on).unlink(missing_ok=True)
    changes.forget(data_dir, source_id)
    for table in KEPT:
        table_path(data_dir, table, source_id, observed_on).unlink(missing_ok=True)


def recover(data_dir: Path) -> list[Commit]:
    """Finish what a killed process had staged whole, throw away what it had not. Returns what was finished.

    Call it only while holding the lock of the ETL.
    """
    finished = [from_file(intent) for intent in intents(data_dir)]
    for commit in finished:
        _finish(data_dir, commit)
    for leftover in (data_dir / "lake").glob("*/**/.*.partial"):
        leftover.unlink()
    changes.remove_spilled(data_dir)
    return finished


def put_earlier_aside(data_dir: Path) -> Path | None:
    """Moves a lake that an earlier version wrote out of the way; gives its new place, None where there is none."""
    markers = sorted((data_dir / "lake" / "_committed").glob("*/[0-9]*.json"))
    if not any(is_earlier(json.loads(marker.read_text(encoding="utf-8"))) for marker in markers[:1]):
        return None
    aside = data_dir / f"lake-before-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    return (data_dir / "lake").rename(aside)


def refuse_mixing(data_dir: Path, commit: Commit) -> None:
    """Simulated and real figures never share a lake, nor a history of all models and one of some: nobody could tell."""
    for kept in committed(data_dir):
        if kept.is_simulated != commit.is_simulated:
            came, there = ("simulated", "real") if commit.is_simulated else ("real", "simulated")
            raise LakeError(
                f"{data_dir} holds {there} readings ({kept.source_id} of {kept.observed_on}) and this one of "
                f"{commit.source_id} is {came}: use another OMO_DATA_DIR for {came} data"
            )
        if kept.source_id == commit.source_id and kept.scope != commit.scope:
            raise LakeError(
                f"{data_dir} holds {kept.source_id} of {kept.observed_on} in the scope `{kept.scope}` and this reading "
                f"is of `{commit.scope}`: set OMO_SCOPE={kept.scope}, or use another OMO_DATA_DIR"
            )


def _finish(data_dir: Path, commit: Commit) -> None:
    for table in KEPT:
        target = table_path(data_dir, table, commit.source_id, commit.observed_on)
        if table not in commit.tables:
            target.unlink(missing_ok=True)
        elif _staged(target).exists():
            _staged(target).replace(target)
    intent_path(data_dir, commit).replace(marker_path(data_dir, commit.source_id, commit.observed_on))


def _in_schema(frame: pa.Table, table: str) -> pa.Table:
    schema = SCHEMAS[table]
    missing, unknown = set(schema.names) - set(frame.column_names), set(frame.column_names) - set(schema.names)
    if missing or unknown:
        raise LakeError(
            f"{table}: expected the columns of etl/lake/schemas.py, missing {sorted(missing)}, "
            f"unknown {sorted(unknown)}"
        )
    return frame.select(schema.names).cast(schema)


def _write_parquet(path: Path, frame: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        pq.write_table(frame, out, compression="zstd", compression_level=9, **encodings(frame))
        to_disk(out)


def _staged(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")
