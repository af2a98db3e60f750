"""A simulated history of the whole Hub, week by week: seeded, quick, and without state from one week to the next.

    hub = SyntheticHub(share=0.05)          # 150,000 models; 1.0 gives three million
    for week in range(hub.weeks):
        frames = hub.frames(week)           # lake tables `model_observations`, `model_metadata` of that reading

What it imitates: 1.2 million models in July 2024 and three million 119 weeks later, half of them tiny; about 13 % of
(model, week) values differ from the week before; heavy-tailed downloads, falling with age; no all-time counter before
February 2025; chains of base models with merges, missing parents and cycles; accounts of the registry among strangers;
spikes, falls of the counter, renames, repositories that vanish. Every value follows from (seed, model, week).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from benchmarks.synthetic_models import FIRST_WEEK, Models, hashed, share_of
from etl.lake import SCHEMAS

MODELS, WEEKS = 3_000_000, 120
FIRST_ALL_TIME = date(2025, 2, 26)  # weekly copies before this day know the rolling window only
SOURCE_ID = "hub_history"
WEEKS_IN_30_DAYS = 30 / 7

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Counters:
    """The counters of the models at `places`, in that order; `downloads_all_time` is None before it was published."""

    places: Whole
    downloads_30d: Whole
    downloads_all_time: Whole | None
    likes: Whole


class SyntheticHub:
    """The models of a share of the Hub and their counters in each of its weeks."""

    def __init__(self, share: float = 1.0, weeks: int = WEEKS, seed: int = 20240724) -> None:
        self.weeks, self.models = weeks, Models(round(MODELS * share), weeks, seed)

    def day(self, week: int) -> date:
        """The day that a week's reading is of."""
        return FIRST_WEEK + timedelta(weeks=week)

    def counters(self, week: int) -> Counters:
        """All models that are there in a week, ordered by their id."""
        models = self.models
        places = np.flatnonzero((models.born <= week) & (week < models.gone))
        key, born, rate, life = (part[places] for part in (models.key, models.curve_born, models.rate, models.life))
        changed = np.maximum(_last_change(key, models.period[places], week), born)
        luck = share_of(hashed(key, changed))
        age = changed - born + models.age[places]
        downloads_all_time = rate * life * -np.expm1(-(age + luck) / life)
        downloads_30d = rate * WEEKS_IN_30_DAYS * np.exp(-age / life) * (0.6 + 0.8 * luck)
        self._bend(places, week, downloads_30d, downloads_all_time)
        has_all_time = self.day(week) >= FIRST_ALL_TIME
        return Counters(
            places,
            downloads_30d.astype(np.int64),
            downloads_all_time.astype(np.int64) if has_all_time else None,
            np.sqrt(downloads_all_time * models.charm[places]).astype(np.int64),
        )

    def _bend(self, places: Whole, week: int, rolling: NDArray[np.float64], all_time: NDArray[np.float64]) -> None:
        """Puts in what befell the counters: a week of fifty weeks' downloads, or a cumulative counter that falls."""
        models = self.models
        since_spike = week - models.spike[places]
        bursts = 50 * models.rate[places] + 500
        all_time += np.where(since_spike >= 0, bursts, 0)
        rolling += np.where((since_spike >= 0) & (since_spike < 4), bursts, 0)
        all_time *= np.where(week >= models.fall[places], 0.9, 1.0)

    def frames(self, week: int) -> dict[str, pa.Table]:
        """A week's reading as the lake takes it, ordered by model."""
        counters = self.counters(week)
        rows = len(counters.places)
        columns = {
            "model_id": self.models.model_id.take(pa.array(counters.places)),
            "observed_on": pa.repeat(pa.scalar(self.day(week), pa.date32()), rows),
            "source_id": pa.repeat(SOURCE_ID, rows),
            "downloads_30d": pa.array(counters.downloads_30d),
            "downloads_all_time": _or_nulls(counters.downloads_all_time, rows),
            "likes": pa.array(counters.likes),
            **self.models.metadata(counters.places, week),
        }
        return {name: _table(columns, name) for name in ("model_observations", "model_metadata")}


def _last_change(key: NDArray[np.uint64], period: Whole, week: int) -> Whole:
    """The newest week, not after `week`, in which a model's values were new: one random week in each of its periods."""
    turn = week // period
    newest = _week_of_change(key, period, turn)
    return np.where(newest <= week, newest, _week_of_change(key, period, turn - 1))


def _week_of_change(key: NDArray[np.uint64], period: Whole, turn: Whole) -> Whole:
    return turn * period + (hashed(key, turn) % period.astype(np.uint64)).astype(np.int64)


def _or_nulls(values: Whole | None, rows: int) -> pa.Array:
    return pa.nulls(rows, pa.int64()) if values is None else pa.array(values)


def _table(columns: dict[str, pa.Array], name: str) -> pa.Table:
    schema = SCHEMAS[name]
    return pa.table([pc.cast(columns[field.name], field.type) for field in schema], schema)
