"""The simulated whole Hub is seeded, and shaped as the benchmark's figures say."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.synthetic_hub import SyntheticHub
from etl.lake import SCHEMAS

SHARE, WEEKS = 0.004, 120  # twelve thousand models


@pytest.fixture(scope="module")
def hub() -> SyntheticHub:
    return SyntheticHub(SHARE, WEEKS)


def test_the_same_seed_gives_the_same_reading_and_another_seed_another(hub: SyntheticHub) -> None:
    assert hub.frames(40)["model_observations"].equals(SyntheticHub(SHARE, WEEKS).frames(40)["model_observations"])
    assert not hub.frames(40)["model_observations"].equals(
        SyntheticHub(SHARE, WEEKS, 1).frames(40)["model_observations"]
    )


def test_a_reading_is_what_the_lake_takes_ordered_by_model_without_repeats(hub: SyntheticHub) -> None:
    for name, frame in hub.frames(100).items():
        ids = frame["model_id"].to_pylist()
        assert frame.schema == SCHEMAS[name]
        assert ids == sorted(set(ids))
        assert pc.all(pc.match_substring_regex(frame["model_id"], r"^[^/\s]+/[^/\s]+$")).as_py()


def test_the_hub_grows_from_two_fifths_and_half_of_it_is_tiny(hub: SyntheticHub) -> None:
    first, last = hub.counters(0), hub.counters(WEEKS - 1)
    assert len(first.places) == pytest.approx(0.4 * hub.models.count, rel=0.01)
    assert len(last.places) == pytest.approx(hub.models.count, rel=0.05)
    assert np.median(last.downloads_30d) <= 10


def test_about_an_eighth_of_the_values_differ_from_the_week_before(hub: SyntheticHub) -> None:
    shares = []
    for week in (60, 90, 119):
        before, now = (_by_model(hub, week - 1), _by_model(hub, week))
        both = before.join(now, "model_id", right_suffix="_now", join_type="inner")
        names = ("downloads_30d", "downloads_all_time", "likes")
        differs = np.any([both[name].to_numpy() != both[f"{name}_now"].to_numpy() for name in names], axis=0)
        shares.append(differs.mean())
    assert np.mean(shares) == pytest.approx(0.13, abs=0.02)


def test_all_time_counters_begin_in_february_2025_and_hardly_ever_fall(hub: SyntheticHub) -> None:
    assert hub.counters(30).downloads_all_time is None
    before, now = _by_model(hub, 60), _by_model(hub, 61)
    both = before.join(now, "model_id", right_suffix="_now", join_type="inner")
    falls = pc.less(both["downloads_all_time_now"], both["downloads_all_time"])
    assert pc.mean(pc.cast(falls, pa.float64())).as_py() < 0.001


def test_there_are_chains_merges_missing_parents_and_models_of_the_registry(hub: SyntheticHub) -> None:
    metadata = hub.frames(119)["model_metadata"]
    bases = metadata["base_model_ids"].to_pylist()
    known = set(metadata["model_id"].to_pylist())
    assert 0.4 < np.mean([bool(base) for base in bases]) < 0.65
    assert any(len(base) > 1 for base in bases)
    assert any(parent not in known for base in bases for parent in base)
    assert any(model_id.startswith("Qwen/Qwen3") for model_id in known)


def _by_model(hub: SyntheticHub, week: int) -> pa.Table:
    return hub.frames(week)["model_observations"].drop_columns(["observed_on", "source_id"])
