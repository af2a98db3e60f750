"""Weekly partitions of the whole Hub on their way into the lake: a strange one is stored by rule or refused in words.

Whatever it is, the files that are in the lake already stay byte for byte what they were.
"""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import registry
from etl import lake, pipeline
from settings import Settings
from tests.etl.collect.conftest import FarSide, Reply
from tests.etl.collect.test_hub_history import FILE, TREE, folders, rows

GOOD, NEW = ("2025-07-28", "2025-08-04"), "2025-08-11"
MODELS = 40


@pytest.fixture
def whole_hub(settings: Settings, far_side: FarSide) -> Settings:
    """Two good weeks in a lake of the whole Hub."""
    ours = settings.model_copy(update={"scope": "hub", "attempts": 1})
    for week, label in enumerate(GOOD):
        far_side.says(FILE.format(label), week_of(week))
    far_side.says(TREE, folders(*GOOD))
    assert read(ours) == ""
    return ours


def week_of(week: int, models: int = MODELS, **changed: Any) -> Reply:
    """A partition in which every third model moved since the week before."""
    moved = [
        row | {"downloadsAllTime": 100 + 7 * (week if place % 3 == 0 else 0), "id": f"someone/model-{place}"}
        for place, row in enumerate(rows(*(f"someone/{n}" for n in range(models))))
    ]
    return as_parquet(pa.Table.from_pylist(moved), **changed)


def as_parquet(table: pa.Table, without: str = "", more: str = "") -> Reply:
    if without:
        table = table.drop_columns([without])
    if more:
        table = table.append_column(more, pa.array(["=cmd()"] * table.num_rows))
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return Reply(buffer.getvalue())


def read(ours: Settings) -> str:
    """One pass over the history; what it says of the source, empty when all is well."""
    result = pipeline.run(ours, registry.load(), ["hub_history"])
    state = result.sources[0]
    return "" if state.status in ("ok", "stale") else state.message


def files_of(ours: Settings) -> dict[Path, bytes]:
    """The lake without what only saves time."""
    found = (ours.data_dir / "lake").rglob("*")
    return {path: path.read_bytes() for path in found if path.is_file() and "_known" not in path.parts}


def days_of(ours: Settings) -> list[str]:
    return [commit.observed_on.isoformat() for commit in lake.committed(ours.data_dir, "hub_history")]


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (lambda: week_of(2, without="likes"), "missing: likes"),
        (lambda: week_of(2, without="downloadsAllTime"), "missing: downloadsAllTime"),
        (lambda: week_of(2, models=10), "shrunk from 40 rows (2025-08-04) to 10"),
        (lambda: Reply(week_of(2).body[:40] + bytes(200) + week_of(2).body[240:]), "damaged"),
        (lambda: Reply(b"<html>sorry</html>"), "a web page"),
        (lambda: Reply(week_of(2).body, cut=500), "cut off"),
    ],
    ids=["a column is missing", "the counter is missing", "ten rows", "corrupt", "a web page", "cut off"],
)
def test_a_bad_partition_is_named_and_touches_nothing(
    whole_hub: Settings, far_side: FarSide, came: Callable[[], Reply], said: str
) -> None:
    before = files_of(whole_hub)
    far_side.says(TREE, folders(*GOOD, NEW))
    far_side.says(FILE.format(NEW), came())
    message = read(whole_hub)
    assert said in message
    assert files_of(whole_hub) == before


def test_a_partition_with_a_new_column_is_kept_without_it(whole_hub: Settings, far_side: FarSide) -> None:
    before = files_of(whole_hub)
    far_side.says(TREE, folders(*GOOD, NEW))
    far_side.says(FILE.format(NEW), week_of(2, more="mood"))
    assert read(whole_hub) == ""
    assert days_of(whole_hub) == [*GOOD, NEW]
    assert before.items() <= files_of(whole_hub).items()


def test_a_partition_that_repeats_the_last_one_is_kept_as_no_change_and_says_so(
    whole_hub: Settings, far_side: FarSide
) -> None:
    far_side.says(TREE, folders(*GOOD, NEW))
    far_side.says(FILE.format(NEW), week_of(1))
    assert read(whole_hub) == ""
    newest = lake.committed(whole_hub.data_dir, "hub_history")[-1]
    assert newest.note == "the same content as the partition of 2025-08-04"
    changes = lake.read(whole_hub.data_dir, "model_changes", "hub_history", newest.observed_on)
    assert changes.num_rows == 0


def test_a_partition_of_an_older_week_is_kept_raw_and_has_its_place_after_the_lake_is_laid_again(
    whole_hub: Settings, far_side: FarSide, tmp_path: Path
) -> None:
    late = "2025-07-21"
    before = files_of(whole_hub)
    far_side.says(TREE, folders(late, *GOOD))
    far_side.says(FILE.format(late), week_of(0))
    message = read(whole_hub)
    assert "the reading of 2025-07-21 came after the one of 2025-08-04" in message
    assert files_of(whole_hub) == before
    assert read(whole_hub) == ""
    assert pipeline.rebuild(whole_hub, registry.load(), from_snapshots=True).exit_code == 0
    assert days_of(whole_hub) == [late, *GOOD]
    in_order = whole_hub.model_copy(update={"data_dir": tmp_path / "in_order"})
    assert read(in_order) == ""
    ours, others = files_of(whole_hub), files_of(in_order)
    assert {path.relative_to(whole_hub.data_dir): content for path, content in ours.items()} == {
        path.relative_to(in_order.data_dir): content for path, content in others.items()
    }


def test_a_lake_without_its_last_known_values_goes_on_as_if_they_were_there(
    whole_hub: Settings, far_side: FarSide, tmp_path: Path
) -> None:
    shutil.rmtree(whole_hub.data_dir / "lake" / "_known")
    far_side.says(TREE, folders(*GOOD, NEW))
    far_side.says(FILE.format(NEW), week_of(2))
    assert read(whole_hub) == ""
    changes = lake.read(
        whole_hub.data_dir, "model_changes", "hub_history", lake.committed(whole_hub.data_dir)[-1].observed_on
    )
    assert set(changes["delta"].to_pylist()) == {7}
