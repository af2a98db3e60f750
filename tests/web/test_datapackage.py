"""The Data Package of a release describes what its files hold."""

import csv
import io
from datetime import date, datetime
from pathlib import Path

import pytest

from settings import Settings
from tests.released import demo_data_dir
from tests.web.conftest import Get
from warehouse import connect, export
from web import answers, datapackage, routes

READS = {
    "integer": int,
    "number": float,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string": str,
}


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole release of simulated data."""
    for module in (answers, routes, datapackage):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=demo_data_dir()))
    return demo_data_dir()


def test_each_table_that_is_handed_out_is_described_column_by_column(get: Get) -> None:
    package = get("/data/latest/datapackage.json").json()
    listed = {entry["table"] for entry in get("/data/latest/").json()["tables"]}
    assert {resource["name"] for resource in package["resources"]} == listed
    for resource in package["resources"]:
        answer = get(f"/data/latest/{resource['path']}")
        assert answer.status == 200, resource["name"]
        rows = list(csv.reader(io.StringIO(answer.body.decode())))
        fields = resource["schema"]["fields"]
        assert rows[0] == [field["name"] for field in fields]
        assert len(rows) - 1 == resource["rows"]
        for row in rows[1:200]:
            for field, cell in zip(fields, row, strict=True):
                if cell:
                    READS[field["type"]](cell)


def test_every_column_says_what_it_holds(get: Get) -> None:
    resources = get("/data/latest/datapackage.json").json()["resources"]
    silent = [(r["name"], f["name"]) for r in resources for f in r["schema"]["fields"] if "description" not in f]
    assert silent == []
    assert all(resource["description"] for resource in resources)


def test_sources_and_licences_are_those_of_the_release(get: Get, data_dir: Path) -> None:
    package = get("/data/latest/datapackage.json").json()
    release = connect.open_release(data_dir)
    known = export.sources(release)
    release.close()
    assert [source["path"] for source in package["sources"]] == [source["url"] for source in known]
    by_title = {licence["title"].split(":")[0]: licence for licence in package["licenses"]}
    assert by_title["Weekly snapshots of the Hugging Face Hub"]["name"] == "ODbL-1.0"
    assert all(licence["path"].startswith("http") for licence in package["licenses"])


def test_the_package_of_a_release_may_be_kept_and_that_of_the_newest_is_asked_for(get: Get, data_dir: Path) -> None:
    newest = connect.current_release_id(data_dir)
    pinned = get(f"/data/{newest}/datapackage.json")
    assert "immutable" in pinned.headers["Cache-Control"]
    assert pinned.json()["version"] == newest and "SIMULATED" in pinned.json()["description"]
    latest = get("/data/latest/datapackage.json")
    assert latest.headers["Cache-Control"] == "no-cache"
    assert get("/data/latest/datapackage.json", {"If-None-Match": latest.headers["ETag"]}).status == 304
    assert get("/data/2020-01-01T0000Z/datapackage.json").status == 404
