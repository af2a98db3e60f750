"""The whole Hub on this machine: size, seconds and memory at 5 %, 10 % and 100 % of it, against other tools.

The history is simulated (benchmarks/synthetic_hub.py). Lakes and files stay in build/benchmarks/hub/<share>: a run that
was stopped goes on from its last week. `python -m benchmarks.hub 0.1` measures one share, the others keep their last
figures; the table is made of all that there are, and put into the document with `--document`.
"""

import json
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks import hub_backfill, hub_mirror, processes, report
from benchmarks.processes import Finished
from benchmarks.report import Result
from benchmarks.synthetic_hub import MODELS, WEEKS

FOLDER = processes.ROOT / "build/benchmarks/hub"
SHARES, QUICK_SHARES = (0.05, 0.1, 1.0), (0.002, 0.004)
AT_ONCE_UP_TO = 0.05  # of the Hub in one pandas frame; twice as much is twice the memory
BUILT = (0, 2)  # 2: the simulated history ends in the past and may be called stale
ALIKE = ("model_number", "observed_on", "downloads_all_time", "delta")  # what the 200 MiB to beat were made of
Figures = dict[str, Any]

ROWS = {
    "models": "models",
    "changes": "changes of counters, rows",
    "counters_mib": "lake: changes of counters, MiB",
    "alike_mib": "... of these model, week, all-time downloads, delta",
    "facts_mib": "lake: changes of metadata, MiB",
    "names_mib": "lake: names, MiB",
    "known_mib": "last known values beside the lake, MiB",
    "week_s": "a new week into the lake, s",
    "door_s": "a new week from the mirror into the lake, s",
    "door_peak": "... peak MiB",
    "backfill_s": f"backfill of {WEEKS} weeks, s",
    "backfill_peak": "... peak MiB",
    "build_s": "build, check, publish a release, s",
    "build_peak": "... peak MiB",
    "release_mib": "release, MiB",
    "questions": "questions of the pages, different ones",
    "p50_ms": "... p50, ms",
    "p95_ms": "... p95, ms",
    "out_ms": "monthly by country from an out_ table, ms",
    "lake_s": "... from the lake's changes, s",
    "duckdb_s": "... DuckDB over a Parquet file per week, s",
    "polars_s": "... polars, streaming, s",
    "pandas_s": "... pandas, week by week, s",
    "at_once_s": "... pandas, all weeks in a frame, s",
    "lake_peak": "peak MiB: the lake's changes",
    "duckdb_peak": "peak MiB: DuckDB over a Parquet file per week",
    "polars_peak": "peak MiB: polars",
    "pandas_peak": "peak MiB: pandas, week by week",
    "at_once_peak": "peak MiB: pandas, all weeks in a frame",
    "weekly_mib": "the Parquet files per week, MiB",
}
PEERS = {"lake": "lake", "duckdb": "duckdb", "polars": "polars", "pandas": "pandas", "at_once": "pandas_at_once"}


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Measure every share, the smallest first, and lay the figures side by side."""
    shares = QUICK_SHARES if quick else SHARES
    for share in shares:
        measure_share(share)
    return table(shares)


def table(shares: tuple[float, ...] = SHARES) -> Result:
    """What was measured last of each share, with the growth from one to the next."""
    figures = {share: _kept(share) for share in shares if _kept(share)}
    names = {share: f"{100 * share:g} %" for share in figures}
    pairs = list(zip(list(names)[:-1], list(names)[1:], strict=True))
    rows = []
    for key, what in ROWS.items():
        row: dict[str, Any] = {"what": what, **{names[share]: found.get(key, "") for share, found in figures.items()}}
        for before, after in pairs:
            row[f"{names[after]} / {names[before]}"] = _ratio(figures[after].get(key), figures[before].get(key))
        rows.append(row)
    return {"title": "The whole Hub, simulated: 120 weeks", "rows": rows, "notes": _notes(figures)}


def measure_share(share: float) -> None:
    """All figures of one share of the Hub, kept in its folder."""
    folder, found = FOLDER / f"{share:g}", Figures()
    for step in (_backfill, _following_weeks, _new_week, _build, _questions, _peers):
        found |= step(folder, share)
        print(f"  {100 * share:g} %: {step.__name__.strip('_').replace('_', ' ')}", flush=True)
        (folder / "figures.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def _backfill(folder: Path, share: float) -> Figures:
    _module("hub_backfill", folder, "--share", f"{share}", "--data", str(folder / "data"))
    weeks = hub_backfill.weeks_of(folder / "data")
    lake = folder / "data/lake"
    return {
        "models": round(MODELS * share),
        "changes": _rows(lake / "model_changes"),
        "counters_mib": _mib(lake / "model_changes"),
        "alike_mib": _mib_of_columns(lake / "model_changes", ALIKE),
        "facts_mib": _mib(lake / "metadata_changes"),
        "names_mib": _mib(lake / "model_numbers"),
        "known_mib": _mib(lake / "_known"),
        "backfill_s": sum(week["seconds"] for week in weeks),
        "backfill_peak": max(week["peak_mib"] for week in weeks),
    }


def _following_weeks(folder: Path, share: float) -> Figures:
    """Three more weeks into a copy of the lake that shares its files."""
    with _twin(folder / "data", folder / "twin") as twin:
        words = ["--share", f"{share}", "--data", str(twin), "--weeks", str(WEEKS + 3)]
        _module("hub_backfill", folder, *words)
        return {"week_s": statistics.median(week["seconds"] for week in hub_backfill.weeks_of(twin))}


def _new_week(folder: Path, share: float) -> Figures:
    """The week after the last, through the collector, into a copy of the lake that shares its files."""
    partitions, following = folder / "partitions", [str(WEEKS), str(WEEKS + 1)]
    _module("hub_mirror", folder, "--share", f"{share}", "--folder", str(partitions), "--weeks", *following)
    with _twin(folder / "data", folder / "twin") as twin, hub_mirror.served(partitions) as address:
        variables = {"OMO_DATA_DIR": str(twin), "OMO_MIRROR": address, "OMO_SCOPE": "hub"}
        finished = _module("hub_new_week", folder, **variables)
    seconds = _said(finished)
    return {"door_s": seconds["fetch"] + seconds["keep"], "door_peak": seconds["peak_mib"]}


def _build(folder: Path, share: float) -> Figures:
    variables = {"OMO_DATA_DIR": str(folder / "data"), "OMO_SCOPE": "hub", "OMO_KEEP_RELEASES": "1"}
    finished = processes.run([sys.executable, "-m", "etl", "rebuild"], folder / "rebuild.log", **variables)
    if finished.exit_code not in BUILT:
        raise RuntimeError(f"`python -m etl rebuild` ended with {finished.exit_code}:\n{finished.output[-2000:]}")
    release = folder / "data/releases/current"
    return {"build_s": finished.seconds, "build_peak": finished.peak_mib, "release_mib": _mib(release.resolve())}


def _questions(folder: Path, share: float) -> Figures:
    found = _said(_module("hub_questions", folder, "--data", str(folder / "data")))
    return {
        "questions": found["questions"],
        "p50_ms": found["p50"],
        "p95_ms": found["p95"],
        "out_ms": found["out_ms"],
        "slowest": f"{found['slowest']} ({found['slowest_ms']:.1f} ms)",
    }


def _peers(folder: Path, share: float) -> Figures:
    weekly, found, answers = folder / "weekly", Figures(), set[str]()
    _module("hub_weekly", folder, "--share", f"{share}", "--folder", str(weekly), "--data", str(folder / "data"))
    for name, act in PEERS.items():
        if name == "at_once" and share > AT_ONCE_UP_TO:
            continue
        finished = _module("hub_peers", folder, act, "--folder", str(folder / "data" if name == "lake" else weekly))
        said = _said(finished)
        found |= {f"{name}_s": said["seconds"], f"{name}_peak": said["peak_mib"]}
        answers |= set(said["answer"])
    return found | {"weekly_mib": _mib(weekly), "answers": sorted(answers)}


def _module(name: str, folder: Path, *words: str, **variables: str) -> Finished:
    finished = processes.run(
        [sys.executable, "-m", f"benchmarks.{name}", *words],
        folder / f"{name}-{words[0] if words else ''}.log",
        **variables,
    )
    if finished.exit_code:
        raise RuntimeError(f"benchmarks.{name} ended with {finished.exit_code}:\n{finished.output[-2000:]}")
    return finished


def _said(finished: Finished) -> Figures:
    """The last line of a command's output, which is JSON."""
    said: Figures = json.loads(finished.output.strip().splitlines()[-1])
    return said


