"""What the real counters did is named: the spike of July 2025, the accounts entering in January, the fall of March."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.real_data.conftest import RunningMirror
from tests.real_data.test_etl_on_the_mirror import READINGS, rows_of

pytestmark = [pytest.mark.real_data, pytest.mark.slow]
SPIKED, FELL = "Qwen/Qwen2-7B-Instruct", "microsoft/resnet-50"
JANUARY, FEBRUARY, MARCH = "2025-01-14", "2025-02-14", "2025-03-07"
FirstPass = tuple[Path, str, RunningMirror]
Event = dict[str, Any]


@pytest.fixture(scope="module")
def events(first_pass: FirstPass) -> list[Event]:
    """All events of counters in the release of one pass over the mirror."""
    names = ("model_id", "on_day", "kind", "from_on", "size", "counted", "treatment", "reason")
    found = rows_of(first_pass[0], f"select {', '.join(names)} from core_counter_events")
    return [dict(zip(names, row, strict=True)) for row in found]


@pytest.fixture(scope="module")
def windows(shared: Path) -> dict[tuple[str, str], int]:
    """(model, reading) -> 30-day counter, straight from the file."""
    return {
        (f"{row['repo']}/{row['model_name']}", row["snapshot"]): row["downloads_last_month"] or 0
        for row in pq.read_table(shared / "data" / READINGS).to_pylist()
    }


def of(events: list[Event], model_id: str, kind: str) -> list[Event]:
    """The events of a model of one kind, in order."""
    found = [event for event in events if (event["model_id"], event["kind"]) == (model_id, kind)]
    return sorted(found, key=lambda event: event["on_day"])


def account(windows: dict[tuple[str, str], int], name: str, day: str) -> int:
    """Downloads in 30 days of an account's models at a reading."""
    return sum(count for (model, read_on), count in windows.items() if model.startswith(f"{name}/") and read_on == day)


def test_the_july_of_one_qwen_model_is_a_spike_and_august_its_return(
    events: list[Event], windows: dict[tuple[str, str], int]
) -> None:
    (spike,), (fall,) = of(events, SPIKED, "spike"), of(events, SPIKED, "fall")
    assert (spike["on_day"], spike["size"]) == (date(2025, 7, 7), windows[SPIKED, "2025-07-07"])
    assert spike["size"] == 14_543_208
    assert (spike["counted"], spike["treatment"]) == (spike["size"], "kept")
    assert spike["reason"].startswith("14,543,208 downloads in 30 days, up to ")
    assert fall["on_day"] == date(2025, 8, 7)
    assert fall["size"] == windows[SPIKED, "2025-08-07"] - windows[SPIKED, "2025-07-07"]


def test_the_interval_of_that_july_carries_the_flag(first_pass: FirstPass) -> None:
    flags = rows_of(
        first_pass[0],
        "select to_on, new_downloads, flag from core_download_intervals where model_id = $model and flag is not null "
        "order by to_on",
        model=SPIKED,
    )
    assert flags == [(date(2025, 7, 7), 14_543_208, "spike"), (date(2025, 8, 7), 265_921, "fall")]


def test_the_accounts_that_enter_in_january_2025_are_named_with_what_they_bring(
    events: list[Event], windows: dict[tuple[str, str], int]
) -> None:
    (entry,) = of(events, "microsoft/*", "account_enters")
    assert (entry["on_day"], entry["from_on"]) == (date(2025, 1, 14), date(2024, 12, 13))
    assert account(windows, "microsoft", "2024-12-13") == 0
    assert entry["size"] == pytest.approx(account(windows, "microsoft", JANUARY), rel=0.001)
    assert "microsoft/resnet-50" in entry["reason"]
    entered = {event["model_id"] for event in events if event["kind"] == "account_enters"}
    assert {"openai/*", "sentence-transformers/*", "FacebookAI/*", "deepseek-ai/*"} <= entered
    assert not {"Qwen/*", "meta-llama/*", "google/*"} & entered  # known since the first reading


def test_what_microsoft_loses_from_february_to_march_is_one_model_whose_spike_ends(
    events: list[Event], windows: dict[tuple[str, str], int]
) -> None:
    (spike,), falls = of(events, FELL, "spike"), of(events, FELL, "fall")
    assert (spike["from_on"], spike["on_day"]) == (date(2024, 12, 15), date(2025, 2, 14))
    assert spike["counted"] == windows[FELL, JANUARY] + windows[FELL, FEBRUARY]
    assert falls[0]["on_day"] == date(2025, 3, 7)
    assert falls[0]["size"] == windows[FELL, MARCH] - windows[FELL, FEBRUARY]
    lost = account(windows, "microsoft", MARCH) - account(windows, "microsoft", FEBRUARY)
    assert lost < -150_000_000
    assert falls[0]["size"] == pytest.approx(lost, rel=0.05)


def test_models_whose_likes_rise_with_their_downloads_are_no_spikes(events: list[Event]) -> None:
    """DeepSeek-V3 in February 2025: fourteen times the downloads of January, and almost twice the likes."""
    spikes = of(events, "deepseek-ai/DeepSeek-V3", "spike")
    assert date(2025, 2, 14) not in {event["on_day"] for event in spikes}


def test_few_of_the_real_models_are_flagged(events: list[Event], windows: dict[tuple[str, str], int]) -> None:
    flagged = {event["model_id"] for event in events if event["kind"] in {"spike", "jump"}}
    assert 0.002 < len(flagged) / len({model for model, _ in windows}) < 0.01
