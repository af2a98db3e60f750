"""Fetcher: every way in which the far side can misbehave ends in the right error, soon; the token stays at home."""

import gzip
import logging
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from etl.collect import http
from etl.collect.http import Fetcher, NotThere, OutOfTime, SourceError
from settings import Settings
from tests.etl.collect.conftest import TOKEN, FarSide, Reply, as_json

URL = "https://huggingface.co/api/models"
PATH = "huggingface.co/api/models"
FILE = "https://huggingface.co/datasets/a/b/resolve/main/x.parquet"
FILE_PATH = "huggingface.co/datasets/a/b/resolve/main/x.parquet"
PARQUET = b"PAR1" + bytes(100) + b"PAR1"


@pytest.fixture
def fetch(settings: Settings) -> Iterator[Fetcher]:
    fetcher = Fetcher(settings, "a_source")
    yield fetcher
    fetcher.close()


def refusal(fetch: Fetcher, url: str = URL, **how: object) -> str:
    with pytest.raises(SourceError) as caught:
        fetch.get(url, **how)  # type: ignore[arg-type]
    assert caught.value.source_id == "a_source"
    assert TOKEN not in str(caught.value)
    return caught.value.reason


def test_an_answer_carries_its_content_its_hash_its_day_and_its_real_address(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"[1]", headers={"ETag": '"v1"'}))
    answer = fetch.get(URL, {"author": "Qwen", "expand": ["likes", "tags"]})
    assert answer.url == "https://huggingface.co/api/models?author=Qwen&expand=likes&expand=tags"
    assert (answer.json(), answer.bytes, answer.etag) == ([1], 3, '"v1"')
    assert answer.sha256 == "080a9ed428559ef602668b4c00f114f1a11c3f6b02a435f0bdc154578e4d7f22"
    assert answer.observed_on == date(2025, 8, 7)
    assert not answer.is_simulated
    assert far_side.log[0]["query"] == "author=Qwen&expand=likes&expand=tags"
    assert str(far_side.log[0]["user-agent"]).startswith("open-model-observatory/0.")
    assert "(+https://" in str(far_side.log[0]["user-agent"])


def test_a_simulating_far_side_is_noticed(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, as_json([1], **{"X-Simulated": "true"}))
    assert fetch.get(URL).is_simulated


def test_without_a_date_header_the_day_is_today_in_utc(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, as_json([1], Date=""))
    assert abs((fetch.get(URL).observed_on - datetime.now(UTC).date()).days) <= 1


def test_a_compressed_answer_is_hashed_as_its_content(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"}))
    answer = fetch.get(URL)
    assert (answer.body, answer.bytes) == (b"[1]", 3)


def test_a_file_is_streamed_to_its_place(fetch: Fetcher, far_side: FarSide, tmp_path: Path) -> None:
    far_side.says(FILE_PATH, Reply(PARQUET))
    answer = fetch.get(FILE, into=tmp_path / "x.parquet", expect="parquet")
    assert (answer.body, answer.path) == (None, tmp_path / "x.parquet")
    assert (tmp_path / "x.parquet").read_bytes() == PARQUET


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_fault_that_passes_is_tried_again(fetch: Fetcher, far_side: FarSide, status: int) -> None:
    far_side.says(PATH, Reply(b"", status), as_json([1]))
    assert fetch.get(URL).json() == [1]
    assert len(far_side.log) == 2


@pytest.mark.parametrize("status", [429, 500])
def test_a_fault_that_stays_ends_after_the_attempts(fetch: Fetcher, far_side: FarSide, status: int) -> None:
    far_side.says(PATH, Reply(b"", status))
    assert refusal(fetch) == f"{URL} failed after 2 tries: huggingface.co answered {status}"
    assert len(far_side.log) == 2


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"RateLimit": '"api";r=0;t=1'}, 2),
        ({"RateLimit": '"api";r=7;t=200, "resolvers";r=0;t=2', "Retry-After": "1"}, 3),
        ({"Retry-After": "2"}, 2),
        ({"Retry-After": "Thu, 07 Aug 2025 12:00:03 GMT"}, 3),
        ({"Retry-After": "Thu, 07 Aug 2025 11:00:00 GMT"}, 0),
        ({"Retry-After": "soon", "RateLimit": "a;b=c"}, 0.01),
    ],
)
def test_a_refusal_is_waited_for_as_long_as_it_asks(
    fetch: Fetcher, far_side: FarSide, waited: list[float], headers: dict[str, str], seconds: float
) -> None:
    far_side.says(PATH, Reply(b"", 429, headers), as_json([1]))
    fetch.get(URL)
    assert waited[0] == pytest.approx(seconds)


