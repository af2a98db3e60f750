"""Every planted event is found again in what the stand-in serves."""

from datetime import date, timedelta

import pytest

from demo.planted import PLANTED, Planted, planted
from demo.server import DemoServer
from tests.demo.far_side import WEEKS, all_models, get, week

ONE_WEEK = timedelta(weeks=1)


def label_before(day: date) -> date:
    """The last partition before a day; labels are Wednesdays."""
    return day - timedelta(days=(day.weekday() - 2) % 7 or 7)


@pytest.mark.parametrize("event", planted("recount"), ids=lambda event: event.model_id)
def test_a_recount_jumps_the_all_time_counter_but_not_the_30_day_one(demo: DemoServer, event: Planted) -> None:
    before, after = week(demo, event.on - ONE_WEEK).loc[event.model_id], week(demo, event.on).loc[event.model_id]
    jump = after.downloadsAllTime - before.downloadsAllTime
    assert jump > 3 * max(before.downloads, after.downloads)
    assert after.downloads < 2 * before.downloads


@pytest.mark.parametrize("event", planted("fall"), ids=lambda event: event.model_id)
def test_a_fall_lowers_the_all_time_counter(demo: DemoServer, event: Planted) -> None:
    before, after = week(demo, event.on - ONE_WEEK).loc[event.model_id], week(demo, event.on).loc[event.model_id]
    assert 0 < after.downloadsAllTime < before.downloadsAllTime
    assert after.downloads > 0


@pytest.mark.parametrize("event", planted("stalled"), ids=lambda event: event.model_id)
def test_a_stalled_counter_stands_still_for_four_weeks_and_catches_up(demo: DemoServer, event: Planted) -> None:
    readings = [week(demo, event.on + n * ONE_WEEK).loc[event.model_id] for n in range(5)]
    assert len({reading.downloadsAllTime for reading in readings[:4]}) == 1
    assert readings[4].downloadsAllTime - readings[0].downloadsAllTime > readings[0].downloads / 2
    assert all(reading.downloads > 1000 for reading in readings)


@pytest.mark.parametrize("event", planted("rename"), ids=lambda event: event.model_id)
def test_a_renamed_model_goes_on_under_its_new_id_with_its_count(demo: DemoServer, event: Planted) -> None:
    before, after = week(demo, label_before(event.on)), week(demo, event.on)
    assert event.model_id in before.index
    assert event.model_id not in after.index
    assert event.new_id in after.index
    assert event.new_id not in before.index
    old, new = before.loc[event.model_id], after.loc[event.new_id]
    assert old.downloadsAllTime <= new.downloadsAllTime < old.downloadsAllTime + old.downloads
    assert old._id == new._id
    assert (old.createdAt == new.createdAt) == (not event.created_anew)
    assert old.likes <= new.likes < 1.1 * old.likes + 2


@pytest.mark.parametrize("event", planted("licence"), ids=lambda event: event.model_id)
def test_a_changed_licence_shows_in_card_and_tags_from_its_day_on(demo: DemoServer, event: Planted) -> None:
    before, after = (
        week(demo, day).loc[event.model_id] for day in (label_before(event.on), label_before(event.on) + ONE_WEEK)
    )
    assert f"license:{event.new_licence}" not in before.tags
    assert f"license:{event.new_licence}" in after.tags
    assert f'"{event.new_licence}"' in after.cardData


@pytest.mark.parametrize("event", planted("spike"), ids=lambda event: event.model_id)
def test_a_spike_stands_far_above_the_weeks_around_it_and_brings_no_likes(demo: DemoServer, event: Planted) -> None:
    after = label_before(event.until or event.on) + ONE_WEEK
    before, at_its_end, later = (
        week(demo, day).loc[event.model_id] for day in (label_before(event.on), after, after + timedelta(weeks=5))
    )
    assert at_its_end.downloads > 5 * max(before.downloads, later.downloads)
    assert before.likes <= at_its_end.likes < 1.05 * before.likes + 2


def test_the_viral_month_stands_far_above_its_neighbours(demo: DemoServer) -> None:
    (event,) = planted("viral_spike")
    june, july, august = (week(demo, day).loc[event.model_id].downloads for day in monthly_labels())
    assert july > 3 * max(june, august)
    july_likes, august_likes = (week(demo, day).loc[event.model_id].likes for day in monthly_labels()[1:])
    assert july_likes <= august_likes < 1.2 * july_likes


def monthly_labels() -> tuple[date, date, date]:
    """Partitions whose 30 days lie before, in and after July 2025."""
    return date(2025, 6, 25), date(2025, 7, 30), date(2025, 9, 3)


@pytest.mark.parametrize("event", planted("vanished"), ids=lambda event: event.model_id)
def test_a_vanished_model_is_gone_from_one_week_to_the_next(demo: DemoServer, event: Planted) -> None:
    assert event.model_id in week(demo, event.on - ONE_WEEK).index
    assert event.model_id not in week(demo, event.on).index
    assert get(demo, f"huggingface.co/api/models/{event.model_id}").status_code == 401


@pytest.mark.parametrize("event", planted("repeated_partition"), ids=lambda event: str(event.on))
def test_a_repeated_partition_has_the_bytes_of_the_week_before(demo: DemoServer, event: Planted) -> None:
    weeks = [get(demo, f"{WEEKS}/{event.on + n * ONE_WEEK}/models.parquet").content for n in (-1, 0, 1)]
    assert weeks[0] == weeks[1]
    assert weeks[1] != weeks[2]


def test_there_are_releases_of_the_last_eight_weeks(demo: DemoServer) -> None:
    created = {row["id"]: row["createdAt"][:10] for row in all_models(demo, "createdAt").values()}
    recent = [model_id for model_id, day in created.items() if day >= "2026-09-29"]
    assert any("Demo-Preview" in model_id for model_id in recent)


def test_every_planted_event_names_a_model_that_was_served(demo: DemoServer) -> None:
    for event in PLANTED:
        if event.model_id:
            assert event.model_id in week(demo, label_before(event.on)).index
