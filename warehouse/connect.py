"""Opens a published release, read-only: what every page, chart and export reads from."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

DATABASE = "warehouse.duckdb"


class NoRelease(Exception):
    """There is no such release; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Release:
    """A release that stays the same while it is open, whatever is published meanwhile. `built_at` is UTC."""

    release_id: str
    path: Path  # the folder
    is_simulated: bool
    built_at: datetime
    data_until: date | None  # the newest day of any source
    connection: DuckDBPyConnection

    def cursor(self) -> DuckDBPyConnection:
        """A cursor of its own for each call: one connection serves many threads so."""
        return self.connection.cursor()

    def close(self) -> None:
        """Gives the file back."""
        self.connection.close()


def open_release(data_dir: Path, release_id: str | None = None) -> Release:
    """The current release, or a named one. Raises NoRelease where there is none."""
    folder = release_folder(data_dir, release_id)
    try:
        connection = duckdb.connect(str(folder / DATABASE), read_only=True)
        about = connection.execute("select release_id, is_simulated, built_at from meta_release").fetchone()
        until = connection.execute("select max(data_until) from meta_sources").fetchone()
    except duckdb.Error as error:
        raise NoRelease(
            f"{folder / DATABASE} cannot be opened ({_first_line(error)}): run `python -m etl rebuild`"
        ) from error
    assert about and until, "meta_release has one row: the build wrote it"
    return Release(about[0], folder, about[1], about[2].replace(tzinfo=UTC), until[0], connection)


def current_release_id(data_dir: Path) -> str | None:
    """Id of the current release without opening it: cheap enough to ask at every page."""
    try:
        return (data_dir / "releases" / "current").readlink().name
    except OSError:
        return None


def release_folder(data_dir: Path, release_id: str | None = None) -> Path:
    """Folder of a release; the link `current` is followed first, so that the answer does not move."""
    folder = data_dir / "releases"
    name = release_id or current_release_id(data_dir)
    if name is None:
        raise NoRelease(f"There is no release in {folder} yet: run `python -m etl run`, or `make demo` to look around")
    known = [entry["release_id"] for entry in releases(data_dir)]
    if name not in known:  # also keeps a name with slashes from leaving the folder
        raise NoRelease(f"There is no release {name!r} in {folder}: known are {', '.join(known) or 'none'}")
    return (folder / name).resolve()


def releases(data_dir: Path) -> list[dict[str, Any]]:
    """What each published release says of itself in its release.json, newest first."""
    files = (data_dir / "releases").glob("[0-9]*/release.json")
    about = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(about, key=lambda entry: (entry["built_at"], entry["release_id"]), reverse=True)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
