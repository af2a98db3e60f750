"""The numbers of a chart, pinned to a release, stay as they were whatever is published later."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import catalogue, exports
from settings import Settings
from tests.warehouse.tiny import TinyRegistry, read_models
from tests.web.conftest import Get
from warehouse import connect
from warehouse.filters import Filters
from warehouse.publish import publish
from web import answers, charts, routes
from web.plain import charts as plain
from web.plain import routes as plain_routes

MONTHLY = ("/api/v1/charts/downloads_over_time.csv", "/api/v1/charts/licence_share_by_region.csv")


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A lake of three readings, not published yet."""
    for module in (answers, routes, charts, plain, plain_routes):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=tmp_path))
    for day, times in (("2025-03-01", 0), ("2025-04-12", 6), ("2025-06-14", 15)):
        read(tmp_path, day, times)
    charts.made.cache_clear()
    yield tmp_path
    charts.made.cache_clear()


def read(data_dir: Path, day: str, times: int) -> None:
    read_models(data_dir, day, {"Qwen/Qwen3": (400, 1000 + 700 * times), "meta-llama/Llama-3": (300, 900 + 70 * times)})


def published(data_dir: Path, registry: TinyRegistry | None = None) -> str:
    return publish(data_dir, registry or TinyRegistry(), code_version="test", scope="tracked")


def moved() -> TinyRegistry:
    rows = [row | {"region": "Europe"} for row in TinyRegistry().frames()["organisations"]]
    return TinyRegistry({"organisations": rows})


@pytest.mark.parametrize("path", MONTHLY)
def test_a_pinned_file_has_the_same_bytes_after_later_releases(get: Get, data_dir: Path, path: str) -> None:
    pinned = f"{path}?release={published(data_dir)}"
    on_its_day = get(pinned)
    read(data_dir, "2025-07-12", 20)
    published(data_dir, moved())
    charts.made.cache_clear()
    later, newest = get(pinned), get(path)
    assert (later.status, later.body) == (200, on_its_day.body)
    assert newest.body != later.body
    assert later.headers["ETag"] == on_its_day.headers["ETag"] != newest.headers["ETag"]


def test_the_permalink_of_a_chart_names_release_and_choice_and_leads_back_to_its_hash(data_dir: Path) -> None:
    release_id = published(data_dir)
    chart = catalogue.chart("downloads_over_time")
    first = catalogue.draw(connect.open_release(data_dir), chart, Filters(attribution="origin", period="week"))
    link = exports.permalink(first, "https://observatory.example")
    assert (
        link
        == f"https://observatory.example/chart/downloads_over_time?attribution=origin&period=week&release={release_id}"
    )
    published(data_dir, moved())
    query = dict(re.findall(r"(\w+)=([^&]+)", link))
    again = catalogue.draw(connect.open_release(data_dir, query.pop("release")), chart, Filters.from_query(query))
    assert again.data_hash == first.data_hash and again.frame.equals(first.frame)
    now = catalogue.draw(connect.open_release(data_dir), chart, Filters.from_query(query))
    assert now.data_hash != first.data_hash


@pytest.mark.parametrize("chart_id", ["downloads_over_time", "downloads_concentration", "licence_share_over_time"])
def test_every_form_and_the_page_of_a_permalink_keep_their_numbers_and_hash(
    get: Get, data_dir: Path, chart_id: str
) -> None:
    release_id = published(data_dir)
    forms = [f"/api/v1/charts/{chart_id}.{kind}?release={release_id}" for kind in exports.WRITERS if kind != "pptx"]
    before = {address: get(address) for address in forms}
    link = f"/chart/{chart_id}?release={release_id}"
    page = get(link)
    data_hash = json.loads(before[forms[1]].body)["about"]["hash"]
    read(data_dir, "2025-07-12", 20)
    published(data_dir, moved())
    for memory in (charts.made, plain.chart_page, plain.embedded_page):
        memory.cache_clear()
    assert {address: get(address).body for address in forms} == {key: answer.body for key, answer in before.items()}
    later = get(link)
    assert f"#{data_hash}" in page.body.decode() and f"#{data_hash}" in later.body.decode()
    assert "The newest release" in later.body.decode() and "The newest release" not in page.body.decode()
    assert "immutable" in later.headers["Cache-Control"] and page.headers["Cache-Control"] == "no-cache"
    newest = json.loads(get(f"/api/v1/charts/{chart_id}.json").body)["about"]["hash"]
    assert (newest != data_hash) == (chart_id != "licence_share_over_time")  # no model of another licence came
    assert f"#{newest}" in get(f"/chart/{chart_id}").body.decode()


def test_the_tables_of_a_past_release_stay_at_their_address_too(get: Get, data_dir: Path) -> None:
    address = f"/data/{published(data_dir)}/out_monthly_downloads.csv"
    on_its_day = get(address).body
    published(data_dir, moved())
    assert get(address).body == on_its_day != get("/data/latest/out_monthly_downloads.csv").body
    assert b"published_in" in get("/data/latest/meta_revisions.csv").body
