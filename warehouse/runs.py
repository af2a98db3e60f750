"""What the ETL did and when: the state of each source and the record of each run, as small JSON files.

    data/runs/sources.json      one entry per source, replaced at every attempt
    data/runs/runs.json         the last runs, oldest first

They stand beside the releases, not in them: a source may fail without a new release, and pages must say so.
One process writes (the one that holds the ETL's lock); readers see the old file or the new one, never half of one.
"""

import json
import os
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

SourceStatus = Literal["ok", "stale", "failed", "missing"]
RunStatus = Literal["running", "published", "published_with_failures", "refused", "failed", "abandoned"]

RUNS_KEPT = 200  # half a year of daily runs; older ones answer no question of a page


class RunsError(Exception):
    """A record on disk is not readable; the message says which file and what to do."""


@dataclass(frozen=True)
class SourceState:
    """How a source stands after the last attempt. Times are UTC; `data_until` is the day the newest figures are of."""

    source_id: str
    status: SourceStatus
    message: str = ""
    last_attempt_at: datetime | None = None
    last_success_at: datetime | None = None
    data_until: date | None = None
    rows: int | None = None
    snapshot_sha256: str | None = None
    is_simulated: bool = False

    def __post_init__(self) -> None:
        _expect(self.status, SourceStatus, self.source_id)


@dataclass(frozen=True)
class RunRecord:
    """One pass of the ETL. `finished_at` is None while it runs; `next_run_at` is set by the scheduler."""

    run_id: str
    started_at: datetime
    status: RunStatus
    finished_at: datetime | None = None
    release_id: str | None = None
    message: str = ""
    next_run_at: datetime | None = None

    def __post_init__(self) -> None:
        _expect(self.status, RunStatus, self.run_id)


RecordType = TypeVar("RecordType", SourceState, RunRecord)


def read_sources(data_dir: Path) -> dict[str, SourceState]:
    """State by source_id; empty before the first run."""
    return {state.source_id: state for state in _read(_sources_file(data_dir), SourceState)}


def write_source(data_dir: Path, state: SourceState) -> None:
    """Keep the state of one source; those of the others stay."""
    states = read_sources(data_dir) | {state.source_id: state}
    _write(_sources_file(data_dir), [asdict(states[source_id]) for source_id in sorted(states)])


def read_runs(data_dir: Path) -> list[RunRecord]:
    """The last runs, oldest first; empty before the first."""
    return _read(_runs_file(data_dir), RunRecord)


def last_run(data_dir: Path) -> RunRecord | None:
    """The run that began last, also while it runs."""
    runs = read_runs(data_dir)
    return runs[-1] if runs else None


def write_run(data_dir: Path, record: RunRecord) -> None:
    """Keep a run, in place of an earlier record with the same run_id."""
    others = [run for run in read_runs(data_dir) if run.run_id != record.run_id]
    runs = sorted([*others, record], key=lambda run: (run.started_at, run.run_id))
    _write(_runs_file(data_dir), [asdict(run) for run in runs[-RUNS_KEPT:]])


def put_aside_unreadable(data_dir: Path) -> list[str]:
    """Moves records that cannot be read to NAME.unreadable, so that the next run begins them anew; says what was wrong.

    Nothing of a page's figures stands in them. Call it only while holding the lock of the ETL.
    """
    said = []
    for path, read in ((_sources_file(data_dir), read_sources), (_runs_file(data_dir), read_runs)):
        try:
            read(data_dir)
        except RunsError as error:
            said.append(str(error))
            path.replace(path.with_name(f"{path.name}.unreadable"))
    return said


def remove_leftovers(data_dir: Path) -> None:
    """Removes what writers that were killed left half written; a writer that lives keeps its own."""
    for partial in (data_dir / "runs").glob(".*.partial"):
        if not _is_alive(int(partial.suffixes[-2].removeprefix("."))):
            partial.unlink(missing_ok=True)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)  # signal 0 asks, and does nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sources_file(data_dir: Path) -> Path:
    return data_dir / "runs" / "sources.json"


def _runs_file(data_dir: Path) -> Path:
    return data_dir / "runs" / "runs.json"


def _read(path: Path, kind: type[RecordType]) -> list[RecordType]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entries, list):
            raise ValueError(f"expected a list, came {type(entries).__name__}")
        return [_typed(kind, entry) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RunsError(
            f"{path} cannot be read as a list of records ({type(error).__name__}: {error}): the next "
            "`python -m etl run` puts it aside and begins it anew"
        ) from error


def _write(path: Path, entries: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(entries, file, default=lambda value: value.isoformat(), indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _typed(kind: type[RecordType], entry: dict[str, Any]) -> RecordType:
    """An entry as its record; keys that an older or newer version wrote are passed over."""
    if not isinstance(entry, dict):
        raise ValueError(f"expected an object, came {type(entry).__name__}")
    known = {field.name: entry[field.name] for field in fields(kind) if field.name in entry}
    for name, value in known.items():
        if value is not None and name.endswith("_at"):
            known[name] = datetime.fromisoformat(value)
        elif value is not None and name == "data_until":
            known[name] = date.fromisoformat(value)
    return kind(**known)


def _expect(value: str, allowed: Any, name: str) -> None:
    if value not in get_args(allowed):
        raise ValueError(f"{name}: expected a status of {', '.join(get_args(allowed))}, came {value!r}")
