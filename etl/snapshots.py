"""Snapshots: what a service sent, byte for byte, with a manifest that says where every byte comes from.

A snapshot is the folder `<data_dir>/snapshots/<source_id>/<UTC time>/` with its payload files and `manifest.json`.
It is written under a hidden name that ends in `.partial` and renamed when it is whole: no reader meets half of one.
"""

import filecmp
import gzip
import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

MANIFEST = "manifest.json"
PARTIAL = ".partial"
FOLDER_TIME = "%Y%m%dT%H%M%S.%fZ"
Content: TypeAlias = bytes  # `bytes` is also the name of a field: the size


class SnapshotError(Exception):
    """A snapshot on disk is not what its manifest says."""


@dataclass(frozen=True)
class Known:
    """What the lake holds already: labels of a source's snapshots that need not be fetched again."""

    labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SnapshotFile:
    """One payload file. `sha256` and `bytes` are of the content as received (a name in `.gz` is stored compressed).

    `kept_sha256` and `kept_columns` are set where only a part of a large file is kept: they describe that part.
    """

    name: str
    url: str
    sha256: str
    bytes: int
    etag: str | None
    kept_sha256: str | None = None
    kept_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """One reading of a source. `observed_on` is the day the figures are of, `fetched_at` the UTC time we asked."""

    source_id: str
    path: Path
    fetched_at: datetime
    observed_on: date
    label: str | None
    is_simulated: bool
    sha256: str
    files: tuple[SnapshotFile, ...]
    licence: str | None = None
    notes: tuple[str, ...] = ()

    def read(self, name: str) -> bytes:
        """The content of a file, uncompressed. Raises SnapshotError if it is not in the manifest or was changed."""
        file = next((file for file in self.files if file.name == name), None)
        if file is None:
            raise SnapshotError(
                f"{self.path}: expected a file {name!r}, the manifest has {[f.name for f in self.files]}"
            )
        content = (self.path / name).read_bytes()
        if name.endswith(".gz"):
            content = gzip.decompress(content)
        if hashlib.sha256(content).hexdigest() != (file.kept_sha256 or file.sha256):
            raise SnapshotError(f"{self.path / name} was changed since it was fetched: delete the folder and run again")
        return content