def test_github_says_429_with_403(fetch: Fetcher, far_side: FarSide, waited: list[float]) -> None:
    limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1)}
    far_side.says("api.github.com/x", Reply(b"", 403, limit), as_json([1]))
    assert fetch.get("https://api.github.com/x").json() == [1]
    assert 0 < waited[0] <= 2


def test_nobody_makes_us_wait_longer_than_our_longest(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"", 429, {"Retry-After": "86400"}))
    assert "asks to wait 86,400 s: the longest wait is 3 s" in refusal(fetch)
    assert len(far_side.log) == 1


def test_a_used_up_window_is_waited_for_before_the_service_refuses(
    fetch: Fetcher, far_side: FarSide, waited: list[float]
) -> None:
    far_side.says(PATH, as_json([1], RateLimit='"api";r=0;t=2'), as_json([1], RateLimit='"api";r=400;t=200'))
    fetch.get(URL)
    assert waited == []
    fetch.for_source("another_one").get(URL)
    assert waited == [pytest.approx(3, abs=0.5)]


def test_files_and_calls_have_windows_of_their_own(
    fetch: Fetcher, far_side: FarSide, waited: list[float], tmp_path: Path
) -> None:
    far_side.says(PATH, as_json([1], RateLimit='"api";r=0;t=2'))
    far_side.says(FILE_PATH, Reply(PARQUET))
    fetch.get(URL)
    fetch.get(FILE, into=tmp_path / "x", expect="parquet")
    assert waited == []


@pytest.mark.parametrize(
    "reply", [Reply(b"[1, 2, 3]", cut=4), Reply(b"[1, 2, 3]", silent_s=1), Reply(b"[1]", drip_s=1)]
)
def test_an_answer_that_is_cut_off_or_goes_silent_is_tried_again_and_then_named(
    fetch: Fetcher, far_side: FarSide, reply: Reply
) -> None:
    far_side.says(PATH, reply, as_json([1]))
    assert fetch.get(URL).json() == [1]
    far_side.says(PATH, reply)
    assert "failed after 2 tries" in refusal(fetch)


def test_a_file_that_is_cut_off_is_fetched_anew_from_its_beginning(
    fetch: Fetcher, far_side: FarSide, tmp_path: Path
) -> None:
    far_side.says(FILE_PATH, Reply(PARQUET, cut=50), Reply(PARQUET))
    fetch.get(FILE, into=tmp_path / "x", expect="parquet")
    assert (tmp_path / "x").read_bytes() == PARQUET


