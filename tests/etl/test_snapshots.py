"""Snapshots: whole or not at all, byte for byte, with a manifest that says where each byte comes from."""

import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl import snapshots
from etl.snapshots import Content, SnapshotError, SnapshotStore

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Sent:
    """An answer as the network gives it."""

    body: Content | None = b"[1]"
    path: Path | None = None
    url: str = "https://huggingface.co/api/models"
    etag: str | None = '"v1"'
    observed_on: date = date(2025, 8, 7)
    is_simulated: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body or b"").hexdigest()

    @property
    def bytes(self) -> int:
        return len(self.body or b"")


@dataclass(frozen=True)
class Streamed:
    """An answer whose content went into a file; its hash was taken on the way."""

    path: Path | None
    body: Content | None = None
    url: str = "https://huggingface.co/x.parquet"
    etag: str | None = None
    observed_on: date = date(2025, 8, 7)
    is_simulated: bool = False
    sha256: str = hashlib.sha256(b"PAR1PAR1").hexdigest()
    bytes: int = 8


def write(store: SnapshotStore, **files: Sent) -> snapshots.Snapshot:
    with store.draft("a_source", licence="CC0-1.0") as draft:
        for name, sent in files.items():
            draft.add(name.replace("__", "."), sent)
        return draft.finish()


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path)


def test_a_snapshot_reads_back_as_it_was_written(store: SnapshotStore, tmp_path: Path) -> None:
    written = write(store, a__json=Sent(), b__json__gz=Sent(b"[2]"))
    assert snapshots.read(written.path) == written
    assert snapshots.latest(tmp_path, "a_source") == written
    assert written.path.parent == tmp_path / "snapshots" / "a_source"
    assert (written.read("a.json"), written.read("b.json.gz")) == (b"[1]", b"[2]")
    assert gzip.decompress((written.path / "b.json.gz").read_bytes()) == b"[2]"
    assert [file.sha256 for file in written.files] == [hashlib.sha256(b).hexdigest() for b in (b"[1]", b"[2]")]
    assert abs((datetime.now(UTC) - written.fetched_at).total_seconds()) < 60


def test_the_manifest_alone_tells_a_person_what_the_files_are(store: SnapshotStore) -> None:
    manifest = json.loads((write(store, a__json=Sent()).path / "manifest.json").read_text())
    assert manifest["source_id"] == "a_source"
    assert manifest["licence"] == "CC0-1.0"
    assert manifest["observed_on"] == "2025-08-07"
    assert manifest["files"][0] == {
        "name": "a.json", "url": "https://huggingface.co/api/models", "sha256": Sent().sha256, "bytes": 3,
        "etag": '"v1"', "kept_sha256": None, "kept_columns": [],
    }  # fmt: skip


def test_the_day_is_that_of_the_first_answer_unless_the_label_says_it(store: SnapshotStore) -> None:
    written = write(store, a__json=Sent(observed_on=date(2025, 8, 8)), b__json=Sent(observed_on=date(2025, 8, 7)))
    assert written.observed_on == date(2025, 8, 7)
    with store.draft("a_source", label="2024-07-24", observed_on=date(2024, 7, 24)) as draft:
        draft.add("a.json", Sent())
        labelled = draft.finish()
    assert (labelled.label, labelled.observed_on) == ("2024-07-24", date(2024, 7, 24))


def test_one_simulated_answer_makes_the_snapshot_simulated(store: SnapshotStore) -> None:
    assert not write(store, a=Sent(), b=Sent()).is_simulated
    assert write(store, a=Sent(), b=Sent(is_simulated=True)).is_simulated


def test_the_hash_of_a_snapshot_follows_its_content_alone(store: SnapshotStore) -> None:
    first, same, other = write(store, a=Sent()), write(store, a=Sent(etag=None)), write(store, a=Sent(b"[2]"))
    assert first.sha256 == same.sha256 != other.sha256


def test_a_draft_that_fails_leaves_nothing(store: SnapshotStore, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), store.draft("a_source") as draft:
        draft.add("a.json", Sent())
        1 / 0  # noqa: B018
    assert list((tmp_path / "snapshots" / "a_source").iterdir()) == []


def test_a_draft_is_invisible_until_it_is_finished(store: SnapshotStore, tmp_path: Path) -> None:
    with store.draft("a_source") as draft:
        draft.add("a.json", Sent())
        assert snapshots.all(tmp_path, "a_source") == []
        written = draft.finish()
    assert snapshots.all(tmp_path, "a_source") == [written]