@contextmanager
def _twin(data_dir: Path, twin: Path) -> Iterator[Path]:
    """A data folder with the same lake: hard links, since the lake replaces files and never writes into one."""
    shutil.rmtree(twin, ignore_errors=True)
    shutil.copytree(data_dir / "lake", twin / "lake", copy_function=os.link)
    try:
        yield twin
    finally:
        shutil.rmtree(twin)


def _kept(share: float) -> Figures:
    path = FOLDER / f"{share:g}" / "figures.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _ratio(after: object, before: object) -> object:
    if isinstance(after, int | float) and isinstance(before, int | float) and before:
        return round(after / before, 2)
    return ""


def _mib(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def _mib_of_columns(folder: Path, columns: tuple[str, ...]) -> float:
    """What these columns take in the files of a folder, compressed."""
    size = 0
    for file in folder.rglob("*.parquet"):
        known = pq.read_metadata(file)
        groups = [known.row_group(place) for place in range(known.num_row_groups)]
        parts = [group.column(place) for group in groups for place in range(group.num_columns)]
        size += sum(part.total_compressed_size for part in parts if part.path_in_schema in columns)
    return size / 2**20


def _rows(folder: Path) -> int:
    return sum(int(pq.read_metadata(file).num_rows) for file in folder.rglob("*.parquet"))


def _notes(figures: dict[float, Figures]) -> list[str]:
    notes = [
        "A new week into the lake: comparing a whole reading with the last known values and writing what differs; the "
        "median of three. From the mirror: fetching the partition, reading its cards, tidying, and that.",
        "Peak memory: the most that the whole process held at one time (resident), the backfill with a reading in it.",
        "Monthly by country: new downloads per month and country, from week to week, median of three. In the files "
        "per week models are numbers, so that the peers need no joins on text.",
        "To beat: 200 MiB for the changes (of model, week, downloads, delta alone), 1.3 ms from an out_ table, a new "
        "week in under 60 s, 4 GB at any moment, 50 ms for a question (p95).",
    ]
    for share, found in figures.items():
        if "slowest" in found:
            notes.append(f"{100 * share:g} %: slowest question: {found['slowest']}.")
        if "answers" in found:
            agree = "all tools agree" if len(found["answers"]) == 1 else "THE TOOLS DISAGREE"
            notes.append(f"{100 * share:g} %: {agree} ({'; '.join(found['answers'])}).")
    return notes


if __name__ == "__main__":
    chosen = tuple(float(word) for word in sys.argv[1:] if word != "--document")
    for measured in chosen:
        measure_share(measured)
    whole = table(tuple(sorted({*SHARES, *chosen})))
    report.show(whole)
    if "--document" in sys.argv:
        report.document("hub", whole)
