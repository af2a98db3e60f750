"""Feed, alerts and weekly digest: valid, escaped, once each, and a reader who has them already gets 304."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from settings import Settings
from tests.web.conftest import RELEASE_ID, Get, make_release
from warehouse import alerts
from warehouse.alerts import Alert, alert_id
from web import answers, digest, feed, routes

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script>&]]>\x0b\u202e=cmd|' /C calc'!A0"
KINDS = ("stale_source", "new_leader", "crossing", "licence_change", "headline_change", "counter_revision")
FOUND = datetime(2026, 11, 24, 21, 54, tzinfo=UTC)  # a Tuesday, W48
PUBLIC = "https://observatory.example"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty data folder that the web part reads."""
    for module in (answers, routes, feed, digest):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=tmp_path, public_url=PUBLIC))
    monkeypatch.setattr(digest, "STANDING", ())  # the tiny release has no figures
    digest._findings.cache_clear()
    yield tmp_path
    digest._findings.cache_clear()


def alert(number: int, kind: str = "new_leader", **changed: object) -> Alert:
    """An alert that could have been told."""
    texts = (f"rule_{kind}", f"Subject {number}", f"{number} %", f"{number + 5} %")
    usual: dict[str, object] = {
        "alert_id": alert_id(*texts),
        "rule_id": texts[0],
        "kind": kind,
        "found_at": FOUND,
        "release_id": RELEASE_ID,
        "subject": texts[1],
        "before": texts[2],
        "after": texts[3],
        "sentence": f"Sentence {number}.",
        "permalink_path": f"/chart/overview_china_share?release={RELEASE_ID}",
        "is_simulated": False,
    }
    return Alert(**usual | changed)  # type: ignore[arg-type]


def entries(body: bytes) -> list[ElementTree.Element]:
    """The entries of a feed, parsed by a parser that accepts no mistake."""
    return ElementTree.fromstring(body).findall(f"{ATOM}entry")


def text(parent: ElementTree.Element, name: str) -> str:
    """The text of a child that has to be there."""
    return parent.findtext(f"{ATOM}{name}") or ""