def test_what_a_killed_run_left_is_cleared_at_the_next_start_and_whole_snapshots_stay(tmp_path: Path) -> None:
    whole = write(SnapshotStore(tmp_path), a__json=Sent())
    script = (
        "import os, signal, pathlib, etl.snapshots as s\n"
        f"draft = s.SnapshotStore(pathlib.Path({str(tmp_path)!r})).draft('a_source')\n"
        "(draft.folder / 'half').write_bytes(b'half')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert killed.returncode == -signal.SIGKILL
    assert len(list(whole.path.parent.iterdir())) == 2
    assert snapshots.all(tmp_path, "a_source") == [whole]
    SnapshotStore(tmp_path)
    assert list(whole.path.parent.iterdir()) == [whole.path]


def test_snapshots_come_oldest_first_and_never_share_a_folder(store: SnapshotStore, tmp_path: Path) -> None:
    written = [write(store, a=Sent(str(number).encode())) for number in range(20)]
    assert snapshots.all(tmp_path, "a_source") == written
    assert snapshots.latest(tmp_path, "a_source") == written[-1]
    assert snapshots.latest(tmp_path, "another") is None


def test_a_file_that_was_streamed_into_the_draft_is_moved_to_its_name(store: SnapshotStore) -> None:
    with store.draft("a_source") as draft:
        streamed = draft.folder / "download"
        streamed.write_bytes(b"PAR1PAR1")
        draft.add("x.parquet", Streamed(streamed))
        written = draft.finish()
    assert written.read("x.parquet") == b"PAR1PAR1"
    assert not (written.path / "download").exists()


def test_a_kept_part_is_described_beside_the_whole(store: SnapshotStore) -> None:
    with store.draft("a_source") as draft:
        (draft.folder / "x.parquet").write_bytes(b"part")
        draft.add_part("x.parquet", Sent(b"the whole"), ("id", "likes"))
        draft.note("kept two columns")
        written = draft.finish()
    file = written.files[0]
    assert (file.sha256, file.bytes) == (hashlib.sha256(b"the whole").hexdigest(), 9)
    assert (file.kept_sha256, file.kept_columns) == (hashlib.sha256(b"part").hexdigest(), ("id", "likes"))
    assert written.read("x.parquet") == b"part"
    assert snapshots.read(written.path).notes == ("kept two columns",)


def test_unchanged_bytes_take_no_second_place_on_the_disk(store: SnapshotStore) -> None:
    first = write(store, a__json__gz=Sent(), b__json=Sent(b"[2]"))
    second = write(store, a__json__gz=Sent(), b__json=Sent(b"[3]"))
    assert first.path != second.path
    assert (first.path / "a.json.gz").stat().st_ino == (second.path / "a.json.gz").stat().st_ino
    assert (first.path / "b.json").stat().st_ino != (second.path / "b.json").stat().st_ino
    assert [second.read(name) for name in ("a.json.gz", "b.json")] == [b"[1]", b"[3]"]
    assert not list(second.path.glob(".*"))


def test_a_changed_file_is_not_read(store: SnapshotStore) -> None:
    written = write(store, a__json=Sent())
    (written.path / "a.json").write_bytes(b"[9]")
    with pytest.raises(SnapshotError, match="was changed since it was fetched"):
        written.read("a.json")


def test_a_file_that_the_manifest_does_not_name_is_not_read(store: SnapshotStore) -> None:
    with pytest.raises(SnapshotError, match="expected a file '../manifest.json'"):
        write(store, a__json=Sent()).read("../manifest.json")


@pytest.mark.parametrize("manifest", ["", "{}", "[]", '{"files": [{"name": 1}]}'])
def test_a_broken_manifest_is_named_and_does_not_stop_the_next_snapshot(store: SnapshotStore, manifest: str) -> None:
    broken = write(store, a__json=Sent())
    (broken.path / "manifest.json").write_text(manifest)
    with pytest.raises(SnapshotError, match=r"expected a snapshot with a manifest\.json"):
        snapshots.read(broken.path)
    assert write(store, a__json=Sent()).read("a.json") == b"[1]"


@pytest.mark.parametrize("name", ["manifest.json", "../x", "a/b", "", ".hidden"])
def test_a_name_that_is_no_plain_name_is_refused(store: SnapshotStore, name: str) -> None:
    with pytest.raises(SnapshotError, match="expected a plain file name"), store.draft("a_source") as draft:
        draft.add(name, Sent())


def test_two_files_of_one_name_are_refused_also_where_only_the_case_differs(store: SnapshotStore) -> None:
    with pytest.raises(SnapshotError, match="two files are called"), store.draft("a_source") as draft:
        draft.add("a.json", Sent())
        draft.add("A.json", Sent())


def test_an_empty_snapshot_is_refused(store: SnapshotStore) -> None:
    with pytest.raises(SnapshotError, match="at least one file"), store.draft("a_source") as draft:
        draft.finish()
