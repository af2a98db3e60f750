"""Of models the lake keeps changes: every reading is read back from them as it came, and nothing else is stored."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl import lake
from etl.lake import Commit, LakeError

FIRST = date(2025, 1, 1)
Counters = dict[str, tuple[int, int | None, int]]


def read(
    data_dir: Path, day: date, models: Counters, scope: str = "hub", licence: str = "mit", **totals: float
) -> Commit:
    """A whole reading, as tidy hands it over."""
    reading = {"observed_on": day, "source_id": "hub_history"}
    counters = [
        {**reading, "model_id": model, "downloads_30d": window, "downloads_all_time": all_time, "likes": likes}
        for model, (window, all_time, likes) in models.items()
    ]
    facts = [{**reading, "model_id": model, "licence_tag": licence, "base_model_ids": ["a/b"]} for model in models]
    control = {"rows": float(len(models)), "downloads_30d": float(sum(v[0] for v in models.values()))} | totals
    tables: dict[str, list[dict[str, Any]]] = {
        "model_observations": counters,
        "model_metadata": facts,
        "control_totals": [{**reading, "measure": name, "value": value} for name, value in control.items()],
    }
    frames = {name: pa.Table.from_pylist(rows, schema=lake.SCHEMAS[name]) for name, rows in tables.items()}
    return lake.write(data_dir, Commit("hub_history", day, f"{day:%Y%m%d}", False, len(models), scope=scope), frames)


def kept(data_dir: Path, table: str, day: date) -> list[dict[str, Any]]:
    names = dict(zip(*numbered(data_dir), strict=True))
    rows = lake.read(data_dir, table, "hub_history", day).to_pylist()
    return [{"model": names[row["model_number"]], **row} for row in rows]


def numbered(data_dir: Path) -> tuple[list[int], list[str]]:
    tables = [
        pq.read_table(file, partitioning=None) for file in sorted((data_dir / "lake/model_numbers").rglob("*.parquet"))
    ]
    whole = pa.concat_tables(tables)
    return whole["model_number"].to_pylist(), whole["model_id"].to_pylist()


def state_at(data_dir: Path, day: date) -> Counters:
    """Every model at a day, put together from the changes alone."""
    state: dict[str, Any] = {}
    for commit in lake.committed(data_dir, "hub_history"):
        for row in kept(data_dir, "model_changes", commit.observed_on) if commit.observed_on <= day else []:
            state[row["model"]] = (row["downloads_30d"], row["downloads_all_time"], row["likes"])
    return {model: counters for model, counters in state.items() if counters[0] is not None}


def history(weeks: int, seed: int) -> dict[date, Counters]:
    """Models that come, move a little, stand still, go and come again."""
    chance, models, found = random.Random(seed), dict[str, tuple[int, int | None, int]](), dict[date, Counters]()
    for week in range(weeks):
        models[f"org{week % 3}/model-{week}"] = (chance.randrange(5), None if week < 2 else 10, 0)
        for model in list(models):
            window, all_time, likes = models[model]
            if chance.random() < 0.3:
                models[model] = (window + chance.randrange(9), (all_time or 0) + 5 if week >= 2 else None, likes + 1)
        found[FIRST + timedelta(weeks=week)] = {m: c for m, c in models.items() if chance.random() > 0.15}
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_reading_is_read_back_from_the_changes_as_it_came(tmp_path: Path, seed: int) -> None:
    readings = history(14, seed)
    for number, (day, models) in enumerate(readings.items()):
        read(tmp_path, day, models)
        if number == 7:  # what is kept beside the lake only saves time
            shutil.rmtree(tmp_path / "lake" / "_known")
    assert {day: state_at(tmp_path, day) for day in readings} == readings


def test_the_lake_is_the_same_with_and_without_what_is_kept_beside_it(tmp_path: Path) -> None:
    for number, (day, models) in enumerate(history(12, 3).items()):
        for folder in ("with", "without"):
            read(tmp_path / folder, day, models, scope="tracked")
        if number % 2:
            shutil.rmtree(tmp_path / "without" / "lake" / "_known")
    files = sorted(path.relative_to(tmp_path / "with") for path in (tmp_path / "with").rglob("*") if path.is_file())
    assert len(files) > 40
    differing = [
        f
        for f in files
        if "_known" not in f.parts and (tmp_path / "with" / f).read_bytes() != (tmp_path / "without" / f).read_bytes()
    ]
    assert differing == []


def test_a_reading_in_which_nothing_moved_takes_no_row(tmp_path: Path) -> None:
    read(tmp_path, FIRST, {"a/a": (1, 10, 1), "b/b": (2, 20, 2)})
    read(tmp_path, FIRST + timedelta(weeks=1), {"a/a": (1, 10, 1), "b/b": (2, 20, 2)})
    assert kept(tmp_path, "model_changes", FIRST + timedelta(weeks=1)) == []
    assert kept(tmp_path, "metadata_changes", FIRST + timedelta(weeks=1)) == []


def test_a_change_says_by_how_much_and_since_which_reading(tmp_path: Path) -> None:
    days = [FIRST + timedelta(weeks=week) for week in range(4)]
    for day, all_time in zip(days, (10, 10, 25, 20), strict=True):
        read(tmp_path, day, {"a/a": (1, all_time, 1)})
    changes = [
        (row["observed_on"], row["delta"], row["from_on"])
        for day in days
        for row in kept(tmp_path, "model_changes", day)
    ]
    assert changes == [(days[0], None, None), (days[2], 15, days[1]), (days[3], -5, days[2])]


def test_a_model_that_is_gone_has_a_row_without_counters_and_goes_on_from_its_last_ones(tmp_path: Path) -> None:
    days = [FIRST + timedelta(weeks=week) for week in range(4)]
    there, gone = {"a/a": (1, 10, 1), "b/b": (2, 20, 2)}, {"b/b": (2, 20, 2)}
    for day, models in zip(days, (there, gone, gone, there | {"a/a": (1, 14, 1)}), strict=True):
        read(tmp_path, day, models)
    changes = [
        (row["observed_on"], row["downloads_all_time"], row["delta"], row["from_on"])
        for day in days[1:]
        for row in kept(tmp_path, "model_changes", day)
    ]
    assert changes == [(days[1], None, None, days[0]), (days[3], 14, 4, days[0])]


def test_of_an_account_that_a_reading_does_not_cover_no_model_is_gone(tmp_path: Path) -> None:
    read(tmp_path, FIRST, {"a/a": (1, 10, 1), "a/c": (1, 10, 1), "b/b": (2, 20, 2)}, scope="tracked")
    second = read(tmp_path, FIRST + timedelta(days=1), {"a/a": (1, 10, 1)}, scope="tracked")
    assert second.accounts == ("a",)
    assert [row["model"] for row in kept(tmp_path, "model_changes", FIRST + timedelta(days=1))] == ["a/c"]


def test_a_licence_that_changes_has_a_date(tmp_path: Path) -> None:
    for week, licence in enumerate(("other", "other", "mit")):
        read(tmp_path, FIRST + timedelta(weeks=week), {"a/a": (week, 10, 1)}, licence=licence)
    changes = [
        (row["observed_on"], row["licence_tag"])
        for week in range(3)
        for row in kept(tmp_path, "metadata_changes", FIRST + timedelta(weeks=week))
    ]
    assert changes == [(FIRST, "other"), (FIRST + timedelta(weeks=2), "mit")]


def test_a_reading_that_comes_after_a_later_one_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    read(tmp_path, FIRST, {"a/a": (1, 10, 1)})
    read(tmp_path, FIRST + timedelta(weeks=2), {"a/a": (1, 30, 1)})
    before = {path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()}
    with pytest.raises(LakeError, match="came after the one of 2025-01-15"):
        read(tmp_path, FIRST + timedelta(weeks=1), {"a/a": (1, 20, 1)})
    assert {path: path.read_bytes() for path in (tmp_path / "lake").rglob("*") if path.is_file()} == before


def test_a_second_reading_of_the_newest_day_replaces_it_and_numbers_stay(tmp_path: Path) -> None:
    read(tmp_path, FIRST, {"a/a": (1, 10, 1)})
    day = FIRST + timedelta(weeks=1)
    read(tmp_path, day, {"a/a": (1, 12, 1), "b/b": (1, 1, 1)})
    read(tmp_path, day, {"a/a": (1, 15, 1), "c/c": (1, 1, 1)})
    assert numbered(tmp_path) == ([1, 2, 3], ["a/a", "b/b", "c/c"])
    assert [(row["model"], row["delta"]) for row in kept(tmp_path, "model_changes", day)] == [("a/a", 5), ("c/c", None)]


def test_totals_that_the_raw_file_does_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="rows 1 instead of 2"):
        read(tmp_path, FIRST, {"a/a": (1, 10, 1)}, rows=2.0)
    assert lake.committed(tmp_path) == []
