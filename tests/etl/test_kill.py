"""Killed at any moment, the ETL leaves the last release readable, and the next pass is green."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import registry
from etl import lake, pipeline, snapshots
from tests.etl.far_side import impatient, small_server
from warehouse import connect, runs

KILLS = 20
SEED = 20260319
ATTEMPTS = 60  # a kill that finds the pass finished is tried again, so that twenty really hit one at work
BETWEEN = ["hub_models", "hub_history", "hub_licence_tags"]  # the passes between two kills; the last one reads all


def start_pass(data_dir: Path, mirror: str) -> "subprocess.Popen[bytes]":
    """A pass in a process of its own, returned once it is at work."""
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_MIRROR": mirror}
    process = subprocess.Popen(
        [sys.executable, "-m", "etl", "run"], env=wanted, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    lock = data_dir / "etl.lock"
    while process.poll() is None and lock.read_text(encoding="utf-8") != str(process.pid):
        time.sleep(0.01)
    return process


def seconds_of_a_pass(data_dir: Path, mirror: str) -> float:
    """How long a pass that nobody disturbs is at work on this machine."""
    process, started = start_pass(data_dir, mirror), time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - started


def lose_the_newest_partition(data_dir: Path) -> None:
    """So that each pass has a partition to fetch, keep and commit."""
    newest = lake.committed(data_dir, "hub_history")[-1]
    lake.forget(data_dir, "hub_history", newest.observed_on)
    for snapshot in snapshots.all(data_dir, "hub_history"):
        if snapshot.observed_on == newest.observed_on:
            shutil.rmtree(snapshot.path)


def figures(data_dir: Path) -> list[tuple[object, ...]]:
    """What a reader sees of the current release."""
    release = connect.open_release(data_dir)
    try:
        select = "select count(*), sum(downloads_30d), (select count(*) from core_scores) from core_model_observations"
        return release.cursor().execute(select).fetchall()
    finally:
        release.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_kill_at_twenty_random_moments_costs_neither_the_release_nor_the_next_pass(tmp_path: Path) -> None:
    server = small_server(models=40)
    settings, moments = impatient(tmp_path, server.url, keep_releases=3), random.Random(SEED)
    assert pipeline.run(settings, registry.load()).exit_code == 0
    expected, killed = figures(tmp_path), 0
    longest = seconds_of_a_pass(tmp_path, server.url)
    for _ in range(ATTEMPTS):
        if killed == KILLS:
            break
        lose_the_newest_partition(tmp_path)
        process = start_pass(tmp_path, server.url)
        time.sleep(moments.uniform(0, longest))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        assert figures(tmp_path)[0][2] == expected[0][2]  # the release that is current opens and is whole
        result = pipeline.run(settings, registry.load(), BETWEEN)
        assert result.exit_code == 0, result.record.message
        assert figures(tmp_path) == expected
        assert "running" not in {record.status for record in runs.read_runs(tmp_path)}
    assert pipeline.run(settings, registry.load()).exit_code == 0
    server.stop()
    assert killed == KILLS
    assert not [path for path in tmp_path.rglob("*") if ".partial" in path.name or ".building" in path.name]
