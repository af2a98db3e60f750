"""Shares under several definitions on real figures, reckoned a second time straight from the file of readings."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import registry
from charts import catalogue
from tests.real_data.test_etl_on_the_mirror import READINGS
from warehouse import queries
from warehouse.connect import Release, open_release
from warehouse.filters import Filters

pytestmark = [pytest.mark.real_data, pytest.mark.slow]
REGISTRY = registry.load()
LANGUAGE = {"text-generation", "image-text-to-text"}
PANELS = ("all", "2025-01")
COLUMNS = {"share": 0, "share_without_top1": 1, "share_without_top3": 3}
TENTH_OF_A_POINT = 0.001


@pytest.fixture(scope="module")
def release(first_pass: tuple[Path, str, Any]) -> Iterator[Release]:
    """The release of one pass over the mirror."""
    opened = open_release(first_pass[0])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def readings(first_pass: tuple[Path, str, Any], shared: Path) -> pd.DataFrame:
    """Language models of China and the United States: day, model, account, region, downloads in 30 days."""
    rows = pd.read_parquet(shared / "data" / READINGS)
    model = rows["repo"] + "/" + rows["model_name"]
    found = pd.DataFrame({"day": rows["snapshot"], "model": model, "account": rows["repo"]})
    found["region"] = found["account"].map(REGISTRY.region_of)
    found["downloads"] = rows["downloads_last_month"].fillna(0)
    found["first_on"] = found.groupby("account")["day"].transform("min")
    tasks = last_tasks(first_pass[0])
    return found[found["model"].map(tasks).isin(LANGUAGE) & found["region"].isin(["China", "United States"])]


def last_tasks(data_dir: Path) -> dict[str, str]:
    """The task of each model as its newest raw file says: the file of readings has none for half of the models."""
    tasks: dict[str, str] = {}
    for file in sorted((data_dir / "snapshots" / "hub_history").rglob("*.parquet"), key=str):
        served = pd.read_parquet(file, columns=["id", "pipeline_tag"])
        tasks.update(zip(served["id"], served["pipeline_tag"], strict=True))
    return tasks


def reckoned(readings: pd.DataFrame, day: str, panel: str, left_out: int) -> float:
    """China's share of a reading without so many of the most downloaded models of each side."""
    of_day = readings[readings["day"] == day]
    if panel != "all":
        of_day = of_day[of_day["first_on"] < "2025-02"]
    sides = {
        region: float(rows["downloads"].sort_values(ascending=False).iloc[left_out:].sum())
        for region, rows in of_day.groupby("region")
    }
    return sides["China"] / sum(sides.values())


@pytest.mark.parametrize("panel", PANELS)
def test_shares_by_reading_are_those_of_the_file(
    first_pass: tuple[Path, str, Any],
    readings: pd.DataFrame,
    panel: str,
) -> None:
    """The command's table: ten readings, each as all, without each side's top model, without each side's top three."""
    wanted = {**os.environ, "OMO_DATA_DIR": str(first_pass[0])}
    command = [sys.executable, "-m", "warehouse", "shares", "--format", "json"]
    done = subprocess.run(command, env=wanted, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [row for row in json.loads(done.stdout) if row["panel"] == panel]
    assert [row["observed_on"] for row in rows] == sorted(set(readings["day"]))
    for row in rows:
        for column, left_out in COLUMNS.items():
            expected = 100 * reckoned(readings, row["observed_on"], panel, left_out)
            assert row[column] == pytest.approx(expected, abs=0.1), (row["observed_on"], column)
    assert [row["is_panel_whole"] for row in rows] == [panel == "all"] * 2 + [True] * 8


@pytest.mark.parametrize("panel", PANELS)
def test_shares_by_month_are_those_of_the_readings_that_stand_for_them(
    release: Release, readings: pd.DataFrame, panel: str
) -> None:
    frame = queries.downloads_over_time(release, Filters(panel=panel))
    china = frame[frame["group_id"] == "China"]
    assert len(china) == 9  # the reading of March 2025 overlaps the one of February and stands for no month
    for _, row in china.iterrows():
        for column, left_out in COLUMNS.items():
            expected = reckoned(readings, f"{row['period_end']:%Y-%m-%d}", panel, left_out)
            assert row[column] == pytest.approx(expected, abs=TENTH_OF_A_POINT), (row["period_end"], column)


def test_on_the_fixed_panel_the_last_months_of_2024_are_not_joined_to_2025(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("downloads_over_time"), Filters(panel="2025-01"))
    late = drawn.frame.groupby("period_start")["is_panel_whole"].all()
    assert [f"{month:%Y-%m}" for month, is_whole in late.items() if not is_whole] == ["2024-11", "2024-12"]
    begin = pd.Timestamp("2025-01-01")
    for trace in (trace for trace in drawn.figure.data if trace.fill is None):
        drawn_at = pd.to_datetime(pd.Series(trace.x))[pd.Series(trace.y, dtype="float64").notna()]
        assert len(set(drawn_at < begin)) == 1, f"{trace.name} joins months before the panel to later ones"
    only_2024 = catalogue.draw(
        release, catalogue.chart("downloads_over_time"), Filters(panel="2025-01", until="2024-12")
    )
    assert only_2024.finding.empty


def test_both_famous_figures_stand_beside_each_other_with_their_definitions(release: Release) -> None:
    drawn = catalogue.draw(release, catalogue.chart("share_by_definition"), Filters())
    year = drawn.frame[(drawn.frame["span"] == "year") & (drawn.frame["group_id"] == "China")]
    shares = dict(zip(year["definition_id"], year["share"], strict=True))
    assert shares["two_countries"] > 3 * shares["everything"]
    published = drawn.frame[drawn.frame["span"] == "published"].set_index("definition_id")
    assert published.loc["everything", "share"] == 0.171
    assert "12 months to August 2025" in published.loc["everything", "definition"]
    assert published.loc["known_countries", "share"] == 0.41
    written = " ".join(str(annotation.text) for annotation in drawn.figure.layout.annotations).replace("<br>", " ")
    for definition in published["definition"]:
        assert definition[1:60] in written


def test_the_lead_of_july_2025_does_not_survive_its_interval(release: Release) -> None:
    frame = queries.downloads_over_time(release, Filters(until="2025-07"))
    july = frame[(frame["period_start"] == pd.Timestamp("2025-07-01")) & (frame["group_id"] == "China")].iloc[0]
    assert july["lead_low"] < 0 < july["lead_high"]
    drawn = catalogue.draw(release, catalogue.chart("downloads_over_time"), Filters(until="2025-07"))
    assert "who leads is too close to call" in drawn.finding.sentence
