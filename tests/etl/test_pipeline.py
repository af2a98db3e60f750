"""The pass: every source for itself, the last good data kept, nothing published that a check refuses."""

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import registry
from demo.server import DemoServer
from etl import lake, locks, pipeline, report, snapshots
from etl.collect import COLLECTORS
from etl.readings import keep
from etl.sources import Outcome, state_after
from settings import Settings
from tests.etl.far_side import TODAY, WEEKS, impatient, small_server
from warehouse import connect, runs
from warehouse.runs import RunRecord, SourceState

REGISTRY = registry.load()
ALL = [source.source_id for source in REGISTRY.sources]
HISTORY_FILES = "huggingface.co/datasets/hfmlsoc"


@pytest.fixture(scope="module")
def far_side() -> Iterator[DemoServer]:
    server = small_server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def after_one_pass(far_side: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a first good pass; tests copy it."""
    data_dir = tmp_path_factory.mktemp("one-pass") / "data"
    result = pipeline.run(impatient(data_dir, far_side.url), REGISTRY)
    assert result.exit_code == 0, result
    return data_dir


@pytest.fixture
def settings(after_one_pass: Path, far_side: DemoServer, tmp_path: Path) -> Iterator[Settings]:
    """Settings on a copy of the first pass; the far side is well again, and its log empty."""
    data_dir = tmp_path / "data"
    shutil.copytree(after_one_pass, data_dir, symlinks=True)
    far_side.log.clear()
    yield impatient(data_dir, far_side.url)
    far_side.clear_faults()


def asked_for(far_side: DemoServer, prefix: str) -> list[str]:
    return [entry["path"] for entry in far_side.log if entry["path"].startswith(prefix)]


def rows_of(data_dir: Path, select: str) -> list[tuple[Any, ...]]:
    release = connect.open_release(data_dir)
    try:
        return release.cursor().execute(select).fetchall()
    finally:
        release.close()


def states(result: pipeline.RunResult) -> dict[str, SourceState]:
    return {state.source_id: state for state in result.sources}


def content_of(data_dir: Path) -> str:
    folder = connect.release_folder(data_dir)
    return str(json.loads((folder / "release.json").read_text(encoding="utf-8"))["content_sha256"])


def test_a_first_pass_reads_every_source_and_publishes(settings: Settings) -> None:
    kept = runs.read_sources(settings.data_dir)
    assert {state.status for state in kept.values()} == {"ok"}
    assert list(kept) == sorted(ALL)
    assert {commit.source_id for commit in lake.committed(settings.data_dir)} == set(ALL)
    assert len(lake.committed(settings.data_dir, "hub_history")) == WEEKS
    record = runs.last_run(settings.data_dir)
    assert record is not None
    assert (record.status, record.release_id) == ("published", connect.current_release_id(settings.data_dir))
    assert connect.open_release(settings.data_dir).is_simulated


def test_the_counters_of_the_release_are_those_of_the_raw_pages(settings: Settings) -> None:
    raw = snapshots.latest(settings.data_dir, "hub_models")
    assert raw is not None
    total = sum(row["downloads"] for file in raw.files for row in json.loads(raw.read(file.name)))
    select = "select sum(downloads_30d)::bigint from core_model_observations where source_id = 'hub_models'"
    assert rows_of(settings.data_dir, select) == [(total,)]


def test_a_second_pass_fetches_no_partition_again(settings: Settings, far_side: DemoServer) -> None:
    assert pipeline.run(settings, REGISTRY, ["hub_history"]).exit_code == 0
    assert asked_for(far_side, HISTORY_FILES) == []
    assert len(lake.committed(settings.data_dir, "hub_history")) == WEEKS


@pytest.mark.parametrize("source_id", ALL)
def test_a_source_that_fails_keeps_its_last_good_data_and_stops_no_other(
    settings: Settings, far_side: DemoServer, source_id: str
) -> None:
    before = lake.committed(settings.data_dir, source_id)
    prefix = {
        "hub_models": "huggingface.co/api/models",
        "hub_history": "huggingface.co/api/datasets",
        "hub_licence_tags": "huggingface.co/api/models-tags-by-type",
        "spdx_licences": "raw.githubusercontent.com/spdx",
        "lmarena": "huggingface.co/datasets/lmarena-ai",
        "livebench": "api.github.com",
        "open_llm_leaderboard": "huggingface.co/datasets/open-llm-leaderboard",
    }[source_id]
    far_side.set_fault("500", prefix)
    other = "livebench" if source_id == "spdx_licences" else "spdx_licences"
    result = pipeline.run(settings, REGISTRY, [source_id, other])
    assert result.exit_code == 2
    assert {state.source_id: state.status for state in result.sources} == {source_id: "failed", other: "ok"}
    assert "answered 500" in states(result)[source_id].message
    assert source_id in result.record.message
    assert lake.committed(settings.data_dir, source_id) == before
    select = f"select status from meta_sources where source_id = '{source_id}'"
    assert rows_of(settings.data_dir, select) == [("failed",)]


def test_when_nothing_can_be_read_at_first_nothing_is_published(far_side: DemoServer, tmp_path: Path) -> None:
    result = pipeline.run(impatient(tmp_path, "http://127.0.0.1:9", attempts=1), REGISTRY)
    assert result.exit_code == 1
    assert {state.status for state in result.sources} == {"missing"}
    assert "no source has given a good reading yet" in result.record.message
    assert connect.current_release_id(tmp_path) is None


def test_when_nothing_can_be_read_later_the_release_says_so(settings: Settings) -> None:
    before = connect.current_release_id(settings.data_dir)
    cut_off = impatient(settings.data_dir, "http://127.0.0.1:9", attempts=1)
    assert pipeline.run(cut_off, REGISTRY).exit_code == 2
    assert connect.current_release_id(settings.data_dir) != before
    assert rows_of(settings.data_dir, "select distinct status from meta_sources") == [("failed",)]


def test_a_source_that_shrank_by_more_than_half_is_refused_with_both_numbers(settings: Settings) -> None:
    before = lake.last_commit(settings.data_dir, "hub_models")
    assert before is not None
    lake.write(settings.data_dir, replace(before, rows=before.rows * 3), read_all(settings.data_dir, before))
    result = pipeline.run(settings, REGISTRY, ["hub_models"])
    state = states(result)["hub_models"]
    assert (result.exit_code, state.status, state.rows) == (2, "failed", before.rows * 3)
    assert f"shrunk from {before.rows * 3:,} rows ({TODAY}) to {before.rows:,}" in state.message


def read_all(data_dir: Path, commit: lake.Commit) -> dict[str, pa.Table]:
    return {table: lake.read(data_dir, table, commit.source_id, commit.observed_on) for table in commit.tables}


def test_simulated_figures_are_refused_where_real_ones_are_kept(settings: Settings, tmp_path: Path) -> None:
    real = lake.Commit("spdx_licences", date(2026, 11, 1), "ab", is_simulated=False, rows=1)
    elsewhere = impatient(tmp_path / "real", settings.mirror)
    lake.write(elsewhere.data_dir, real, {})
    result = pipeline.run(elsewhere, REGISTRY, ["spdx_licences"])
    assert "use another OMO_DATA_DIR for simulated data" in states(result)["spdx_licences"].message
    assert lake.committed(elsewhere.data_dir) == [replace(real, tables=())]


def test_an_error_that_nobody_expected_ends_at_its_source(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Iterator[snapshots.Snapshot]:
        raise ZeroDivisionError("of all things")
        yield

    monkeypatch.setitem(COLLECTORS, "lmarena", broken)
    monkeypatch.setattr(logging.getLogger("etl"), "propagate", True)
    with caplog.at_level(logging.ERROR, logger="etl"):
        result = pipeline.run(settings, REGISTRY, ["lmarena", "livebench"])
    assert {state.source_id: state.status for state in result.sources} == {"lmarena": "failed", "livebench": "ok"}
    assert "unexpected ZeroDivisionError: of all things" in states(result)["lmarena"].message
    assert "Traceback" in caplog.text


def test_a_release_that_a_check_refuses_is_not_published(settings: Settings) -> None:
    commit = lake.last_commit(settings.data_dir, "hub_models")
    assert commit is not None
    frames = read_all(settings.data_dir, commit)
    wrong = pc.add(frames["control_totals"]["value"], 1.0)
    frames["control_totals"] = frames["control_totals"].set_column(3, "value", wrong)
    lake.write(settings.data_dir, commit, frames)
    before = connect.current_release_id(settings.data_dir)
    result = pipeline.rebuild(settings, REGISTRY)
    assert (result.exit_code, result.record.status) == (3, "refused")
    assert "counters_reconcile_with_raw" in result.record.message
    assert connect.current_release_id(settings.data_dir) == before


def test_a_second_pass_at_the_same_time_is_turned_away(settings: Settings) -> None:
    environment = {"OMO_DATA_DIR": str(settings.data_dir), "OMO_MIRROR": settings.mirror, "PATH": "/usr/bin:/bin"}
    with locks.held(settings.data_dir / "etl.lock", "The ETL"):
        with pytest.raises(locks.Busy, match="The ETL runs already"):
            pipeline.run(settings, REGISTRY)
        second = subprocess.run(
            [sys.executable, "-m", "etl", "run"], env=environment, capture_output=True, text=True, timeout=60
        )
    assert second.returncode == 75
    assert "The ETL runs already" in second.stderr


def test_the_record_of_a_killed_pass_is_closed_by_the_next(settings: Settings) -> None:
    killed = RunRecord("20261119T000000.000000Z", datetime(2026, 11, 19, tzinfo=UTC), "running")
    runs.write_run(settings.data_dir, killed)
    pipeline.run(settings, REGISTRY, ["spdx_licences"])
    found = {record.run_id: record.status for record in runs.read_runs(settings.data_dir)}
    assert found[killed.run_id] == "abandoned"
    assert "running" not in found.values()


def test_a_pass_that_is_told_to_stop_is_abandoned_and_leaves_the_release(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> Iterator[snapshots.Snapshot]:
        raise KeyboardInterrupt
        yield

    before = connect.current_release_id(settings.data_dir)
    monkeypatch.setitem(COLLECTORS, "lmarena", stopped)
    with pytest.raises(KeyboardInterrupt):
        pipeline.run(settings, REGISTRY, ["lmarena"])
    record = runs.last_run(settings.data_dir)
    assert record is not None
    assert record.status == "abandoned"
    assert connect.current_release_id(settings.data_dir) == before


def test_a_partition_on_disk_that_never_reached_the_lake_is_kept_without_fetching_it(
    settings: Settings, far_side: DemoServer
) -> None:
    newest = lake.committed(settings.data_dir, "hub_history")[-1]
    lake.forget(settings.data_dir, "hub_history", newest.observed_on)
    assert pipeline.run(settings, REGISTRY, ["hub_history"]).exit_code == 0
    assert asked_for(far_side, HISTORY_FILES) == []
    again = lake.committed(settings.data_dir, "hub_history")[-1]
    assert again == newest


def test_a_history_of_all_models_and_one_of_some_do_not_share_a_lake(settings: Settings, far_side: DemoServer) -> None:
    before = lake.committed(settings.data_dir)
    wider = impatient(settings.data_dir, settings.mirror, scope="hub")
    result = pipeline.run(wider, REGISTRY, ["hub_history"])
    assert result.exit_code == 2
    assert "use another OMO_DATA_DIR for the other scope" in states(result)["hub_history"].message
    assert asked_for(far_side, HISTORY_FILES) == []
    assert lake.committed(settings.data_dir) == before


def test_the_whole_hub_is_kept_in_a_lake_of_its_own(far_side: DemoServer, tmp_path: Path) -> None:
    wider = impatient(tmp_path, far_side.url, scope="hub")
    assert pipeline.run(wider, REGISTRY, ["hub_history"]).exit_code == 0
    assert {commit.scope for commit in lake.committed(tmp_path, "hub_history")} == {"hub"}
    assert len(lake.committed(tmp_path, "hub_history")) == WEEKS


def test_a_partition_that_comes_too_late_changes_nothing_until_the_lake_is_laid_again(
    settings: Settings, far_side: DemoServer
) -> None:
    first, before = content_of(settings.data_dir), lake.committed(settings.data_dir)
    late = lake.committed(settings.data_dir, "hub_history")[-2]
    for commit in reversed(lake.committed(settings.data_dir, "hub_history")[-2:]):
        lake.forget(settings.data_dir, "hub_history", commit.observed_on)
    newest = snapshots.all(settings.data_dir, "hub_history")[-1]
    keep(settings.data_dir, newest)
    without = lake.committed(settings.data_dir, "hub_history")
    with pytest.raises(lake.LakeError, match=r"came after the one of .*rebuild --from-snapshots"):
        keep(
            settings.data_dir,
            next(s for s in snapshots.all(settings.data_dir, "hub_history") if s.observed_on == late.observed_on),
        )
    assert lake.committed(settings.data_dir, "hub_history") == without
    assert pipeline.run(settings, REGISTRY, ["hub_history"]).exit_code == 0
    assert asked_for(far_side, HISTORY_FILES) == []
    assert pipeline.rebuild(settings, REGISTRY, from_snapshots=True).exit_code == 0
    assert [replace(c, note="") for c in lake.committed(settings.data_dir)] == [replace(c, note="") for c in before]
    assert content_of(settings.data_dir) == first


def test_a_backfill_fetches_what_is_since_its_day_however_long_it_takes(far_side: DemoServer, tmp_path: Path) -> None:
    hurried = impatient(tmp_path, far_side.url, history_budget_s=0.001)
    since = date(2026, 10, 28)
    result = pipeline.run(hurried, REGISTRY, ["hub_history"], since=since)
    days = [commit.observed_on for commit in lake.committed(tmp_path, "hub_history")]
    assert result.exit_code == 0
    assert days == [since + timedelta(weeks=n) for n in range(len(days))]
    assert len(days) > 1


def test_a_rebuild_makes_the_same_release_from_the_same_lake(settings: Settings, far_side: DemoServer) -> None:
    first = content_of(settings.data_dir)
    far_side.log.clear()
    assert pipeline.rebuild(settings, REGISTRY).exit_code == 0
    assert content_of(settings.data_dir) == first
    assert pipeline.rebuild(settings, REGISTRY, from_snapshots=True).exit_code == 0
    assert content_of(settings.data_dir) == first
    assert far_side.log == []


def test_a_lake_of_an_earlier_version_is_put_aside_and_laid_again(settings: Settings) -> None:
    first, before = content_of(settings.data_dir), lake.committed(settings.data_dir)
    for marker in (settings.data_dir / "lake" / "_committed").glob("*/*.json"):
        fields = json.loads(marker.read_text(encoding="utf-8")) | {"snapshot": "snapshots/x"}
        del fields["accounts"]
        marker.write_text(json.dumps(fields), encoding="utf-8")
    with pytest.raises(lake.LakeError, match="is of an earlier version"):
        pipeline.run(settings, REGISTRY)
    assert pipeline.rebuild(settings, REGISTRY, from_snapshots=True).exit_code == 0
    assert [replace(c, note="") for c in lake.committed(settings.data_dir)] == [replace(c, note="") for c in before]
    assert content_of(settings.data_dir) == first
    assert len(list(settings.data_dir.glob("lake-before-*/_committed/*/*.json"))) == len(before)


def test_the_lake_grows_again_from_the_raw_files_alone(settings: Settings) -> None:
    first = content_of(settings.data_dir)
    before = lake.committed(settings.data_dir)
    shutil.rmtree(settings.data_dir / "lake")
    result = pipeline.rebuild(settings, REGISTRY, from_snapshots=True)
    assert result.exit_code == 0
    assert [replace(c, note="") for c in lake.committed(settings.data_dir)] == [replace(c, note="") for c in before]
    assert content_of(settings.data_dir) == first


def test_a_source_whose_figures_grow_old_is_called_stale(tmp_path: Path) -> None:
    old = date(2026, 1, 1)
    lake.write(tmp_path, lake.Commit("lmarena", old, "ab", False, rows=9, data_until=old), {})
    state = state_after(Outcome("lmarena", datetime.now(UTC)), Settings(data_dir=tmp_path, mirror=""), REGISTRY)
    assert state.status == "stale"
    assert state.message.startswith("the newest figures are of 2026-01-01,")


def test_the_age_on_a_mirror_is_judged_by_the_mirrors_own_day(tmp_path: Path) -> None:
    old = date(2026, 1, 1)
    lake.write(tmp_path, lake.Commit("lmarena", old, "ab", False, rows=9, data_until=old), {})
    state = state_after(Outcome("lmarena", datetime.now(UTC)), impatient(tmp_path, "http://127.0.0.1:9"), REGISTRY)
    assert state.status == "ok"


def test_the_status_names_what_was_never_read_and_what_failed(
    settings: Settings, far_side: DemoServer, tmp_path: Path
) -> None:
    far_side.set_fault("html", "api.github.com")
    pipeline.run(settings, REGISTRY, ["livebench"])
    facts = report.status(settings, REGISTRY)
    found = {source["source_id"]: source for source in facts["sources"]}
    assert found["livebench"]["status"] == "failed"
    assert "expected json" in found["livebench"]["message"]
    assert found["hub_models"]["status"] == "ok"
    assert facts["last_run"]["status"] == "published_with_failures"
    assert facts["release"]["is_simulated"] is True
    assert json.loads(json.dumps(facts)) == facts
    empty = report.status(Settings(data_dir=tmp_path / "none"), REGISTRY)
    assert (empty["release"], empty["last_run"]) == (None, None)
    assert {source["status"] for source in empty["sources"]} == {"missing"}
    assert "none yet" in report.text(Settings(data_dir=tmp_path / "none"), REGISTRY)


def test_a_line_tells_source_status_rows_day_and_reason() -> None:
    state = SourceState(
        "hub_models",
        "failed",
        "the Hub answered 500",
        last_success_at=datetime(2026, 11, 20, tzinfo=UTC),
        data_until=datetime.now(UTC).date() - timedelta(days=1),
        rows=12345,
    )
    words = report.line(state).split()
    assert words[:6] == ["hub_models", "failed", "12,345", "rows", "read", "2026-11-20"]
    assert "1 day old)  the Hub answered 500" in report.line(state)
