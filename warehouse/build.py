"""Builds a release's database from the lake: one SQL file per table, in order, in bounded memory.

The same lake and registry give the same tables in the same order. Names that begin with an underscore are steps on the
way: temporary, not part of the release.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from warehouse import inputs, revisions
from warehouse.inputs import BuildError

DATABASE = "warehouse.duckdb"
MEMORY_LIMIT = "2GB"  # a machine with 4 GB runs dashboard and build side by side; larger steps spill to the disk
THREADS = 2  # more would each claim a share of the memory

# What groups of models are told apart by in the tables that are drawn; attribution says whose region and family it is.
SIDE = ("region", "organisation_id", "family_id", "is_language", "is_mainline", "is_large", "panel")
# Table -> its key, in the order of building. The key is also the order of the rows, here and in every export.
TABLES: dict[str, tuple[str, ...]] = {
    "core_organisations": ("organisation_id",),
    "core_families": ("family_id",),
    "core_licences": ("licence_id",),
    "core_policy_events": ("event_id",),
    "_numbers": (),
    "_coverage": (),
    "_detailed": (),
    "_changes": (),
    "core_model_observations": ("model_id", "observed_on", "source_id"),
    "_stated_metadata": (),
    "meta_corrections": ("subject", "field"),
    "_latest_metadata": (),
    "_observed_span": (),
    "_account_ends": (),
    "_vanished": (),
    "_renames": (),
    "_model_families": (),
    "_base_names": (),
    "_tagged_bases": (),
    "_recognised": (),
    "_rooted": (),
    "core_models": ("model_id",),
    "core_licence_observations": ("model_id", "observed_on"),
    "_reading_days": (),
    "_suspects": (),
    "_suspect_series": (),
    "_stalls": (),
    "_window_states": (),
    "_chosen_windows": (),
    "_large_windows": (),
    "_spikes": (),
    "_judged": (),
    "_rolling_flags": (),
    "_rolling_intervals": (),
    "_intervals": (),
    "out_lineage": ("lineage_method",),
    "_entries": (),
    "core_counter_events": ("model_id", "on_day", "kind"),
    "core_download_intervals": ("model_id", "to_on"),
    "core_weekly_model_downloads": ("model_id", "week_start"),
    "core_benchmarks": ("benchmark_id",),
    "_label_organisations": (),
    "core_scores": ("benchmark_id", "model_label", "published_on"),
    "_model_dimensions": (),
    "_cells": (),
    "_traits": (),
    "_sides": (),
    "_spans": (),
    "_marked_months": (),
    "_marked_weeks": (),
    "_cell_months": (),
    "_cell_weeks": (),
    "_months": (),
    "_weeks": (),
    "out_weekly_downloads": ("attribution", "week_start", "method", *SIDE),
    "out_monthly_downloads": ("attribution", "month_start", "method", *SIDE),
    "out_weekly_top_models": ("attribution", "week_start", "model_id"),
    "out_monthly_top_models": ("attribution", "month_start", "model_id"),
    "out_monthly_derivatives": ("month_start", "origin_family_id", "origin_region"),
    "_boards": (),
    "out_frontier": ("benchmark_id", "published_on", "group_kind", "group_name"),
    "out_licence_share": ("month_start", "region", "licence_class", "is_language", "is_mainline", "is_large"),
    "_latest_downloads": (),
    "out_latest_models": ("model_id",),
    "out_licence_use": ("licence_id",),
    "meta_release": ("release_id",),
    "meta_sources": ("source_id",),
    "meta_unmatched": ("kind", "name"),
}  # fmt: skip
# Read anew where they are used: with the whole Hub some have 47 million rows.
VIEWS = frozenset({"_changes", "_intervals", "_model_dimensions", "_latest_metadata"})
KEYS = {**{table: key for table, key in TABLES.items() if not table.startswith("_")}, **revisions.TABLES}
PUBLIC_TABLES = tuple(KEYS)

_SQL = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class About:
    """What a release says of itself. `built_at` is UTC."""

    release_id: str
    built_at: datetime
    code_version: str
    scope: str


def build(
    data_dir: Path,
    release_folder: Path,
    registry: inputs.RegistryRows,
    code_version: str,
    scope: str,
    release_id: str = "",
) -> Path:
    """Builds `warehouse.duckdb` in a folder, without checks; returns its path. Raises BuildError."""
    about = About(release_id or release_folder.name, datetime.now(UTC).replace(tzinfo=None), code_version, scope)
    with building(data_dir, release_folder, registry, about):
        pass
    return release_folder / DATABASE


@contextmanager
def building(
    data_dir: Path,
    release_folder: Path,
    registry: inputs.RegistryRows,
    about: About,
    previous: Path | None = None,
) -> Iterator[DuckDBPyConnection]:
    """A connection to the new database with all tables built, inputs still at hand for the checks.

    `previous`: the database of the release before, with which the published figures are compared.
    """
    release_folder.mkdir(parents=True, exist_ok=True)
    (release_folder / DATABASE).unlink(missing_ok=True)
    spill = release_folder / "spill"
    connection = duckdb.connect(str(release_folder / DATABASE))
    try:
        _set_limits(connection, spill)
        readings = inputs.put_inputs(connection, data_dir, registry)
        _describe_release(connection, about, readings)
        _create_tables(connection)
        revisions.put(connection, registry, previous)
        yield connection
        connection.execute("checkpoint")
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def _set_limits(connection: DuckDBPyConnection, spill: Path) -> None:
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"set threads = {THREADS}")
    connection.execute(f"set temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    connection.execute("set timezone = 'UTC'")


def _describe_release(connection: DuckDBPyConnection, about: About, readings: list[inputs.Reading]) -> None:
    if not readings:
        raise BuildError("The lake holds no reading yet: run `python -m etl run` first")
    kinds = {reading.is_simulated for reading in readings}
    if len(kinds) > 1:
        raise BuildError("The lake mixes simulated and real readings: use another OMO_DATA_DIR for simulated data")
    row = {
        "release_id": about.release_id,
        "built_at": about.built_at,
        "code_version": about.code_version,
        "is_simulated": kinds.pop(),
        "scope": about.scope,
    }
    inputs.insert(connection, "input_release", [row])


def _create_tables(connection: DuckDBPyConnection) -> None:
    for table, key in TABLES.items():
        select = (_SQL / f"{table}.sql").read_text(encoding="utf-8")
        kind = "table" if key else "temp view" if table in VIEWS else "temp table"
        order = f"order by {', '.join(key)}" if key else ""
        try:
            connection.execute(f"create {kind} {table} as from (\n{select}\n) {order}")
        except duckdb.Error as error:
            raise BuildError(
                f"{table} could not be built from the lake: {str(error).strip().splitlines()[0]}"
            ) from error
