"""Scores of leaderboards: the columns that all boards share, and the checks at their door."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from etl.snapshots import Snapshot
from etl.tidy.doors import bad_day, bad_text, latest_day, shown
from etl.tidy.tidied import Refusal, table


@dataclass(frozen=True)
class Benchmark:
    """What a score is a score of. `min_score` and `max_score` bound it; None where the scale is open."""

    benchmark_id: str
    benchmark_name: str
    unit: str
    min_score: float | None = None
    max_score: float | None = None
    higher_is_better: bool = True


@dataclass(frozen=True)
class Score:
    """One model's score on one published board."""

    benchmark: Benchmark
    model_label: str
    published_on: date | None
    score: float
    row: int  # place in the payload
    model_id: str | None = None
    organisation_label: str | None = None
    licence_label: str | None = None
    score_low: float | None = None
    score_high: float | None = None
    votes: int | None = None
    rank: int | None = None


def scores_table(scores: Iterable[Score], snapshot: Snapshot) -> pa.Table:
    """The lake table, ordered by benchmark, day and model."""
    reading = {"observed_on": snapshot.observed_on, "source_id": snapshot.source_id}
    order = sorted(scores, key=lambda s: (s.benchmark.benchmark_id, str(s.published_on), s.model_label))
    return table("scores", [reading | _row(score) for score in order])


def checked(scores: Iterable[Score], snapshot: Snapshot) -> tuple[list[Score], list[Refusal]]:
    """The scores that can be, each model once per board; and the others by name."""
    latest, kept, refused = latest_day(snapshot), {}, []
    for score in scores:
        key = (score.benchmark.benchmark_id, score.published_on, score.model_label)
        reason = why_bad(score, latest) or ("it appears twice, the first is kept" if key in kept else None)
        if reason:
            refused.append(Refusal(item_of(score), reason, score.row))
        else:
            kept[key] = score
    return list(kept.values()), refused


def why_bad(score: Score, latest: date) -> str | None:
    """Why a score cannot be, or None when it can."""
    low, high, board = score.score_low, score.score_high, score.benchmark
    counts = {"votes": score.votes, "rank": score.rank}
    negative = next((name for name, value in counts.items() if value is not None and value < 0), None)
    if negative:
        return f"{negative} is negative: {counts[negative]}"
    if low is not None and high is not None and low > high:
        return f"the interval ends before it begins: {low} to {high}"
    return (
        bad_text(score.model_label)
        or bad_day(score.published_on, latest)
        or bad_score(score.score, board.min_score, board.max_score)
    )


def bad_score(score: Any, low: float | None, high: float | None) -> str | None:
    """Why a value is no score between the bounds, or None when it is."""
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        return f"expected a score, came {shown(score)}"
    if (low is not None and score < low) or (high is not None and score > high):
        return f"expected a score from {low:g} to {high:g}, came {score:g}"
    return None


def item_of(score: Score) -> str:
    """The name under which a refused score is listed."""
    return f"{score.benchmark.benchmark_id} {score.published_on} {shown(score.model_label)}"


def _row(score: Score) -> dict[str, Any]:
    fields = asdict(score)
    del fields["row"]
    return fields.pop("benchmark") | fields
