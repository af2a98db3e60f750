"""The build as a whole: any subset of sources, the same tables from the same lake, words for what is missing."""

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.tiny import ABOUT, TinyRegistry, built, read_models, read_scores, read_table, rows_of
from warehouse import content, runs
from warehouse.build import PUBLIC_TABLES, TABLES, BuildError, build

SQL = Path(__file__).parent.parent.parent / "warehouse" / "tables"
SCORE = {"benchmark_id": "lmarena_text", "published_on": "2026-04-01", "model_label": "m", "score": 1.0}


def test_every_table_has_its_file_and_every_file_its_table() -> None:
    assert {path.stem for path in SQL.glob("*.sql")} == set(TABLES)


@pytest.mark.parametrize("source_id", ["hub_models", "hub_history", "lmarena", "spdx_licences"])
def test_one_source_alone_makes_a_release_with_all_tables(tmp_path: Path, source_id: str) -> None:
    if source_id.startswith("hub_"):
        read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)}, source_id)
    elif source_id == "lmarena":
        read_scores(tmp_path, source_id, "2026-04-01", [SCORE])
    else:
        read_table(tmp_path, source_id, "2026-04-01", "spdx_licences", [{"spdx_id": "MIT", "is_osi_approved": True}])
    with built(tmp_path) as connection:
        names = {
            row[0]
            for row in connection.execute("select table_name from duckdb_tables() where not temporary").fetchall()
        }
    assert names == set(PUBLIC_TABLES)
    status = rows_of(tmp_path, "select source_id from meta_sources where status = 'ok'")
    assert status == [(source_id,)]


def test_an_empty_lake_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="run `python -m etl run` first"):
        build(tmp_path, tmp_path / "build", TinyRegistry(), "test", "tracked")


def test_a_lake_file_that_is_broken_is_named_with_its_table(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    broken = tmp_path / "lake" / "model_changes" / "hub_history" / "2025-03-03.parquet"
    broken.write_bytes(b"PAR1 this is no parquet PAR1")
    with pytest.raises(BuildError, match="model_changes cannot be read: .*2025-03-03.parquet"):
        build(tmp_path, tmp_path / "build", TinyRegistry(), "test", "tracked")


def test_files_of_the_lake_that_no_marker_names_are_not_read(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (2, None)})
    (tmp_path / "lake" / "_committed" / "hub_history" / "2025-03-10.json").unlink()
    assert rows_of(tmp_path, "select observed_on from core_model_observations") == [("2025-03-03",)]


def test_the_same_lake_gives_the_same_content_and_another_row_another(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    with built(tmp_path) as connection:
        first = content.sha256(connection)
    with built(tmp_path) as connection:
        assert content.sha256(connection) == first
        connection.execute("update core_model_observations set likes = likes + 1")
        assert content.sha256(connection) != first


def test_inputs_and_steps_stay_outside_the_file(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    path = build(tmp_path, tmp_path / "build", TinyRegistry(), "test", "tracked")
    with duckdb.connect(str(path), read_only=True) as connection:
        assert {row[0] for row in connection.execute("show tables").fetchall()} == set(PUBLIC_TABLES)
    assert [entry.name for entry in path.parent.iterdir()] == ["warehouse.duckdb"]


def test_rows_stand_in_the_order_of_their_key(tmp_path: Path) -> None:
    for day in ("2025-03-03", "2025-03-10"):
        read_models(tmp_path, day, dict.fromkeys(("openai/b", "Qwen/z", "Qwen/a"), (1, None)))
    with built(tmp_path) as connection:
        found = connection.execute("from core_model_observations").fetchall()
    assert found == sorted(found)


def test_a_source_shows_its_last_attempt_its_days_and_its_rows(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (1, None), "Qwen/Qwen2": (1, None)})
    runs.write_source(tmp_path, runs.SourceState("hub_history", "failed", "it answered 500 four times"))
    select = """select status, message, data_from, data_until, rows from meta_sources
        where source_id in ('hub_history', 'lmarena')"""
    assert rows_of(tmp_path, select) == [
        ("failed", "it answered 500 four times", "2025-03-03", "2025-03-10", 3), ("missing", "", None, None, 0),
    ]  # fmt: skip


def test_the_release_says_when_and_from_what_it_was_built(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)})
    assert rows_of(tmp_path, "from meta_release") == [
        (ABOUT.release_id, "2026-01-01T00:00:00", "test", False, "tracked")
    ]
