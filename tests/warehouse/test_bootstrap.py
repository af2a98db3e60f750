"""Intervals: seeded, mirrored between two sides, and the same as when every single model is drawn anew."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from warehouse import bootstrap

TWO_POINTS = 0.02


def sample(downloads: list[float]) -> dict[str, Any]:
    """What a query gives for a group that has models with these downloads."""
    largest = sorted(downloads, reverse=True)[: bootstrap.LISTED_MODELS]
    return {"downloads": sum(downloads), "squared": sum(value**2 for value in downloads), "largest": largest}


def frame(groups: dict[str, list[float]], rest: list[float] | None = None) -> pd.DataFrame:
    """One period with these groups and what the shares are of beside them."""
    rows = [
        {"period_start": pd.Timestamp("2025-07-01"), "group_id": name, "sampled": sample(downloads)}
        | {"sampled_rest": sample(rest) if rest else None}
        for name, downloads in groups.items()
    ]
    return pd.DataFrame(rows)


def brute_force(groups: dict[str, list[float]], rest: list[float] | None = None) -> dict[str, tuple[float, float]]:
    """The same intervals by drawing every model, and other random numbers."""
    random = np.random.default_rng(1)
    all_groups = {**groups, "rest": rest or []}
    drawn = {
        name: random.poisson(1, (4000, len(downloads))) @ np.array(downloads) if downloads else np.zeros(4000)
        for name, downloads in all_groups.items()
    }
    whole = sum(drawn.values())
    return {name: tuple(np.quantile(drawn[name] / whole, (0.05, 0.95))) for name in groups}


def heavy_tailed(models: int, seed: int) -> list[float]:
    """Downloads as they are on the Hub: a few large models, a long tail."""
    return [float(value) for value in np.exp(np.random.default_rng(seed).normal(6, 2.4, models)).round()]


@pytest.mark.parametrize("rest", [None, heavy_tailed(3000, 9)], ids=["of the two", "of everything"])
def test_intervals_are_those_of_a_bootstrap_that_draws_every_model(rest: list[float] | None) -> None:
    groups = {"China": heavy_tailed(900, 3), "United States": heavy_tailed(1400, 4)}
    found = bootstrap.with_intervals(frame(groups, rest)).set_index("group_id")
    for name, (low, high) in brute_force(groups, rest).items():
        assert found.loc[name, "share_low"] == pytest.approx(low, abs=TWO_POINTS)
        assert found.loc[name, "share_high"] == pytest.approx(high, abs=TWO_POINTS)


def test_the_same_numbers_have_the_same_interval_and_other_groups_beside_them_do_not_matter() -> None:
    groups = {"China": heavy_tailed(90, 3), "United States": heavy_tailed(140, 4)}
    once, again = (bootstrap.with_intervals(frame(groups)) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)
    turned = bootstrap.with_intervals(frame(dict(reversed(groups.items())))).set_index("group_id")
    assert list(turned.loc["China", ["share_low", "share_high"]]) == list(
        once.set_index("group_id").loc["China", ["share_low", "share_high"]]
    )


def test_two_sides_mirror_each_other() -> None:
    rows = bootstrap.with_intervals(frame({"China": heavy_tailed(30, 3), "United States": heavy_tailed(40, 4)}))
    china, states = rows.iloc[0], rows.iloc[1]
    assert china["share_low"] == pytest.approx(1 - states["share_high"])
    assert (china["lead"], china["lead_low"]) == pytest.approx((-states["lead"], -states["lead_high"]))


def test_many_equal_models_are_sure_and_one_large_model_is_not() -> None:
    sure = bootstrap.with_intervals(frame({"China": [1.0] * 60_000, "United States": [1.0] * 40_000})).iloc[0]
    assert sure["share_high"] - sure["share_low"] < 0.01
    assert sure["lead_low"] > 0
    unsure = bootstrap.with_intervals(frame({"China": [60_000.0], "United States": [1.0] * 40_000})).iloc[0]
    assert unsure["share_low"] == 0.0  # without its one model the side has nothing
    assert unsure["lead_low"] < 0 < unsure["lead_high"]


def test_a_side_without_any_download_has_a_share_of_nothing() -> None:
    rows = bootstrap.with_intervals(frame({"China": [], "United States": [5.0, 4.0, 3.0, 2.0, 1.0] * 9}))
    assert list(rows.loc[0, ["share_low", "share_high"]]) == [0.0, 0.0]


def test_one_group_alone_leads_nobody() -> None:
    alone = bootstrap.with_intervals(frame({"China": [3.0, 2.0]})).iloc[0]
    assert pd.isna(alone["lead_low"])
    others = bootstrap.with_intervals(frame({"Qwen": [3.0, 2.0], "other": [9.0]})).iloc[0]
    assert pd.isna(others["lead_low"])
