"""The lake: observations as Parquet, one file per table, source and day; the history that cannot be fetched again.

    data/lake/<table>/<source_id>/<YYYY-MM-DD>.parquet      columns as in SCHEMAS; the date is the day observed
    data/lake/_committed/<source_id>/<YYYY-MM-DD>.json      written last; readers look only at what it names

A reading replaces an earlier one of the same day whole or not at all. Its files are staged first, then an intent names
them, then they move into place: a process killed in between is finished by `recover`, never left half old, half new.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

_READING = [("observed_on", pa.date32()), ("source_id", pa.string())]

SCHEMAS: dict[str, pa.Schema] = {
    "model_observations": pa.schema(
        [
            ("model_id", pa.string()),
            *_READING,
            ("downloads_30d", pa.int64()),
            ("downloads_all_time", pa.int64()),
            ("likes", pa.int64()),
        ]
    ),
    "model_metadata": pa.schema(
        [
            ("model_id", pa.string()),
            *_READING,
            ("created_at", pa.timestamp("us", tz="UTC")),
            ("task", pa.string()),
            ("library", pa.string()),
            ("parameters", pa.int64()),
            ("licence_tag", pa.string()),
            ("licence_name", pa.string()),
            ("licence_link", pa.string()),
            ("is_gated", pa.bool_()),
            ("base_model_ids", pa.list_(pa.string())),
            ("base_relation", pa.string()),
        ]
    ),
    "licence_tags": pa.schema([*_READING, ("licence_tag", pa.string()), ("label", pa.string())]),
    "spdx_licences": pa.schema(
        [
            *_READING,
            ("spdx_id", pa.string()),
            ("name", pa.string()),
            ("is_osi_approved", pa.bool_()),
            ("is_deprecated", pa.bool_()),
            ("reference_url", pa.string()),
            ("list_version", pa.string()),
        ]
    ),
    "scores": pa.schema(
        [
            *_READING,
            ("benchmark_id", pa.string()),
            ("benchmark_name", pa.string()),
            ("unit", pa.string()),
            ("higher_is_better", pa.bool_()),
            ("min_score", pa.float64()),
            ("max_score", pa.float64()),
            ("model_label", pa.string()),
            ("published_on", pa.date32()),
            ("model_id", pa.string()),
            ("organisation_label", pa.string()),
            ("licence_label", pa.string()),
            ("score", pa.float64()),
            ("score_low", pa.float64()),
            ("score_high", pa.float64()),
            ("votes", pa.int64()),
            ("rank", pa.int64()),
        ]
    ),
    "refused_rows": pa.schema([*_READING, ("item", pa.string()), ("reason", pa.string())]),
    "control_totals": pa.schema([*_READING, ("measure", pa.string()), ("value", pa.float64())]),
}


class LakeError(Exception):
    """The lake refuses a reading; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Commit:
    """One whole reading of one source, as its marker file has it."""

    source_id: str
    observed_on: date
    snapshot: str  # folder of the raw files, relative to the data directory
    snapshot_sha256: str
    is_simulated: bool
    rows: int  # of the source's main tables, refused rows and control totals not counted
    data_until: date | None = None  # the newest day that the figures are of; for a leaderboard its newest board
    refused: int = 0  # rows that did not pass the door
    scope: str = "tracked"  # `hub` for a history partition with every model
    note: str = ""
    tables: tuple[str, ...] = ()


def write(data_dir: Path, commit: Commit, frames: Mapping[str, pa.Table]) -> Commit:
    """Keep a reading: its tables first, its commit marker last. Returns the commit with its list of tables.

    Raises LakeError when simulated and real readings would mix, or when a frame has not the columns of its table.
    """
    refuse_mixing(data_dir, commit)
    whole = replace(commit, tables=tuple(sorted(frames)))
    for table in whole.tables:
        target = table_path(data_dir, table, commit.source_id, commit.observed_on)
        _write_parquet(_staged(target), _in_schema(frames[table], table))
    _write_text(_intent_path(data_dir, whole), _to_json(whole))
    _finish(data_dir, whole)
    return whole


def committed(data_dir: Path, source_id: str | None = None) -> list[Commit]:
    """The readings that count, ordered by source and day; of one source when it is named."""
    folders = [_marker_folder(data_dir) / source_id] if source_id else sorted(_marker_folder(data_dir).glob("*"))
    markers = [marker for folder in folders for marker in sorted(folder.glob("[0-9]*.json"))]
    return [_from_file(marker) for marker in markers]


