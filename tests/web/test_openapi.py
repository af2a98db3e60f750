"""What the description says and what the addresses do is the same."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.routing import Route

from charts import catalogue
from settings import Settings
from tests.released import demo_data_dir
from tests.web.conftest import Answer, Get
from warehouse.filters import CHOICES, NAMES, Filters
from web import answers, charts, datapackage, feed, routes
from web.openapi import routes as described
from web.openapi.document import document
from web.openapi.parameters import filter_parameters
from web.plain import charts as plain
from web.plain import routes as plain_routes

CHART, TABLE = "overview_open_licences", "core_benchmarks"
# Address -> values for what stands in braces, and its query.
TRIED = {
    "/api/v1/charts/{chart_id}.{kind}": ({"chart_id": CHART, "kind": "json"}, ""),
    "/chart/{chart_id}": ({"chart_id": CHART}, ""),
    "/embed/{chart_id}": ({"chart_id": CHART}, ""),
    "/data/{release_id}/": ({"release_id": "latest"}, ""),
    "/data/{release_id}/datapackage.json": ({"release_id": "latest"}, ""),
    "/data/{release_id}/{table}.{kind}": ({"release_id": "latest", "table": TABLE, "kind": "csv"}, ""),
    "/digest/{week}": ({"week": "2026-W47"}, ""),
    "/oembed": ({}, f"?url={Settings().public_url}/chart/{CHART}"),
}
# Made from a deck, or drawn by the job that publishes: other tests ask for these.
ELSEWHERE = {
    "/chart/{chart_id}.png",
    "/data/{release_id}/edition/{name}",
    *(path for path in document()["paths"] if path.startswith("/briefing")),
}


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A whole release of simulated data."""
    for module in (answers, routes, charts, feed, described, datapackage, plain, plain_routes):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=demo_data_dir()))
    return demo_data_dir()


def schema_of(path: str, status: int) -> dict[str, Any] | None:
    """The schema of an answer, with what it refers to."""
    content = document()["paths"][path]["get"]["responses"][str(status)].get("content", {})
    schema = next(iter(content.values()), {}).get("schema")
    return {**schema, "components": document()["components"]} if schema else None


def holds(path: str, answer: Answer) -> None:
    """The answer has a type and a shape that the description names."""
    responses = document()["paths"][path]["get"]["responses"]
    assert str(answer.status) in responses, f"{path} answered {answer.status}"
    media_type = answer.headers["Content-Type"].split(";")[0]
    assert media_type in responses[str(answer.status)]["content"]
    if schema := schema_of(path, answer.status):
        Draft202012Validator(schema).validate(json.loads(answer.body))


def test_every_address_is_described_and_no_other() -> None:
    served = {route.path for route in routes.ROUTES if isinstance(route, Route)}
    catch_all = {f"/{prefix}{rest}" for prefix in routes.OWN_ADDRESSES for rest in ("", "/{rest:path}")}
    also = {"/digest", "/oembed", "/briefing/deck", "/feed.xml", "/alerts.json"}  # have an answer of their own
    assert set(document()["paths"]) == served - (catch_all - also)


@pytest.mark.parametrize("path", [path for path in document()["paths"] if path not in ELSEWHERE])
def test_an_address_answers_as_described(get: Get, path: str) -> None:
    values, query = TRIED.get(path, ({}, ""))
    holds(path, get(path.format(**values) + query))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/v1/charts/{chart_id}.{kind}", f"/api/v1/charts/{CHART}.exe"),
        ("/api/v1/charts/{chart_id}.{kind}", f"/api/v1/charts/{CHART}.csv?since=yesterday"),
        ("/chart/{chart_id}", "/chart/none"),
        ("/chart/{chart_id}", f"/chart/{CHART}?since=yesterday"),
        ("/chart/{chart_id}.png", "/chart/none.png"),
        ("/data/{release_id}/", "/data/none/"),
        ("/data/{release_id}/datapackage.json", "/data/none/datapackage.json"),
        ("/data/{release_id}/{table}.{kind}", "/data/latest/none.csv"),
        ("/data/{release_id}/edition/{name}", "/data/latest/edition/none.png"),
        ("/oembed", "/oembed"),
        ("/oembed", "/oembed?format=xml"),
        ("/alerts.json", "/alerts.json?since=yesterday"),
        ("/briefing/deck/{ready_id}", "/briefing/deck/none"),
    ],
)
def test_an_error_comes_as_described(get: Get, path: str, asked: str) -> None:
    answer = get(asked)
    assert answer.status >= 400
    holds(path, answer)


def test_every_reference_leads_somewhere_and_every_name_in_braces_is_a_parameter() -> None:
    said = document()
    for path, entry in said["paths"].items():
        names = []
        for parameter in entry["get"]["parameters"]:
            kind, name = parameter["$ref"].split("/")[2:] if "$ref" in parameter else ("", "")
            names.append(said["components"][kind][name] if name else parameter)
        in_path = {parameter["name"] for parameter in names if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
    ids = [entry["get"]["operationId"] for entry in said["paths"].values()]
    assert len(ids) == len(set(ids))
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_filters_are_those_that_are_read() -> None:
    described_filters = filter_parameters()
    assert list(described_filters) == list(NAMES)
    for name, values in CHOICES.items():
        assert described_filters[name]["schema"]["enum"] == list(values)
        for value in values:
            assert Filters.from_query({name: value}).ignored == ()
    for name, parameter in described_filters.items():
        usual = parameter["schema"].get("default")
        assert usual is None or Filters.from_query({name: str(usual)}) == Filters()


def test_the_charts_and_forms_are_those_that_there_are(get: Get) -> None:
    parameters = document()["components"]["parameters"]
    assert parameters["chart_id"]["schema"]["enum"] == [chart.id for chart in catalogue.CHARTS]
    listed = get("/api/v1/charts.json").json()["charts"][0]["files"]
    assert list(listed) == parameters["form"]["schema"]["enum"]
    forms = document()["paths"]["/api/v1/charts/{chart_id}.{kind}"]["get"]["responses"]["200"]["content"]
    assert len(forms) == len(listed)


def test_every_link_of_the_page_for_people_leads_somewhere(get: Get) -> None:
    text = get("/api/v1/").body.decode()
    found = {link for link in re.findall(r'href="(/[^"#]*)"', text) if not link.startswith(("/app/", "/briefing"))}
    found = {link for link in found if not link.startswith("/data/latest/") or TABLE in link or "package" in link}
    assert len(found) > 20
    missing = {link: status for link in found - {"/"} if (status := get(link).status) != 200}
    assert all(link.endswith((".png", "edition.json")) for link in missing), missing  # where pictures are drawn
