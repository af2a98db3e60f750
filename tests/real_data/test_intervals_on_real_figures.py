"""Intervals on real figures: the same as when every one of the thousands of models is drawn anew."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import registry
from tests.warehouse.test_bootstrap import frame
from warehouse import bootstrap

pytestmark = pytest.mark.real_data
READINGS = "adoption_hf_models_monthly_osir_2024-11_2025-08.parquet"
DRAWS = 8000
ONE_POINT = 0.01


@pytest.mark.parametrize("day", ["2024-12-13", "2025-04-07", "2025-07-07", "2025-08-07"])
def test_the_interval_is_that_of_a_bootstrap_over_all_models(shared: Path, day: str) -> None:
    rows = pd.read_parquet(shared / "data" / READINGS)
    rows = rows[(rows["snapshot"] == day) & (rows["downloads_last_month"] > 0)]
    regions = rows["repo"].map(registry.load().region_of)
    groups = {
        region: [float(value) for value in rows.loc[regions == region, "downloads_last_month"]]
        for region in ("China", "United States")
    }
    found = bootstrap.with_intervals(frame(groups)).set_index("group_id").loc["China"]
    random = np.random.default_rng(7)
    drawn = [
        random.poisson(1, (DRAWS, len(downloads))).astype(np.float32) @ np.array(downloads, dtype=np.float32)
        for downloads in groups.values()
    ]
    share = drawn[0] / (drawn[0] + drawn[1])
    low, high = np.quantile(share, [0.05, 0.95])
    lead_low, lead_high = np.quantile(2 * share - 1, [0.05, 0.95])
    assert found["share_low"] == pytest.approx(low, abs=ONE_POINT)
    assert found["share_high"] == pytest.approx(high, abs=ONE_POINT)
    assert (found["lead_low"], found["lead_high"]) == pytest.approx((lead_low, lead_high), abs=2 * ONE_POINT)
