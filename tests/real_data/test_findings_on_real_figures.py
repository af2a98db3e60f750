"""The headlines on real figures: shares to a tenth of a point, gaps to the point, and the sentences that say them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from charts import catalogue
from warehouse import queries
from warehouse.connect import Release, open_release
from warehouse.filters import Filters

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def release(first_pass: tuple[Path, str, Any]) -> Iterator[Release]:
    """The release of one pass over the mirror."""
    opened = open_release(first_pass[0])
    yield opened
    opened.close()


def china(frame: pd.DataFrame, month: str, column: str) -> float:
    """China's figure of a month, in per cent."""
    rows = frame[(frame["group_id"] == "China") & (frame["period_start"] == pd.Timestamp(f"{month}-01"))]
    return float(rows[column].iloc[0]) * 100


def test_china_passes_the_united_states_in_july_2025_by_one_repository(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters())
    assert china(frame, "2025-06", "share") == pytest.approx(39.3, abs=0.1)
    assert china(frame, "2025-07", "share") == pytest.approx(53.0, abs=0.1)
    assert china(frame, "2025-07", "share_without_own_top") == pytest.approx(47.5, abs=0.1)


def test_the_page_says_that_one_repository_flips_the_headline(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("downloads_over_time"), Filters(until="2025-07"))
    assert drawn.finding.sentence == (
        "Chinese models took 53 % of the downloads of the two countries' language models in the 30 days to 7 July "
        "2025, "
        "up from 39 % a month before; who leads is too close to call (90 % interval 41 to 64 %); without "
        "Qwen2-7B-Instruct alone it was 47 %, and the United States had more."
    )


def test_concentration_still_says_so_a_month_later(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("downloads_concentration"), Filters())
    assert "last in the 30 days to 7 July 2025" in drawn.finding.sentence
    assert "without Qwen2-7B-Instruct 47 %" in drawn.finding.sentence


@pytest.mark.parametrize(
    ("question", "gaps"),
    [(queries.open_closed_frontier, [45, 47, 48, 48]), (queries.region_frontier, [41, 38, 39, 37])],
)
def test_open_and_closed_are_another_question_than_china_and_the_united_states(
    release: Release, question: Any, gaps: list[int]
) -> None:
    frame = question(release, Filters())
    behind = frame[frame["gap"] > 0].set_index("published_on")["gap"]
    days = [pd.Timestamp(day) for day in ("2026-03-19", "2026-03-25", "2026-03-31", "2026-04-05")]
    assert [round(behind[day]) for day in days] == gaps
