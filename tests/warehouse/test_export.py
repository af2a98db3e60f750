"""Tables to take away."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.warehouse.tiny import TinyRegistry, read_models
from warehouse.build import PUBLIC_TABLES
from warehouse.connect import Release, open_release
from warehouse.export import NoTable, export_table, tables
from warehouse.publish import publish


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("data")
    read_models(folder, "2025-03-03", {"Qwen/Qwen3": (7, 1)})
    publish(folder, TinyRegistry(), code_version="test", scope="tracked")
    return open_release(folder)


def test_tables_are_listed_with_their_rows(release: Release) -> None:
    listed = tables(release)
    assert set(listed) == {*PUBLIC_TABLES, "meta_checks"}
    assert listed["core_models"] == 1


def test_a_table_is_written_as_csv_json_and_parquet(release: Release, tmp_path: Path) -> None:
    table = "core_model_observations"
    assert export_table(release, table, "csv", tmp_path / "a.csv").read_text(encoding="utf-8") == (
        "model_id,observed_on,source_id,downloads_30d,downloads_all_time,likes\nQwen/Qwen3,2025-03-03,hub_history,7,1,1\n"
    )
    assert '"downloads_30d":7' in export_table(release, table, "json", tmp_path / "a.json").read_text(encoding="utf-8")
    parquet = pq.read_table(export_table(release, table, "parquet", tmp_path / "a.parquet"))
    assert parquet.column("downloads_30d").to_pylist() == [7]


def test_a_csv_starts_no_formula_in_a_spreadsheet_and_other_formats_keep_the_text(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"=cmd/x": (7, 1), "Qwen/-y": (8, 1)})
    publish(tmp_path, TinyRegistry(), code_version="test", scope="tracked")
    release = open_release(tmp_path)
    text = export_table(release, "core_models", "csv", tmp_path / "a.csv").read_text(encoding="utf-8")
    assert "\n'=cmd/x," in text
    assert "\nQwen/-y," in text
    kept = pq.read_table(export_table(release, "core_models", "parquet", tmp_path / "a.parquet"))
    assert "=cmd/x" in kept.column("model_id").to_pylist()


@pytest.mark.parametrize(
    ("table", "format_"), [("core_models; drop table x", "csv"), ("nothing", "csv"), ("core_models", "xls")]
)
def test_an_unknown_table_or_format_is_refused_with_the_known_ones(
    release: Release, tmp_path: Path, table: str, format_: str
) -> None:
    with pytest.raises(NoTable, match="known are"):
        export_table(release, table, format_, tmp_path / "a")


def test_a_file_that_cannot_be_written_is_named(release: Release, tmp_path: Path) -> None:
    with pytest.raises(NoTable, match="cannot be written"):
        export_table(release, "core_models", "csv", tmp_path / "no" / "such" / "folder.csv")
