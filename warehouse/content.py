"""The fingerprint of a release's content: the same lake gives the same one, whenever and wherever it is built."""

import hashlib

from duckdb import DuckDBPyConnection

from warehouse.build import PUBLIC_TABLES


def sha256(connection: DuckDBPyConnection) -> str:
    """Over all core_ and out_ tables: columns, number of rows, every row. What meta_ tells is of the run, not the data.

    Rows have keys, so none is there twice: their hashes joined by exclusive-or say the same as rows in a fixed order.
    """
    tables = sorted(table for table in PUBLIC_TABLES if not table.startswith("meta_"))
    lines = [_line(connection, table) for table in tables]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _line(connection: DuckDBPyConnection, table: str) -> str:
    rows = connection.table(table).set_alias("entry")
    columns = [f"{name} {kind}" for name, kind in zip(rows.columns, rows.types, strict=True)]
    count, joined = rows.aggregate("count(*), coalesce(bit_xor(md5_number(entry::varchar)), 0)").fetchall()[0]
    return f"{table} {columns} {count} {joined:032x}\n"
