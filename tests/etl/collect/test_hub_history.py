"""hub_history: weekly partitions, oldest first, reduced to what we need; a bad one does not stop the others."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.collect import hub_history, reduce
from etl.collect.http import Fetcher, SourceError
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings
from tests.etl.collect.conftest import FarSide, Reply, as_json

TREE = "huggingface.co/api/datasets/hfmlsoc/hub_weekly_snapshots/tree/main/models"
FILE = "huggingface.co/datasets/hfmlsoc/hub_weekly_snapshots/resolve/main/models/{}/models.parquet"
Parts = Callable[..., tuple[list[Snapshot], str]]  # the snapshots, and why it failed in the end
MAY = datetime(2024, 5, 1, tzinfo=UTC)
LABELS = ["2025-07-28", "2025-08-04", "2025-08-11"]


def rows(*ids: str) -> list[dict[str, object]]:
    return [
        {
            "_id": "x", "id": model_id, "author": model_id.split("/")[0], "createdAt": MAY,
            "lastModified": MAY, "downloads": 10, "downloadsAllTime": 100, "likes": 1,
            "cardData": json.dumps({"license": ["mit"], "license_name": "x", "model-index": "y" * 500}),
            "tags": ["license:mit"], "pipeline_tag": "text-generation", "library_name": "transformers",
            "baseModels": {"relation": "finetune", "models": [{"_id": "z", "id": "a/b"}]},
            "safetensors": {"parameters": "{}", "total": 7}, "siblings": ["a" * 100],
        }
        for model_id in ids
    ]  # fmt: skip


def partition(*ids: str, without: tuple[str, ...] = ()) -> Reply:
    table = pa.Table.from_pylist(rows(*ids)).drop_columns(list(without))
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return Reply(buffer.getvalue())


def folders(*labels: str) -> Reply:
    return as_json([{"type": "directory", "path": f"models/{label}", "oid": "1", "size": 0} for label in labels])


@pytest.fixture
def weekly(far_side: FarSide) -> FarSide:
    far_side.says(TREE, folders(*LABELS))
    for label in LABELS:
        far_side.says(FILE.format(label), partition("Qwen/a", "someone/b", "deepseek-ai/c"))
    return far_side


@pytest.fixture
def parts(settings: Settings, store: SnapshotStore, small_registry: Registry) -> Parts:
    def collected(known: tuple[str, ...] = (), **changed: object) -> tuple[list[Snapshot], str]:
        ours = settings.model_copy(update=changed)
        snapshots: list[Snapshot] = []
        try:
            for snapshot in hub_history.collect(Fetcher(ours), store, small_registry, ours, Known(frozenset(known))):
                snapshots.append(snapshot)
        except SourceError as error:
            return snapshots, error.reason
        return snapshots, ""

    return collected


def table_of(snapshot: Snapshot) -> pa.Table:
    return pq.read_table(io.BytesIO(snapshot.read("models.parquet")))


def test_partitions_come_oldest_first_each_with_its_label_as_the_day(parts: Parts, weekly: FarSide) -> None:
    snapshots, reason = parts()
    assert [(s.label, str(s.observed_on)) for s in snapshots] == [(label, label) for label in LABELS]
    assert reason == ""


def test_only_what_we_need_is_kept_and_the_manifest_describes_the_whole(parts: Parts, weekly: FarSide) -> None:
    snapshot = parts()[0][0]
    table = table_of(snapshot)
    assert table["id"].to_pylist() == ["Qwen/a", "deepseek-ai/c"]
    assert tuple(table.column_names) == snapshot.files[0].kept_columns
    assert not {"_id", "siblings", "lastModified"} & set(table.column_names)
    assert json.loads(table["cardData"][0].as_py()) == {"license": ["mit"], "license_name": "x"}
    assert table["baseModels"][0].as_py() == {"relation": "finetune", "models": [{"_id": "z", "id": "a/b"}]}
    whole = weekly.replies[FILE.format(LABELS[0])][0].body
    assert snapshot.files[0].bytes == len(whole)
    assert snapshot.notes == ("kept 2 rows: organisations of the registry",)
    assert [path.name for path in sorted(snapshot.path.iterdir())] == ["manifest.json", "models.parquet"]


def test_the_scope_hub_keeps_every_model(parts: Parts, weekly: FarSide) -> None:
    assert table_of(parts(scope="hub")[0][0])["id"].to_pylist() == ["Qwen/a", "someone/b", "deepseek-ai/c"]


def test_known_partitions_are_not_fetched_again(parts: Parts, weekly: FarSide) -> None:
    assert [s.label for s in parts(known=tuple(LABELS[1:]))[0]] == LABELS[:1]
    assert parts(known=tuple(LABELS)) == ([], "")
    assert weekly.paths() == [TREE, FILE.format(LABELS[0]), TREE]


def test_the_time_budget_leaves_later_partitions_to_later_runs(parts: Parts, weekly: FarSide) -> None:
    snapshots, reason = parts(history_budget_s=1e-9)
    assert ([s.label for s in snapshots], reason) == (LABELS[:1], "")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Reply(b"<html>"), "a web page"),
        (Reply(b"PAR1" + bytes(300) + b"PAR1"), "is damaged"),
        (Reply(b"", 404), "it is not there"),
        (partition("someone/b"), "came none"),
        (partition("Qwen/a", without=("likes", "tags")), "missing: likes, tags"),
    ],
)
def test_a_bad_partition_is_skipped_and_named_after_the_good_ones(
    parts: Parts, weekly: FarSide, bad: Reply, said: str
) -> None:
    weekly.says(FILE.format(LABELS[1]), bad)
    snapshots, reason = parts()
    assert [s.label for s in snapshots] == [LABELS[0], LABELS[2]]
    assert reason.startswith(f"1 of 3 new partitions could not be read: {LABELS[1]}: ")
    assert said in reason


def test_a_new_partition_needs_columns_that_old_ones_never_had(parts: Parts, far_side: FarSide) -> None:
    late = ("downloadsAllTime", "cardData")
    far_side.says(TREE, folders("2024-07-24", "2025-08-11"))
    far_side.says(FILE.format("2024-07-24"), partition("Qwen/a", without=late))
    far_side.says(FILE.format("2025-08-11"), partition("Qwen/a", without=late))
    snapshots, reason = parts()
    assert [s.label for s in snapshots] == ["2024-07-24"]
    assert not set(late) & set(table_of(snapshots[0]).column_names)
    assert "missing: downloadsAllTime, cardData" in reason


def test_a_partition_that_cannot_be_had_now_keeps_its_place_before_the_later_ones(
    parts: Parts, weekly: FarSide
) -> None:
    weekly.says(FILE.format(LABELS[1]), Reply(b"", 500))
    snapshots, reason = parts(attempts=1)
    assert [s.label for s in snapshots] == LABELS[:1]
    assert f"{LABELS[1]}: " in reason
    assert "answered 500" in reason
    assert FILE.format(LABELS[2]) not in weekly.paths()


def test_a_service_that_is_down_is_not_asked_for_every_partition(parts: Parts, far_side: FarSide) -> None:
    labels = [f"2025-08-{day:02}" for day in range(1, 20)]
    far_side.says(TREE, folders(*labels))
    far_side.answer = lambda path, query: Reply(b"", 500)
    snapshots, reason = parts(attempts=1)
    assert snapshots == []
    assert reason.startswith("1 of 19 new partitions could not be read: 2025-08-01:")
    assert len(far_side.log) == 2


@pytest.mark.parametrize(
    "listing", [as_json([]), as_json({}), as_json(["x"]), as_json([{"type": "file", "path": "models/2025-01-01"}])]
)
def test_a_listing_without_partitions_is_refused(parts: Parts, far_side: FarSide, listing: Reply) -> None:
    far_side.says(TREE, listing)
    snapshots, reason = parts()
    assert snapshots == []
    assert reason.startswith("expected ")


def test_the_listing_is_followed_by_its_links(parts: Parts, far_side: FarSide) -> None:
    first = folders("2025-08-04")
    first.headers["Link"] = f'<https://{TREE}?cursor=x>; rel="next"'
    far_side.says(TREE, first, folders("2025-08-11", "2025-13-01"))
    for label in ("2025-08-04", "2025-08-11"):
        far_side.says(FILE.format(label), partition("Qwen/a"))
    assert [s.label for s in parts()[0]] == ["2025-08-04", "2025-08-11"]


def test_large_tables_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reduce, "ROWS_AT_ONCE", 64)
    monkeypatch.setattr(reduce, "ROWS_PER_GROUP", 100)
    ids = [f"{'Qwen' if number % 3 else 'someone'}/{number}" for number in range(1000)]
    pq.write_table(pa.Table.from_pylist(rows(*ids)), tmp_path / "whole", row_group_size=300)
    columns, count = reduce.reduce(tmp_path / "whole", tmp_path / "kept", hub_history.REQUIRED, (), frozenset({"qwen"}))
    kept = pq.ParquetFile(tmp_path / "kept")
    assert kept.read()["id"].to_pylist() == [model_id for model_id in ids if model_id.startswith("Qwen/")]
    assert (columns, count) == (hub_history.REQUIRED, 666)
    assert 1 < kept.num_row_groups < 10


@pytest.mark.parametrize("card", [None, "no json", "[1]", '"x"', "{}", "[" * 100_000])
def test_a_card_that_cannot_be_read_has_no_licence(card: str | None) -> None:
    assert reduce._small_card(card) in (None, "{}")
