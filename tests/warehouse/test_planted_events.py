"""Every planted event of the demo is found in its counters, and next to nothing is found in the healthy ones."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import registry
from demo.planted import PLANTED, Kind, Planted, planted
from demo.world import World
from etl import lake
from tests.warehouse.tiny import ABOUT
from warehouse.build import building

pytestmark = pytest.mark.slow
TODAY, MODELS, SEED = date(2026, 11, 24), 1500, 20240724
FOUND_AS: dict[Kind, str] = {
    "viral_spike": "spike", "spike": "spike", "recount": "counter_jump", "fall": "counter_fall",
    "rename": "renamed", "stalled": "counter_stalled", "vanished": "vanished",
}  # fmt: skip
LOOKED_FOR = [event for event in PLANTED if event.kind in FOUND_AS]
COUNTERS = {"downloads_30d": "downloads", "downloads_all_time": "downloadsAllTime", "likes": "likes"}
Event = dict[str, Any]


@pytest.fixture(scope="module")
def world() -> World:
    """The whole demo world."""
    return World(SEED, MODELS, TODAY, None, registry.load())


@pytest.fixture(scope="module")
def events(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Event]]:
    """All events that a build finds in all weeks of that world."""
    data_dir = tmp_path_factory.mktemp("demo")
    for day in world.weekly.labels:
        _read_week(data_dir, world, day)
    with building(data_dir, data_dir / "build", registry.load(), ABOUT) as connection:
        yield connection.sql("from core_counter_events").to_arrow_table().to_pylist()


def _read_week(data_dir: Path, world: World, day: date) -> None:
    """A reading of the week's partition: counters, creation time, task."""
    answer = world.weekly.file({}, day.isoformat())
    week = pq.read_table(io.BytesIO(answer.body))
    reading = {"observed_on": pa.array([day] * len(week)), "source_id": pa.array(["hub_history"] * len(week))}
    values = {
        "model_id": week["id"],
        **reading,
        "created_at": week["createdAt"].cast(pa.timestamp("us", "UTC")),
        "task": week["pipeline_tag"],
        **{ours: week[theirs] for ours, theirs in COUNTERS.items() if theirs in week.schema.names},
    }
    frames = {
        table: pa.table(
            {field.name: values.get(field.name, pa.nulls(len(week), field.type)) for field in lake.SCHEMAS[table]}
        ).cast(lake.SCHEMAS[table])
        for table in ("model_observations", "model_metadata")
    }
    commit = lake.Commit(
        source_id="hub_history", observed_on=day, snapshot_sha256="0" * 64, is_simulated=True, rows=len(week)
    )
    lake.write(data_dir, commit, frames)


def _named(event: Planted) -> str:
    return event.new_id if event.kind == "rename" else event.model_id


@pytest.mark.parametrize("event", LOOKED_FOR, ids=lambda event: f"{event.kind} of {event.model_id}")
def test_a_planted_event_is_found_with_its_kind_size_treatment_and_reason(event: Planted, events: list[Event]) -> None:
    last_day = (event.until or event.on) + timedelta(days=7)
    found = [
        one
        for one in events
        if (one["model_id"], one["kind"]) == (_named(event), FOUND_AS[event.kind])
        and event.on <= one["on_day"]
        and one["from_on"] <= last_day
    ]
    assert len(found) == 1, f"expected {event.finding!r}"
    assert found[0]["size"] != 0
    assert found[0]["treatment"] in {"kept", "replaced", "joined", "left_out"}
    assert found[0]["reason"].endswith(".")


def test_at_most_one_in_a_hundred_healthy_models_has_an_event(world: World, events: list[Event]) -> None:
    ill = {event.model_id for event in LOOKED_FOR} | {event.new_id for event in LOOKED_FOR}
    healthy = {model.model_id for model in world.models} - ill
    flagged = healthy & {event["model_id"] for event in events}
    assert len(healthy) > 1400
    assert len(flagged) <= 0.01 * len(healthy), sorted(flagged)


@pytest.mark.parametrize("kind", ["recount", "fall"])
def test_what_a_recount_shows_is_replaced_by_about_what_really_was_downloaded(
    kind: Kind, world: World, events: list[Event]
) -> None:
    for event in planted(kind):
        found = next(one for one in events if one["model_id"] == event.model_id and one["kind"] == FOUND_AS[kind])
        real = world.history.downloads_between(event.model_id, found["from_on"], found["on_day"])
        assert abs(found["size"]) > 5 * real
        assert real / 2 < found["counted"] < 2 * real  # the 30-day counter knows the month, not the week
