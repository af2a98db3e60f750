"""Opens a published release, read-only: what every page, chart and export reads from."""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

DATABASE = "warehouse.duckdb"
EDITION = "edition"  # folder of a release with its charts as files
# Permalinks keep several releases open at once, and DuckDB's own limit would be 80 % of the machine for each.
MEMORY_LIMIT = "1GB"


class NoRelease(Exception):
    """There is no such release; the message is one sentence that says what to do."""


class OlderTables(Exception):
    """The release was made by an earlier version, whose tables hold nothing for this question."""


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
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        about = connection.execute("select release_id, is_simulated, built_at from meta_release").fetchone()
        until = connection.execute("select max(data_until) from meta_sources").fetchone()
        assert about and until, "meta_release has one row: the build wrote it"
    except (duckdb.Error, AssertionError) as error:
        raise NoRelease(
            f"{folder / DATABASE} cannot be opened ({_first_line(error)}): run `python -m etl rebuild`"
        ) from error
    return Release(about[0], folder, about[1], about[2].replace(tzinfo=UTC), until[0], connection)


def current_release_id(data_dir: Path) -> str | None:
    """Id of the current release without opening it: cheap enough to ask at every page. None where it is gone."""
    link = data_dir / "releases" / "current"
    try:
        return link.readlink().name if link.exists() else None
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
        if name == current_release_id(data_dir):
            raise NoRelease(f"The current release {name} is damaged: `python -m etl rebuild` makes a new one")
        raise NoRelease(f"There is no release {name[:80]!r}: known are {', '.join(known) or 'none'}")
    return (folder / name).resolve()


def releases(data_dir: Path) -> list[dict[str, Any]]:
    """What each published release says of itself in its release.json, newest first; one that is damaged is left out."""
    files = (data_dir / "releases").glob("[0-9]*/release.json")
    about = [entry for entry in map(_about, files) if entry]
    return sorted(about, key=lambda entry: (entry["built_at"], entry["release_id"]), reverse=True)


def edition_file(release: Release, name: str) -> Path | None:
    """A file of the release's edition, such as `<chart>-social.png`; None where it was not made."""
    about = _json(release.path / EDITION / "edition.json")
    path = release.path / EDITION / name
    return path if about and name in about.get("files", {}) and path.is_file() else None


def edition(data_dir: Path, release_id: str) -> dict[str, Any] | None:
    """What the edition of a release says of itself: its files, and what is missing why; None where none was made."""
    about = _json(data_dir / "releases" / release_id / EDITION / "edition.json")
    return about if about and isinstance(about.get("files"), dict) else None


def _json(file: Path) -> dict[str, Any] | None:
    """An object of a file that a later run would make anew; None where it is not there or not whole."""
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return entry if isinstance(entry, dict) else None


def _about(file: Path) -> dict[str, Any] | None:
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read (%s): the release is left out", file, error)
        return None
    is_whole = isinstance(entry, dict) and entry.get("release_id") == file.parent.name
    return entry if is_whole and isinstance(entry.get("built_at"), str) and "is_simulated" in entry else None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
