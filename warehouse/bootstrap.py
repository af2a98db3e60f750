"""How sure a share is: what it would be, had the models that happen to exist been drawn anew.

A Poisson bootstrap over models (Hanley and MacGibbon 2006): each model counts 0, 1, 2 ... times, on average once. The
largest models of a group are drawn one by one; the many small ones together are as good as normal, and their mean and
variance are known exactly: the sum of their downloads and the sum of the squares. Errors of the counters themselves
are not in the intervals.
"""

from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

DRAWS = 2000  # twice as many would move the ends of an interval by a few tenths of a point at most
LISTED_MODELS = 12  # of each group, drawn one by one; the others together are as good as normal
LOW, HIGH = 0.05, 0.95  # an interval of 90 per cent
REST = "rest"  # what shares are of beside the groups shown
SEED = 20250707
_GROUPS_KEPT = 64
_ADDED = ("share_low", "share_high", "lead", "lead_low", "lead_high")

Floats = NDArray[np.float64]
Drawn = NDArray[np.float32]  # half the memory of the usual numbers, twice as quick, and exact to a millionth of a share
Integers = NDArray[np.int64]


def with_intervals(frame: pd.DataFrame, by: str | list[str] = "period_start") -> pd.DataFrame:
    """Rows with `sampled` and `sampled_rest` -> share_low, share_high, lead, lead_low, lead_high in their place.

    `lead` is a group's distance from the best other group, below zero for all but the first; groups called `other`
    are many small ones and lead nobody. Shares are of all groups with equal `by` and the rest together.
    """
    kept = frame.drop(columns=["sampled", "sampled_rest"])
    if frame.empty:
        return kept.assign(**{name: pd.Series(dtype="float64") for name in _ADDED})
    periods: Integers = np.asarray(frame.groupby(by, sort=False).ngroup(), dtype=np.int64)
    drawn, observed = _shares(frame, periods)
    rivals = _rivals(list(frame["group_id"]), periods, observed)
    leads = rivals >= 0
    added = {name: np.full(len(frame), np.nan) for name in _ADDED}
    added["lead"][leads] = observed[leads] - observed[rivals[leads]]
    added["lead_low"][leads], added["lead_high"][leads] = _interval(drawn[leads] - drawn[rivals[leads]])
    added["share_low"][:], added["share_high"][:] = _interval(drawn)  # last: it sorts the draws
    return kept.assign(**added)


def _shares(frame: pd.DataFrame, periods: Integers) -> tuple[Drawn, Floats]:
    """Shares of the groups, drawn anew (rows, DRAWS) and as they are (rows)."""
    groups, samples = frame["group_id"].to_numpy(), list(frame["sampled"])
    observed = np.array([float(sample["downloads"]) for sample in samples])
    drawn = np.empty((len(frame), DRAWS), np.float32)
    whole, total = np.zeros((periods.max() + 1, DRAWS), np.float32), np.bincount(periods, observed)
    for group in dict.fromkeys(groups):
        rows = np.flatnonzero(groups == group)
        drawn[rows] = _drawn(str(group), [samples[row] for row in rows])
        whole[periods[rows]] += drawn[rows]
    first = np.unique(periods, return_index=True)[1]
    rests = [(period, frame["sampled_rest"].iloc[row]) for period, row in enumerate(first)]
    known = [(period, rest) for period, rest in rests if isinstance(rest, dict)]
    if known:
        rows = np.array([period for period, _ in known])
        whole[rows] += _drawn(REST, [rest for _, rest in known])
        total[rows] += np.array([float(rest["downloads"]) for _, rest in known])
    drawn /= np.maximum(whole, np.float32(1e-9))[periods]
    return drawn, observed / np.maximum(total, 1e-9)[periods]


def _drawn(group: str, samples: list[dict[str, Any]]) -> Drawn:
    """Downloads of a group in several periods, drawn anew: (periods, DRAWS)."""
    counts, normal = _draws(group)
    largest = np.zeros((len(samples), LISTED_MODELS))
    for row, sample in enumerate(samples):
        listed = sample["largest"][:LISTED_MODELS]
        largest[row, : len(listed)] = listed
    downloads = np.array([float(sample["downloads"]) for sample in samples])
    squared = np.array([float(sample["squared"]) for sample in samples])
    many = np.maximum(downloads - largest.sum(axis=1), 0.0)
    spread = np.sqrt(np.maximum(squared - (largest**2).sum(axis=1), 0.0))
    # Not `@`: for matrices as small as these the threads of a linear algebra library cost more than they save.
    drawn: Drawn = np.einsum("pm,md->pd", largest.astype(np.float32), counts)
    drawn += spread.astype(np.float32)[:, None] * normal
    drawn += many.astype(np.float32)[:, None]
    return np.maximum(drawn, 0, out=drawn)


def _rivals(names: list[str], periods: Integers, observed: Floats) -> Integers:
    """The row of the best other group of the same period; -1 where there is none."""
    of_period: dict[int, list[int]] = {}
    for row, name in enumerate(names):
        if name != "other":
            of_period.setdefault(int(periods[row]), []).append(row)
    rivals = np.full(len(names), -1)
    for rows in of_period.values():
        for row in rows:
            others = [other for other in rows if other != row]
            rivals[row] = max(others, key=lambda other: observed[other]) if others else -1
    return rivals


def _interval(drawn: Drawn) -> tuple[Drawn, Drawn]:
    """Lower and upper end of each row; rows are sorted in place: quicker than partition(), and ends are drawn."""
    drawn.sort(axis=-1)
    return drawn[:, round(LOW * (DRAWS - 1))], drawn[:, round(HIGH * (DRAWS - 1))]


@lru_cache(maxsize=_GROUPS_KEPT)
def _draws(group: str) -> tuple[Drawn, Drawn]:
    """How often each listed model counts, and a normal number for all others; the same for a group in every period."""
    random = np.random.default_rng([SEED, crc32(group.encode())])
    counts = random.poisson(1.0, (LISTED_MODELS, DRAWS)).astype(np.float32)
    return counts, random.standard_normal(DRAWS).astype(np.float32)
