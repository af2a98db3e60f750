"""The edition's files at their addresses: as they were drawn, for ever, and nothing else of the disk."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from tests.web.conftest import RELEASE_ID, Get, make_release
from web import answers, edition, routes

FILES = {"china.png": b"\x89PNG", "china@3x.png": b"\x89PNG3", "china.svg": b"<svg/>", "china.pptx": b"PK"}
ADDRESS = f"/data/{RELEASE_ID}/edition"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A release of simulated data."""
    for module in (answers, routes, edition):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=tmp_path))
    make_release(tmp_path, is_simulated=True)
    yield tmp_path


def draw(data_dir: Path) -> None:
    """Puts an edition into the release."""
    folder = data_dir / "releases" / RELEASE_ID / "edition"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    listed = {name: {"bytes": len(c), "sha256": hashlib.sha256(c).hexdigest()} for name, c in FILES.items()}
    about = {"files": listed, "missing": {"china-square.png": "no Chrome on this machine"}, "reason": "", "chrome": "1"}
    (folder / "edition.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "secret.png").write_bytes(b"not in the list")


def test_a_file_is_sent_as_it_was_drawn_and_kept_for_ever(get: Get, data_dir: Path) -> None:
    draw(data_dir)
    kinds = {"china.png": "image/png", "china@3x.png": "image/png", "china.svg": "image/svg+xml; charset=utf-8"}
    for name, kind in kinds.items():
        answer = get(f"{ADDRESS}/{name}")
        assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, FILES[name], kind)
        assert "immutable" in answer.headers["Cache-Control"] and answer.headers["X-Simulated"] == "true"
        assert get(f"{ADDRESS}/{name}", {"If-None-Match": answer.headers["ETag"]}).status == 304
    latest = get("/data/latest/edition/china.pptx")
    assert (latest.status, latest.headers["Cache-Control"]) == (200, "no-cache")


def test_the_list_is_part_of_the_list_of_releases(get: Get, data_dir: Path) -> None:
    assert get("/api/v1/releases.json").json()["releases"][0]["edition"] is None
    draw(data_dir)
    entry = get("/api/v1/releases.json").json()["releases"][0]["edition"]
    assert entry == {"address": f"{ADDRESS}/edition.json", "files": len(FILES), "reason": ""}
    assert set(get(entry["address"]).json()["files"]) == set(FILES)


@pytest.mark.parametrize(
    "name", ["secret.png", "release.json", "..%2Frelease.json", "%2e%2e%2fwarehouse.duckdb", "x" * 5000, "china.exe"]
)
def test_what_is_not_in_the_list_is_not_sent(get: Get, data_dir: Path, name: str) -> None:
    draw(data_dir)
    assert get(f"{ADDRESS}/{name}").status == 404


def test_a_picture_that_is_missing_is_answered_with_the_reason(get: Get, data_dir: Path) -> None:
    assert "python -m etl edition" in get(f"{ADDRESS}/china.png").json()["reason"]
    draw(data_dir)
    assert "no Chrome on this machine" in get(f"{ADDRESS}/china-square.png").json()["reason"]
    assert get("/data/2020-01-01T0000Z/edition/china.png").status == 404
