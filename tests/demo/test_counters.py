"""The simulated histories hold together: two counters of one series, the same for the same seed."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

import registry
from demo.history import History
from demo.planted import PLANTED
from demo.population import population
from demo.server import DemoServer, start
from demo.world import World
from tests.demo.conftest import TODAY
from tests.demo.far_side import all_models, get, week

BENT = {event.model_id for event in PLANTED if event.kind in ("recount", "fall", "stalled")}


def world(seed: int = 7, today: date = TODAY, models: int = 60) -> World:
    return World(seed, models, today, 4, registry.load())


def test_downloads_of_30_days_are_the_difference_of_the_all_time_counter_over_30_days(demo: DemoServer) -> None:
    history = demo.world.history
    healthy = [place for place, model in enumerate(history.models) if model.model_id not in BENT]
    now, before = history.counters(TODAY), history.counters(TODAY - timedelta(days=30))
    difference = now.downloads_all_time - before.downloads_all_time
    assert np.array_equal(now.downloads_30d[healthy], difference[healthy])
    assert now.downloads_30d[healthy].sum() > 1_000_000


def test_four_weekly_all_time_differences_of_the_served_files_add_up(demo: DemoServer) -> None:
    weeks = [week(demo, date(2026, 7, 1) + timedelta(weeks=n)) for n in range(5)]
    first, last = weeks[0].downloadsAllTime, weeks[-1].downloadsAllTime
    both = first.index.intersection(last.index)
    steps = [after.downloadsAllTime[both] - before.downloadsAllTime[both] for before, after in pairwise(weeks)]
    assert len(both) > 50
    assert (pd.concat(steps, axis=1).sum(axis=1) == last[both] - first[both]).all()
    assert all((step >= 0).all() for step in steps)


def test_the_api_and_a_partition_of_the_same_day_agree() -> None:
    server = start(today=date(2026, 11, 18), models=60, weeks=2)
    try:
        listed = all_models(server, "downloads", "downloadsAllTime", "likes")
        partition = week(server, date(2026, 11, 18))
    finally:
        server.stop()
    assert set(listed) == set(partition.index)
    for model_id, row in listed.items():
        expected = partition.loc[model_id]
        assert (row["downloads"], row["downloadsAllTime"]) == (expected.downloads, expected.downloadsAllTime)


def test_the_same_seed_day_and_number_of_models_answer_the_same_bytes() -> None:
    path = "huggingface.co/api/models?limit=500&expand=downloads&expand=downloadsAllTime&expand=tags&expand=likes"
    answers = []
    for seed in (1, 1, 2):
        server = start(today=TODAY, models=60, weeks=1, seed=seed)
        answers.append(get(server, path).content)
        server.stop()
    assert answers[0] == answers[1]
    assert answers[0] != answers[2]


def test_a_later_day_continues_the_same_history() -> None:
    earlier, later = world(today=TODAY), world(today=TODAY + timedelta(days=40))
    places = {model.model_id: place for place, model in enumerate(later.models)}
    kept = [places[model.model_id] for model in earlier.models]
    on_that_day = later.history.counters(TODAY)
    assert np.array_equal(earlier.history.counters(TODAY).downloads_all_time, on_that_day.downloads_all_time[kept])
    assert len(later.models) > len(earlier.models)


def test_downloads_are_heavy_tailed(demo: DemoServer) -> None:
    counts = np.sort(demo.world.history.counters(TODAY).downloads_30d)[::-1]
    assert counts[:6].sum() > 0.4 * counts.sum()
    assert counts[-1] < counts[0] / 1000


def test_china_passes_the_united_states_in_2025_and_leads_in_2026() -> None:
    known = registry.load()
    models = tuple(model for model in population(20240724, 1500, known) if model.created_on < TODAY)
    history = History(models, 20240724, TODAY, known)
    shares = {month: china_share(history, date(*month, 1)) for month in ((2024, 9), (2025, 6), (2025, 11), (2026, 10))}
    assert shares[2024, 9] < 0.35 < shares[2025, 6] < 0.47
    assert shares[2025, 11] > 0.5
    assert shares[2026, 10] > 0.57
    assert china_share(history, date(2025, 7, 1)) > 0.5
    assert china_share(history, date(2025, 7, 1), without_top=True) < 0.47


def china_share(history: History, month: date, without_top: bool = False) -> float:
    """China's part of the downloads of language models from China and the United States in a month."""
    end = (month + timedelta(days=32)).replace(day=1)
    known, sides = registry.load(), {"China": [0], "United States": [0]}
    for model in history.models:
        region = known.region_of(model.account)
        if model.is_language and region in sides and model.is_listed(month):
            sides[region].append(history.downloads_between(model.model_id, month, end))
    china, america = (sum(counts) - (max(counts) if without_top else 0) for counts in sides.values())
    return china / (china + america)
