"""Tables of a release at stable addresses, and a plain 404 for everything beside them."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.web.conftest import RELEASE_ID, Get, make_release

OLDER = "2026-11-23T0600Z"


@pytest.fixture(autouse=True)
def release(data_dir: Path) -> None:
    make_release(data_dir, OLDER)
    make_release(data_dir)


@pytest.mark.parametrize("pinned", ["latest", RELEASE_ID, OLDER])
def test_a_table_comes_as_csv_json_and_parquet(get: Get, pinned: str) -> None:
    as_csv, as_json, as_parquet = (
        get(f"/data/{pinned}/core_organisations.{kind}") for kind in ("csv", "json", "parquet")
    )
    rows = list(csv.DictReader(io.StringIO(as_csv.body.decode())))
    assert [row["organisation_id"] for row in rows] == ["Qwen", "'=cmd"], "no cell of a CSV may start a formula"
    from_json = json.loads(as_json.body)
    assert from_json == [rows[0], {"organisation_id": "=cmd", "region": "Other"}]
    assert pyarrow.parquet.read_table(io.BytesIO(as_parquet.body)).to_pylist() == from_json
    assert as_csv.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_file_name_names_the_release_that_latest_stands_for(get: Get) -> None:
    answer = get("/data/latest/core_organisations.csv")
    assert f"{RELEASE_ID}-core_organisations.csv" in answer.headers["Content-Disposition"]


def test_a_pinned_table_may_be_kept_forever_and_latest_must_be_asked_for(get: Get) -> None:
    assert "immutable" in get(f"/data/{RELEASE_ID}/core_organisations.csv").headers["Cache-Control"]
    assert get("/data/latest/core_organisations.csv").headers["Cache-Control"] == "no-cache"


def test_a_reader_who_has_the_table_already_is_told_so(get: Get) -> None:
    etag = get("/data/latest/core_organisations.csv").headers["ETag"]
    answer = get("/data/latest/core_organisations.csv", {"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


def test_a_new_release_changes_the_tag_of_latest(get: Get, data_dir: Path) -> None:
    etag = get("/data/latest/core_organisations.csv").headers["ETag"]
    make_release(data_dir, "2026-11-25T0600Z")
    assert get("/data/latest/core_organisations.csv", {"If-None-Match": etag}).status == 200


def test_a_simulated_table_says_so(get: Get, data_dir: Path) -> None:
    make_release(data_dir, "2026-11-25T0600Z", is_simulated=True)
    assert get("/data/latest/core_organisations.csv").headers["X-Simulated"] == "true"


def test_the_list_of_tables_gives_rows_and_addresses(get: Get) -> None:
    tables = {entry["table"]: entry for entry in get("/data/latest/").json()["tables"]}
    assert tables["core_organisations"]["rows"] == 2
    assert get(tables["core_organisations"]["files"]["csv"]).status == 200


def test_the_list_of_releases_is_newest_first(get: Get, data_dir: Path) -> None:
    kept = get("/api/v1/releases.json").json()["releases"]
    assert {entry["release_id"] for entry in kept} == {RELEASE_ID, OLDER}
    assert get(kept[0]["tables"]).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/data",
        "/data/latest/no_such_table.csv",
        "/data/latest/core_organisations.exe",
        "/data/latest/core_organisations",
        "/data/2020-01-01T0000Z/core_organisations.csv",
        "/data/latest/../../release.json",
        "/data/..%2f..%2fetc/core_organisations.csv",
        "/data/current/core_organisations.csv",
        "/data/latest/duckdb_tables().csv",
        "/api",
        "/api/v1",
    ],
)
def test_other_addresses_are_a_404_that_a_data_client_understands(get: Get, path: str) -> None:
    answer = get(path)
    assert (answer.status, answer.json()["error"]) == (404, "not found")


def test_an_unknown_table_is_answered_with_the_names_that_there_are(get: Get) -> None:
    assert "core_organisations" in get("/data/latest/models.csv").json()["reason"]


def test_nothing_can_be_written(get: Get) -> None:
    assert get("/data/latest/core_organisations.csv", method="POST").status == 405
