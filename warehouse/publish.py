"""Publishes releases: built apart, checked, and made current by one atomic move; the last ones are kept.

    data/releases/.building-<release_id>/     half a release: nobody reads it, the next publish removes it
    data/releases/<release_id>/               warehouse.duckdb, release.json; never changed again
    data/releases/current                     a link to one of them

A process killed at any moment leaves `current` where it was or where it should be. Only the holder of the ETL's lock
may publish.
"""

import json
import os
import shutil
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from warehouse import check, connect, content
from warehouse.build import DATABASE, About, building
from warehouse.inputs import RegistryRows

ABOUT = "release.json"
MONTHS_KEPT = 24  # one release of each: what was quoted two years ago can still be opened; one weighs some 50 MB


class Refused(Exception):
    """Checks stopped the release; `results` are theirs, the message names those that failed. `current` stays."""

    def __init__(self, results: list[check.Result]) -> None:
        failed = [result for result in results if result.stops_the_release]
        super().__init__(
            f"{len(failed)} of {len(results)} checks refused the release, the last one stays: "
            + " | ".join(f"{result.check_id}: {result.message}" for result in failed)
        )
        self.results = results


def publish(
    data_dir: Path,
    registry: RegistryRows,
    *,
    code_version: str,
    scope: str,
    keep: int = 10,
    accept_smaller: bool = False,
) -> str:
    """Builds a release from the lake, checks it and makes it current; returns its release_id.

    Raises Refused when a check of severity error fails, BuildError when the lake cannot be built. In both cases the
    current release stays. `keep` releases are left on disk, the current one always among them, and the last one of
    each month. `accept_smaller` leaves the check of sizes against the release before out, for when less is meant (fewer
    organisations, a table taken away).
    """
    releases = data_dir / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    remove_leftovers(data_dir)
    about = _about(releases, code_version, scope)
    folder = releases / f".building-{about.release_id}"
    try:
        _fill(folder, data_dir, registry, about, None if accept_smaller else _previous(data_dir))
        _make_visible(folder, releases / about.release_id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _make_current(releases, about.release_id)
    _remove_old(data_dir, keep)
    return about.release_id


def remove_leftovers(data_dir: Path) -> None:
    """Takes away what a killed build left behind."""
    for leftover in (data_dir / "releases").glob(".building-*"):
        shutil.rmtree(leftover)
    for link in (data_dir / "releases").glob(".current-*"):
        link.unlink()


def _about(releases: Path, code_version: str, scope: str) -> About:
    now = datetime.now(UTC)
    minute, second = now.strftime("%Y-%m-%dT%H%MZ"), now.strftime("%Y-%m-%dT%H%M%SZ")
    release_id = next(
        name for name in (minute, second, now.strftime("%Y-%m-%dT%H%M%S.%fZ")) if not (releases / name).exists()
    )
    return About(release_id, now.replace(tzinfo=None), code_version, scope)


def _fill(folder: Path, data_dir: Path, registry: RegistryRows, about: About, previous: Path | None) -> None:
    with building(data_dir, folder, registry, about, _newest(data_dir)) as connection:
        results = check.run(connection, previous)
        if any(result.stops_the_release for result in results):
            raise Refused(results)
        description = _describe(connection, about, results)
    (folder / ABOUT).write_text(
        json.dumps(description, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8"
    )


def _previous(data_dir: Path) -> Path | None:
    release_id = connect.current_release_id(data_dir)
    return data_dir / "releases" / release_id / DATABASE if release_id else None


def _newest(data_dir: Path) -> Path | None:
    """The release that was published last, also where somebody moved `current` back: its figures were read too."""
    newest = next((entry["release_id"] for entry in connect.releases(data_dir)), None)
    return data_dir / "releases" / newest / DATABASE if newest else None


def _describe(connection: DuckDBPyConnection, about: About, results: list[check.Result]) -> dict[str, Any]:
    is_simulated = connection.execute("select is_simulated from meta_release").fetchall()[0][0]
    counted = Counter("passed" if result.passed else result.severity for result in results)
    return {
        **asdict(about),
        "built_at": about.built_at.replace(tzinfo=UTC).isoformat(timespec="microseconds"),
        "is_simulated": is_simulated,
        "content_sha256": content.sha256(connection),
        "sources": _rows(
            connection, "select source_id, status, data_from, data_until, rows, snapshot_sha256 from meta_sources"
        ),
        "checks": {"passed": counted["passed"], "warnings": counted["warning"], "errors": counted["error"]},
    }


def _rows(connection: DuckDBPyConnection, select: str) -> list[dict[str, Any]]:
    found = connection.execute(select)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _make_visible(folder: Path, final: Path) -> None:
    for path in (*folder.iterdir(), folder):
        _to_disk(path)
    folder.rename(final)
    _to_disk(final.parent)


def _make_current(releases: Path, release_id: str) -> None:
    link = releases / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    link.replace(releases / "current")
    _to_disk(releases)


def _remove_old(data_dir: Path, keep: int) -> None:
    """The newest stay, the last one of each month, and the current one. Who has a removed one open reads on."""
    known = connect.releases(data_dir)  # newest first: of each month the last one stands last in the reversed list
    last_of_month = {entry["built_at"][:7]: entry["release_id"] for entry in reversed(known)}
    months = [last_of_month[month] for month in sorted(last_of_month, reverse=True)[1 : MONTHS_KEPT + 1]]
    kept = {*(entry["release_id"] for entry in known[:keep]), *months, connect.current_release_id(data_dir)}
    for entry in known:
        if entry["release_id"] not in kept:
            shutil.rmtree(data_dir / "releases" / entry["release_id"])


def _to_disk(path: Path) -> None:
    """After this, a power cut does not lose the file or the folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
