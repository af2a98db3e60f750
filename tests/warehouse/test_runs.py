"""Records of sources and runs: written whole, read back as written, readable by older and newer versions."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from warehouse import runs
from warehouse.runs import RunRecord, RunsError, SourceState

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


def test_before_the_first_run_there_is_nothing(tmp_path: Path) -> None:
    assert runs.read_sources(tmp_path) == {}
    assert runs.read_runs(tmp_path) == []
    assert runs.last_run(tmp_path) is None


def test_a_source_is_read_back_as_it_was_written_and_the_others_stay(tmp_path: Path) -> None:
    first = SourceState("lmarena", "ok", "", NOW, NOW, date(2026, 4, 5), 31_352, "ab" * 32, True)
    second = SourceState("hub_models", "failed", "it answered 500 four times", NOW)
    runs.write_source(tmp_path, first)
    runs.write_source(tmp_path, second)
    assert runs.read_sources(tmp_path) == {"hub_models": second, "lmarena": first}


def test_what_a_killed_writer_left_is_removed_and_a_living_one_keeps_its_own(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / "runs").mkdir()
    left, living = (tmp_path / "runs" / f".sources.json.{pid}.partial" for pid in (ended.pid, os.getpid()))
    left.write_text("[")
    living.write_text("[")
    runs.remove_leftovers(tmp_path)
    assert [left.exists(), living.exists()] == [False, True]


def test_a_run_replaces_its_own_record_and_runs_come_in_order(tmp_path: Path) -> None:
    later = RunRecord("b", NOW + timedelta(days=1), "running")
    runs.write_run(tmp_path, later)
    runs.write_run(tmp_path, RunRecord("a", NOW, "running"))
    ended = RunRecord(
        "a", NOW, "published", NOW + timedelta(minutes=2), "2026-11-24T2200Z", "", NOW + timedelta(days=1)
    )
    runs.write_run(tmp_path, ended)
    assert runs.read_runs(tmp_path) == [ended, later]
    assert runs.last_run(tmp_path) == later


def test_only_the_last_runs_are_kept(tmp_path: Path) -> None:
    old = [{"run_id": f"{n:03}", "started_at": NOW.isoformat(), "status": "published"} for n in range(runs.RUNS_KEPT)]
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "runs.json").write_text(json.dumps(old), encoding="utf-8")
    runs.write_run(tmp_path, RunRecord("new", NOW + timedelta(days=1), "failed"))
    kept = [run.run_id for run in runs.read_runs(tmp_path)]
    assert len(kept) == runs.RUNS_KEPT
    assert (kept[0], kept[-1]) == ("001", "new")


def test_keys_of_another_version_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    entry = [{"source_id": "lmarena", "status": "ok", "colour": "green"}]
    (tmp_path / "runs" / "sources.json").write_text(json.dumps(entry), encoding="utf-8")
    assert runs.read_sources(tmp_path) == {"lmarena": SourceState("lmarena", "ok")}


BROKEN = ["{", "{}", "", "[1]", '[{"status": "ok"}]', '[{"source_id": "a", "status": "fine"}]', "\x00", "null"]


@pytest.mark.parametrize("content", BROKEN)
def test_a_broken_file_is_named_with_what_happens_to_it(tmp_path: Path, content: str) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "sources.json").write_text(content, encoding="utf-8")
    with pytest.raises(RunsError, match="sources.json cannot be read.*puts it aside"):
        runs.read_sources(tmp_path)


def test_broken_files_are_put_aside_and_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    for name in ("sources.json", "runs.json"):
        (tmp_path / "runs" / name).write_text("[{", encoding="utf-8")
    assert len(runs.put_aside_unreadable(tmp_path)) == 2
    runs.write_source(tmp_path, SourceState("lmarena", "ok"))
    assert runs.read_sources(tmp_path) == {"lmarena": SourceState("lmarena", "ok")}
    assert (tmp_path / "runs" / "runs.json.unreadable").read_text() == "[{"
    assert runs.put_aside_unreadable(tmp_path) == []


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a status of ok, stale, failed, missing, came 'fine'"):
        SourceState("lmarena", "fine")  # type: ignore[arg-type]


def test_nothing_but_the_two_files_stays(tmp_path: Path) -> None:
    runs.write_source(tmp_path, SourceState("lmarena", "ok"))
    runs.write_run(tmp_path, RunRecord("a", NOW, "running"))
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["runs.json", "sources.json"]
