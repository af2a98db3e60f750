"""livebench -> scores: a mean per category and an overall mean per model, from tables with one column per task.

A category is the mean of its tasks, the overall score the mean of the categories, as the site itself computes them.
The tables are read with `csv`: a reader that guesses would shift the scores of a row with too few fields.
"""

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean
from typing import Any

import pandas as pd

from etl.snapshots import Snapshot
from etl.tidy.doors import TidyError, bad_day, bad_text, latest_day, parse_json, refuse_mostly_bad, shown
from etl.tidy.scores import Benchmark, Score, bad_score, scores_table
from etl.tidy.tidied import Refusal, Tidied

LOWEST, HIGHEST = 0.0, 100.0
TABLE = re.compile(r"table_(\d{4})_(\d{2})_(\d{2})\.csv")


@dataclass
class _Release:
    """One dated table: task scores by model, None where a task was not run; `faults` are things refused by name."""

    name: str
    published_on: date
    categories: dict[str, list[str]] = field(default_factory=dict)
    models: dict[str, dict[str, float | None]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    bad_rows: list[Refusal] = field(default_factory=list)
    rows: int = 0


def tidy(snapshot: Snapshot) -> Tidied:
    """Scores of every release. A ragged row is refused alone; a table without fitting categories is refused alone."""
    names = sorted(file.name for file in snapshot.files if TABLE.fullmatch(file.name))
    releases = [_release(snapshot, name) for name in names]
    faults = [fault for release in releases for fault in release.faults]
    if not any(release.models for release in releases):
        why = f", first {faults[0].item}: {faults[0].reason}" if faults else ""
        raise TidyError(f"expected tables with models and categories, came none of {len(names)}{why}")
    bad_rows = [fault for release in releases for fault in release.bad_rows]
    refuse_mostly_bad("the tables", bad_rows, sum(release.rows for release in releases))
    scores = [score for release in releases for score in _scores(release)]
    faults = [fault for release in releases for fault in release.faults]
    return Tidied({"scores": scores_table(scores, snapshot)}, tuple(faults), _control(releases))


def _release(snapshot: Snapshot, name: str) -> _Release:
    year, month, day = (int(part) for part in TABLE.fullmatch(name).groups())  # type: ignore[union-attr]
    release = _Release(name, date(year, month, day))
    header, *rows = _lines(snapshot, name)
    reason = bad_day(release.published_on, latest_day(snapshot))
    if reason:
        release.faults.append(Refusal(name, f"{reason}: the table is left out"))
        return release
    release.categories = _categories(snapshot, name, header, release.faults)
    if release.categories:
        _read_models(release, header, rows)
    return release


def _lines(snapshot: Snapshot, name: str) -> list[list[str]]:
    text = snapshot.read(name).decode("utf-8-sig", "replace")
    try:
        lines = [line for line in csv.reader(io.StringIO(text)) if line]
    except csv.Error as error:
        raise TidyError(f"{name}: expected CSV, came something else ({error})") from error
    return lines or [[""]]


def _read_models(release: _Release, header: list[str], rows: list[list[str]]) -> None:
    known = {task for tasks in release.categories.values() for task in tasks}
    for row in rows:
        reason = _why_bad(row, header, release)
        if reason:
            release.bad_rows.append(Refusal(f"{release.name} {shown(row[0])}", reason))
            continue
        cells = dict(zip(header[1:], row[1:], strict=True))
        release.models[row[0]] = {task: _number(cells[task]) for task in known}
    release.rows = len(rows)
    release.faults += release.bad_rows


def _categories(snapshot: Snapshot, name: str, header: list[str], faults: list[Refusal]) -> dict[str, list[str]]:
    """The categories of a table; empty, with the reason among the faults, when the table has none that fit it."""
    source = name.replace("table", "categories").replace(".csv", ".json")
    if source not in {file.name for file in snapshot.files}:
        faults.append(Refusal(name, f"expected its categories in {source}, came none: the table is left out"))
        return {}
    categories = parse_json(snapshot, source)
    if (
        not categories
        or not isinstance(categories, dict)
        or not all(isinstance(t, list) and t for t in categories.values())
    ):
        faults.append(Refusal(name, f"expected categories with their tasks in {source}: the table is left out"))
        return {}
    wrong = _wrong_names(categories)
    if wrong:
        faults.append(Refusal(name, f"{source}: {wrong}: the table is left out"))
        return {}
    tasks = {task for listed in categories.values() for task in listed}
    if tasks - set(header) or header[0] != "model":
        absent = ", ".join(sorted(tasks - set(header)) or ["model"])
        faults.append(Refusal(name, f"expected the columns {absent}, which {source} names: the table is left out"))
        return {}
    faults += [
        Refusal(f"{name} {shown(t)}", "the task has no category: not used") for t in header[1:] if t not in tasks
    ]
    return categories


def _wrong_names(categories: dict[str, list[Any]]) -> str | None:
    """Why categories cannot be told apart or shown, or None when they can."""
    names = [*categories, *(task for listed in categories.values() for task in listed)]
    bad = next((reason for reason in map(bad_text, names) if reason), None)
    ids = [_benchmark(category).benchmark_id for category in ("Overall", *categories)]
    twice = next((benchmark_id for benchmark_id in ids if ids.count(benchmark_id) > 1 or benchmark_id[-1] == "_"), None)
    return bad or (f"two categories, or one without a letter of ours, would be called {twice}" if twice else None)


def _why_bad(row: list[str], header: list[str], release: _Release) -> str | None:
    if len(row) != len(header):
        return f"expected {len(header)} fields, came {len(row)}"
    if row[0] in release.models:
        return "it appears twice, the first is kept"
    for task, cell in zip(header[1:], row[1:], strict=True):
        score = _number(cell)
        reason = bad_score(score, LOWEST, HIGHEST) if score is not None else None
        if reason:
            return f"{shown(task)}: {reason if score == score else f'expected a score, came {shown(cell)}'}"
    return bad_text(row[0])


def _number(cell: str) -> float | None:
    """The number in a cell, None for an empty one, NaN for anything else."""
    if not cell.strip():
        return None
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _scores(release: _Release) -> Iterator[Score]:
    for model, tasks in release.models.items():
        means = _means(tasks, release.categories)
        for category in sorted(release.categories.keys() - means.keys()):
            reason = f"a task of {category} has no score: left out of {category} and of the overall mean"
            release.faults.append(Refusal(f"{release.name} {shown(model)}", reason))
        if len(means) == len(release.categories):
            yield Score(_benchmark("Overall"), model, release.published_on, fmean(means.values()), row=-1)
        for category, mean in means.items():
            yield Score(_benchmark(category), model, release.published_on, mean, row=-1)


def _means(tasks: dict[str, float | None], categories: dict[str, list[str]]) -> dict[str, float]:
    """Mean of each category that has all its tasks."""
    scores = {category: [tasks[name] for name in names] for category, names in categories.items()}
    whole = {category: [s for s in found if s is not None] for category, found in scores.items()}
    return {category: fmean(found) for category, found in whole.items() if len(found) == len(scores[category])}


def _benchmark(category: str) -> Benchmark:
    slug = re.sub(r"[^a-z0-9]+", "_", category.lower()).strip("_")
    name = "LiveBench" if slug == "overall" else f"LiveBench, {category}"
    return Benchmark(f"livebench_{slug}", name, "points of 100", LOWEST, HIGHEST)


def _control(releases: list[_Release]) -> dict[str, float]:
    """Number and sum of all means, by columns instead of by model."""
    rows, total = 0, 0.0
    for release in releases:
        tasks = pd.DataFrame.from_dict(release.models, orient="index", dtype=float)
        names = release.categories.items() if release.models else ()
        means = pd.DataFrame({name: tasks[listed].mean(axis=1, skipna=False) for name, listed in names})
        means["overall"] = means.mean(axis=1, skipna=False)
        rows += int(means.count().sum())
        total += float(means.sum().sum())
    return {"rows": rows, "score_sum": total}
