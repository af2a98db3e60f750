"""What a release is built from, put before the SQL: committed readings of the lake, registry, state of the sources.

Everything is temporary in the connection: nothing of it stays in the release. Tables are declared in inputs.sql.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from warehouse import runs

LAKE_TABLES = (
    "model_numbers", "model_changes", "metadata_changes", "licence_tags", "spdx_licences", "scores", "refused_rows",
    "control_totals",
)  # fmt: skip
REGISTRY_TABLES = (
    "organisations", "organisation_labels", "families", "licences", "licence_tags", "licence_names", "licence_labels",
    "leaderboard_labels", "events", "sources", "panels", "thresholds", "family_releases", "reuploaders", "corrections",
)  # fmt: skip


class BuildError(Exception):
    """The lake cannot be built into a release; the message is one sentence that says why and what to do."""


class RegistryRows(Protocol):
    """What the warehouse needs of the registry: plain rows by table name."""

    def frames(self) -> dict[str, list[dict[str, Any]]]: ...


@dataclass(frozen=True)
class Reading:
    """A committed reading of the lake; `counts` is False where a newer reading of the source takes its place."""

    source_id: str
    observed_on: date
    is_simulated: bool
    snapshot_sha256: str
    rows: int
    scope: str  # `hub`: it speaks for every account, else for those named
    tables: tuple[str, ...]
    accounts: tuple[str, ...]
    counts: bool


def put_inputs(connection: DuckDBPyConnection, data_dir: Path, registry: RegistryRows) -> list[Reading]:
    """Declares all inputs and fills them; returns the readings that the release stands on."""
    connection.execute((Path(__file__).parent / "inputs.sql").read_text(encoding="utf-8"))
    frames = registry.frames()
    for table in REGISTRY_TABLES:
        _insert(connection, f"registry_{table}", frames.get(table, []))
    readings = read_markers(data_dir, frames.get("sources", []))
    for table in LAKE_TABLES:
        _view_lake_table(connection, data_dir, table, readings)
    _insert(connection, "input_readings", [_without_lists(reading) for reading in readings])
    _insert(connection, "input_covered_accounts", _covered_accounts(readings))
    _insert(connection, "input_source_states", _source_states(data_dir))
    return readings


def read_markers(data_dir: Path, sources: Iterable[dict[str, Any]]) -> list[Reading]:
    """The committed readings, by source and day. Of a source that is read whole each time only the newest counts."""
    whole = {source["source_id"] for source in sources if source["reads"] == "complete"}
    markers = [_marker(path) for path in _marker_files(data_dir)]
    newest = {marker["source_id"]: marker["observed_on"] for marker in markers}  # files come in order of their day
    return [
        Reading(
            source_id=marker["source_id"],
            observed_on=date.fromisoformat(marker["observed_on"]),
            is_simulated=marker["is_simulated"],
            snapshot_sha256=marker["snapshot_sha256"],
            rows=marker["rows"],
            scope=marker["scope"],
            tables=tuple(marker["tables"]),
            accounts=tuple(marker["accounts"]),
            counts=marker["source_id"] not in whole or marker["observed_on"] == newest[marker["source_id"]],
        )
        for marker in markers
    ]


def insert(connection: DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Puts plain rows into a declared table, by column name; keys that the table has not are left out."""
    _insert(connection, table, rows)


def _marker(path: Path) -> dict[str, Any]:
    try:
        marker: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BuildError(f"{path} is not readable as JSON ({error}): delete it and run the source again") from error
    return marker


def _marker_files(data_dir: Path) -> list[Path]:
    return sorted((data_dir / "lake" / "_committed").glob("*/[0-9]*.json"))


def _view_lake_table(connection: DuckDBPyConnection, data_dir: Path, table: str, readings: list[Reading]) -> None:
    """`lake_<table>`: the rows of all readings that count, in the declared columns and types, or an empty table."""
    files = [
        str(data_dir / "lake" / table / reading.source_id / f"{reading.observed_on.isoformat()}.parquet")
        for reading in readings
        if reading.counts and table in reading.tables
    ]
    declared = f"from temp.declared_{table}"
    if not files:
        connection.execute(f"create temp view lake_{table} as {declared}")
        return
    connection.execute(f"set variable lake_{table}_files = $files::varchar[]", {"files": files})
    try:
        connection.execute(
            f"create temp view lake_{table} as {declared} union all by name from read_parquet("
            f"getvariable('lake_{table}_files'), union_by_name = true, hive_partitioning = false)"
        )
    except duckdb.Error as error:
        raise BuildError(
            f"The lake's {table} cannot be read: {str(error).strip().splitlines()[0]}. "
            "Take the marker of that day out of data/lake/_committed and run the source again"
        ) from error


def _without_lists(reading: Reading) -> dict[str, Any]:
    return {name: value for name, value in asdict(reading).items() if not isinstance(value, tuple | list)}


def _covered_accounts(readings: Iterable[Reading]) -> list[dict[str, Any]]:
    return [
        {"source_id": reading.source_id, "observed_on": reading.observed_on, "account": account}
        for reading in readings
        for account in reading.accounts
    ]


def _source_states(data_dir: Path) -> list[dict[str, Any]]:
    return [
        {name: _in_utc(value) for name, value in asdict(state).items()}
        for state in runs.read_sources(data_dir).values()
    ]


def _in_utc(value: Any) -> Any:
    """Times lose their zone on the way into a column that is UTC by its name."""
    is_zoned = isinstance(value, datetime) and value.tzinfo is not None
    return value.astimezone(UTC).replace(tzinfo=None) if is_zoned else value


def _insert(connection: DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = connection.table(table).columns
    kept = [column for column in columns if column in rows[0]]
    connection.register(
        "rows_to_insert", pa.Table.from_pylist([{name: row.get(name) for name in kept} for row in rows])
    )
    connection.execute(f"insert into {table} by name from rows_to_insert")
    connection.unregister("rows_to_insert")
