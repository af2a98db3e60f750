"""Weekly partitions: columns that came later, in the types that they had."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from etl.tidy import Tidied, TidyError, tidy
from tests.etl.tidy.conftest import MakeSnapshot

BASES = pa.struct(
    [("relation", pa.string()), ("models", pa.list_(pa.struct([("_id", pa.string()), ("id", pa.string())])))]
)
SAFETENSORS = pa.struct([("parameters", pa.string()), ("total", pa.int64())])
CREATED = datetime(2024, 9, 1, 10)  # noqa: DTZ001 - the table has times without a zone
EARLY: dict[str, tuple[list[Any], pa.DataType]] = {
    "id": (["b/two", "a/one"], pa.string()),
    "author": (["b", "a"], pa.string()),
    "createdAt": ([CREATED, None], pa.timestamp("us")),
    "downloads": ([20, 10], pa.int64()),
    "likes": ([2, 1], pa.int64()),
    "tags": ([["license:gemma", "x"], None], pa.list_(pa.string())),
    "pipeline_tag": ([None, "text-generation"], pa.string()),
    "library_name": (["gguf", None], pa.string()),
}
LATER: dict[str, tuple[list[Any], pa.DataType]] = {
    "downloadsAllTime": ([2000, None], pa.int64()),
    "baseModels": (
        [{"relation": "merge", "models": [{"_id": "1", "id": "x/y"}, {"_id": "2", "id": "x/z"}]}, None],
        BASES,
    ),
    "safetensors": ([{"parameters": "{}", "total": 8}, None], SAFETENSORS),
    "cardData": ([json.dumps({"license": "other", "license_name": "mrl"}), "{broken"], pa.string()),
    "gated": (["manual", "false"], pa.string()),
}


def partition(columns: dict[str, tuple[list[Any], pa.DataType]]) -> pa.Table:
    return pa.table({name: pa.array(values, kind) for name, (values, kind) in columns.items()})


def tidied(snapshot: MakeSnapshot, columns: dict[str, tuple[list[Any], pa.DataType]]) -> Tidied:
    return tidy(snapshot("hub_history", {"models.parquet": partition(columns)}))


def rows(result: Tidied, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return list(zip(*[result.frames[table][column].to_pylist() for column in columns], strict=True))


def test_an_early_partition_leaves_later_columns_empty(snapshot: MakeSnapshot) -> None:
    result = tidied(snapshot, EARLY)
    observed = rows(result, "model_observations", "model_id", "downloads_30d", "downloads_all_time", "likes")
    assert observed == [("a/one", 10, None, 1), ("b/two", 20, None, 2)]
    described = rows(result, "model_metadata", "created_at", "task", "licence_tag", "base_model_ids", "is_gated")
    created = CREATED.replace(tzinfo=UTC)
    assert described == [(None, "text-generation", None, [], None), (created, None, "gemma", [], None)]
    assert result.control == {"rows": 2, "downloads_30d": 30}


def test_a_late_partition_has_them_all(snapshot: MakeSnapshot) -> None:
    result = tidied(snapshot, EARLY | LATER)
    assert rows(result, "model_observations", "downloads_all_time") == [(None,), (2000,)]
    described = rows(
        result,
        "model_metadata",
        "licence_tag",
        "licence_name",
        "base_model_ids",
        "base_relation",
        "parameters",
        "is_gated",
    )
    assert described == [(None, None, [], None, None, False), ("other", "mrl", ["x/y", "x/z"], "merge", 8, True)]


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("createdAt", ["2024-09-01T10:00:00.000Z", None], pa.string()),
        ("createdAt", [CREATED, None], pa.timestamp("ns")),
        ("createdAt", [CREATED.replace(tzinfo=UTC), None], pa.timestamp("ms", tz="UTC")),
        ("downloads", [20.0, 10.0], pa.float64()),
        ("likes", [2, 1], pa.int32()),
        ("tags", [["license:gemma", "x"], None], pa.large_list(pa.large_string())),
        ("baseModels", [None, None], pa.null()),
        ("gated", [True, False], pa.bool_()),
    ],
)
def test_other_types_for_the_same_values_are_read(
    snapshot: MakeSnapshot, name: str, values: list[Any], kind: pa.DataType
) -> None:
    result = tidied(snapshot, EARLY | {name: (values, kind)})
    assert rows(result, "model_observations", "downloads_30d", "likes") == [(10, 1), (20, 2)]
    assert rows(result, "model_metadata", "created_at")[1] == (CREATED.replace(tzinfo=UTC),)


@pytest.mark.parametrize(
    ("name", "values", "kind", "message"),
    [
        ("downloads", ["20", "10"], pa.string(), "expected numbers in downloads, came string"),
        ("downloads", [1.5, 2.5], pa.float64(), "expected int64 in downloads, came double"),
        ("baseModels", ["a", "b"], pa.string(), "expected a struct in baseModels, came string"),
        ("safetensors", [{"size": 1}, None], pa.struct([("size", pa.int64())]), "expected other fields in safetensors"),
        ("createdAt", ["soon", None], pa.string(), "in createdAt"),
    ],
)
def test_types_that_mean_something_else_refuse_the_partition(
    snapshot: MakeSnapshot, name: str, values: list[Any], kind: pa.DataType, message: str
) -> None:
    with pytest.raises(TidyError, match=message):
        tidied(snapshot, EARLY | {name: (values, kind)})


def test_a_missing_column_is_named(snapshot: MakeSnapshot) -> None:
    with pytest.raises(TidyError, match="expected the columns downloads, came author,"):
        tidied(snapshot, {name: column for name, column in EARLY.items() if name != "downloads"})


def test_bad_rows_are_refused_by_name_and_left_out_of_the_totals(snapshot: MakeSnapshot) -> None:
    many = {
        "id": (["a/1", "a/2", "a/1", "nobody"], pa.string()),
        "author": (["a"] * 4, pa.string()),
        "createdAt": ([None] * 4, pa.timestamp("us")),
        "downloads": ([5, 6, 7, 8], pa.int64()),
        "likes": ([0] * 4, pa.int64()),
        "tags": ([[]] * 4, pa.list_(pa.string())),
        "pipeline_tag": ([None] * 4, pa.string()),
        "library_name": ([None] * 4, pa.string()),
    }
    result = tidied(snapshot, many)
    assert [(item, reason[:20]) for item, reason, _ in result.refused] == [
        ("a/1", "it appears twice, th"),
        ("nobody", "its id is not organi"),
    ]
    assert result.control == {"rows": 2, "downloads_30d": 11}


def test_a_large_partition_keeps_every_counter(snapshot: MakeSnapshot) -> None:
    count, random = 20_000, np.random.default_rng(7)
    table = pa.table(
        {
            "id": [f"org/{n}" for n in range(count)],
            "author": ["org"] * count,
            "createdAt": pa.nulls(count, pa.timestamp("us")),
            "downloads": random.integers(0, 10**6, count),
            "likes": np.zeros(count, np.int64),
            "tags": pa.array([["license:mit"] if n % 2 else None for n in range(count)], pa.list_(pa.string())),
            "pipeline_tag": pa.nulls(count, pa.string()),
            "library_name": pa.nulls(count, pa.string()),
        }
    )
    result = tidy(snapshot("hub_history", {"models.parquet": table}))
    observed = result.frames["model_observations"]
    assert pc.sum(observed["downloads_30d"]).as_py() == pc.sum(table["downloads"]).as_py()
    assert result.frames["model_metadata"]["licence_tag"].null_count == count // 2
