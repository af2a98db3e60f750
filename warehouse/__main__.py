"""`python -m warehouse sql "select ..."`, `shares` and `releases`: read-only, on a published release."""

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from settings import settings
from warehouse import connect, queries
from warehouse.connect import NoRelease
from warehouse.filters import Filters, definition_sentence

# A query of a person may be wrong by a factor; it must not take the machine that serves the pages with it.
LIMITS = ("set memory_limit = '1GB'", "set enable_external_access = false", "set lock_configuration = true")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 with one sentence on stderr."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except NoRelease as missing:
        print(missing, file=sys.stderr)
    except duckdb.Error as error:
        print(f"The query failed: {_sentence(error)}", file=sys.stderr)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
    return 1


def sql(chosen: argparse.Namespace) -> int:
    """Runs one SELECT and prints its rows."""
    statements = duckdb.extract_statements(chosen.query)
    if len(statements) != 1 or statements[0].type not in _READING:
        print("Expected one SELECT (or DESCRIBE, SHOW, EXPLAIN): releases are read-only", file=sys.stderr)
        return 1
    release = connect.open_release(settings().data_dir, chosen.release)
    for limit in LIMITS:
        release.connection.execute(limit)
    WRITERS[chosen.format](release.connection.sql(statements[0].query).to_arrow_table())
    return 0


def shares(chosen: argparse.Namespace) -> int:
    """Prints the sides' shares by reading: all models, and without the most downloaded one and three of each side."""
    asked = {name: getattr(chosen, name) for name in ("scope", "attribution", "regions")}
    filters = Filters.from_query(asked)
    if filters.ignored:
        print(f"Not understood: {', '.join(filters.ignored)}", file=sys.stderr)
        return 1
    found = queries.share_by_reading(connect.open_release(settings().data_dir, chosen.release), filters)
    shown = found[found["region"] == filters.sides[0]].assign(observed_on=lambda rows: rows["observed_on"].dt.date)
    for name in ("share", "share_without_top1", "share_without_top3"):
        shown[name] = (shown[name] * 100).round(1)
    if chosen.format == "table":
        print(f"Per cent of {' + '.join(filters.sides)} that {filters.sides[0]} has. {definition_sentence(filters)}")
    WRITERS[chosen.format](pa.Table.from_pandas(shown.drop(columns="region"), preserve_index=False))
    return 0


def releases(chosen: argparse.Namespace) -> int:
    """Lists the releases that are kept, the newest first."""
    current = connect.current_release_id(settings().data_dir)
    if current is None:
        connect.release_folder(settings().data_dir)  # raises NoRelease with its sentence
    for entry in connect.releases(settings().data_dir):
        marks = ["current"] if entry["release_id"] == current else []
        marks += ["simulated"] if entry["is_simulated"] else []
        print(f"{entry['release_id']}  {entry['content_sha256'][:12]}  {' '.join(marks)}".rstrip())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m warehouse", description="Read a published release.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asked = commands.add_parser("sql", help="run one SELECT on a release, read-only")
    asked.add_argument("query", help='for example: "select * from out_frontier limit 5"')
    asked.add_argument("--format", choices=WRITERS, default="table", help="how to print the rows (default: table)")
    asked.add_argument("--release", metavar="ID", help="another release than the current one")
    asked.set_defaults(run=sql)
    told = commands.add_parser("shares", help="the sides' shares by reading, for all accounts and for fixed panels")
    told.add_argument("--scope", default="language", help="language (default), all, mainline or large")
    told.add_argument("--attribution", default="publisher", help="publisher (default) or origin")
    told.add_argument("--regions", default="China,United States", help="the sides; the first one's share is printed")
    told.add_argument("--format", choices=WRITERS, default="table", help="how to print the rows (default: table)")
    told.add_argument("--release", metavar="ID", help="another release than the current one")
    told.set_defaults(run=shares)
    listed = commands.add_parser("releases", help="list the releases that are kept")
    listed.set_defaults(run=releases)
    return parser


def _print_table(table: pa.Table) -> None:
    names = table.column_names
    cells = [tuple("" if value is None else str(value) for value in row) for row in _rows(table)]
    widths = [max(len(text) for text in column) for column in zip(names, *cells, strict=True)]
    for line in (names, ["-" * width for width in widths], *cells):
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    print(f"({table.num_rows:,} rows)")


def _rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _print_csv(table: pa.Table) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(_rows(table))
    print(text.getvalue(), end="")


def _print_json(table: pa.Table) -> None:
    print(json.dumps(table.to_pylist(), default=str, ensure_ascii=False, indent=1))


def _print_parquet(table: pa.Table) -> None:
    content = io.BytesIO()
    pq.write_table(table, content)
    sys.stdout.buffer.write(content.getvalue())


def _sentence(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


WRITERS: dict[str, Callable[[pa.Table], None]] = {
    "table": _print_table,
    "csv": _print_csv,
    "json": _print_json,
    "parquet": _print_parquet,
}
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


if __name__ == "__main__":
    sys.exit(main())
