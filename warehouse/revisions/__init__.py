"""What a release changes of the figures that were published before it, and why: by comparing it with the one before.

Each release carries what a later one needs: the figures of its complete periods (`meta_figures`) and what decides them
(`meta_inputs`). The figures that differ (revised.sql) get the causes that the two releases themselves show (causes.py):
nothing is guessed, and where no cause is found that is said. The list goes on from release to release.
"""

from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from warehouse.inputs import RegistryRows
from warehouse.revisions import causes, figures, made_of

TABLES: dict[str, tuple[str, ...]] = {
    "meta_inputs": ("kind", "name"),
    "meta_figures": ("what", "definition", "period", "period_start", "group_name"),
    "meta_comparisons": ("published_in",),
    "meta_revisions": ("published_in", "what", "definition", "period", "period_start", "group_name"),
}
LISTED = 10_000  # of one release: an organisation's new country touches 6,000, and nobody reads more of them
KEPT = 50_000  # of all releases together; the oldest releases go first
RELEASES_KEPT = 400  # more than a year of daily releases
NAMED = 3  # causes of one kind that a reason names
# A figure that moved by less is the same figure: pages print two or three of its digits, and tenths of a per cent.
ROUNDING = {"downloads_part": 0.001, "share": 0.001, "score": 0.05}
IGNORED = (
    f"a number of downloads that moved by less than {100 * ROUNDING['downloads_part']:g} %, a share that moved by less "
    f"than {100 * ROUNDING['share']:g} points, a score that moved by less than {ROUNDING['score']:g} points"
)
UNEXPLAINED = (
    "No cause is on record: registry, readings, models, counter events, SQL and scope are the same where they can "
    "touch this figure."
)
FOLDER = Path(__file__).parent


def put(connection: DuckDBPyConnection, registry: RegistryRows, previous: Path | None) -> None:
    """Makes the four tables in a database that was just built; `previous` is the release to compare with."""
    connection.execute(_sql("tables"))
    made_of.put(connection, registry)
    figures.put(connection)
    if previous is not None and _attached(connection, previous):
        try:
            _compare(connection)
        finally:
            connection.execute("detach before")


def _attached(connection: DuckDBPyConnection, database: Path) -> bool:
    """Whether the release can be read and says of itself what can be compared; one of an older version does not."""
    path = str(database).replace("'", "''")
    try:
        connection.execute(f"attach '{path}' as before (read_only)")
    except duckdb.Error:
        return False
    known = connection.execute("select table_name from duckdb_tables() where database_name = 'before'").fetchall()
    if set(TABLES) <= {row[0] for row in known}:
        return True
    connection.execute("detach before")
    return False


def _compare(connection: DuckDBPyConnection) -> None:
    connection.execute(_sql("revised"), ROUNDING)
    if connection.table("revised_figures").count("*").fetchall() != [(0,)]:
        causes.put(connection)
        unexplained = f"{UNEXPLAINED}{_other_code(connection)}"
        values = {"kinds": list(causes.LEADS), "leads": list(causes.LEADS.values()), "unexplained": unexplained}
        limits = {"listed": LISTED, "named": NAMED, "published_in": _release_id(connection)}
        connection.execute(_sql("explained"), values | limits)
    connection.execute(_sql("carried_comparisons"), {"releases_kept": RELEASES_KEPT, "ignored": IGNORED})
    connection.execute(_sql("carried_revisions"), {"kept": KEPT})


def _other_code(connection: DuckDBPyConnection) -> str:
    before, now = connection.execute(
        "select old.code_version, new.code_version from before.meta_release as old cross join meta_release as new"
    ).fetchall()[0]
    return f" The version of the code is {now}, before {before}." if before != now else ""


def _release_id(connection: DuckDBPyConnection) -> str:
    return str(connection.execute("select release_id from meta_release").fetchall()[0][0])


def _sql(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
