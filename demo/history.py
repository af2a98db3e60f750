"""The simulated histories: downloads per model and day since 2022, and the Hub's two counters made of them.

Every day is drawn from the days before it only, so a later `today` continues the same history. Both counters come
from one series: `downloads` of a date is the sum of the 30 days before it, `downloadsAllTime` the sum of all days
before it; planted events then bend the all-time counter, as recounts and stalls do on the Hub.
"""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from demo.models import HUB_FLOOR, Model
from demo.planted import PLANTED, Planted, planted
from demo.totals import monthly_totals, spike_downloads
from registry import Registry

TRAILING_DAYS = 30  # regional totals follow their course over this many days; shorter bursts stay visible
WEEKEND = 0.74  # of a working day's downloads: build machines rest a little
SPIKE_MONTHS = 10  # a planted spike is as many months of downloads
CALM, MEMORY = 0.32, 0.97  # spread of a model's slow ups and downs (log), and how much of today stays tomorrow
FIRST_ALL_TIME = date(2025, 2, 26)  # weekly partitions before this day lack downloadsAllTime

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class Counters:
    """The counters of every model at one date, in the order of the models."""

    downloads_30d: Whole
    downloads_all_time: Whole
    likes: Whole


class History:
    """Downloads of `models` from the Hub's first day up to, not including, `today`."""

    def __init__(self, models: tuple[Model, ...], seed: int, today: date, registry: Registry) -> None:
        self.models, self.today = models, today
        self._place = {model.model_id: place for place, model in enumerate(models)}
        draws = [np.random.default_rng([seed, zlib.crc32(model.object_name.encode())]) for model in models]
        self._fame = np.array([draw.lognormal(0.0, 0.6) for draw in draws])
        self._spiked: dict[int, Real] = {}  # place of a model -> what its spike had added by each day
        self._until = self._cumulative(draws, registry)
        self._before = np.array([_before_the_hub(model) for model in models], np.int64)

    def counters(self, day: date) -> Counters:
        """The counters as of the beginning of a day, not after `today`."""
        all_time = self._count_until(day)
        bends = {"recount": self._recount, "fall": self._fall, "stalled": self._stall}
        for event in PLANTED:
            if event.kind in bends and event.model_id in self._place:
                bends[event.kind](event, day, all_time)
        return Counters(
            self._count_until(day) - self._count_until(day - timedelta(days=30)), all_time, self._likes(day)
        )

    def downloads_between(self, model_id: str, start: date, end: date) -> int:
        """Downloads of a model from `start` up to, not including, `end`: what really happened."""
        place = self._place[model_id]
        return int(self._count_until(end)[place] - self._count_until(start)[place])

    def _count_until(self, day: date) -> Whole:
        place = min(max(0, (day - HUB_FLOOR).days), len(self._until) - 1)
        return self._until[place] + self._before

    def _cumulative(self, draws: list[np.random.Generator], registry: Registry) -> Whole:
        """Downloads up to the beginning of each day (rows, one more than days) of each model (columns)."""
        days = (self.today - HUB_FLOOR).days
        rates = self._shapes(days) * _moods(draws, days)
        _bring_to_totals(rates, self.models, registry)
        rates *= np.array([WEEKEND if _day(row).weekday() >= 5 else 1.0 for row in range(days)])[:, None]
        for event in (*planted("viral_spike"), *planted("spike")):
            if event.model_id in self._place:
                self._spike(event, rates)
        for place, model in enumerate(self.models):
            if model.continues in self._place:
                rates[:, place] = rates[:, self._place[model.continues]]
        counts = np.floor(np.cumsum(rates, axis=0)).astype(np.int64)
        return np.vstack([np.zeros((1, len(self.models)), np.int64), counts])

    def _shapes(self, days: int) -> Real:
        """Expected downloads without ups and downs: a launch burst, a ramp, a slow decay."""
        rows = np.arange(days)[:, None]
        ages = rows - np.array([(model.created_on - HUB_FLOOR).days for model in self.models])[None, :]
        fade = np.array([_fade_days(model) for model in self.models])
        old = np.maximum(ages, 0)
        shape = 0.9 * np.exp(-old / 18) + (1 - np.exp(-old / 12)) * (0.25 + 0.75 * np.exp(-old / fade))
        weights = np.array([model.weight * 1000 / 30 for model in self.models])
        return np.where(ages >= 0, shape * weights, 0.0)

    def _spike(self, event: Planted, rates: Real) -> None:
        """Adds a spike: a steep rise, a plateau, gone by its last day."""
        first, until = (event.on - HUB_FLOOR).days, ((event.until or event.on) - HUB_FLOOR).days
        place = self._place[event.model_id]
        is_viral = event.kind == "viral_spike"
        size = spike_downloads(event.on) if is_viral else SPIKE_MONTHS * rates[first - 30 : first, place].sum()
        course = np.sin(np.linspace(0.2, np.pi, until - first)) ** 0.7
        extra = np.zeros(max(len(rates), until))
        extra[first:until] = course / course.sum() * size
        rates[:, place] += extra[: len(rates)]
        self._spiked[place] = np.concatenate([np.zeros(1), np.cumsum(extra[: len(rates)])])

    def _recount(self, event: Planted, day: date, all_time: Whole) -> None:
        """From its day on, the all-time counter stands higher by ten months of downloads."""
        if day >= event.on:
            all_time[self._place[event.model_id]] += max(500_000, 10 * self._month_before(event))

    def _fall(self, event: Planted, day: date, all_time: Whole) -> None:
        """From its day on, the all-time counter stands lower by four months of downloads."""
        if day >= event.on:
            all_time[self._place[event.model_id]] -= 4 * self._month_before(event)

    def _stall(self, event: Planted, day: date, all_time: Whole) -> None:
        """Between its days, the all-time counter stays where it was on the first."""
        if event.on <= day < (event.until or event.on):
            place = self._place[event.model_id]
            all_time[place] = self._count_until(event.on)[place]

    def _month_before(self, event: Planted) -> int:
        return self.downloads_between(event.model_id, event.on - timedelta(days=30), event.on)

    def _likes(self, day: date) -> Whole:
        """Likes: they follow downloads with a root, but not those of a spike: machines like nothing."""
        counts = self._count_until(day).clip(0).astype(float)
        for place, added in self._spiked.items():
            counts[place] -= added[min(max(0, (day - HUB_FLOOR).days), len(added) - 1)]
        return np.rint(self._fame * counts.clip(0) ** 0.46).astype(np.int64)


