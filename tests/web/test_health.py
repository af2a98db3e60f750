"""`/healthz` says 503 exactly when a reader should not trust what is shown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from settings import Settings
from tests.web.conftest import RELEASE_ID, Get, make_release, read_just_now
from warehouse.runs import SourceState, write_source
from web.health import health, longest_pause

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


def state(data_dir: Path, hours_ago: float, source_id: str = "hub_models") -> None:
    success = NOW - timedelta(hours=hours_ago)
    write_source(data_dir, SourceState(source_id, "ok", last_success_at=success, rows=2))


@pytest.mark.parametrize(
    ("schedule", "hours"), [("0 6 * * *", 24), ("0 */6 * * *", 6), ("0 6 * * 1", 168), ("0 6 * * 1-5", 72)]
)
def test_the_longest_pause_of_a_schedule_is_read_from_its_cron_expression(schedule: str, hours: int) -> None:
    assert longest_pause(schedule, NOW) == timedelta(hours=hours)


@pytest.mark.parametrize(("hours_ago", "status"), [(1, 200), (47, 200), (49, 503)])
def test_data_older_than_twice_its_schedule_is_unhealthy(tmp_path: Path, hours_ago: float, status: int) -> None:
    make_release(tmp_path)
    state(tmp_path, hours_ago)
    assert health(Settings(data_dir=tmp_path), NOW).status_code == status


def test_one_fresh_source_is_enough_and_the_old_one_is_named_with_its_age(tmp_path: Path) -> None:
    make_release(tmp_path)
    state(tmp_path, 1)
    state(tmp_path, 500, "livebench")
    answer = health(Settings(data_dir=tmp_path), NOW)
    assert answer.status_code == 200
    assert answer.body["sources"]["livebench"]["age_hours"] == 500


def test_without_a_release_it_is_unhealthy_however_fresh_the_sources(tmp_path: Path) -> None:
    state(tmp_path, 1)
    answer = health(Settings(data_dir=tmp_path), NOW)
    assert answer.status_code == 503
    assert "no release" in answer.reasons[0]


def test_the_address_answers_with_release_and_sources(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    read_just_now(data_dir)
    answer = get("/healthz")
    assert (answer.status, answer.json()["status"]) == (200, "ok")
    assert answer.json()["release"]["release_id"] == RELEASE_ID
    assert answer.json()["sources"]["hub_models"]["rows"] == 2
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_address_answers_503_before_the_first_release(get: Get) -> None:
    answer = get("/healthz")
    assert answer.status == 503
    assert len(answer.json()["reasons"]) == 2


@pytest.mark.parametrize("content", ["[{", "{}", '[{"source_id": 1}]'])
def test_a_broken_record_of_the_sources_is_a_reason_not_a_crash(get: Get, data_dir: Path, content: str) -> None:
    make_release(data_dir)
    (data_dir / "runs").mkdir()
    (data_dir / "runs" / "sources.json").write_text(content, encoding="utf-8")
    answer = get("/healthz")
    assert answer.status == 503
    assert "sources.json cannot be read" in answer.json()["reasons"][0]
