"""Seconds and peak memory of one whole pass over the sources, and of building a release from a full lake."""

import shutil
import sys
from pathlib import Path

from benchmarks import processes
from benchmarks.report import Result

DATA = processes.ROOT / "build/benchmarks/data"
LOGS = processes.ROOT / "build/benchmarks"
# 2: published, but a source failed or is stale. The real files end in the past, so some may be.
PUBLISHED = (0, 2)


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Fill an empty data folder through a mirror, then build its release again, several times."""
    shutil.rmtree(DATA, ignore_errors=True)
    with processes.data_services() as (kind, url):
        variables = {"OMO_DATA_DIR": str(DATA), "OMO_MIRROR": url}
        first = _etl("run", variables, "first run: collect, tidy, build, check, publish")
        second = _etl("run", variables, "next run, the same data again")
        builds = [_etl("rebuild", variables, "build, check, publish from the lake") for _ in range(1 if quick else 3)]
    fastest = min(builds, key=lambda row: float(str(row["seconds"])))
    return {
        "title": f"Building a release from the {kind}",
        "rows": [first, second, fastest],
        "notes": [
            f"Release: {_size_mib(DATA / 'releases' / 'current'):.1f} MiB, lake: {_size_mib(DATA / 'lake'):.1f} MiB, "
            f"snapshots: {_size_mib(DATA / 'snapshots'):.1f} MiB. The rebuild is the fastest of {len(builds)}.",
            "Peak memory is the most that the process held at one time (resident).",
        ],
    }


def _etl(command: str, variables: dict[str, str], what: str) -> dict[str, object]:
    finished = processes.run([sys.executable, "-m", "etl", command], LOGS / f"etl-{command}.log", **variables)
    if finished.exit_code not in PUBLISHED:
        raise RuntimeError(f"`python -m etl {command}` ended with {finished.exit_code}:\n{finished.output[-2000:]}")
    return {"what": what, "seconds": finished.seconds, "peak MiB": finished.peak_mib, "exit": finished.exit_code}


def _size_mib(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.resolve().rglob("*") if file.is_file()) / 2**20