def test_a_chunked_answer_without_its_end_is_refused(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(
        PATH, Reply(b"3\r\n[1]\r\n", headers={"Content-Length": "", "Transfer-Encoding": "chunked"}, cut=None)
    )
    assert "cut off" in refusal(fetch)


def test_damaged_compression_is_refused(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"}))
    assert "damaged on the way" in refusal(fetch)


def test_a_host_that_is_down_is_named(settings: Settings) -> None:
    down = settings.model_copy(update={"mirror": "http://127.0.0.1:1"})
    fetch = Fetcher(down, "a_source")
    assert "no connection to 127.0.0.1" in refusal(fetch)


@pytest.mark.parametrize(
    "reply", [Reply(b"[1]" * 999, drip_s=0.05), Reply(drip_headers_s=0.05, headers={"X": "y" * 99})]
)
def test_a_server_that_drips_bytes_cannot_keep_us_past_the_deadline(
    settings: Settings, far_side: FarSide, reply: Reply
) -> None:
    far_side.says(PATH, reply)
    fetch = Fetcher(settings.model_copy(update={"source_deadline_s": 0.5}), "a_source")
    with pytest.raises(OutOfTime, match="took longer than"):
        fetch.get(URL)


def test_each_source_has_its_own_time(settings: Settings, far_side: FarSide) -> None:
    far_side.says(PATH, as_json([1]))
    parent = Fetcher(settings.model_copy(update={"source_deadline_s": 0.2}))
    time.sleep(0.25)
    assert parent.for_source("fresh").get(URL).json() == [1]
    with pytest.raises(OutOfTime):
        parent.get(URL)


def test_a_wait_that_would_end_after_the_deadline_is_not_begun(settings: Settings, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"", 429, {"Retry-After": "3"}))
    fetch = Fetcher(settings.model_copy(update={"source_deadline_s": 1}), "a_source")
    with pytest.raises(OutOfTime, match="would have to wait 3 s"):
        fetch.get(URL)


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (b"<html><body>Sign in</body></html>", "a web page"),
        (b"\n <!DOCTYPE html>", "a web page"),
        (b"", "an empty answer"),
        (b"  \n", "an empty answer"),
        (b"[1, 2", "5 bytes that are not JSON"),
        (b"\x93\x00\xfe", "3 bytes that are not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'"a word"', "a single str"),
    ],
)
def test_what_is_not_json_is_refused_at_the_door(fetch: Fetcher, far_side: FarSide, body: bytes, came: str) -> None:
    far_side.says(PATH, Reply(body))
    reason = refusal(fetch)
    assert reason.startswith(f"expected json from {URL}, came")
    assert came in reason
    assert len(far_side.log) == 1


@pytest.mark.parametrize(
    ("body", "came"),
    [
        (b"<html>", "a web page"),
        (b"", "an empty answer"),
        (b"{}", "begins with b'{}'"),
        (b"PAR1" + bytes(50), "without its end"),
        (bytes(b ^ 0x5A for b in PARQUET), "begins with"),
    ],
)
def test_what_is_not_parquet_is_refused_at_the_door(
    fetch: Fetcher, far_side: FarSide, body: bytes, came: str, tmp_path: Path
) -> None:
    far_side.says(FILE_PATH, Reply(body))
    assert came in refusal(fetch, FILE, into=tmp_path / "x", expect="parquet")


@pytest.mark.parametrize(
    "body", [b"<html>,", b"", b"{}", b'{"a": 1, "b": 2}', b"one column\n1", b"\xff\xfe,\n", b"a,\x00b\n"]
)
def test_what_is_not_a_table_is_refused_at_the_door(fetch: Fetcher, far_side: FarSide, body: bytes) -> None:
    far_side.says("raw.githubusercontent.com/t.csv", Reply(body))
    assert "expected csv" in refusal(fetch, "https://raw.githubusercontent.com/t.csv", expect="csv")


@pytest.mark.parametrize("content_length", ["11", ""])
def test_more_than_the_largest_answer_is_not_taken_in(
    settings: Settings, far_side: FarSide, content_length: str
) -> None:
    far_side.says(PATH, Reply(b"[1,2,3,4,5]", headers={"Content-Length": content_length}))
    fetch = Fetcher(settings, "a_source", largest={"json": 10, "csv": 10, "parquet": 10})
    assert "sends more than 10 bytes of json: not taken in" in refusal(fetch)


