"""Runs the checks: SQL that returns the rows that are wrong. One failed check of severity `error` stops the release.

Each file of `checks/` begins with comment lines `-- what:`, `-- severity: error|warning`, `-- limit: N` (wrong rows
that are borne), `-- since:` and `-- why:`. The inputs of the build are still at hand; results go to `meta_checks`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

_CHECKS = Path(__file__).parent / "checks"
_SHOWN = 3  # wrong rows named in a message: enough to begin looking


@dataclass(frozen=True)
class Check:
    """A rule with its reason; `limit` wrong rows are borne."""

    check_id: str
    what: str
    severity: str
    limit: int
    why: str
    select: str


@dataclass(frozen=True)
class Result:
    """How a check went; `message` says what is wrong, with the first wrong rows."""

    check_id: str
    severity: str
    failing_rows: int
    passed: bool
    message: str

    @property
    def stops_the_release(self) -> bool:
        """Whether nothing may be published."""
        return not self.passed and self.severity == "error"


def all_checks() -> list[Check]:
    """Every check, by name."""
    return [_read(path) for path in sorted(_CHECKS.glob("*.sql"))]


def run(connection: DuckDBPyConnection, previous: Path | None = None) -> list[Result]:
    """Runs all checks on a database that was just built, against the release before, and keeps what they found."""
    if previous is not None:
        _remember_previous(connection, previous)
    results = [_run_one(connection, check) for check in all_checks()]
    _keep(connection, results)
    return results


def _read(path: Path) -> Check:
    text = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^--\s*(\w+):\s*(.+)$", text, re.MULTILINE))
    return Check(path.stem, header["what"], header["severity"], int(header["limit"]), header["why"], text)


def _run_one(connection: DuckDBPyConnection, check: Check) -> Result:
    wrong = connection.execute(check.select)
    columns = [column[0] for column in wrong.description]
    first = wrong.fetchmany(_SHOWN)
    count = len(first)
    while rows := wrong.fetchmany(10_000):
        count += len(rows)
    examples = "; ".join(_as_text(columns, row) for row in first)
    message = f"{check.what}: {count:,} wrong, such as {examples}" if count else f"{check.what}: none wrong"
    return Result(check.check_id, check.severity, count, count <= check.limit, message)


def _as_text(columns: list[str], row: tuple[object, ...]) -> str:
    return ", ".join(f"{name} {str(value)[:80]}" for name, value in zip(columns, row, strict=True) if value is not None)


def _keep(connection: DuckDBPyConnection, results: list[Result]) -> None:
    connection.execute(
        "create or replace table meta_checks ("
        "check_id varchar, severity varchar, failing_rows bigint, passed boolean, message varchar, why varchar)"
    )
    reasons = {check.check_id: check.why for check in all_checks()}
    for result in sorted(results, key=lambda result: result.check_id):
        row = [result.check_id, result.severity, result.failing_rows, result.passed, result.message]
        connection.execute("insert into meta_checks values (?, ?, ?, ?, ?, ?)", [*row, reasons[result.check_id]])


def _remember_previous(connection: DuckDBPyConnection, database: Path) -> None:
    """Counts what the release before held. One that cannot be read, or of another scope, is nothing to compare with."""
    path = str(database).replace("'", "''")
    try:
        connection.execute(f"attach '{path}' as previous (read_only)")
    except duckdb.Error:
        return
    try:
        connection.execute((Path(__file__).parent / "previous.sql").read_text(encoding="utf-8"))
    except duckdb.CatalogException:  # an older version of the tables
        connection.execute("delete from input_previous_rows")
    finally:
        connection.execute("detach previous")
