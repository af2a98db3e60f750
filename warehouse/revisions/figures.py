"""The figures that a release publishes: those of complete periods, read through the very queries of the pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyConnection

from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import ALL_ACCOUNTS, ALL_REGIONS, CHOICES, Filters, panel_ids

TWO = "China,United States"  # the sides that the pages compare, where nothing else is chosen
TABLES_OF = {"month": "out_monthly_downloads", "week": "out_weekly_downloads"}
KEY = ("what", "definition", "period", "period_start", "group_name")


def put(connection: DuckDBPyConnection) -> None:
    """Fills `meta_figures` from the out_ tables of the database."""
    release = _as_release(connection)
    frames = [*_downloads(release), *_licences(release)]
    whole = pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame(columns=[*KEY, "value"])])
    connection.register("figures_to_insert", pa.Table.from_pandas(whole, preserve_index=False))
    connection.execute(f"insert into meta_figures by name from figures_to_insert order by {', '.join(KEY)}")
    connection.unregister("figures_to_insert")
    connection.execute((Path(__file__).parent / "best_scores.sql").read_text(encoding="utf-8"))


def _downloads(release: Release) -> Iterator[pd.DataFrame]:
    """New downloads by region, and each region's share of them all; China's and the United States' of the two."""
    there = [period for period, table in TABLES_OF.items() if _has_complete(release, table)]
    for asked in (choice for choice in _choices_of_downloads() if choice["period"] in there):
        complete = _complete(queries.shares(release, Filters.from_query(asked)))
        for what, column in (("download_share", "share"), ("new_downloads", "new_downloads")):
            if what == "download_share" or asked["regions"] == ALL_REGIONS:
                days, groups = complete["period_start"], complete["group_id"]
                yield _figures(what, asked, asked["period"], days, groups, complete[column])


def _has_complete(release: Release, table: str) -> bool:
    """Spares the questions to a table that has nothing finished yet."""
    found = release.cursor().execute(f"select count(*) from {table} where is_complete").fetchall()  # noqa: S608
    return bool(found[0][0])


def _choices_of_downloads() -> Iterator[dict[str, str]]:
    names = ("attribution", "scope", "period", "regions")
    for choice in product(CHOICES["attribution"], CHOICES["scope"], CHOICES["period"], (TWO, ALL_REGIONS)):
        yield dict(zip(names, choice, strict=True))
    usual = dict(zip(names, ("publisher", "language", "month", TWO), strict=True))
    for panel in panel_ids():
        if panel != ALL_ACCOUNTS:
            yield {**usual, "panel": panel}


def _licences(release: Release) -> Iterator[pd.DataFrame]:
    """Shares of licence classes by region and of all regions together."""
    for scope, licence_by in product(("language", "all"), CHOICES["licence_by"]):
        asked = {"scope": scope, "licence_by": licence_by, "regions": ALL_REGIONS}
        for query in (queries.licence_share_over_time, queries.licence_share_by_region):
            complete = _complete(query(release, Filters.from_query(asked)))
            groups = complete["region"] + ": " + complete["licence_class"]
            yield _figures("licence_share", asked, "month", complete["month_start"], groups, complete["share"])


def _complete(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["is_complete"].astype(bool)] if len(frame) else frame


def _figures(
    what: str, asked: dict[str, str], period: str, days: pd.Series, groups: pd.Series, values: pd.Series
) -> pd.DataFrame:
    """Rows of `meta_figures`; the definition names every filter, so that another usual value renames no figure."""
    rows: dict[str, Any] = {"what": what, "definition": urlencode(asked), "period": period}
    days = pd.to_datetime(days).dt.date
    return pd.DataFrame({"period_start": days, "group_name": groups, "value": values.astype(float)}).assign(**rows)


def _as_release(connection: DuckDBPyConnection) -> Release:
    """The database as the queries of the pages know one; its dates are of no use to them."""
    return Release("", Path(), False, datetime.now(UTC), None, connection)
