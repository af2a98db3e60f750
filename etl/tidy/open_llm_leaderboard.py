"""open_llm_leaderboard -> scores: the archived Open LLM Leaderboard v2, one evaluation per model."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow.parquet as pq

from etl.snapshots import Snapshot
from etl.tidy.doors import (
    as_day,
    bad_day,
    bad_text,
    good_text,
    latest_day,
    need_columns,
    need_rows,
    refuse_mostly_bad,
    shown,
)
from etl.tidy.scores import Benchmark, Score, bad_score, scores_table
from etl.tidy.tidied import Refusal, Tidied, plain_totals

FILE = "contents.parquet"
LOWEST, HIGHEST = 0.0, 100.0
AVERAGE = "Average ⬆️"


def _benchmark(slug: str, name: str) -> Benchmark:
    return Benchmark(f"open_llm_{slug}", f"Open LLM Leaderboard, {name}", "points of 100", LOWEST, HIGHEST)


BENCHMARKS = {
    AVERAGE: _benchmark("average", "average"),
    "IFEval": _benchmark("ifeval", "IFEval"),
    "BBH": _benchmark("bbh", "BBH"),
    "MATH Lvl 5": _benchmark("math_lvl_5", "MATH level 5"),
    "GPQA": _benchmark("gpqa", "GPQA"),
    "MUSR": _benchmark("musr", "MuSR"),
    "MMLU-PRO": _benchmark("mmlu_pro", "MMLU-Pro"),
}
NEEDED = ["fullname", "Precision", "Hub License", "Submission Date", *BENCHMARKS]


def tidy(snapshot: Snapshot) -> Tidied:
    """Seven scores per model, of the evaluation with the best average over its precisions.

    Rows without a submission date cannot be placed in time and are refused by name.
    """
    content = io.BytesIO(snapshot.read(FILE))
    need_columns(FILE, pq.read_schema(content).names, NEEDED)
    raw = pq.read_table(content, columns=NEEDED).to_pylist()
    need_rows(FILE, len(raw))
    good, refused = _passing(raw, snapshot)
    refuse_mostly_bad(FILE, refused, len(raw))
    scores = [score for row in _best_of_each_model(good) for score in _scores(row)]
    return Tidied({"scores": scores_table(scores, snapshot)}, tuple(refused), _control(raw, refused))


def _passing(raw: list[dict[str, Any]], snapshot: Snapshot) -> tuple[list[dict[str, Any]], list[Refusal]]:
    latest, good, refused = latest_day(snapshot), [], []
    for number, row in enumerate(raw):
        bad_scores = (_why_bad_score(row, column) for column in BENCHMARKS)
        reason = (
            bad_text(row["fullname"])
            or bad_day(as_day(row["Submission Date"]), latest)
            or next((reason for reason in bad_scores if reason), None)
        )
        if reason:
            refused.append(Refusal(f"{shown(row['fullname'])} ({shown(row['Precision'])})", reason, number))
        else:
            good.append(row)
    return good, refused


def _why_bad_score(row: dict[str, Any], column: str) -> str | None:
    reason = bad_score(row[column], LOWEST, HIGHEST)
    return f"{column}: {reason}" if reason else None


def _best_of_each_model(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        before = best.get(row["fullname"])
        if before is None or row[AVERAGE] > before[AVERAGE]:
            best[row["fullname"]] = row
    return list(best.values())


def _scores(row: dict[str, Any]) -> Iterator[Score]:
    name = row["fullname"]
    for column, benchmark in BENCHMARKS.items():
        yield Score(
            benchmark,
            model_label=name,
            published_on=as_day(row["Submission Date"]),
            score=float(row[column]),
            row=-1,
            model_id=name if "/" in name else None,
            licence_label=good_text(row["Hub License"]),
        )


def _control(raw: list[dict[str, Any]], refused: list[Refusal]) -> dict[str, float]:
    """Sum over models of the highest average and its tasks, by sorting instead of comparing."""
    left_out = {refusal.row for refusal in refused}
    kept = sorted(((row, -number) for number, row in enumerate(raw) if number not in left_out), key=_by_average)
    best = {row["fullname"]: row for row, _ in kept}
    values = [float(row[column]) for row in best.values() for column in BENCHMARKS]
    return plain_totals(values, [], "score_sum")


def _by_average(numbered: tuple[dict[str, Any], int]) -> tuple[float, int]:
    row, later = numbered
    return row[AVERAGE], later
