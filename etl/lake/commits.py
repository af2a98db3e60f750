"""Commits: the marker files that say which readings count, and the intents that let a killed write be finished."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any


class LakeError(Exception):
    """The lake refuses a reading; the message is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Commit:
    """One whole reading of one source, as its marker file has it. The raw files are those with its sha256."""

    source_id: str
    observed_on: date
    snapshot_sha256: str
    is_simulated: bool
    rows: int  # of the source's main tables as they came, refused rows and control totals not counted
    data_until: date | None = None  # the newest day that the figures are of; for a leaderboard its newest board
    refused: int = 0  # rows that did not pass the door
    scope: str = "tracked"  # `hub` for a history partition with every model
    note: str = ""
    tables: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()  # whose models the reading speaks for; none named with scope `hub`: everybody's


def committed(data_dir: Path, source_id: str | None = None) -> list[Commit]:
    """The readings that count, ordered by source and day; of one source when it is named."""
    folders = [marker_folder(data_dir) / source_id] if source_id else sorted(marker_folder(data_dir).glob("*"))
    markers = [marker for folder in folders for marker in sorted(folder.glob("[0-9]*.json"))]
    return [from_file(marker) for marker in markers]


def last_commit(data_dir: Path, source_id: str) -> Commit | None:
    """The newest reading of a source."""
    readings = committed(data_dir, source_id)
    return readings[-1] if readings else None


def marker_folder(data_dir: Path) -> Path:
    """Where the markers lie, a folder for each source."""
    return data_dir / "lake" / "_committed"


def marker_path(data_dir: Path, source_id: str, observed_on: date) -> Path:
    """The marker of a reading; it counts as soon as this file is there."""
    return marker_folder(data_dir) / source_id / f"{observed_on.isoformat()}.json"


def table_path(data_dir: Path, table: str, source_id: str, observed_on: date) -> Path:
    """Where a table of a reading lies."""
    return data_dir / "lake" / table / source_id / f"{observed_on.isoformat()}.parquet"


def intent_path(data_dir: Path, commit: Commit) -> Path:
    """The marker before its tables are in place."""
    return marker_folder(data_dir) / commit.source_id / f".intent-{commit.observed_on.isoformat()}.json"


def intents(data_dir: Path) -> list[Path]:
    """What a killed process had staged whole."""
    return sorted(marker_folder(data_dir).glob("*/.intent-*.json"))


def write_intent(data_dir: Path, commit: Commit) -> None:
    """Names the staged tables of a reading, in a file that appears whole."""
    path = intent_path(data_dir, commit)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8") as out:
        out.write(json.dumps(asdict(commit), default=date.isoformat, indent=2, sort_keys=True))
        to_disk(out)
    partial.replace(path)


def from_file(marker: Path) -> Commit:
    """The commit of a marker file. Raises LakeError where it cannot be read."""
    try:
        fields = json.loads(marker.read_text(encoding="utf-8"))
        if is_earlier(fields):
            raise LakeError(
                f"{marker.parents[1]} is of an earlier version: `python -m etl rebuild --from-snapshots` lays the lake "
                "again from the raw files and puts the old one aside"
            )
        days = {name: date.fromisoformat(fields[name]) for name in ("observed_on", "data_until") if fields[name]}
        lists = {name: tuple(fields[name]) for name in ("tables", "accounts")}
        return Commit(**fields | days | lists)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise LakeError(
            f"{marker} cannot be read as the record of a reading ({type(error).__name__}): remove it, then "
            "`python -m etl rebuild --from-snapshots` makes it again from the raw files"
        ) from error


def is_earlier(fields: Any) -> bool:
    """Whether a marker is of the time when the lake kept whole readings of models."""
    return isinstance(fields, dict) and "snapshot" in fields


def to_disk(out: IO[Any]) -> None:
    """After this, a power cut does not lose what was written."""
    out.flush()
    os.fsync(out.fileno())
