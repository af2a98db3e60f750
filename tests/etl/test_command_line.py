"""`python -m etl`: what it prints and how it ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from demo.server import DemoServer
from etl import lake
from tests.etl.far_side import small_server
from warehouse import connect


@pytest.fixture(scope="module")
def far_side() -> Iterator[DemoServer]:
    server = small_server(models=40)
    yield server
    server.stop()


def etl(data_dir: Path, mirror: str, *words: str) -> "subprocess.CompletedProcess[str]":
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_MIRROR": mirror, "OMO_ATTEMPTS": "1"}
    command = [sys.executable, "-m", "etl", *words]
    return subprocess.run(command, env=wanted, capture_output=True, text=True, timeout=120)


def test_a_pass_prints_a_line_per_source_and_publishes(far_side: DemoServer, tmp_path: Path) -> None:
    done = etl(tmp_path, far_side.url, "run", "--source", "spdx_licences", "--source", "hub_models")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["hub_models", "ok"],
        ["spdx_licences", "ok"],
        ["Published", connect.current_release_id(tmp_path)],
    ]
    facts = etl(tmp_path, far_side.url, "status")
    assert "SIMULATED DATA" in facts.stdout
    assert "never tried" in facts.stdout


def test_a_reader_that_goes_away_does_not_stop_a_pass(far_side: DemoServer, tmp_path: Path) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(tmp_path), "OMO_MIRROR": far_side.url}
    command = f"{sys.executable} -m etl run --source spdx_licences --source hub_models | true"
    subprocess.run(["bash", "-c", command], env=wanted, timeout=120)
    assert connect.current_release_id(tmp_path)


def test_less_than_half_is_taken_only_when_a_person_says_so(far_side: DemoServer, tmp_path: Path) -> None:
    assert etl(tmp_path, far_side.url, "run", "--source", "spdx_licences").returncode == 0
    commit = lake.last_commit(tmp_path, "spdx_licences")
    assert commit is not None
    tables = {name: lake.read(tmp_path, name, commit.source_id, commit.observed_on) for name in commit.tables}
    lake.write(tmp_path, replace(commit, rows=9 * commit.rows), tables)
    refused = etl(tmp_path, far_side.url, "run", "--source", "spdx_licences")
    assert refused.returncode == 2
    assert "run `python -m etl run --source spdx_licences --accept-smaller`" in refused.stdout
    assert etl(tmp_path, far_side.url, "run", "--accept-smaller").returncode == 64
    assert etl(tmp_path, far_side.url, "run", "--source", "spdx_licences", "--accept-smaller").returncode == 0
    again = etl(tmp_path, far_side.url, "rebuild", "--from-snapshots")
    assert "spdx_licences" in again.stdout
    newest = lake.last_commit(tmp_path, "spdx_licences")
    assert newest is not None
    assert newest.rows == commit.rows


def test_whether_there_is_a_way_out_is_told_by_the_exit_status(far_side: DemoServer, tmp_path: Path) -> None:
    there, not_there = (etl(tmp_path, url, "reachable") for url in (far_side.url, "http://127.0.0.1:9"))
    assert (there.returncode, there.stdout) == (0, f"the mirror {far_side.url} answers\n")
    assert not_there.returncode == 1
    assert not_there.stdout.startswith("No service answers")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["backfill", "--source", "lmarena", "--since", "2024-07-24"], "Only hub_history has a past"),
        (["backfill", "--source", "hub_history", "--since", "2999-01-01"], "expected a day in the past"),
        (["run", "--source", "nobody"], "invalid choice: 'nobody'"),
        ([], "the following arguments are required"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(tmp_path: Path, words: list[str], sentence: str) -> None:
    done = etl(tmp_path, "", *words)
    assert done.returncode == 64
    assert sentence in done.stderr


def test_a_setting_that_makes_no_sense_is_one_sentence(tmp_path: Path) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(tmp_path), "OMO_SCHEDULE": "every day"}
    command = [sys.executable, "-m", "etl", "schedule"]
    done = subprocess.run(command, env=wanted, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "OMO_SCHEDULE: expected cron such as `0 6 * * *`, came 'every day'" in done.stderr
    assert "Traceback" not in done.stderr


def test_broken_records_of_runs_do_not_stop_a_pass(far_side: DemoServer, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for name in ("sources.json", "runs.json"):
        (tmp_path / "runs" / name).write_text('[{"source_id": ', encoding="utf-8")
    told = etl(tmp_path, far_side.url, "status")
    assert told.returncode == 1 and len(told.stderr.splitlines()) == 1
    done = etl(tmp_path, far_side.url, "run", "--source", "spdx_licences", "--source", "hub_models")
    assert done.returncode == 0 and "puts it aside" in done.stderr and "Traceback" not in done.stderr


def test_a_damaged_release_is_called_so_and_made_again(far_side: DemoServer, tmp_path: Path) -> None:
    assert etl(tmp_path, far_side.url, "run", "--source", "spdx_licences", "--source", "hub_models").returncode == 0
    damaged = connect.current_release_id(tmp_path)
    (tmp_path / "releases" / str(damaged) / "release.json").write_text("{", encoding="utf-8")
    assert f"{damaged} is damaged: run `python -m etl rebuild`" in etl(tmp_path, far_side.url, "status").stdout
    assert etl(tmp_path, far_side.url, "rebuild").returncode == 0
    assert connect.current_release_id(tmp_path) != damaged


def test_a_broken_record_of_a_reading_is_one_sentence(far_side: DemoServer, tmp_path: Path) -> None:
    marker = tmp_path / "lake" / "_committed" / "livebench" / "2026-11-24.json"
    marker.parent.mkdir(parents=True)
    marker.write_text("{}", encoding="utf-8")
    done = etl(tmp_path, far_side.url, "rebuild")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert f"{marker} cannot be read as the record of a reading" in done.stderr


def test_a_folder_that_cannot_be_written_is_one_sentence(far_side: DemoServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    done = etl(tmp_path / "file", far_side.url, "run")
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("OMO_DATA_DIR: ")
