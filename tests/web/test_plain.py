"""One small page for each chart: whole without a script, light, escaped, cached, honest about what it does not have."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from charts import catalogue, exports, permits
from charts.catalogue import Chart
from settings import Settings
from tests.released import demo_data_dir
from tests.web.conftest import Get
from warehouse import connect
from warehouse.filters import CHOICES, Filters
from web import answers, charts, routes
from web.plain import charts as plain
from web.plain import pictures
from web.plain import routes as plain_routes

CHARTS = [chart.id for chart in catalogue.CHARTS]
HOSTILE = '</title><script>alert(1)</script><img src=x onerror="alert(2)">&{{7*7}}'
EMPTY = {"meta", "link", "br", "img", "input", "hr"}


@pytest.fixture
def data_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A whole release of simulated data."""
    for module in (answers, routes, charts, plain, plain_routes):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=demo_data_dir()))
    forget()
    yield demo_data_dir()
    forget()


def forget() -> None:
    for kept in (plain.chart_page, plain.embedded_page, plain.list_page):
        kept.cache_clear()


@pytest.fixture(scope="module")
def release() -> Iterator[connect.Release]:
    opened = connect.open_release(demo_data_dir())
    yield opened
    opened.close()


class Tags(HTMLParser):
    """The elements of a page, and whether each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def named(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag == name]


def choices(chart: Chart) -> list[str]:
    """The choices that readers make one at a time."""
    asked = [f"{name}={value}" for name in chart.filters if name in CHOICES for value in CHOICES[name]]
    asked += ["regions=China,United States,Europe"] if "regions" in chart.filters else []
    asked += ["since=2025-06"] if "since" in chart.filters else []
    return ["", *asked]


@pytest.mark.parametrize("chart_id", CHARTS)
def test_a_page_stays_light_whatever_is_chosen(get: Get, chart_id: str) -> None:
    for query in choices(catalogue.chart(chart_id)):
        answer = get(f"/chart/{chart_id}?{quote(query, safe='=')}")
        assert answer.status == 200, query
        assert len(answer.body) < 60_000, query


@pytest.mark.parametrize("chart_id", CHARTS)
def test_a_page_has_everything_that_a_quotation_needs(get: Get, release: connect.Release, chart_id: str) -> None:
    drawn = catalogue.draw(release, catalogue.chart(chart_id), catalogue.chart(chart_id).defaults)
    text = get(f"/chart/{chart_id}").body.decode()
    tags = Tags(text)
    assert tags.open == []
    assert tags.named("html") == [{"lang": "en"}]
    assert re.search(r"<h1>([^<]+)</h1>", text)
    for said in (
        drawn.chart.question,
        drawn.release_id,
        f"#{drawn.data_hash}",
        "Explore this chart",
        "How to read this",
    ):
        assert said in text
    assert all(source.url.replace("&", "&amp;") in text for source in drawn.sources)
    assert len(tags.named("table")) == 1
    assert [svg["role"] for svg in tags.named("svg")] == ["img"] * len(tags.named("svg"))
    assert tags.named("a")[0] == {"class": "skip", "href": "#main"}
    links = {link["rel"]: link for link in tags.named("link")}
    assert links["canonical"]["href"].endswith(f"/chart/{chart_id}")
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("chart_id", CHARTS)
def test_a_page_runs_nothing_and_loads_nothing_from_elsewhere(get: Get, chart_id: str) -> None:
    for path in (f"/chart/{chart_id}", f"/embed/{chart_id}"):
        answer = get(path)
        tags = Tags(answer.body.decode())
        assert {script["type"] for script in tags.named("script")} <= {"application/ld+json"}
        assert tags.named("img") == tags.named("iframe") == []
        assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)
        loaded = [link["href"] for link in tags.named("link") if link["rel"] in {"stylesheet", "icon", "preload"}]
        assert [address for address in loaded if not address.startswith("/app/static/")] == []
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ") and "script-src" not in policy
        assert policy.endswith("frame-ancestors *" if path.startswith("/embed") else "frame-ancestors 'self'")
        assert answer.headers["Set-Cookie"] is None


@pytest.mark.parametrize("chart_id", CHARTS)
def test_search_engines_for_data_learn_licence_and_files(get: Get, chart_id: str) -> None:
    text = get(f"/chart/{chart_id}").body.decode()
    said = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)[0])
    assert said["@type"] == "Dataset" and said["license"] and said["isAccessibleForFree"] is True
    address = said["distribution"][0]["contentUrl"]
    assert get(address.removeprefix(Settings().public_url)).status == 200


def test_every_form_that_a_page_offers_is_there(get: Get) -> None:
    text = get("/chart/downloads_over_time?group=family").body.decode()
    offered = re.findall(r'<a href="(/api/v1/[^"]+)" download>', text)
    assert len(offered) >= 9
    assert {get(address.replace("&amp;", "&")).status for address in offered} == {200}


@pytest.mark.parametrize("chart_id", CHARTS)
def test_each_colour_has_one_partner_on_dark_paper(release: connect.Release, chart_id: str) -> None:
    chart = catalogue.chart(chart_id)
    met: dict[str, str] = {}
    for query in choices(chart):
        filters = Filters.from_query(dict([query.split("=")]) if query else {}, chart.defaults)
        drawn = catalogue.draw(release, chart, filters)
        if drawn.finding.empty:
            continue
        for size in ("page", "phone"):
            light = pictures.element(catalogue.redraw(release, drawn, size=size), size, "")
            dark = pictures.element(catalogue.redraw(release, drawn, size=size, dark=True), size, "")
            pairs = pictures.partners(light, dark)
            assert set(pairs) == {colour for _, colour in pictures.PAINTED.findall(light)}
            assert all(met.setdefault(ours, theirs) == theirs for ours, theirs in pairs.items())


def test_drawing_again_reads_nothing_and_gives_the_same_picture(release: connect.Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    once = catalogue.draw(release, chart, chart.defaults, dark=True, size="phone")
    again = catalogue.redraw(release, catalogue.draw(release, chart, chart.defaults), dark=True, size="phone")
    assert pictures.element(once, "phone", "") == pictures.element(again, "phone", "")


@pytest.mark.parametrize("form", ["chart", "embed"])
def test_names_from_outside_are_text_and_nothing_else(
    get: Get, data_dir: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    chart = catalogue.chart("scores_over_time")

    def hostile(release: connect.Release, filters: Filters) -> pd.DataFrame:
        return chart.query(release, filters).assign(model_label=HOSTILE, organisation=HOSTILE, benchmark_name=HOSTILE)

    evil = replace(chart, query=hostile, question=HOSTILE)
    monkeypatch.setattr(catalogue, "CHARTS", (evil,))
    text = get(f"/{form}/{chart.id}").body.decode()
    tags = Tags(text)
    assert tags.named("img") == []
    assert {script["type"] for script in tags.named("script")} <= {"application/ld+json"}
    assert "<script>" not in text and "&lt;script&gt;" in text
    for written in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text):
        assert json.loads(written)["@type"] == "Dataset"


def test_numbers_that_may_not_be_passed_on_stand_in_no_table_and_no_link(
    get: Get, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(permits.KINDS, "attribution", "withheld")
    text = get("/chart/scores_over_time").body.decode()
    assert "<table" not in text and ".xlsx" not in text and ".csv" not in text
    assert "<svg" in text and ".pdf?" in text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/chart/none", 404, "downloads_concentration"),
        ("/embed/none", 404, "downloads_concentration"),
        ("/chart/downloads_over_time?group=planet", 400, "group=planet"),
        ("/chart/downloads_over_time?since=2026-05&amp;until=x&until=2025-01&since=2026-01", 400, "since"),
        ("/chart/downloads_over_time?release=2020-01-01T0000Z", 404, 'href="/chart/downloads_over_time"'),
        ("/chart/downloads_over_time?group=<script>alert(1)</script>", 400, "&lt;script&gt;"),
        ("/chart/downloads_over_time/more", 404, "no such page"),
        ("/embed/", 404, "no such page"),
        ("/embed", 404, "no such page"),
        ("/digest/2026-W01/more", 404, "no such page"),
    ],
)
def test_an_error_is_a_page_that_says_how_to_go_on(get: Get, path: str, status: int, said: str) -> None:
    answer = get(quote(path, safe="/?=&-"))
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    text = answer.body.decode()
    assert said in text and 'href="/chart/' in text and "<script" not in text
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/feed", "/feed.xml/more", "/alerts.json/more", "/api/v2/charts.json", "/oembed/more"]
)
def test_below_what_programs_read_an_error_is_json(get: Get, path: str) -> None:
    answer = get(path)
    assert (answer.status, answer.json()["error"]) == (404, "not found")


def test_a_page_is_not_sent_twice_and_the_newest_is_asked_for(get: Get, data_dir: Path) -> None:
    newest = connect.current_release_id(data_dir)
    for path in ("/chart/downloads_over_time", f"/chart/downloads_over_time?release={newest}", "/chart/", "/api/v1/"):
        first = get(path)
        assert first.headers["Cache-Control"] == "no-cache"  # a page of the newest will one day name a newer one
        again = get(path, {"If-None-Match": first.headers["ETag"]})
        assert (again.status, again.body) == (304, b"")
    assert "immutable" in get(f"/embed/downloads_over_time?release={newest}").headers["Cache-Control"]


def test_a_head_request_learns_what_a_get_would_bring(get: Get) -> None:
    asked, told = get("/chart/downloads_over_time"), get("/chart/downloads_over_time", method="HEAD")
    assert (told.status, told.body) == (200, b"")
    assert told.headers["Content-Length"] == asked.headers["Content-Length"]
    assert told.headers["ETag"] == asked.headers["ETag"]


def test_a_browser_that_takes_brotli_gets_a_fifth_of_the_bytes(get: Get) -> None:
    plain_body = get("/chart/downloads_over_time").body
    small = get("/chart/downloads_over_time", {"Accept-Encoding": "gzip, br"})
    assert small.headers["Content-Encoding"] == "br" and "Accept-Encoding" in small.headers["Vary"]
    assert len(small.body) < len(plain_body) / 4


def test_a_frame_holds_picture_finding_source_and_link(get: Get, release: connect.Release) -> None:
    text = get("/embed/downloads_over_time?group=family").body.decode()
    tags = Tags(text)
    assert len(tags.named("svg")) == 2 and tags.named("table") == []
    (link,) = tags.named("a")
    assert (
        link["target"] == "_blank"
        and f"release={release.release_id}" in link["href"]
        and "group=family" in link["href"]
    )
    assert "Source: " in text


def test_oembed_gives_the_frame_of_a_page_of_ours(get: Get) -> None:
    here = Settings().public_url
    page = get("/chart/downloads_over_time?group=family").body.decode()
    (found,) = re.findall(r'type="application/json\+oembed"[^>]*href="([^"]+)"', page)
    answer = get(found.replace("&amp;", "&").removeprefix(here)).json()
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    assert "/embed/downloads_over_time?group=family" in answer["html"].replace("&amp;", "&")
    url = quote(f"{here}/chart/downloads_over_time", safe="")
    narrow = get(f"/oembed?url={url}&maxwidth=320&maxheight=150").json()
    assert (narrow["width"], narrow["height"]) == (320, 150) and 'width="320" height="150"' in narrow["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 404),
        ("url=https://elsewhere.example/chart/downloads_over_time", 404),
        ("url={here}/chart/none", 404),
        ("url={here}/adoption", 404),
        ("url={here}/chart/downloads_over_time%3Frelease%3D2020-01-01T0000Z", 404),
        ("url={here}/chart/downloads_over_time&format=xml", 501),
    ],
)
def test_oembed_refuses_what_it_does_not_have(get: Get, query: str, status: int) -> None:
    answer = get(f"/oembed?{query.format(here=Settings().public_url)}")
    assert (answer.status, bool(answer.json()["reason"])) == (status, True)


def test_a_page_of_an_older_release_leads_to_the_newest(data_dir: Path, release: connect.Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    page = plain.chart_page(release.release_id, chart.id, chart.defaults, "/chart/downloads_over_time?")
    assert "kept as they were" in page.body
    assert page.tag != plain.chart_page(release.release_id, chart.id, chart.defaults, "").tag


def test_the_list_names_every_chart(get: Get) -> None:
    text = get("/chart/").body.decode()
    assert all(f'href="/chart/{chart_id}"' in text for chart_id in CHARTS)
    assert get("/chart").body == get("/chart/").body


def test_the_code_to_embed_on_a_page_can_be_pasted(get: Get, release: connect.Release) -> None:
    chart = catalogue.chart("downloads_over_time")
    code = exports.embed_code(catalogue.draw(release, chart, chart.defaults))
    (frame,) = Tags(code).named("iframe")
    assert frame["title"] and frame["loading"] == "lazy"
    assert get(frame["src"].removeprefix(Settings().public_url)).status == 200
