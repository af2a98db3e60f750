"""A whole reading of models becomes what it changes: compared with the last known values, not with a dense history.

The last known values of a source are kept beside the lake in `_known/<source_id>.parquet`. That file only saves time:
it says of which reading it is, and where it does not fit, the values are put together again from all changes.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection

from etl.lake import commits
from etl.lake.commits import Commit, LakeError
from etl.lake.schemas import CHANGES, FACTS, READING, WHOLE, encodings

MEMORY_LIMIT = "1200MB"  # beside the reading itself, which with three million models takes about as much
THREADS = 2
_SQL = Path(__file__).parent / "sql"
_HASHED = ", ".join(
    f"coalesce({f'array_to_string({name}, chr(30))' if name == 'base_model_ids' else f'{name}::varchar'}, chr(31))"
    for name in FACTS
)
FACTS_HASH = f"md5_number_lower(concat_ws(chr(29), {_HASHED}))"  # md5: the same in every version of DuckDB


@dataclass(frozen=True)
class Changes:
    """What is kept of a reading, whose models it speaks for, and what is known after it."""

    frames: dict[str, pa.Table]
    accounts: tuple[str, ...]
    known: pa.Table


def of_reading(data_dir: Path, commit: Commit, frames: Mapping[str, pa.Table]) -> Changes:
    """The changes that a whole reading brings, ordered by model number.

    Raises LakeError when it is older than the newest reading of its source, since that one was compared without it, or
    when the values known afterwards do not add up to the control totals of the raw payload.
    """
    earlier = commits.committed(data_dir, commit.source_id)
    _refuse_out_of_order(commit, earlier)
    before = [reading for reading in earlier if reading.observed_on < commit.observed_on]
    with _connection(data_dir) as connection:
        _put_readings(connection, frames)
        _put_numbers(connection, data_dir, commit)
        _put_last_known(connection, data_dir, commit, before)
        return _compared(connection, commit, frames)


def remember(data_dir: Path, commit: Commit, known: pa.Table) -> None:
    """Keeps the last known values for the next reading of the source."""
    path = _known_path(data_dir, commit.source_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(known.replace_schema_metadata(_signature(commit)), partial, compression="zstd", **encodings(known))
    partial.replace(path)


def forget(data_dir: Path, source_id: str) -> None:
    """Throws the last known values away: they are put together again at the next reading."""
    _known_path(data_dir, source_id).unlink(missing_ok=True)


def remove_spilled(data_dir: Path) -> None:
    """Throws away what a killed comparison had put on the disk."""
    shutil.rmtree(_spill(data_dir), ignore_errors=True)


def _refuse_out_of_order(commit: Commit, earlier: Sequence[Commit]) -> None:
    if earlier and commit.observed_on < earlier[-1].observed_on:
        raise LakeError(
            f"the reading of {commit.observed_on} came after the one of {earlier[-1].observed_on}: the lake is as it "
            "was, the raw file is kept; `python -m etl rebuild --from-snapshots` puts it in its place"
        )


def _compared(connection: DuckDBPyConnection, commit: Commit, frames: Mapping[str, pa.Table]) -> Changes:
    values = {"observed_on": commit.observed_on, "source_id": commit.source_id, "is_whole": commit.scope == "hub"}
    connection.execute(
        "create temp table accounts as select distinct split_part(model_id, '/', 1) as account from observations"
    )
    changes = _ask(connection, "model_changes", values)
    connection.register("changes", changes)
    facts = _ask(connection, "metadata_changes", {})
    known = _ask(connection, "known_after", {"observed_on": commit.observed_on})
    _refuse_wrong_totals(connection, commit, known, frames)
    kept = {"model_numbers": _own_numbers(connection), "model_changes": changes, "metadata_changes": facts}
    accounts = () if commit.scope == "hub" else _accounts(connection)
    return Changes({name: _in_schema(table, commit, name) for name, table in kept.items()}, accounts, known)


def _refuse_wrong_totals(
    connection: DuckDBPyConnection, commit: Commit, known: pa.Table, frames: Mapping[str, pa.Table]
) -> None:
    """What is known after the reading must be the reading: models and downloads as counted in the raw payload."""
    if "control_totals" not in frames:
        return
    connection.register("known", known)
    found = connection.execute(
        "select count(*)::double, coalesce(sum(downloads_30d), 0)::double "
        "from known where last_on = $day and not is_gone",
        {"day": commit.observed_on},
    ).fetchall()[0]
    wanted = {row["measure"]: row["value"] for row in frames["control_totals"].to_pylist()}
    came = dict(zip(("rows", "downloads_30d"), found, strict=True))
    wrong = [
        f"{name} {came[name]:,.0f} instead of {wanted[name]:,.0f}" for name in came if came[name] != wanted.get(name)
    ]
    if wrong:
        raise LakeError(
            f"{commit.source_id} of {commit.observed_on}: after the comparison the lake would hold {', '.join(wrong)}: "
            "nothing was kept; please report this with the raw file"
        )


def _put_readings(connection: DuckDBPyConnection, frames: Mapping[str, pa.Table]) -> None:
    for name, table in {"observations": "model_observations", "facts": "model_metadata"}.items():
        connection.register(name, frames[table] if table in frames else WHOLE[table].empty_table())


def _put_numbers(connection: DuckDBPyConnection, data_dir: Path, commit: Commit) -> None:
    """`numbers` (all models ever named), and the reading with them: `observed`, `described`."""
    _table_of_files(connection, "numbers", "model_number, model_id", "model_numbers", _files(data_dir, "model_numbers"))
    connection.register("new_numbers", _ask(connection, "numbers", {}))
    connection.execute("insert into numbers from new_numbers")
    connection.execute(
        "create temp table observed as select model_number, downloads_30d, downloads_all_time, likes "
        "from observations inner join numbers using (model_id)"
    )
    connection.execute(
        "create temp table described as select model_number, "  # noqa: S608 - the columns are our own
        f"{FACTS_HASH} as facts_hash from facts inner join numbers using (model_id)"
    )


def _own_numbers(connection: DuckDBPyConnection) -> pa.Table:
    """The numbers that this reading gave; those that an earlier reading of the same day gave stay with it."""
    return connection.sql(
        "select model_number, model_id from new_numbers union select model_number, model_id from own_numbers "
        "order by model_number"
    ).to_arrow_table()


def _put_last_known(connection: DuckDBPyConnection, data_dir: Path, commit: Commit, before: Sequence[Commit]) -> None:
    own = _file(data_dir, "model_numbers", commit)
    _table_of_files(connection, "own_numbers", "model_number, model_id", "model_numbers", [own] if own.exists() else [])
    kept = _remembered(data_dir, before[-1]) if before else None
    if kept is not None:
        connection.register("last_known", kept)
        return
    changes = [_file(data_dir, "model_changes", reading) for reading in before if "model_changes" in reading.tables]
    facts = [_file(data_dir, "metadata_changes", reading) for reading in before if "metadata_changes" in reading.tables]
    _table_of_files(connection, "earlier_changes", "*", "model_changes", changes)
    _table_of_files(
        connection, "earlier_facts", f"model_number, observed_on, {FACTS_HASH} as facts_hash", "metadata_changes", facts
    )
    connection.register("covered", _covered(before))
    connection.register("last_known", _ask(connection, "last_known", {}))


def _covered(before: Sequence[Commit]) -> pa.Table:
    """Which accounts the readings spoke for; an account of null stands for everybody."""
    rows = [
        {"observed_on": reading.observed_on, "account": account}
        for reading in before
        for account in ((None,) if reading.scope == "hub" else reading.accounts)
    ]
    return pa.Table.from_pylist(rows, pa.schema([("observed_on", pa.date32()), ("account", pa.string())]))


def _remembered(data_dir: Path, before: Commit) -> pa.Table | None:
    path = _known_path(data_dir, before.source_id)
    try:
        signature = pq.read_schema(path).metadata or {}
        is_of_it = all(signature.get(key.encode()) == value.encode() for key, value in _signature(before).items())
        return pq.read_table(path, partitioning=None) if is_of_it else None
    except (OSError, pa.ArrowException):
        return None


def _signature(commit: Commit) -> dict[str, str]:
    return {"omo_observed_on": commit.observed_on.isoformat(), "omo_sha256": commit.snapshot_sha256, "omo_format": "1"}


def _accounts(connection: DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute("select account from accounts order by account").fetchall())


def _ask(connection: DuckDBPyConnection, name: str, values: Mapping[str, object]) -> pa.Table:
    return connection.sql((_SQL / f"{name}.sql").read_text(encoding="utf-8"), params=dict(values)).to_arrow_table()


def _table_of_files(connection: DuckDBPyConnection, name: str, columns: str, table: str, files: Sequence[Path]) -> None:
    """A temporary table made of columns of lake files; with no file it is empty but has its columns."""
    if files:
        connection.execute(
            f"create temp table {name} as select {columns} "  # noqa: S608 - the names are our own
            "from read_parquet($files, hive_partitioning = false)",
            {"files": [str(file) for file in files]},
        )
        return
    connection.register("nothing", CHANGES[table].empty_table())
    connection.execute(f"create temp table {name} as select {columns} from nothing")  # noqa: S608
    connection.unregister("nothing")


def _in_schema(table: pa.Table, commit: Commit, name: str) -> pa.Table:
    schema = CHANGES[name]
    for column, value in zip([name for name, _ in READING], (commit.observed_on, commit.source_id), strict=True):
        if column not in table.column_names:
            table = table.append_column(column, pa.repeat(pa.scalar(value, schema.field(column).type), table.num_rows))
    return table.select(schema.names).cast(schema)


def _files(data_dir: Path, table: str) -> list[Path]:
    """A table's files of all committed readings of all sources."""
    return [_file(data_dir, table, reading) for reading in commits.committed(data_dir) if table in reading.tables]


def _file(data_dir: Path, table: str, commit: Commit) -> Path:
    return commits.table_path(data_dir, table, commit.source_id, commit.observed_on)


def _spill(data_dir: Path) -> Path:
    return data_dir / "lake" / "_known" / "spill"


def _known_path(data_dir: Path, source_id: str) -> Path:
    return data_dir / "lake" / "_known" / f"{source_id}.parquet"


@contextmanager
def _connection(data_dir: Path) -> Iterator[DuckDBPyConnection]:
    """A database in memory that spills to the disk of the lake, not to that of the system."""
    spill = _spill(data_dir)
    spill.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    try:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set threads = {THREADS}")
        connection.execute(f"set temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()
