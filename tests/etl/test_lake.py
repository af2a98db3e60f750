"""The lake keeps readings whole, and never mixes simulated with real ones."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from etl import lake
from etl.lake import Commit

DAY = date(2025, 8, 7)


def reading(source_id: str = "hub_licence_tags", day: date = DAY, is_simulated: bool = False) -> Commit:
    return Commit(source_id, day, "ab" * 32, is_simulated, rows=1)


def tags(*names: str) -> dict[str, pa.Table]:
    rows = [
        {"observed_on": DAY, "source_id": "hub_licence_tags", "licence_tag": name, "label": name.upper()}
        for name in names
    ]
    return {"licence_tags": pa.Table.from_pylist(rows, schema=lake.SCHEMAS["licence_tags"])}


def stored_tags(data_dir: Path) -> list[str]:
    return lake.read(data_dir, "licence_tags", "hub_licence_tags", DAY)["licence_tag"].to_pylist()


def test_a_reading_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    kept = lake.write(tmp_path, reading(), tags("mit", "apache-2.0"))
    assert stored_tags(tmp_path) == ["mit", "apache-2.0"]
    assert lake.committed(tmp_path) == [kept]
    assert kept.tables == ("licence_tags",)


def test_readings_come_in_the_order_of_source_and_day(tmp_path: Path) -> None:
    for source_id, day in [("lmarena", DAY), ("hub_history", DAY), ("hub_history", date(2024, 7, 24))]:
        lake.write(tmp_path, reading(source_id, day), {})
    read = [(commit.source_id, commit.observed_on) for commit in lake.committed(tmp_path)]
    assert read == [("hub_history", date(2024, 7, 24)), ("hub_history", DAY), ("lmarena", DAY)]
    newest = lake.last_commit(tmp_path, "hub_history")
    assert newest is not None
    assert newest.observed_on == DAY
    assert lake.last_commit(tmp_path, "livebench") is None


def test_a_second_reading_of_a_day_replaces_the_first_with_all_its_tables(tmp_path: Path) -> None:
    refused = pa.Table.from_pylist([], schema=lake.SCHEMAS["refused_rows"])
    lake.write(tmp_path, reading(), tags("mit") | {"refused_rows": refused})
    lake.write(tmp_path, reading(), tags("isc"))
    assert stored_tags(tmp_path) == ["isc"]
    assert not lake.table_path(tmp_path, "refused_rows", "hub_licence_tags", DAY).exists()


def test_a_frame_with_other_columns_is_refused_by_name(tmp_path: Path) -> None:
    frame = tags("mit")["licence_tags"].rename_columns(["observed_on", "source_id", "licence_tag", "name"])
    with pytest.raises(lake.LakeError, match=r"missing \['label'\], unknown \['name'\]"):
        lake.write(tmp_path, reading(), {"licence_tags": frame})
    assert lake.committed(tmp_path) == []


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False)])
def test_simulated_and_real_readings_never_share_a_lake(tmp_path: Path, first: bool, second: bool) -> None:
    lake.write(tmp_path, reading(is_simulated=first), tags("mit"))
    with pytest.raises(lake.LakeError, match="use another OMO_DATA_DIR"):
        lake.write(tmp_path, reading("lmarena", is_simulated=second), {})
    assert len(lake.committed(tmp_path)) == 1


def test_a_forgotten_reading_leaves_no_file(tmp_path: Path) -> None:
    lake.write(tmp_path, reading(), tags("mit"))
    lake.forget(tmp_path, "hub_licence_tags", DAY)
    assert lake.committed(tmp_path) == []
    assert [path for path in (tmp_path / "lake").rglob("*") if path.is_file()] == []


class Killed(Exception):
    """Stands for the moment at which a process dies."""


def stop_at_rename(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The nth renaming of a file does not happen, as if the process had been killed before it."""
    rename, seen = Path.replace, []

    def renamed(self: Path, target: Path) -> Path:
        seen.append(target)
        if len(seen) == number:
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", renamed)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_kill_at_any_step_leaves_the_old_reading_or_the_new_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def both(name: str) -> dict[str, pa.Table]:
        total = {"observed_on": DAY, "source_id": "hub_licence_tags", "measure": name, "value": 1.0}
        return tags(name) | {"control_totals": pa.Table.from_pylist([total], schema=lake.SCHEMAS["control_totals"])}

    lake.write(tmp_path, reading(), both("old"))
    with monkeypatch.context() as dying, pytest.raises(Killed):
        stop_at_rename(dying, number)
        lake.write(tmp_path, reading(), both("new"))
    lake.recover(tmp_path)
    measures = lake.read(tmp_path, "control_totals", "hub_licence_tags", DAY)["measure"].to_pylist()
    assert stored_tags(tmp_path) == measures == (["old"] if number == 1 else ["new"])
    assert not list((tmp_path / "lake").rglob(".*"))
