"""The stand-in for the services, small, for tests of the whole pass."""

from datetime import date
from pathlib import Path

from demo.server import DemoServer, start
from settings import Settings

TODAY = date(2026, 11, 20)
WEEKS = 6


def small_server(models: int = 80, today: date = TODAY) -> DemoServer:
    """A hundred models, six weeks of history."""
    return start(models=models, weeks=WEEKS, today=today)


def impatient(data_dir: Path, mirror: str, **changes: object) -> Settings:
    """Settings under which a fault is given up within a second or two."""
    hurried: dict[str, object] = {
        "attempts": 2,
        "connect_timeout_s": 1,
        "read_timeout_s": 1,
        "longest_wait_s": 1,
        "source_deadline_s": 60,
    }
    return Settings(data_dir=data_dir, mirror=mirror, **hurried | changes)  # type: ignore[arg-type]
