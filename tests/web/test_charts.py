"""The numbers of every chart at a stable address: filters in it, provenance in the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import catalogue
from settings import Settings
from tests.released import demo_data_dir
from tests.web.conftest import Get
from warehouse.connect import current_release_id
from web import answers, charts, routes


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A whole release of simulated data."""
    for module in (answers, routes, charts):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=demo_data_dir()))
    charts.made.cache_clear()
    yield demo_data_dir()
    charts.made.cache_clear()


@pytest.mark.parametrize("chart_id", [chart.id for chart in catalogue.CHARTS])
def test_every_chart_has_its_numbers_with_their_provenance(get: Get, chart_id: str) -> None:
    answer = get(f"/api/v1/charts/{chart_id}.csv")
    assert answer.status == 200
    assert answer.body.startswith(b"# ") and b"SIMULATED" in answer.body
    assert answer.headers["X-Simulated"] == "true"


def test_the_list_of_charts_leads_to_their_files(get: Get) -> None:
    listed = get("/api/v1/charts.json").json()["charts"]
    assert [entry["chart_id"] for entry in listed] == [chart.id for chart in catalogue.CHARTS]
    assert get(listed[0]["files"]["parquet"]).body.startswith(b"PAR1")


def test_the_filters_of_the_address_decide_what_is_in_the_file(get: Get) -> None:
    regions, families = (get(f"/api/v1/charts/downloads_over_time.csv{query}").body for query in ("", "?group=family"))
    assert regions != families
    assert b"group=family" in families


def test_a_pinned_file_may_be_kept_and_is_not_sent_twice(get: Get, data_dir: Path) -> None:
    address = f"/api/v1/charts/downloads_over_time.json?release={current_release_id(data_dir)}"
    answer = get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert get(address, {"If-None-Match": answer.headers["ETag"]}).status == 304
    assert get("/api/v1/charts/downloads_over_time.json").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/charts/none.csv", 404),
        ("/api/v1/charts/downloads_over_time.exe", 404),
        ("/api/v1/charts/downloads_over_time.csv?release=2020-01-01T0000Z", 404),
        ("/api/v1/charts/downloads_over_time.csv?group=planet", 400),
    ],
)
def test_what_is_not_understood_is_refused_with_a_reason(get: Get, path: str, status: int) -> None:
    answer = get(path)
    assert answer.status == status
    assert answer.json()["reason"]