def test_a_bomb_of_compressed_zeros_is_not_taken_in(settings: Settings, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(gzip.compress(b"[" + b" " * 5_000_000), headers={"Content-Encoding": "gzip"}))
    fetch = Fetcher(settings, "a_source", largest={"json": 1_000_000, "csv": 10, "parquet": 10})
    assert "sends more than 1,000,000 bytes" in refusal(fetch)


@pytest.mark.parametrize(("status", "headers"), [(404, {}), (410, {}), (401, {"X-Error-Code": "RepoNotFound"})])
def test_what_is_not_there_has_an_error_of_its_own(
    fetch: Fetcher, far_side: FarSide, status: int, headers: dict[str, str]
) -> None:
    far_side.says(PATH, Reply(b"{}", status, headers))
    with pytest.raises(NotThere):
        fetch.get(URL)


@pytest.mark.parametrize(
    ("status", "said"), [(401, "access is refused"), (403, "access is refused"), (204, "came 204")]
)
def test_other_statuses_are_named(fetch: Fetcher, far_side: FarSide, status: int, said: str) -> None:
    far_side.says(PATH, Reply(b"", status))
    assert said in refusal(fetch)


def test_all_pages_are_read_by_their_links(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(
        PATH,
        as_json([1], Link=f'<{URL}?cursor=2>; rel="next"'),
        as_json([2], Link=f'<{far_side.url}/{PATH}?cursor=3>; rel="next", <{URL}?cursor=1>; rel="prev"'),
        as_json([3], Link='</api/models?cursor=4>; rel="next"'),
        as_json([4]),
    )
    pages = list(fetch.pages(URL, {"author": "Qwen"}))
    assert [page.json() for page in pages] == [[1], [2], [3], [4]]
    assert [page.url for page in pages[1:]] == [f"{URL}?cursor={number}" for number in (2, 3, 4)]
    assert far_side.paths() == [PATH] * 4


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/api/models?cursor=1",
        "http://huggingface.co/api/models?cursor=1",
        "https://huggingface.co@evil.example/",
        "https://huggingface.co.evil.example/",
        "https://api.github.com/x",
        "//evil.example/x",
        "https://[broken",
        "file:///etc/passwd",
    ],
)
def test_a_link_that_leaves_the_host_is_refused(fetch: Fetcher, far_side: FarSide, link: str) -> None:
    far_side.says(PATH, as_json([1], Link=f'<{link}>; rel="next"'))
    with pytest.raises(SourceError, match="expected the next page of .* on the same host"):
        list(fetch.pages(URL))
    assert len(far_side.log) == 1


def test_a_link_to_a_page_that_was_read_is_refused(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, as_json([1], Link=f'<{URL}?cursor=2>; rel="next"'))
    with pytest.raises(SourceError, match="read already"):
        list(fetch.pages(URL))
    assert len(far_side.log) == 2


def test_a_redirect_to_the_content_network_of_the_hub_goes_through_the_mirror_without_the_token(
    fetch: Fetcher, far_side: FarSide, tmp_path: Path
) -> None:
    far_side.says(FILE_PATH, Reply(b"", 302, {"Location": "https://cas-bridge.xethub.hf.co/x?signature=1"}))
    far_side.says("cas-bridge.xethub.hf.co/x", Reply(PARQUET))
    answer = fetch.get(FILE, into=tmp_path / "x", expect="parquet")
    assert answer.url == FILE
    assert [entry.get("authorization") for entry in far_side.log] == [f"Bearer {TOKEN}", None]


