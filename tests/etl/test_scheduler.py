"""The scheduler: one at a time, due passes at its start, a clean end when it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger

from demo.server import DemoServer
from etl import locks, scheduler
from settings import Settings
from tests.etl.far_side import small_server
from warehouse import connect, runs
from warehouse.runs import RunRecord, RunStatus

DAILY = CronTrigger.from_crontab("0 6 * * *", timezone=UTC)


@pytest.fixture(scope="module")
def far_side() -> Iterator[DemoServer]:
    server = small_server()
    yield server
    server.stop()


def environment(data_dir: Path, mirror: str) -> dict[str, str]:
    wanted = {"OMO_DATA_DIR": str(data_dir), "OMO_MIRROR": mirror, "OMO_SCHEDULE": "0 6 * * *", "OMO_ATTEMPTS": "1"}
    return {**os.environ, **wanted}


def started(data_dir: Path, mirror: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "etl", "schedule"],
        env=environment(data_dir, mirror),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(is_so: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def last_status(data_dir: Path) -> str:
    record = runs.last_run(data_dir)
    return record.status if record else ""


def released(data_dir: Path) -> None:
    """As if something had been published."""
    (data_dir / "releases" / "2026-11-20T0600Z").mkdir(parents=True)
    (data_dir / "releases" / "current").symlink_to("2026-11-20T0600Z")


def record(status: RunStatus, started_at: datetime) -> RunRecord:
    return RunRecord(started_at.isoformat(), started_at, status)


def test_a_pass_is_due_before_the_first(tmp_path: Path) -> None:
    assert scheduler.is_due(tmp_path, DAILY)


def test_a_pass_is_due_while_there_is_no_release(tmp_path: Path) -> None:
    runs.write_run(tmp_path, record("failed", datetime.now(UTC)))
    assert scheduler.is_due(tmp_path, DAILY)


@pytest.mark.parametrize(
    ("status", "hours_ago", "is_due"),
    [
        ("published", 0, False),
        ("published_with_failures", 0, False),
        ("refused", 0, False),
        ("published", 25, True),
        ("running", 0, True),
        ("abandoned", 0, True),
    ],
)
def test_a_pass_is_due_when_the_last_was_cut_off_or_the_clock_was_missed(
    tmp_path: Path, status: RunStatus, hours_ago: int, is_due: bool
) -> None:
    released(tmp_path)
    runs.write_run(tmp_path, record(status, datetime.now(UTC) - timedelta(hours=hours_ago)))
    assert scheduler.is_due(tmp_path, DAILY) is is_due


def test_the_next_time_is_that_of_the_cron_expression_in_utc() -> None:
    moment = datetime(2026, 11, 24, 6, 0, 1, tzinfo=UTC)
    assert scheduler.next_after(DAILY, moment) == datetime(2026, 11, 25, 6, tzinfo=UTC)


def test_the_next_time_is_written_beside_the_last_run_unless_one_is_at_work(tmp_path: Path) -> None:
    runs.write_run(tmp_path, record("published", datetime.now(UTC)))
    first, second = (datetime(2026, 11, day, 6, tzinfo=UTC) for day in (25, 26))
    scheduler.tell_next(tmp_path, first)
    with locks.held(tmp_path / "etl.lock", "The ETL"):
        scheduler.tell_next(tmp_path, second)
    last = runs.last_run(tmp_path)
    assert last is not None
    assert last.next_run_at == first


def test_a_pass_that_dies_does_not_take_the_clock_with_it(tmp_path: Path) -> None:
    told: list[datetime] = []

    def dying(next_run_at: datetime) -> "subprocess.Popen[bytes]":
        told.append(next_run_at)
        return subprocess.Popen([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])

    clock = scheduler._Clock(Settings(data_dir=tmp_path, schedule="0 6 * * *"), dying)
    clock.one_pass()
    clock.one_pass()
    assert len(told) == 2
    assert all((moment.hour, moment.minute) == (6, 0) for moment in told)


@pytest.mark.slow
def test_a_scheduler_runs_what_is_due_says_when_it_comes_next_and_stops_when_told(
    far_side: DemoServer, tmp_path: Path
) -> None:
    process = started(tmp_path, far_side.url)
    wait_until(lambda: last_status(tmp_path) == "published")
    second = started(tmp_path, far_side.url)
    assert second.wait(30) == 75
    assert second.stderr is not None
    assert "The scheduler runs already" in second.stderr.read()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "hub_models" in out
    last = runs.last_run(tmp_path)
    assert last is not None
    assert last.next_run_at is not None
    assert last.next_run_at > datetime.now(UTC)


@pytest.mark.slow
def test_a_scheduler_that_is_stopped_in_mid_pass_abandons_it_cleanly(far_side: DemoServer, tmp_path: Path) -> None:
    far_side.log.clear()
    far_side.set_fault("slow", "huggingface.co/datasets/lmarena-ai")
    process = started(tmp_path, far_side.url)
    wait_until(lambda: any("lmarena" in entry["path"] for entry in far_side.log))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    far_side.clear_faults()
    assert process.returncode == 0
    assert last_status(tmp_path) == "abandoned"
    assert connect.current_release_id(tmp_path) is None
    assert not list(tmp_path.rglob("*.partial"))
    with locks.held(tmp_path / "etl.lock", "The ETL"):
        assert scheduler.is_due(tmp_path, DAILY)
