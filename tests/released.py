"""A whole release of simulated data, made once per test run by the real ETL against the stand-in for the services."""

import os
import subprocess
import sys
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from demo import server

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 24)
MODELS = 1500  # as many as `python -m demo` has: fewer leave months in which some chart rightly says nothing


@cache
def demo_data_dir() -> Path:
    """The data folder with one published release; removed with the process that made it."""
    folder = tempfile.TemporaryDirectory(prefix="observatory-demo-")
    _KEPT.append(folder)
    services = server.start(port=0, today=TODAY, models=MODELS)
    try:
        run_etl(Path(folder.name), services.url)
    finally:
        services.stop()
    return Path(folder.name)


def run_etl(data_dir: Path, mirror: str) -> None:
    """One pass of the ETL in a process of its own."""
    environment = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_MIRROR": mirror, "OMO_PICTURES": "no"}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, f"the ETL should publish from the stand-in, it said:\n{done.stdout}\n{done.stderr}"


_KEPT: list[tempfile.TemporaryDirectory[str]] = []