def last_commit(data_dir: Path, source_id: str) -> Commit | None:
    """The newest reading of a source."""
    readings = committed(data_dir, source_id)
    return readings[-1] if readings else None


def read(data_dir: Path, table: str, source_id: str, observed_on: date) -> pa.Table:
    """One table of one reading."""
    return pq.read_table(table_path(data_dir, table, source_id, observed_on), partitioning=None)


def forget(data_dir: Path, source_id: str, observed_on: date) -> None:
    """Take a reading out of the lake: its marker first, so that no reader follows it to missing files."""
    marker = _marker_path(data_dir, source_id, observed_on)
    marker.unlink(missing_ok=True)
    for table in SCHEMAS:
        table_path(data_dir, table, source_id, observed_on).unlink(missing_ok=True)


def recover(data_dir: Path) -> list[Commit]:
    """Finish what a killed process had staged whole, throw away what it had not. Returns what was finished.

    Call it only while holding the lock of the ETL.
    """
    intents = sorted(_marker_folder(data_dir).glob("*/.intent-*.json"))
    finished = [_from_file(intent) for intent in intents]
    for commit in finished:
        _finish(data_dir, commit)
    for leftover in (data_dir / "lake").glob("*/*/.*.partial"):
        leftover.unlink()
    return finished


def refuse_mixing(data_dir: Path, commit: Commit) -> None:
    """Simulated and real figures never share a lake: nobody could tell them apart later."""
    other = next((kept for kept in committed(data_dir) if kept.is_simulated != commit.is_simulated), None)
    if other:
        came, kept = ("simulated", "real") if commit.is_simulated else ("real", "simulated")
        raise LakeError(
            f"{data_dir} holds {kept} readings ({other.source_id} of {other.observed_on}) and this one of "
            f"{commit.source_id} is {came}: use another OMO_DATA_DIR for {came} data"
        )


def table_path(data_dir: Path, table: str, source_id: str, observed_on: date) -> Path:
    """Where a table of a reading lies."""
    return data_dir / "lake" / table / source_id / f"{observed_on.isoformat()}.parquet"


def _finish(data_dir: Path, commit: Commit) -> None:
    for table in SCHEMAS:
        target = table_path(data_dir, table, commit.source_id, commit.observed_on)
        if table not in commit.tables:
            target.unlink(missing_ok=True)
        elif _staged(target).exists():
            _staged(target).replace(target)
    _intent_path(data_dir, commit).replace(_marker_path(data_dir, commit.source_id, commit.observed_on))


def _in_schema(frame: pa.Table, table: str) -> pa.Table:
    schema = SCHEMAS[table]
    missing, unknown = set(schema.names) - set(frame.column_names), set(frame.column_names) - set(schema.names)
    if missing or unknown:
        raise LakeError(
            f"{table}: expected the columns of etl/lake.py, missing {sorted(missing)}, unknown {sorted(unknown)}"
        )
    return frame.select(schema.names).cast(schema)


def _write_parquet(path: Path, frame: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        pq.write_table(frame, out, compression="zstd")
        _to_disk(out)


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8") as out:
        out.write(text)
        _to_disk(out)
    partial.replace(path)


def _to_disk(out: IO[Any]) -> None:
    out.flush()
    os.fsync(out.fileno())


def _staged(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial")


def _marker_folder(data_dir: Path) -> Path:
    return data_dir / "lake" / "_committed"


def _marker_path(data_dir: Path, source_id: str, observed_on: date) -> Path:
    return _marker_folder(data_dir) / source_id / f"{observed_on.isoformat()}.json"


def _intent_path(data_dir: Path, commit: Commit) -> Path:
    return _marker_folder(data_dir) / commit.source_id / f".intent-{commit.observed_on.isoformat()}.json"


def _to_json(commit: Commit) -> str:
    return json.dumps(asdict(commit), default=date.isoformat, indent=2, sort_keys=True)


def _from_file(marker: Path) -> Commit:
    try:
        fields = json.loads(marker.read_text(encoding="utf-8"))
        days = {name: date.fromisoformat(fields[name]) for name in ("observed_on", "data_until") if fields[name]}
        return Commit(**fields | days | {"tables": tuple(fields["tables"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LakeError(
            f"{marker} cannot be read as the record of a reading ({type(error).__name__}): remove it, then "
            "`python -m etl rebuild --from-snapshots` makes it again from the raw files"
        ) from error
