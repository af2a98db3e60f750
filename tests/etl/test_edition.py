"""The edition: every chart of a release as files, made after it is published, whole or not at all."""

import hashlib
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import catalogue
from charts.pictures import PICTURES
from etl import edition
from etl.edition import browser, drawing, marks
from settings import Settings
from tests.etl.far_side import small_server
from tests.released import ROOT, demo_data_dir
from warehouse import connect, publish

VECTORS_AND_NUMBERS = len(drawing.VECTORS + drawing.NUMBERS)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A copy of the simulated release alone; nothing else of the data folder is needed."""
    source = demo_data_dir() / "releases"
    shutil.copytree(source, tmp_path / "releases", symlinks=True)
    return tmp_path


def without_chrome(data_dir: Path, **changed: object) -> Settings:
    """Settings of a machine without Chrome."""
    usual: dict[str, object] = {"data_dir": data_dir, "pictures": "auto", "browser_path": data_dir / "no-chrome"}
    return Settings(**usual | changed)  # type: ignore[arg-type]


def about(data_dir: Path) -> dict[str, object]:
    """edition.json of the current release."""
    entry = connect.edition(data_dir, connect.current_release_id(data_dir) or "")
    assert entry is not None
    return entry


def nothing_half(data_dir: Path) -> bool:
    """Whether no scratch folder is left in any release."""
    return not [path for path in data_dir.rglob("*") if ".edition-" in path.name or path.name.endswith(".partial")]


# ---- Without Chrome ----


@pytest.fixture(scope="module")
def made_without_chrome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("edition")
    shutil.copytree(demo_data_dir() / "releases", data_dir / "releases", symlinks=True)
    (said,) = edition.make_missing(without_chrome(data_dir))
    assert "0 of them pictures" in said and "no Chrome on this machine" in said
    return data_dir


def test_without_chrome_there_are_no_pictures_and_the_edition_says_why(made_without_chrome: Path) -> None:
    entry = about(made_without_chrome)
    assert entry["chrome"] is None and "no Chrome on this machine" in str(entry["reason"])
    missing, files = entry["missing"], entry["files"]
    assert isinstance(missing, dict) and isinstance(files, dict)
    assert set(missing) == {f"{chart.id}{picture.ending}" for chart in catalogue.CHARTS for picture in PICTURES}
    assert len(files) == VECTORS_AND_NUMBERS * len(catalogue.CHARTS)
    assert nothing_half(made_without_chrome)


def test_every_file_is_in_the_list_with_its_size_and_hash(made_without_chrome: Path) -> None:
    release = connect.open_release(made_without_chrome)
    folder = release.path / connect.EDITION
    files = about(made_without_chrome)["files"]
    assert isinstance(files, dict)
    assert set(files) | {"edition.json"} == {path.name for path in folder.iterdir()}
    for name, entry in files.items():
        content = (folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert connect.edition_file(release, "downloads_over_time.svg") == folder / "downloads_over_time.svg"
    for name in ("downloads_over_time.png", "edition.json", "../release.json", "", "/etc/passwd"):
        assert connect.edition_file(release, name) is None
    release.close()


def test_the_edition_changes_nothing_of_the_release(made_without_chrome: Path) -> None:
    ours, theirs = (connect.release_folder(folder) for folder in (made_without_chrome, demo_data_dir()))
    for name in ("release.json", "warehouse.duckdb"):
        assert (ours / name).read_bytes() == (theirs / name).read_bytes()


def test_what_is_made_is_not_made_again(made_without_chrome: Path) -> None:
    assert edition.make_missing(without_chrome(made_without_chrome)) == []


def test_where_pictures_are_switched_off_nothing_is_made(data_dir: Path) -> None:
    left = connect.release_folder(data_dir) / ".edition-7"
    left.mkdir()
    assert edition.make_missing(without_chrome(data_dir, pictures="no")) == []
    assert not left.exists()
    assert connect.edition(data_dir, connect.current_release_id(data_dir) or "") is None
    assert edition.state(data_dir, connect.current_release_id(data_dir)).startswith("none yet")


def test_a_removed_release_takes_its_edition_along(made_without_chrome: Path, tmp_path: Path) -> None:
    shutil.copytree(made_without_chrome / "releases", tmp_path / "releases", symlinks=True)
    current = connect.current_release_id(tmp_path) or ""
    old = tmp_path / "releases" / "2020-01-01T0000Z"
    shutil.copytree(tmp_path / "releases" / current, old)
    told = json.loads((old / "release.json").read_text(encoding="utf-8"))
    told |= {"release_id": old.name, "built_at": told["built_at"].replace(told["built_at"][:4], "2020")}
    (old / "release.json").write_text(json.dumps(told), encoding="utf-8")
    newer = tmp_path / "releases" / "2020-01-02T0000Z"
    shutil.copytree(old, newer)
    told |= {"release_id": newer.name, "built_at": told["built_at"].replace("-11-", "-12-")}
    (newer / "release.json").write_text(json.dumps(told), encoding="utf-8")
    assert connect.edition(tmp_path, old.name)
    publish._remove_old(tmp_path, keep=1)
    assert {entry["release_id"] for entry in connect.releases(tmp_path)} >= {current}
    gone = {old.name, newer.name} - {entry["release_id"] for entry in connect.releases(tmp_path)}
    assert all(not (tmp_path / "releases" / name).exists() for name in gone)


def test_the_command_makes_the_edition_of_a_named_release_and_refuses_an_unknown_one(data_dir: Path) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_BROWSER_PATH": "/nowhere/chrome"}
    wanted["OMO_PICTURES"] = "auto"

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "etl", *words], cwd=ROOT, env=wanted, capture_output=True, text=True, timeout=120
        )

    unknown = command("edition", "--release", "2020-01-01T0000Z")
    assert unknown.returncode == 1 and "There is no release '2020-01-01T0000Z'" in unknown.stderr
    made = command("edition", "--release", connect.current_release_id(data_dir) or "")
    assert made.returncode == 0 and "no Chrome on this machine" in made.stdout
    assert "no Chrome on this machine" in command("status").stdout
    told = json.loads(command("status", "--json").stdout)["edition"]
    assert told["chrome"] is None and told["missing"] == len(PICTURES) * len(catalogue.CHARTS)


def test_missing_pictures_and_charts_without_figures_do_not_spoil_a_run(tmp_path: Path) -> None:
    server = small_server(models=40)
    wanted = {**os.environ, "OMO_DATA_DIR": str(tmp_path), "OMO_MIRROR": server.url, "OMO_PICTURES": "auto"}
    wanted["OMO_BROWSER_PATH"] = "/nowhere/chrome"
    command = [sys.executable, "-m", "etl", "run", "--source", "spdx_licences", "--source", "hub_models"]
    done = subprocess.run(command, cwd=ROOT, env=wanted, capture_output=True, text=True, timeout=120)
    server.stop()
    assert done.returncode == 0, done.stderr
    published, drawn = done.stdout.splitlines()[-2:]
    assert published.startswith("Published ") and drawn.startswith("Edition of ") and "no Chrome" in drawn
    missing = about(tmp_path)["missing"]
    assert isinstance(missing, dict) and "no Chrome" not in missing["open_closed_frontier.svg"]
    assert all(missing.values())


# ---- A Chrome that hangs, an ETL that is killed ----


@pytest.fixture
def hanging_chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Answers `--version` and then never again."""
    path = tmp_path_factory.mktemp("browser") / "chrome"
    path.write_text(
        '#!/bin/sh\nif [ "$1" = --version ]; then echo "Chromium 1.0"; exit 0; fi\n'
        f'trap "" TERM INT HUP\necho $$ >> {path}.pids\nwhile true; do sleep 1; done\n'
    )
    path.chmod(0o755)
    yield path
    for pid in pids(path):
        assert not is_alive(pid)


