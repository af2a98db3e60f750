"""Brings the simulated Hub's weeks into a lake: `python -m benchmarks.hub_backfill --share 0.05 --data FOLDER`.

Goes on after the last committed week. A child process makes the readings and sends them through a pipe, so that this
process holds what the ETL's own would: one reading, and what the lake keeps of the one before. A line per week goes to
FOLDER/weeks.jsonl; its seconds are the lake's alone, its memory is the most that this process has held so far.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from benchmarks.processes import own_peak_mib
from benchmarks.synthetic_hub import SOURCE_ID, WEEKS, SyntheticHub
from etl import lake
from etl.lake import Commit

TABLES = ("model_observations", "model_metadata")
JOURNAL = "weeks.jsonl"


def main() -> None:
    """Fill the lake; or, in the child, send the readings."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_backfill", description=__doc__)
    parser.add_argument("--share", type=float, required=True, help="part of three million models")
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--data", type=Path, help="data folder with the lake")
    parser.add_argument("--send-from", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.send_from is not None:
        send(chosen.share, chosen.send_from, chosen.weeks, sys.stdout.buffer)
    else:
        fill(chosen.data, chosen.share, chosen.weeks)


def send(share: float, first: int, weeks: int, out: IO[bytes]) -> None:
    """Write the readings from a week on as Arrow streams, one per table."""
    hub = SyntheticHub(share)
    for week in range(first, weeks):
        for frame in hub.frames(week).values():
            with pa.ipc.new_stream(out, frame.schema) as stream:
                stream.write_table(frame)


def fill(data_dir: Path, share: float, weeks: int = WEEKS) -> None:
    """Keep the weeks that the lake has not yet."""
    lake.recover(data_dir)
    first, hub = len(lake.committed(data_dir, SOURCE_ID)), SyntheticHub(0.0001)  # for the days only
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / JOURNAL).open("a") as journal:
        for week, frames in enumerate(_received(share, first, weeks), first):
            day, rows = hub.day(week), frames[TABLES[0]].num_rows
            commit = Commit(
                source_id=SOURCE_ID,
                observed_on=day,
                snapshot_sha256=f"{share} {week}",
                is_simulated=True,
                rows=rows,
                data_until=day,
                scope="hub",
            )
            started = time.perf_counter()
            lake.write(data_dir, commit, frames)
            line = {"week": week, "rows": rows, "seconds": time.perf_counter() - started, "peak_mib": own_peak_mib()}
            print(json.dumps(line), file=journal, flush=True)
            del frames


def weeks_of(data_dir: Path) -> list[dict[str, Any]]:
    """The journal: a line for each week kept, the last one where a week was kept twice."""
    lines = [json.loads(line) for line in (data_dir / JOURNAL).read_text(encoding="utf-8").splitlines()]
    return list({line["week"]: line for line in lines}.values())


def _received(share: float, first: int, weeks: int) -> Iterator[dict[str, pa.Table]]:
    if first >= weeks:
        return
    words = [sys.executable, "-m", "benchmarks.hub_backfill", "--share", str(share), "--weeks", str(weeks)]
    with subprocess.Popen([*words, "--send-from", str(first)], stdout=subprocess.PIPE) as child:
        assert child.stdout, "a pipe was asked for"
        for _ in range(first, weeks):
            yield {table: pa.ipc.open_stream(child.stdout).read_all() for table in TABLES}


if __name__ == "__main__":
    main()