class Received(Protocol):
    """What a snapshot needs to know of an answer of the network."""

    @property
    def url(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def body(self) -> Content | None: ...
    @property
    def path(self) -> Path | None: ...
    @property
    def observed_on(self) -> date: ...
    @property
    def is_simulated(self) -> bool: ...


class SnapshotStore:
    """Writes snapshots. Only the holder of the ETL's lock makes one: it clears what a killed run has left behind."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        for stray in (data_dir / "snapshots").glob(f"*/.*{PARTIAL}"):
            shutil.rmtree(stray)

    def draft(
        self, source_id: str, licence: str | None = None, label: str | None = None, observed_on: date | None = None
    ) -> "Draft":
        """A snapshot to be filled, as a context: left without `finish()`, nothing of it stays."""
        return Draft(self.data_dir, source_id, licence, label, observed_on)


class Draft:
    """A snapshot that is being written. `folder` takes downloads; files may be added from several threads."""

    def __init__(
        self, data_dir: Path, source_id: str, licence: str | None, label: str | None, observed_on: date | None
    ) -> None:
        self.source_id, self.licence, self.label = source_id, licence, label
        self._observed_on = observed_on
        self._files: list[SnapshotFile] = []
        self._notes: list[str] = []
        self._days: list[date] = []
        self._is_simulated = False
        self._lock = threading.Lock()
        self._before = _latest_if_whole(data_dir, source_id)
        self.fetched_at, self.final = _free_folder(data_dir / "snapshots" / source_id)
        self.folder = self.final.with_name(f".{self.final.name}{PARTIAL}")
        self.folder.mkdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, name: str, answer: Received) -> None:
        """Keeps an answer under a name: its body, or the file it was streamed into."""
        target = self._target(name)
        if answer.body is not None:
            target.write_bytes(gzip.compress(answer.body, 6, mtime=0) if name.endswith(".gz") else answer.body)
        elif answer.path is not None and answer.path != target:
            answer.path.rename(target)
        self._note_file(SnapshotFile(name, answer.url, answer.sha256, answer.bytes, answer.etag), answer)

    def add_part(self, name: str, answer: Received, columns: tuple[str, ...]) -> None:
        """Keeps a part of an answer that lies in the folder already; the manifest describes the whole and the part."""
        whole = SnapshotFile(name, answer.url, answer.sha256, answer.bytes, answer.etag)
        part_sha256 = _sha256_of(self.folder / name)
        self._note_file(replace(whole, kept_sha256=part_sha256, kept_columns=columns), answer)

    def note(self, sentence: str) -> None:
        """Puts a remark for readers of the manifest."""
        with self._lock:
            self._notes.append(sentence)

    def finish(self) -> Snapshot:
        """Writes the manifest and makes the snapshot appear, whole and on disk. Needs at least one file."""
        if not self._files:
            raise SnapshotError(f"{self.source_id}: expected at least one file in the snapshot, came none")
        files = tuple(sorted(self._files, key=lambda file: file.name))
        for file in files:
            self._link_if_unchanged(file.name)
            _to_disk(self.folder / file.name)
        snapshot = Snapshot(
            self.source_id, self.final, self.fetched_at, self._observed_on or min(self._days), self.label,
            self._is_simulated, _sha256_of_all(files), files, self.licence, tuple(sorted(self._notes)),
        )  # fmt: skip
        _write_manifest(self.folder / MANIFEST, snapshot)
        _to_disk(self.folder)
        self.folder.rename(self.final)
        _to_disk(self.final.parent)
        return snapshot

    def _target(self, name: str) -> Path:
        if name in (MANIFEST, "") or name.startswith(".") or Path(name).name != name:
            raise SnapshotError(f"{self.source_id}: expected a plain file name, came {name!r}")
        return self.folder / name

    def _note_file(self, file: SnapshotFile, answer: Received) -> None:
        with self._lock:
            if file.name.lower() in (known.name.lower() for known in self._files):
                raise SnapshotError(f"{self.source_id}: two files are called {file.name!r} in one snapshot")
            self._files.append(file)
            self._days.append(answer.observed_on)
            self._is_simulated = self._is_simulated or answer.is_simulated

    def _link_if_unchanged(self, name: str) -> None:
        """The same bytes as in the snapshot before take no second place on the disk."""
        ours = self.folder / name
        before = self._before.path / name if self._before else None
        if before is None or not before.is_file() or not filecmp.cmp(before, ours, shallow=False):
            return
        linked = self.folder / f".linked-{name}"
        try:
            linked.hardlink_to(before)
        except OSError:  # a file system without hard links keeps the copy
            return
        linked.replace(ours)


def read(path: Path) -> Snapshot:
    """The snapshot in a folder. Raises SnapshotError where its manifest is missing or broken."""
    try:
        fields: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        files = tuple(
            SnapshotFile(**{**file, "kept_columns": tuple(file.get("kept_columns", ()))})
            for file in fields.pop("files")
        )
        fields["fetched_at"] = datetime.fromisoformat(fields["fetched_at"])
        fields["observed_on"] = date.fromisoformat(fields["observed_on"])
        return Snapshot(**{**fields, "path": path, "files": files, "notes": tuple(fields.get("notes", ()))})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(
            f"{path}: expected a snapshot with a {MANIFEST}, came {type(error).__name__}: {error}"
        ) from error


def all(data_dir: Path, source_id: str) -> list[Snapshot]:  # noqa: A001 - reads as `snapshots.all(...)`
    """Every whole snapshot of a source, oldest first."""
    return [read(folder) for folder in _folders(data_dir, source_id)]


def latest(data_dir: Path, source_id: str) -> Snapshot | None:
    """The snapshot of a source that was fetched last, or None."""
    folders = _folders(data_dir, source_id)
    return read(folders[-1]) if folders else None


def _folders(data_dir: Path, source_id: str) -> list[Path]:
    return sorted(f.parent for f in (data_dir / "snapshots" / source_id).glob(f"[!.]*/{MANIFEST}"))


def _latest_if_whole(data_dir: Path, source_id: str) -> Snapshot | None:
    """A damaged older snapshot must not stop a new one: it only cannot lend its bytes."""
    try:
        return latest(data_dir, source_id)
    except SnapshotError:
        return None


def _free_folder(parent: Path) -> tuple[datetime, Path]:
    """A time of its own for each snapshot, also for two within one tick of the clock."""
    parent.mkdir(parents=True, exist_ok=True)
    moment = datetime.now(UTC)
    while (parent / moment.strftime(FOLDER_TIME)).exists():
        moment += timedelta(microseconds=1)
    return moment, parent / moment.strftime(FOLDER_TIME)


def _write_manifest(path: Path, snapshot: Snapshot) -> None:
    fields = asdict(snapshot)
    del fields["path"]  # the folder may move
    plain: Callable[[Any], str] = lambda value: value.isoformat()  # noqa: E731
    path.write_text(json.dumps(fields, default=plain, indent=1, ensure_ascii=False), encoding="utf-8")
    _to_disk(path)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256_of_all(files: tuple[SnapshotFile, ...]) -> str:
    lines = "".join(f"{file.name} {file.kept_sha256 or file.sha256}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _to_disk(path: Path) -> None:
    """After this, a power cut does not lose the file or the folder's entries."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
