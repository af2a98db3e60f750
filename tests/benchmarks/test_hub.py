"""What the benchmark of the whole Hub stands on: partitions in the real format, and tools that give the same answer."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from benchmarks import hub, hub_backfill, hub_partition, hub_peers, hub_weekly, kill_backfill
from benchmarks.synthetic_hub import SyntheticHub
from etl import lake
from etl.snapshots import Snapshot, SnapshotFile
from etl.tidy import tidy

SHARE = 0.001


@pytest.mark.parametrize("week", [0, 20, 119], ids=["without cards", "without all-time counters", "newest"])
def test_a_partition_read_by_the_etl_is_the_reading_that_it_was_made_of(tmp_path: Path, week: int) -> None:
    simulated = SyntheticHub(SHARE)
    hub_partition.write(simulated, week, tmp_path / "models.parquet")
    content = (tmp_path / "models.parquet").read_bytes()
    file = SnapshotFile("models.parquet", "https://huggingface.co/", sha256(content).hexdigest(), len(content), None)
    day = simulated.day(week)
    snapshot = Snapshot("hub_history", tmp_path, datetime.now(UTC), day, str(day), True, file.sha256, (file,))
    tidied, expected = tidy(snapshot), simulated.frames(week)
    assert tidied.refused == ()
    assert tidied.frames["model_observations"].equals(expected["model_observations"])
    licences = ["licence_name"] if week == 0 else []  # known from the card alone
    columns = [name for name in expected["model_metadata"].column_names if name not in licences]
    assert tidied.frames["model_metadata"].select(columns).equals(expected["model_metadata"].select(columns))


@pytest.mark.slow
def test_every_tool_and_the_lake_give_the_same_answer(tmp_path: Path) -> None:
    hub_weekly.write_weekly(tmp_path / "weekly", SHARE, weeks=45)
    hub_backfill.fill(tmp_path / "data", SHARE, weeks=45)
    hub_weekly.write_countries_of_the_lake(tmp_path / "data")
    places = {name: tmp_path / ("data" if name == "lake" else "weekly") for name in hub_peers.PEERS}
    answers = {name: hub_peers.digest(answer(places[name])) for name, answer in hub_peers.PEERS.items()}
    assert len(set(answers.values())) == 1, answers
    assert not next(iter(answers.values())).startswith("0 values")


def test_a_backfill_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    hub_backfill.fill(tmp_path / "at once", SHARE, weeks=6)
    hub_backfill.fill(tmp_path / "in two", SHARE, weeks=3)
    hub_backfill.fill(tmp_path / "in two", SHARE, weeks=6)
    assert kill_backfill.compare(tmp_path / "at once/lake", tmp_path / "in two/lake") == []
    assert [week["week"] for week in hub_backfill.weeks_of(tmp_path / "in two")] == list(range(6))
    lake.forget(tmp_path / "in two", "hub_history", lake.committed(tmp_path / "in two")[-1].observed_on)
    assert kill_backfill.compare(tmp_path / "at once/lake", tmp_path / "in two/lake") != []


def test_the_table_lays_shares_side_by_side_with_their_growth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "FOLDER", tmp_path)
    for share, seconds in ((0.05, 2.0), (0.1, 5.0)):
        (tmp_path / f"{share:g}").mkdir()
        (tmp_path / f"{share:g}/figures.json").write_text(f'{{"build_s": {seconds}, "answers": ["1 value, a"]}}')
    result = hub.table()
    row = next(row for row in result["rows"] if row["what"].startswith("build"))
    assert (row["5 %"], row["10 %"], row["10 % / 5 %"]) == (2.0, 5.0, 2.5)
    assert any("all tools agree" in note for note in result["notes"])