def test_the_feed_has_what_the_standard_asks_of_a_feed(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    alerts.append(data_dir, [alert(number, kind) for number, kind in enumerate(KINDS)])
    answer = get("/feed.xml")
    root = ElementTree.fromstring(answer.body)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert root.tag == f"{ATOM}feed" and text(root, "id").startswith("urn:uuid:") and text(root, "title")
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{PUBLIC}/feed.xml", "alternate": f"{PUBLIC}/digest"}
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    found = entries(answer.body)
    ids = [text(entry, "id") for entry in found]
    assert len(set(ids)) == len(KINDS) and all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", value) for value in ids)
    for entry in found:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text(entry, "updated"))
        assert text(entry, "title") and text(entry, "summary")
        address = next(link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate")
        assert address == f"{PUBLIC}/chart/overview_china_share?release={RELEASE_ID}"
    assert text(root, "updated") == max(text(entry, "updated") for entry in found) == "2026-11-24T21:54:00Z"


def test_a_feed_without_anything_to_tell_is_valid_too(get: Get, data_dir: Path) -> None:
    before = ElementTree.fromstring(get("/feed.xml").body)
    make_release(data_dir)
    after = ElementTree.fromstring(get("/feed.xml").body)
    assert text(before, "updated") and text(after, "updated") == "2026-11-24T21:54:00Z"
    assert get("/alerts.json").json()["items"] == []


def test_ids_stay_when_the_observatory_moves_to_another_address(
    get: Get, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts.append(data_dir, [alert(1)])
    ids = [text(entry, "id") for entry in entries(get("/feed.xml").body)]
    monkeypatch.setattr(feed, "settings", lambda: Settings(data_dir=data_dir, public_url="https://moved.example"))
    assert [text(entry, "id") for entry in entries(get("/feed.xml").body)] == ids


def test_text_from_outside_stays_text_everywhere(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    bad = alert(1, subject=HOSTILE, before=HOSTILE, after=HOSTILE, sentence=HOSTILE, rule_id="x")
    alerts.append(data_dir, [bad])
    entry = entries(get("/feed.xml").body)[0]
    assert "<script>" in text(entry, "title") and "&lt;script&gt;" in text(entry, "content")
    assert "<script>" not in text(entry, "content")
    page = get("/digest").body.decode()
    assert "<script" not in page and "&lt;script&gt;" in page
    assert get("/alerts.json").json()["items"][0]["before"] == HOSTILE


def test_a_reader_who_has_the_feed_already_gets_304_until_something_is_told(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    alerts.append(data_dir, [alert(1)])
    for path in ("/feed.xml", "/alerts.json", "/digest", "/digest/2026-W48"):
        tag = get(path).headers["ETag"]
        again = get(path, {"If-None-Match": tag})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["Cache-Control"] == "no-cache"
    tag = get("/feed.xml").headers["ETag"]
    alerts.append(data_dir, [alert(2)])
    assert get("/feed.xml", {"If-None-Match": tag}).status == 200


def test_alerts_can_be_asked_for_since_a_day_or_a_time(get: Get, data_dir: Path) -> None:
    old, new = alert(1, found_at=FOUND - timedelta(days=10)), alert(2)
    alerts.append(data_dir, [old, new])
    assert [item["subject"] for item in get("/alerts.json").json()["items"]] == ["Subject 2", "Subject 1"]
    for since in ("2026-11-20", "2026-11-24T21:54:00Z", "2026-11-24T22:54:00+01:00"):
        assert [item["subject"] for item in get(f"/alerts.json?since={since}").json()["items"]] == ["Subject 2"], since
    assert get("/alerts.json?since=2026-12-01").json()["items"] == []
    item = get("/alerts.json?since=2026-11-20").json()["items"][0]
    assert (item["before"], item["after"], item["kind"]) == ("2 %", "7 %", "new_leader")
    assert item["permalink"] == item["url"] == f"{PUBLIC}{new.permalink_path}"


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "9" * 500, "%00", "0001-01-01T00:00:00%2B23:59"])
def test_a_time_that_is_none_is_refused_with_what_was_expected(get: Get, data_dir: Path, since: str) -> None:
    answer = get(f"/alerts.json?since={since}")
    assert answer.status == 400 and "since: expected a day or a time" in answer.json()["reason"]


def test_a_feed_names_at_most_its_newest_hundred(get: Get, data_dir: Path) -> None:
    alerts.append(data_dir, [alert(n, found_at=FOUND - timedelta(hours=n)) for n in range(150)])
    assert len(entries(get("/feed.xml").body)) == feed.IN_FEED
    assert len(get("/alerts.json").json()["items"]) == 150


def test_the_digest_says_the_weightiest_change_first(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    alerts.append(data_dir, [alert(number, kind) for number, kind in enumerate(KINDS)])
    answer = get("/digest")
    page = answer.body.decode()
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>Subject 2: 7 %, before 2 %</h1>" in page and "Six changes were told." in page
    order = [page.index(f"<h2>{title}</h2>") for title in digest.KINDS.values()]
    assert order == sorted(order)
    assert page.count("<dt>Before</dt>") == len(KINDS)
    assert page.count(f'href="/chart/overview_china_share?release={RELEASE_ID}"') == len(KINDS)
    assert "23 to 29 November 2026" in page and "<script" not in page and 'lang="en"' in page


def test_a_week_without_news_says_so_and_names_the_last_one_with_news(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    alerts.append(data_dir, [alert(1, found_at=FOUND - timedelta(days=21))])
    page = get("/digest").body.decode()
    assert "Nothing to tell of the week of 23 to 29 November 2026" in page and "Nothing crossed a threshold" in page
    assert 'href="/digest/2026-W45"' in page
    assert "Subject 1: 6 %" in get("/digest/2026-W45").body.decode()
    long_ago = get("/digest/2026-W01").body.decode()
    assert "before the first release" in long_ago and "Nothing crossed" not in long_ago


def test_a_change_of_a_release_that_is_gone_leads_to_the_newest_one_and_says_so(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    gone = alert(
        1, release_id="2026-11-23T0600Z", permalink_path="/chart/overview_china_share?release=2026-11-23T0600Z"
    )
    alerts.append(data_dir, [gone])
    page = get("/digest").body.decode()
    assert 'href="/chart/overview_china_share"' in page and "is no longer kept" in page


def test_simulated_changes_are_marked_everywhere(get: Get, data_dir: Path) -> None:
    make_release(data_dir)
    alerts.append(data_dir, [replace(alert(1), is_simulated=True)])
    assert "Simulated data." in get("/digest").body.decode()
    assert text(entries(get("/feed.xml").body)[0], "title").startswith("SIMULATED DATA: ")
    item = get("/alerts.json").json()["items"][0]
    assert item["is_simulated"] and "simulated" in item["tags"]


@pytest.mark.parametrize(
    "week", ["2026-W54", "2026-W00", "2026-48", "2999-W01", "%3Cscript%3E", "2026-W48x", "2031-W10", "a/b"]
)
def test_a_week_that_is_none_is_a_page_that_says_what_was_expected(get: Get, data_dir: Path, week: str) -> None:
    make_release(data_dir)
    answer = get(f"/digest/{week}")
    assert answer.status == 404 and b"<script>" not in answer.body


def test_before_the_first_release_the_digest_is_a_page_too(get: Get, data_dir: Path) -> None:
    assert get("/digest").status == 200


def test_weeks_are_those_of_the_international_calendar() -> None:
    at = datetime(2027, 1, 3, 23, 59, tzinfo=UTC)
    assert feed.week_of(alert(1, found_at=at)) == "2026-W53"
    assert digest._span(digest._monday("2026-W53")) == "28 December 2026 to 3 January 2027"  # type: ignore[arg-type]
    assert digest._span(digest._monday("2026-W49")) == "30 November to 6 December 2026"  # type: ignore[arg-type]
