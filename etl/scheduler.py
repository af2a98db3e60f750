"""The scheduler: a process of its own that starts a pass by the clock, one at a time, each as a child process.

A child, because a pass that is killed for its memory or hangs must not take the clock with it. Killing it is safe.
"""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from etl import locks
from settings import Settings
from warehouse import runs
from warehouse.connect import current_release_id
from warehouse.runs import RunsError

log = logging.getLogger(__name__)

STOPS_WITHIN_S = 60  # a pass stops between two bytes; only a long step of the build may need so long
Start = Callable[[datetime], "subprocess.Popen[bytes]"]


def serve(settings: Settings, start: Start | None = None) -> int:
    """Runs until SIGTERM or SIGINT; then stops the pass in progress and returns 0. Raises locks.Busy beside another."""
    with locks.held(settings.data_dir / "scheduler.lock", "The scheduler"):
        clock = _Clock(settings, start or _start_a_pass)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, clock.stop)
        clock.run()
    return 0


class _Clock:
    """The trigger, the APScheduler that minds it, and the pass in progress."""

    def __init__(self, settings: Settings, start: Start) -> None:
        self.settings, self.start = settings, start
        self.trigger = trigger_of(settings.schedule)
        self.scheduler = BlockingScheduler(timezone=UTC)
        self.child: subprocess.Popen[bytes] | None = None
        self.is_stopping = False

    def run(self) -> None:
        first = datetime.now(UTC) if is_due(self.settings.data_dir, self.trigger) else self._next()
        log.info("scheduler: %s UTC, first pass at %s", self.settings.schedule, first)
        self._tell_next(self._next())
        self.scheduler.add_job(
            self.one_pass, self.trigger, max_instances=1, coalesce=True, misfire_grace_time=None, next_run_time=first
        )
        self.scheduler.start()

    def one_pass(self) -> None:
        """Starts a pass, waits for its end, and says when the next one is."""
        if self.is_stopping:
            return
        self.child = self.start(self._next())
        if self.is_stopping:  # the signal came while the child was being started
            self.child.terminate()
        code = self.child.wait()
        self.child = None
        log.info("scheduler: the pass ended with %s, the next is at %s", code, self._next())
        self._tell_next(self._next())

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Tells the pass in progress to stop, and ends it if it does not."""
        self.is_stopping = True
        child = self.child
        if child and child.poll() is None:
            child.terminate()
            try:
                child.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                log.warning("scheduler: the pass does not stop within %s s: killed", STOPS_WITHIN_S)
                child.kill()
        self.scheduler.shutdown(wait=True)

    def _next(self) -> datetime:
        return next_after(self.trigger, datetime.now(UTC))

    def _tell_next(self, when: datetime) -> None:
        tell_next(self.settings.data_dir, when)


def trigger_of(schedule: str) -> CronTrigger:
    """The times of a cron expression, UTC. Raises ValueError, one sentence, where it is none."""
    try:
        return CronTrigger.from_crontab(schedule, timezone=UTC)
    except ValueError as error:
        raise ValueError(f"OMO_SCHEDULE: expected cron such as `0 6 * * *`, came {schedule!r} ({error})") from error


def is_due(data_dir: Path, trigger: CronTrigger) -> bool:
    """Whether a pass should have begun by now: none has yet, the last was cut off, or the clock was missed."""
    try:
        last = runs.last_run(data_dir)
    except RunsError:  # the pass puts it aside
        return True
    if last is None or current_release_id(data_dir) is None or last.status in ("running", "abandoned"):
        return True
    return next_after(trigger, last.started_at) <= datetime.now(UTC)


def next_after(trigger: CronTrigger, moment: datetime) -> datetime:
    """The first time of the trigger after a moment, UTC."""
    following = trigger.get_next_fire_time(None, moment)
    if following is None:
        raise ValueError(f"{trigger} never comes again")
    return following.astimezone(UTC)


def tell_next(data_dir: Path, when: datetime) -> None:
    """Writes the time of the next pass to the record of the last one, unless a pass is at work: it was told itself."""
    try:
        with locks.held(data_dir / "etl.lock", "The ETL"):
            last = runs.last_run(data_dir)
            if last:
                runs.write_run(data_dir, replace(last, next_run_at=when))
    except (locks.Busy, RunsError):
        return


def _start_a_pass(next_run_at: datetime) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "etl", "run", "--next-run-at", next_run_at.isoformat()])