def test_a_relative_redirect_stays_on_its_host(fetch: Fetcher, far_side: FarSide, tmp_path: Path) -> None:
    far_side.says(FILE_PATH, Reply(b"", 307, {"Location": "/api/resolve-cache/x.parquet"}))
    far_side.says("huggingface.co/api/resolve-cache/x.parquet", Reply(PARQUET))
    fetch.get(FILE, into=tmp_path / "x", expect="parquet")
    assert far_side.log[1]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "there", ["https://evil.example/x", "http://127.0.0.1:9/huggingface.co/x", "https://evil.hf.co.example/"]
)
def test_a_redirect_off_the_allowed_hosts_is_not_followed(fetch: Fetcher, far_side: FarSide, there: str) -> None:
    far_side.says(PATH, Reply(b"", 302, {"Location": there}))
    assert "redirects to http" in refusal(fetch)
    assert len(far_side.log) == 1


def test_redirects_in_a_circle_end(fetch: Fetcher, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"", 302, {"Location": URL}))
    assert "redirects more than 5 times" in refusal(fetch)


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "http://huggingface.co/x", "https://cdn.hf.co/x", "ftp://a", "x"]
)
def test_other_hosts_are_not_asked(fetch: Fetcher, far_side: FarSide, url: str) -> None:
    assert "not asked" in refusal(fetch, url)
    assert far_side.log == []


def test_the_token_goes_to_the_hub_alone(fetch: Fetcher, far_side: FarSide) -> None:
    for path in (PATH, "api.github.com/x", "raw.githubusercontent.com/x"):
        far_side.says(path, as_json([1]))
        fetch.get("https://" + path)
    assert [(entry["path"], entry.get("authorization")) for entry in far_side.log] == [
        (PATH, f"Bearer {TOKEN}"),
        ("api.github.com/x", None),
        ("raw.githubusercontent.com/x", None),
    ]


def test_the_token_is_in_no_log(fetch: Fetcher, far_side: FarSide, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    far_side.says(PATH, Reply(b"", 500), Reply(b"x", cut=0), as_json([1]))
    refusal(fetch)
    fetch.get(URL)
    assert "waiting" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", [f"{TOKEN}\nX: y", f"{TOKEN} {TOKEN}", f"{TOKEN}\u00e9"])
def test_a_token_that_cannot_be_one_is_refused_without_being_shown(
    settings: Settings, far_side: FarSide, token: str
) -> None:
    fetch = Fetcher(settings.model_copy(update={"hf_token": SecretStr(token)}), "a_source")
    assert refusal(fetch) == "HF_TOKEN holds characters that no token has: set it anew"


@pytest.mark.parametrize("token", ["", f"{TOKEN}\n"])
def test_white_space_around_a_token_is_forgiven(settings: Settings, far_side: FarSide, token: str) -> None:
    far_side.says(PATH, as_json([1]))
    Fetcher(settings.model_copy(update={"hf_token": SecretStr(token)})).get(URL)
    assert far_side.log[0].get("authorization") == (f"Bearer {TOKEN}" if token else None)


def test_neither_a_netrc_nor_a_proxy_nor_a_cookie_of_the_machine_plays_a_part(
    settings: Settings, far_side: FarSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    far_side.says("api.github.com/x", as_json([1], **{"Set-Cookie": "a=b"}))
    fetch = Fetcher(settings)
    fetch.get("https://api.github.com/x")
    fetch.get("https://api.github.com/x")
    assert [(entry.get("authorization"), entry.get("cookie")) for entry in far_side.log] == [(None, None)] * 2


def test_giving_up_ends_a_wait_at_once(settings: Settings, far_side: FarSide) -> None:
    far_side.says(PATH, Reply(b"", 429, {"Retry-After": "3"}))
    fetch = Fetcher(settings, "a_source")
    fetch.give_up()
    assert "given up" in refusal(fetch)


def test_without_a_mirror_the_service_itself_is_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def get(self: object, url: str, **how: object) -> object:
        asked.append(url)
        raise http.requests.ConnectionError

    monkeypatch.setattr("requests.Session.get", get)
    assert "no connection to huggingface.co" in refusal(
        Fetcher(settings.model_copy(update={"mirror": "", "attempts": 1}), "a_source")
    )
    assert asked == [URL]
