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
LISTED_MODELS = (
    12  # of each group drawn one by one; twice as many move no end of an interval on real figures by 0.1 point
)
LOW, HIGH = 0.05, 0.95  # an interval of 90 per cent
REST = "rest"  # what shares are of beside the groups shown
SEED = 20250707
_GROUPS_KEPT = 64

Floats = NDArray[np.float64]


def with_intervals(frame: pd.DataFrame, by: str | list[str] = "period_start") -> pd.DataFrame:
    """Rows with `sampled` and `sampled_rest` -> share_low, share_high, lead, lead_low, lead_high in their place.

    `lead` is a group's distance from the best other group, below zero for all but the first; groups called `other`
    are many small ones and lead nobody. Shares are of all groups with equal `by` and the rest together.
    """
    added = {name: np.full(len(frame), np.nan) for name in ("share_low", "share_high", "lead", "lead_low", "lead_high")}
    places = frame.reset_index(drop=True)
    for _, rows in places.groupby(by, sort=False):
        drawn = _shares(rows)
        names = list(rows["group_id"])
        added["share_low"][rows.index], added["share_high"][rows.index] = _interval(drawn)
        observed = _observed(rows)
        for place, name in enumerate(names):
            rivals = [other for other, label in enumerate(names) if other != place and label != "other"]
            if name != "other" and rivals:
                rival = max(rivals, key=lambda other: observed[other])
                at = rows.index[place]
                added["lead"][at] = observed[place] - observed[rival]
                added["lead_low"][at], added["lead_high"][at] = _interval(drawn[place] - drawn[rival])
    kept = frame.drop(columns=["sampled", "sampled_rest"])
    return kept.assign(**added)


def drawn_downloads(group: str, downloads: Floats, squared: Floats, largest: Floats) -> Floats:
    """Downloads of a group, drawn anew DRAWS times: (periods) or (periods, models) -> (periods, DRAWS)."""
    counts, normal = _draws(group)
    many = np.maximum(downloads - largest.sum(axis=1), 0.0)
    spread = np.sqrt(np.maximum(squared - (largest**2).sum(axis=1), 0.0))
    drawn: Floats = largest @ counts[: largest.shape[1]] + many[:, None] + spread[:, None] * normal
    return np.maximum(drawn, 0.0)


def _shares(rows: pd.DataFrame) -> Floats:
    """Shares of the groups of one period: (groups, DRAWS)."""
    drawn = [_of_sample(str(name), sample) for name, sample in zip(rows["group_id"], rows["sampled"], strict=True)]
    rest = rows["sampled_rest"].iloc[0]
    whole = sum(drawn) + (_of_sample(REST, rest) if isinstance(rest, dict) else 0.0)
    shares: Floats = np.stack(drawn) / np.maximum(whole, 1e-9)
    return shares


def _of_sample(group: str, sample: dict[str, Any]) -> Floats:
    largest = np.zeros((1, LISTED_MODELS))
    listed = np.asarray(sample["largest"], dtype=np.float64)
    largest[0, : len(listed)] = listed
    return drawn_downloads(
        group, np.array([float(sample["downloads"])]), np.array([float(sample["squared"])]), largest
    )[0]


def _observed(rows: pd.DataFrame) -> list[float]:
    rest = rows["sampled_rest"].iloc[0]
    downloads = [float(sample["downloads"]) for sample in rows["sampled"]]
    whole = sum(downloads) + (float(rest["downloads"]) if isinstance(rest, dict) else 0.0)
    return [value / whole if whole else 0.0 for value in downloads]


def _interval(drawn: Floats) -> Any:
    """Lower and upper end, along the last axis."""
    ordered = np.sort(drawn, axis=-1)  # quicker than quantile(), and the ends are drawn values
    return ordered[..., round(LOW * (DRAWS - 1))], ordered[..., round(HIGH * (DRAWS - 1))]


@lru_cache(maxsize=_GROUPS_KEPT)
def _draws(group: str) -> tuple[Floats, Floats]:
    """How often each listed model counts, and a normal number for all others; the same for a group in every period."""
    random = np.random.default_rng([SEED, crc32(group.encode())])
    counts = random.poisson(1.0, (LISTED_MODELS, DRAWS)).astype(np.float64)
    return counts, random.standard_normal(DRAWS)
