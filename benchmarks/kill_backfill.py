"""Twenty kills at random moments of a whole-Hub backfill: `python -m benchmarks.kill_backfill [--share] [--weeks]`.

A mirror on this machine offers simulated weekly partitions. One data folder is filled undisturbed; another is filled by
processes that are killed (SIGKILL) at moments drawn from a seed and started again, until twenty kills have each hit a
process at work and one pass has ended by itself. Then both lakes are compared file by file, byte for byte.

The moments are counted from when a process has the ETL's lock, and drawn so that the passes together come as far as one
undisturbed pass: fetching, tidying, writing changes, building and publishing are hit alike. What the marker files tell
of the raw files' folder (its name is the time of fetching) is left out of the comparison, and nothing else.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import hub_mirror
from benchmarks.processes import ROOT
from benchmarks.synthetic_hub import WEEKS, SyntheticHub

FOLDER = ROOT / "build/benchmarks/kill"
KILLS, SEED, MOST_STARTS = 20, 20241125, 200
FETCHED_AT = re.compile(rb'"snapshot": "[^"]*"')  # the folder of the raw files is called after the time of fetching
DONE = (0, 2)  # 2: published, though the simulated history ends in the past and may be called stale


def main() -> None:
    """Fill, kill, compare; exit status 0 where the lakes are equal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill_backfill", description=__doc__)
    parser.add_argument("--share", type=float, default=0.05, help="part of three million models")
    parser.add_argument("--weeks", type=int, default=24, help="the newest weeks of the history")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    hub, weeks = SyntheticHub(chosen.share), range(WEEKS - chosen.weeks, WEEKS)
    partitions = FOLDER / f"partitions-{chosen.share}"
    hub_mirror.write_partitions(partitions, hub, weeks)
    for name in ("undisturbed", "killed"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    with hub_mirror.served(partitions) as address:
        command = [
            sys.executable,
            "-m",
            "etl",
            "backfill",
            "--source",
            "hub_history",
            "--since",
            f"{hub.day(weeks[0])}",
        ]
        seconds = _undisturbed(command, address)
        kills, starts = _with_kills(command, address, seconds, chosen.kills, random.Random(chosen.seed))
    differences = compare(FOLDER / "undisturbed/lake", FOLDER / "killed/lake")
    files = len(_contents(FOLDER / "undisturbed/lake"))
    print(f"{hub.models.count:,} models, {chosen.weeks} weeks: an undisturbed pass takes {seconds:.0f} s")
    kept = ", ".join(f"{weeks}" for weeks in kills)
    print(f"{len(kills)} kills hit a process at work (seed {chosen.seed}); weeks in the lake after each: {kept}")
    print(f"{starts} starts until one ended by itself")
    print("\n".join(differences) or f"EQUAL: all {files} files of both lakes, byte for byte")
    sys.exit(bool(differences))


def compare(one: Path, other: Path) -> list[str]:
    """A sentence for each file that is only in one lake or differs."""
    left, right = _contents(one), _contents(other)
    return [
        f"DIFFERS: {name}" if name in left and name in right else f"ONLY IN ONE: {name}"
        for name in sorted(left.keys() | right.keys())
        if left.get(name) != right.get(name)
    ]


def _contents(lake: Path) -> dict[str, bytes]:
    files = [file for file in lake.rglob("*") if file.is_file()]
    return {file.relative_to(lake).as_posix(): FETCHED_AT.sub(b"", file.read_bytes()) for file in files}


def _undisturbed(command: list[str], address: str) -> float:
    started = time.monotonic()
    status = _start(command, address, "undisturbed").wait()
    if status not in DONE:
        raise RuntimeError(f"the undisturbed backfill ended with {status}: see {FOLDER}/undisturbed.log")
    return time.monotonic() - started


def _with_kills(
    command: list[str], address: str, seconds: float, wanted: int, draw: random.Random
) -> tuple[list[int], int]:
    """(weeks in the lake after each kill that hit a process at work, starts until one ended by itself)."""
    killed = list[int]()
    for start in range(1, MOST_STARTS):
        process = _start(command, address, "killed")
        _await_work(process, FOLDER / "killed/etl.lock")
        try:
            status = process.wait(draw.uniform(0, 2 * seconds / wanted) if len(killed) < wanted else None)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            if process.wait() == -signal.SIGKILL:
                killed.append(len(list((FOLDER / "killed/lake/_committed").glob("*/[0-9]*.json"))))
            continue
        if len(killed) == wanted:
            if status not in DONE:
                raise RuntimeError(f"the last backfill ended with {status}: see {FOLDER}/killed.log")
            return killed, start
    raise RuntimeError(f"expected an end within {MOST_STARTS} starts, came none: see {FOLDER}/killed.log")


def _await_work(process: "subprocess.Popen[bytes]", lock: Path) -> None:
    """Until the process has the lock, or has ended."""
    while process.poll() is None and not (lock.exists() and lock.read_text(encoding="utf-8") == str(process.pid)):
        time.sleep(0.01)


def _start(command: list[str], address: str, name: str) -> "subprocess.Popen[bytes]":
    wanted = {"OMO_DATA_DIR": str(FOLDER / name), "OMO_MIRROR": address, "OMO_SCOPE": "hub"}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=os.environ | wanted, stdout=log, stderr=log)


if __name__ == "__main__":
    main()
