"""How long a release answers what pages ask: `python -m benchmarks.hub_questions --data FOLDER`.

Every chart of the catalogue is asked with its defaults and with choices of its filters drawn from a seed, and every
question that needs no choice once; each several times, through warehouse.queries, without any cache of ours. The same
process then answers the peers' job, monthly new downloads by country, from an `out_` table.
"""

import argparse
import dataclasses
import inspect
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import percentile
from charts.catalogue import CHARTS
from registry import REGIONS
from warehouse import filters, queries
from warehouse.connect import Release, open_release
from warehouse.filters import Filters

CHOICES_PER_CHART, REPEATS, SEED = 40, 5, 20241125
OTHER_CHOICES: dict[str, tuple[Any, ...]] = {
    "regions": (("China", "United States"), REGIONS, ()),
    "without_top": (0, 1, 3),
    "since": ("", "2025-06"),
}


MONTHLY_BY_COUNTRY = """
    select month_start, country_code, sum(new_downloads)
    from out_monthly_downloads inner join core_organisations using (organisation_id)
    where attribution = 'publisher'
    group by all order by all
"""


def main() -> None:
    """Ask everything, print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_questions", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    release = open_release(parser.parse_args().data)
    asked = {name: _times(ask) for name, ask in _questions(release)}
    every = [milliseconds for times in asked.values() for milliseconds in times]
    medians = {name: statistics.median(times) for name, times in asked.items()}
    slowest = max(medians, key=lambda name: medians[name])
    result = {
        "questions": len(asked),
        "p50": percentile(every, 0.5),
        "p95": percentile(every, 0.95),
        "slowest": slowest,
        "slowest_ms": medians[slowest],
        "out_ms": statistics.median(_times(lambda: release.cursor().execute(MONTHLY_BY_COUNTRY).fetchall())),
        "medians": medians,
    }
    print(json.dumps(result))


def _questions(release: Release) -> Iterator[tuple[str, Callable[[], object]]]:
    draw = random.Random(SEED)
    for chart in CHARTS:
        for chosen in _choices(chart.defaults, chart.filters, draw):
            said = " ".join(f"{name}={value}" for name, value in chosen.to_query(chart.defaults).items())
            yield f"{chart.id} {said}".strip(), lambda chart=chart, chosen=chosen: chart.query(release, chosen)
    for name, question in inspect.getmembers(queries, inspect.isfunction):
        if question.__module__ == queries.__name__ and list(inspect.signature(question).parameters) == ["release"]:
            yield name, lambda question=question: question(release)


def _choices(defaults: Filters, names: tuple[str, ...], draw: random.Random) -> list[Filters]:
    """The defaults, and different drawn choices of the filters that a chart obeys."""
    possible = {**filters.CHOICES, **OTHER_CHOICES, "panel": filters.panel_ids()}
    obeyed = [name for name in names if name in possible]
    drawn = [defaults]
    for _ in range(CHOICES_PER_CHART):
        chosen = dataclasses.replace(defaults, **{name: draw.choice(possible[name]) for name in obeyed})
        if chosen not in drawn:
            drawn.append(chosen)
    return drawn


def _times(ask: Callable[[], object]) -> list[float]:
    """Milliseconds of several answers, after one that is not counted."""
    ask()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return times


if __name__ == "__main__":
    main()
