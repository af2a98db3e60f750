"""Fetcher: the only way from here to the network.

It asks allowed hosts only (with a mirror: only the mirror), gives the token to the Hub alone, waits as long as a
service asks, tries again what may pass, ends within its time-outs, bounds and checks what it takes in.
"""

import hashlib
import logging
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
import tenacity
import urllib3
from requests.utils import parse_header_links

from etl.collect import hosts, waits
from etl.collect.answers import LARGEST, Answer, Kind, WrongContent, check
from etl.collect.errors import NotThere, OutOfTime, PassingFault, SourceError, Unavailable
from etl.collect.patience import within
from settings import Settings

__all__ = ["Answer", "Fetcher", "NotThere", "OutOfTime", "SourceError"]

log = logging.getLogger(__name__)

PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5  # the Hub needs one or two for a file
CHUNK = 256 * 1024


class Fetcher:
    """Fetches for one source. `for_source` gives a fetcher with a deadline of its own that shares the connections."""

    def __init__(self, settings: Settings, source_id: str = "", largest: Mapping[Kind, int] = LARGEST) -> None:
        self.settings, self.source_id, self.largest = settings, source_id, largest
        self._session = _session(settings)
        self._quiet_until: dict[tuple[str, bool], float] = {}  # (host, is a file): a used-up rate limit window's end
        self._given_up = threading.Event()
        self._deadline = time.monotonic() + settings.source_deadline_s

    def for_source(self, source_id: str) -> "Fetcher":
        """A fetcher for one source: its clock starts now."""
        other = Fetcher.__new__(Fetcher)
        other.__dict__.update(self.__dict__)
        other.source_id = source_id
        other._given_up = threading.Event()
        other._deadline = time.monotonic() + self.settings.source_deadline_s
        return other

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def give_up(self) -> None:
        """Ends every request and wait of this source soon: another thread of it has failed."""
        self._given_up.set()

    def get(
        self, url: str, params: Mapping[str, object] | None = None, into: Path | None = None, expect: Kind = "json"
    ) -> Answer:
        """The answer to a GET of a canonical `https://HOST/PATH`, whole and of the expected kind.

        With `into` the content goes to that file (for Parquet), else to `.body`. Raises SourceError: NotThere for
        what the service does not have, Unavailable after the last try, OutOfTime after the source's deadline.
        """
        canonical = _with_params(url, params)
        if not hosts.is_allowed(canonical):
            raise self._error(
                f"expected an address on {sorted(hosts.ALLOWED_HOSTS)}, came {hosts.shown(canonical)}: not asked"
            )
        try:
            return self._retrying()(self._attempt, canonical, into, expect)
        except PassingFault as fault:
            tries = f"{self.settings.attempts} tries" if self.settings.attempts > 1 else "one try"
            raise Unavailable(
                self.source_id, f"{hosts.shown(canonical)} failed after {tries}: {fault.reason}"
            ) from fault

    def pages(self, url: str, params: Mapping[str, object] | None = None) -> Iterator[Answer]:
        """Every page of a JSON list, by the `Link` header."""
        answer = self.get(url, params)
        seen = {answer.url}
        yield answer
        while answer.next_url:
            if answer.next_url in seen:
                raise self._error(
                    f"the page {hosts.shown(answer.url)} names as its next one a page that was read already"
                )
            answer = self.get(answer.next_url)
            seen.add(answer.url)
            yield answer

    def canonical(self, address: str, base: str) -> str:
        """The canonical form of an address that an answer names."""
        return hosts.canonical(address, base, self.settings.mirror)

    def _retrying(self) -> tenacity.Retrying:
        def wait_s(state: tenacity.RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            asked = fault.wait_s if isinstance(fault, PassingFault) else None
            return waits.own_wait_s(state.attempt_number) if asked is None else asked

        def say(state: tenacity.RetryCallState) -> None:
            fault = state.outcome.exception() if state.outcome else None
            next_wait = state.next_action.sleep if state.next_action else 0
            log.warning("%s: %s; waiting %.0f s, then trying again", self.source_id, fault, next_wait)

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PassingFault),
            stop=tenacity.stop_after_attempt(self.settings.attempts),
            wait=wait_s,
            sleep=self._wait,
            before_sleep=say,
            reraise=True,
        )

    def _attempt(self, url: str, into: Path | None, expect: Kind) -> Answer:
        self._wait_for_window(url)
        with closing(self._follow(url, expect)) as response:
            self._check_status(url, response)
            body, sha256, size = self._take_in(url, response, into, expect)
        try:
            check(expect, body, into)
        except WrongContent as wrong:
            raise self._error(f"expected {expect} from {hosts.shown(url)}, {wrong}: kept what we had") from wrong
        log.info("%s: GET %s, %s bytes", self.source_id, url, f"{size:,}")
        headers = requests.structures.CaseInsensitiveDict(response.headers)
        return Answer(
            url, response.status_code, headers, body, into, sha256, size, _observed_on(headers),
            headers.get("X-Simulated", "").strip().lower() == "true", self._next_url(url, headers),
        )  # fmt: skip

    def _follow(self, url: str, expect: Kind) -> requests.Response:
        """The response at the end of the redirects, its body not yet read."""
        here = url
        for _ in range(MOST_REDIRECTS + 1):
            response = self._send(here, expect)
            self._remember_window(here, response.headers)
            if response.status_code not in REDIRECTS or "Location" not in response.headers:
                return response
            response.close()
            there = self.canonical(response.headers["Location"], here)
            if not hosts.is_allowed(there, is_redirect=True):
                raise self._error(f"{hosts.shown(url)} redirects to {hosts.origin_of(there)}: not followed")
            here = there
        raise self._error(f"{hosts.shown(url)} redirects more than {MOST_REDIRECTS} times")

    def _send(self, url: str, expect: Kind) -> requests.Response:
        headers = {} if expect == "json" else {"Accept-Encoding": "identity"}
        token = self._token() if hosts.gets_the_token(url) else None
        if token:
            headers["Authorization"] = f"Bearer {token}"
        left = self._time_left()
        connect_s = min(self.settings.connect_timeout_s, left)
        read_s = min(self.settings.read_timeout_s, left)
        wire = hosts.on_the_wire(url, self.settings.mirror)
        # With a mirror no other host is contacted, a proxy of the environment neither.
        proxies = {"no_proxy": "*"} if self.settings.mirror else None

        def send() -> requests.Response:
            return self._session.get(
                wire, headers=headers, proxies=proxies, stream=True, allow_redirects=False, timeout=(connect_s, read_s)
            )

        try:
            return within(min(left, 2 * connect_s + read_s), send, self._time_left)  # 2: IPv6 first, then IPv4
        except (requests.Timeout, TimeoutError) as error:
            raise PassingFault(f"no answer from {hosts.host_of(wire)} in time") from error
        except requests.RequestException as error:
            raise PassingFault(f"no connection to {hosts.host_of(wire)} ({type(error).__name__})") from None

    def _check_status(self, url: str, response: requests.Response) -> None:
        status, headers = response.status_code, response.headers
        is_limit = status == 403 and (waits.is_used_up(headers) or "Retry-After" in headers)  # GitHub's way
        if status in PASSING_STATUSES or is_limit:
            wait = waits.asked_wait_s(headers)
            if wait is not None and wait > self.settings.longest_wait_s:
                longest = f"the longest wait is {self.settings.longest_wait_s:,.0f} s"
                raise self._error(
                    f"{hosts.shown(url)} answered {status} and asks to wait {wait:,.0f} s: {longest}, next run then"
                )
            raise PassingFault(f"{hosts.host_of(url)} answered {status}", wait)
        if status in (404, 410) or headers.get("X-Error-Code") == "RepoNotFound":
            raise NotThere(self.source_id, f"{hosts.shown(url)} answered {status}: it is not there")
        if status in (401, 403):
            raise self._error(
                f"{hosts.shown(url)} answered {status}: access is refused, with or without HF_TOKEN; check the token"
            )
        if status != 200:
            raise self._error(f"expected status 200 from {hosts.shown(url)}, came {status}")

    def _take_in(
        self, url: str, response: requests.Response, into: Path | None, expect: Kind
    ) -> tuple[bytes | None, str, int]:
        """(body or None, sha256, size) of the content, streamed: no more than allowed, no longer than allowed."""
        self._check_size(url, int(response.headers.get("Content-Length") or 0), expect)
        digest, size, parts = hashlib.sha256(), 0, []
        file = into.open("wb") if into else None
        try:
            for chunk in self._chunks(response):
                digest.update(chunk)
                size += len(chunk)
                self._check_size(url, size, expect)
                if file:
                    file.write(chunk)
                else:
                    parts.append(chunk)
        finally:
            if file:
                file.close()
        return None if file else b"".join(parts), digest.hexdigest(), size

    def _check_size(self, url: str, size: int, expect: Kind) -> None:
        if size > self.largest[expect]:
            raise self._error(
                f"{hosts.shown(url)} sends more than {self.largest[expect]:,} bytes of {expect}: not taken in"
            )

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        # read1 gives what has come so far: a server that drips bytes cannot keep us past the deadline inside a read.
        raw = response.raw
        try:
            while chunk := raw.read1(CHUNK, decode_content=True):
                self._time_left()
                yield chunk
        except urllib3.exceptions.ReadTimeoutError as error:
            raise PassingFault("the answer stopped half way and went silent") from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise PassingFault("the answer was cut off or damaged on the way") from error

    def _next_url(self, url: str, headers: Mapping[str, str]) -> str | None:
        links = parse_header_links(headers["Link"]) if headers.get("Link") else []
        address = next((link["url"] for link in links if link.get("rel") == "next"), None)
        if address is None:
            return None
        there = self.canonical(address, url)
        if hosts.host_of(there) != hosts.host_of(url) or not hosts.is_allowed(there):
            came = f"came a link to {hosts.origin_of(there)}: not followed"
            raise self._error(f"expected the next page of {hosts.shown(url)} on the same host, {came}")
        return there

    def _remember_window(self, url: str, headers: Mapping[str, str]) -> None:
        wait = waits.window_left_s(headers)
        if wait is not None:
            self._quiet_until[_bucket(url)] = time.monotonic() + wait

    def _wait_for_window(self, url: str) -> None:
        """Waits before the service has to refuse: its last answer said that the window is used up."""
        wait = self._quiet_until.get(_bucket(url), 0.0) - time.monotonic()
        if wait > self.settings.longest_wait_s:
            raise self._error(f"{hosts.host_of(url)} asks to wait {wait:,.0f} s: left for the next run")
        if wait > 0:
            log.warning("%s: the rate limit window is used up, waiting %.0f s for the next", self.source_id, wait)
            self._wait(wait)

    def _wait(self, seconds: float) -> None:
        if seconds > self._time_left():
            raise OutOfTime(self.source_id, f"would have to wait {seconds:,.0f} s, past the end of its time: given up")
        if self._given_up.wait(seconds):
            self._time_left()

    def _time_left(self) -> float:
        """Seconds until the deadline; raises when it has passed or the source was given up."""
        left = self._deadline - time.monotonic()
        if self._given_up.is_set():
            raise self._error("given up because another request of this source failed")
        if left <= 0:
            raise self._out_of_time()
        return left

    def _token(self) -> str | None:
        token = self.settings.hf_token.get_secret_value().strip() if self.settings.hf_token else ""
        if not token:
            return None
        if not token.isascii() or not token.isprintable() or " " in token:
            raise self._error("HF_TOKEN holds characters that no token has: set it anew")
        return token

    def _error(self, reason: str) -> SourceError:
        return SourceError(self.source_id, reason)

    def _out_of_time(self) -> OutOfTime:
        return OutOfTime(self.source_id, f"took longer than {self.settings.source_deadline_s:,.0f} s: given up")


def _with_params(url: str, params: Mapping[str, object] | None) -> str:
    try:
        return requests.Request("GET", url, params=params).prepare().url or url
    except requests.RequestException:
        return url  # no address at all: the list of allowed hosts refuses it in words


def _bucket(url: str) -> tuple[str, bool]:
    """The Hub counts file downloads and API calls apart."""
    return hosts.host_of(url), "/resolve/" in url


def _observed_on(headers: Mapping[str, str]) -> date:
    return (waits.moment(headers.get("Date", "")) or datetime.now(UTC)).date()


def _session(settings: Settings) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = f"open-model-observatory/{_version()} (+{settings.contact})"
    session.headers["Accept-Encoding"] = "gzip"
    session.auth = lambda request: request  # else a .netrc of the machine would put its password beside our token
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _version() -> str:
    path = Path(__file__).parents[2] / "pyproject.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"]) if path.is_file() else "0"