def pids(path: Path) -> list[int]:
    """Processes that a fake Chrome noted."""
    file = path.with_name(f"{path.name}.pids")
    return [int(line) for line in file.read_text(encoding="ascii").split()] if file.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be fetched does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(condition: object, seconds: float = 30) -> bool:
    """Waits for something to become so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


@pytest.mark.timeout(120)
def test_a_chrome_that_hangs_is_given_up_and_ended_and_the_rest_is_kept(data_dir: Path, hanging_chrome: Path) -> None:
    settings = without_chrome(data_dir, browser_path=hanging_chrome, pictures_deadline_s=25)
    (said,) = edition.make_missing(settings)
    assert "given up after 25 seconds" in said
    assert pids(hanging_chrome)
    entry = about(data_dir)
    files = entry["files"]
    assert isinstance(files, dict) and len(files) == VECTORS_AND_NUMBERS * len(catalogue.CHARTS)
    assert nothing_half(data_dir)


@pytest.mark.timeout(120)
def test_a_killed_etl_leaves_no_process_and_nothing_half(data_dir: Path, hanging_chrome: Path) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_BROWSER_PATH": str(hanging_chrome)}
    command = [sys.executable, "-m", "etl", "edition"]
    etl = subprocess.Popen(command, cwd=ROOT, env=wanted, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert until(lambda: pids(hanging_chrome), 60)
    etl.send_signal(signal.SIGKILL)
    etl.wait()
    assert until(lambda: not any(is_alive(pid) for pid in pids(hanging_chrome)))
    current = connect.current_release_id(data_dir) or ""
    assert connect.edition(data_dir, current) is None and connect.open_release(data_dir).release_id == current
    edition.make(without_chrome(data_dir))
    assert about(data_dir)["reason"] and nothing_half(data_dir)


@pytest.mark.timeout(120)
def test_an_etl_that_is_told_to_stop_ends_its_chrome(data_dir: Path, hanging_chrome: Path) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_BROWSER_PATH": str(hanging_chrome)}
    command = [sys.executable, "-m", "etl", "edition"]
    etl = subprocess.Popen(command, cwd=ROOT, env=wanted, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert until(lambda: pids(hanging_chrome), 60)
    etl.terminate()
    assert etl.wait(30) == 130
    assert until(lambda: not any(is_alive(pid) for pid in pids(hanging_chrome)))
    assert nothing_half(data_dir)


# ---- Chrome ----


def test_a_chrome_that_is_set_and_does_not_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(browser.NoBrowser, match="OMO_BROWSER_PATH is .*which does not start"):
        browser.found(tmp_path / "chrome")


def test_a_picture_carries_its_provenance_as_text() -> None:
    chunk = struct.pack(">I", 13) + b"IHDR" + bytes(13) + bytes(4)
    png = marks.SIGNATURE + chunk + b"rest"
    marked = marks.marked(png, {"title": "Größe", "hash": "abcd"})
    assert marked.startswith(marks.SIGNATURE + chunk) and marked.endswith(b"rest")
    assert b"iTXtTitle\0\0\0\0\0Gr\xc3\xb6\xc3\x9fe" in marked
    with pytest.raises(ValueError, match="expected a PNG"):
        marks.marked(b"<svg>", {})


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_with_chrome_every_chart_becomes_four_pictures_with_their_provenance(
    data_dir: Path, chromium_path: str
) -> None:
    from PIL import Image

    edition.make_missing(without_chrome(data_dir))  # a machine without Chrome; then somebody installs one
    (said,) = edition.make_missing(without_chrome(data_dir, browser_path=Path(chromium_path)))
    entry = about(data_dir)
    assert entry["reason"] == "" and entry["missing"] == {} and "Chrom" in str(entry["chrome"]), said
    release = connect.open_release(data_dir)
    for chart in catalogue.CHARTS:
        drawn = catalogue.draw(release, chart, chart.defaults)
        for picture in PICTURES:
            path = connect.edition_file(release, f"{chart.id}{picture.ending}")
            assert path is not None
            with Image.open(path) as image:
                assert image.size == (picture.width, picture.height)
                assert len(image.convert("RGB").getcolors(1 << 22) or []) > 20, f"{path.name} should show something"
                assert image.info["Hash"] == drawn.data_hash and image.info["Finding"] == drawn.finding.sentence
                assert f"release={release.release_id}" in image.info["Link"] and "SIMULATED" in image.info["Warning"]
    release.close()
    assert nothing_half(data_dir)
