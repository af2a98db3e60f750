"""Tables of a release to take away: in the order of their keys, the same bytes each time.

Whole, but for rows that repeat a source whose licence does not let its tables be passed on.
"""

from pathlib import Path

import duckdb

from warehouse.connect import Release

FORMATS = ("csv", "json", "parquet")
# What a source says of passing its data on (registry/sources.yaml) that keeps its rows out of whole tables.
NOT_COPIED = ("unstated", "non-commercial", "forbidden")
# Tables that repeat row by row what a source published -> how a row names its source. All others hold figures of ours.
COPIES = {
    "core_scores": "benchmark_id in (select benchmark_id from core_benchmarks where source_id in ({}))",
    "core_model_observations": "source_id in ({})",
}


class NoTable(Exception):
    """The release has no such table, or the format is unknown; the message lists what there is."""


def tables(release: Release) -> dict[str, int]:
    """Names of the tables with the number of rows that are handed out, by name."""
    cursor = release.cursor()
    names = [row[0] for row in cursor.execute("select table_name from duckdb_tables() order by table_name").fetchall()]
    counted = {name: cursor.execute(f"select count(*) from {_given(release, name)}").fetchone() for name in names}  # noqa: S608
    return {name: row[0] for name, row in counted.items() if row}


def left_out(release: Release, table: str) -> str:
    """Whose rows are not in the file of a table and why, in a sentence; empty where all are."""
    titles = [source.get("title", source["source_id"]) for source in _withheld(release, table)]
    if not titles:
        return ""
    return (
        f"Without the rows of {', '.join(titles)}: what they say of their data does not let whole tables be passed on. "
        "The charts made of them, and the charts' own numbers, can be had."
    )


def _withheld(release: Release, table: str) -> list[dict[str, str]]:
    """The sources whose rows a whole table may not hold."""
    if table not in COPIES:
        return []
    return [source for source in sources(release) if source.get("redistribution") in NOT_COPIED]


def _given(release: Release, table: str) -> str:
    """The rows of a table that may be handed out, as SQL knows them."""
    ids = [source["source_id"] for source in _withheld(release, table)]
    if not ids:
        return table
    named = ", ".join("'" + source_id.replace("'", "''") + "'" for source_id in ids)
    return f"(select * from {table} where not ({COPIES[table].format(named)})) as {table}"  # noqa: S608 - our own names


def columns(release: Release) -> dict[str, list[tuple[str, str]]]:
    """Name of a table -> its columns with DuckDB's types, in their order."""
    found: dict[str, list[tuple[str, str]]] = {}
    asked = "select table_name, column_name, data_type from duckdb_columns() where not internal order by column_index"
    for table, column, kind in release.cursor().execute(asked).fetchall():
        found.setdefault(table, []).append((column, kind))
    return {name: found[name] for name in tables(release)}


def sources(release: Release) -> list[dict[str, str]]:
    """What the release says of each of its sources, by id, as text; what an older release does not say is left out."""
    cursor = release.cursor().execute("select * from meta_sources order by source_id")
    names = [column[0] for column in cursor.description or ()]
    return [
        {name: str(value) for name, value in zip(names, row, strict=True) if value is not None}
        for row in cursor.fetchall()
    ]


def export_table(release: Release, table: str, format: str, target: Path) -> Path:  # noqa: A002 - the word users say
    """Writes a table as csv, json (an array of rows) or parquet; returns the file. Raises NoTable.

    Rows come in the order in which the release holds them, that of the key. Times are UTC.
    """
    if table not in tables(release):
        raise NoTable(
            f"There is no table {table!r} in release {release.release_id}: known are {', '.join(tables(release))}"
        )
    if format not in FORMATS:
        raise NoTable(f"There is no format {format!r}: known are {', '.join(FORMATS)}")
    rows = _safe_for_spreadsheets(release, table) if format == "csv" else f"from {_given(release, table)}"
    options = {"csv": "format csv, header", "json": "format json, array", "parquet": "format parquet, compression zstd"}
    path = str(target).replace("'", "''")
    try:
        release.cursor().execute(f"copy ({rows}) to '{path}' ({options[format]})")
    except duckdb.IOException as error:
        raise NoTable(f"{target} cannot be written ({str(error).splitlines()[0]}): choose another file") from error
    return target


def _safe_for_spreadsheets(release: Release, table: str) -> str:
    """The table, each text that a spreadsheet would run as a formula behind an apostrophe: names come from outside."""
    relation = release.cursor().table(table)
    texts = [name for name, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == "VARCHAR"]
    guarded = [f"if(regexp_matches({name}, '^[=+@\\t\\r-]'), chr(39) || {name}, {name}) as {name}" for name in texts]
    if not texts:
        return f"from {_given(release, table)}"
    return f"select * replace ({', '.join(guarded)}) from {_given(release, table)}"  # noqa: S608 - the release's own names