def _moods(draws: list[np.random.Generator], days: int) -> Real:
    """Slow ups and downs of every model, around 1; each model has its own chance, whoever else is there."""
    shocks = np.column_stack([draw.normal(0, CALM * np.sqrt(1 - MEMORY**2), days) for draw in draws])
    level = np.zeros(len(draws))
    for row in range(days):
        level = MEMORY * level + shocks[row]
        shocks[row] = level
    return np.exp(shocks)


def _bring_to_totals(rates: Real, models: tuple[Model, ...], registry: Registry) -> None:
    """Scales each region's models so that their sum follows the region's course, over TRAILING_DAYS."""
    regions = np.array([registry.region_of(model.account) for model in models])
    language = np.array([model.is_language for model in models])
    original = np.array([not model.continues for model in models])
    for region in np.unique(regions):
        for is_language in (True, False):
            group = (regions == region) & (language == is_language)
            if (group & original).any():
                # Added one after the other: the zeros of models that come later must not change the rounding.
                total = np.cumsum(rates[:, group & original], axis=1)[:, -1]
                wanted = monthly_totals(str(region), is_language, len(rates)) / 30
                level = _trailing_mean(total, TRAILING_DAYS)
                rates[:, group] *= np.divide(wanted, level, out=np.zeros_like(wanted), where=level > 0)[:, None]


def _trailing_mean(values: Real, days: int) -> Real:
    """Mean of up to `days` values, this one last; days before the first download do not count."""
    sums = np.concatenate([np.zeros(1), np.cumsum(values)])
    first = int(np.argmax(values > 0))
    rows = np.arange(1, len(values) + 1)
    starts = np.clip(rows - days, first, rows - 1)
    return np.asarray((sums[rows] - sums[starts]) / (rows - starts))


def _fade_days(model: Model) -> float:
    """Days in which a model's use fades: language models within a year or so, encoders hardly ever."""
    spread = 0.6 + int.from_bytes(model.model_id.encode()[-2:], "big") % 97 / 97
    return (260.0 if model.is_language else 1500.0) * spread


def _before_the_hub(model: Model) -> int:
    """All-time downloads of models that are older than the Hub's records."""
    return int(model.weight * 1000 * 9) if model.created_on <= HUB_FLOOR else 0


def _day(row: int) -> date:
    return HUB_FLOOR + timedelta(days=row)
