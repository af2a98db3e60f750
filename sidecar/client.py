"""Asks models over the OpenAI chat API: the only module that speaks to them. Bounded in time, length and trust.

No redirects, no proxies from the environment, a connection of its own for every answer: a kept one that the server has
dropped meanwhile would look like a model that is down.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, NoReturn

import httpx

from settings import key
from sidecar.events import (
    Accepted,
    Ask,
    Event,
    Finished,
    Kind,
    Message,
    ModelFailed,
    Said,
    ServerFacts,
    Thought,
    Usage,
)
from sidecar.models import Endpoint, Limits
from sidecar.stream import StreamReader, message_of, short

__all__ = [
    "Accepted",
    "Ask",
    "Event",
    "Finished",
    "Kind",
    "Message",
    "ModelFailed",
    "Said",
    "ServerFacts",
    "Thought",
    "Usage",
    "describe",
    "fetch_json",
    "new_client",
    "stream",
]

# Once the server has said that the answer is complete, only its figures can follow: they are worth a short wait.
FIGURES_S = 2.0
LONGEST_ERROR = 16 * 1024
LONGEST_FACTS = 512 * 1024
FACTS_S = 2.0
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "open-model-observatory"}


def new_client() -> httpx.AsyncClient:
    """The client that all answers of an engine share; close it with `aclose`."""
    return httpx.AsyncClient(
        headers=HEADERS,
        follow_redirects=False,
        trust_env=False,
        timeout=None,  # noqa: S113 - `stream` and `describe` hold the time themselves, in one place for all phases
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
    )


async def stream(http: httpx.AsyncClient, endpoint: Endpoint, ask: Ask, limits: Limits) -> AsyncGenerator[Event, None]:
    """The events of one answer: Accepted, then Thought and Said as they come, last Finished.

    Raises ModelFailed; everything that came before has been given out by then. Leaving the iterator (use
    `contextlib.aclosing`) or cancelling the task closes the connection, which ends the server's work.
    """
    watch = _Watch(endpoint, limits)
    response = await _open(http, endpoint, ask, watch)
    reader = StreamReader(endpoint, limits)
    try:
        await _check_head(response, endpoint)
        yield Accepted(time.monotonic())
        chunks = response.aiter_raw()
        while not reader.is_complete and (chunk := await watch.next_of(chunks, reader)):
            for event in reader.feed(chunk):
                yield event
        for event in reader.end():
            yield event
    except ModelFailed:
        for event in reader.held():
            yield event
        raise
    finally:
        await response.aclose()


class _Watch:
    """Holds the time of one answer: how long a server may be silent, and how long the whole may take."""

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._name = endpoint.name
        self.limits = limits
        self._now = asyncio.get_running_loop().time
        self._deadline = self._now() + limits.total_s

    def until(self, patience_s: float) -> float:
        """When the next bytes have to be here, on the clock of the loop."""
        return min(self._now() + patience_s, self._deadline)

    async def next_of(self, chunks: AsyncIterator[bytes], reader: StreamReader) -> bytes:
        """The next bytes of the body; none where it is over, or where the answer is and its figures do not come."""
        # Before the first word a server may load the model or read a long question: that takes longer than a word.
        patience_s = self.limits.silence_s if reader.has_words else self.limits.first_byte_s
        try:
            async with asyncio.timeout_at(self.until(FIGURES_S if reader.has_reason else patience_s)):
                return await anext(chunks)
        except StopAsyncIteration:
            return b""
        except TimeoutError:
            return b"" if reader.has_reason else self.nothing_came(patience_s)
        except httpx.HTTPError as error:
            if reader.has_reason:
                return b""
            raise ModelFailed(
                "cut",
                f"The answer of {self._name} breaks off: its server closed the connection. "
                "What came is kept; ask again for the rest.",
            ) from error

    def nothing_came(self, patience_s: float) -> NoReturn:
        """The server was silent for too long, or the whole took too long."""
        if self._now() >= self._deadline:
            raise ModelFailed(
                "slow",
                f"{self._name} had not finished after {self.limits.total_s:g} seconds and was stopped. "
                "What came is kept; a shorter answer may fit.",
            )
        raise ModelFailed(
            "silent",
            f"{self._name} sent nothing for {patience_s:g} seconds and was given up. "
            "What came is kept; its server may be overloaded: try again later.",
        )


async def _open(http: httpx.AsyncClient, endpoint: Endpoint, ask: Ask, watch: _Watch) -> httpx.Response:
    """The response, as soon as its head is here."""
    try:
        request = http.build_request(
            "POST",
            f"{endpoint.base_url}/chat/completions",
            json=_body(endpoint, ask),
            headers=_authorisation(endpoint) | {"Accept": "text/event-stream"},
            timeout=httpx.Timeout(None, connect=watch.limits.connect_s),
        )
        async with asyncio.timeout_at(watch.until(watch.limits.first_byte_s)):
            return await http.send(request, stream=True)
    except TimeoutError:
        watch.nothing_came(watch.limits.first_byte_s)
    except httpx.RemoteProtocolError as error:
        raise ModelFailed(
            "unreachable",
            f"The server of {endpoint.name} took the question and closed the connection without an answer. "
            f"{_remedy(endpoint)}",
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # ValueError: a key that no header can hold
        raise ModelFailed(
            "unreachable",
            f"{endpoint.name} cannot be reached: its server is down, still starting or refuses the connection. "
            f"{_remedy(endpoint)}",
        ) from error


def _remedy(endpoint: Endpoint) -> str:
    if endpoint.server == "embedded":
        return "Try again in a moment; whoever runs this observatory starts it with `python -m sidecar`."
    return "Try again in a moment or choose another model."


def _body(endpoint: Endpoint, ask: Ask) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [{"role": message.role, "content": message.content} for message in ask.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "n": 1,
        "max_tokens": ask.max_tokens,
        "temperature": ask.temperature,
        "top_p": ask.top_p,
        "seed": ask.seed,
    }
    if endpoint.launch and endpoint.launch.stop:
        body["stop"] = list(endpoint.launch.stop)
    if endpoint.server == "embedded":
        # What an earlier prompt left in the cache changes the order of sums: the same question gave other words.
        body["cache_prompt"] = False
    return body


def _authorisation(endpoint: Endpoint) -> dict[str, str]:
    secret = key(endpoint.api_key_env)
    return {"Authorization": f"Bearer {secret}"} if secret else {}


async def _check_head(response: httpx.Response, endpoint: Endpoint) -> None:
    """Only an event stream goes on; everything else ends with what the server says about it."""
    status = response.status_code
    if 300 <= status < 400:
        raise ModelFailed(
            "redirected",
            f"The server of {endpoint.name} points to another address, which is not followed. "
            "Whoever runs this observatory has to enter the right one.",
        )
    if status in {401, 403}:
        raise ModelFailed(
            "refused_key",
            f"The server of {endpoint.name} refused our key (HTTP {status}). "
            "Whoever runs this observatory has to set it in the environment.",
        )
    if status != 200:
        said = await _said_about_it(response, endpoint)
        told = f": “{said}”" if said else ""
        raise ModelFailed("status", f"The server of {endpoint.name} answered with HTTP {status}{told}.")
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if kind != "text/event-stream" or encoding != "identity":
        came = short(kind, 60) if encoding == "identity" else "a compressed one"
        raise ModelFailed(
            "malformed", f"The server of {endpoint.name} was to send an event stream and sent {came or 'no type'}."
        )


async def _said_about_it(response: httpx.Response, endpoint: Endpoint) -> str:
    """The short message of an error's body where it is JSON; pages of HTML are for browsers, not for readers."""
    try:
        async with asyncio.timeout(FACTS_S):
            return message_of(json.loads(await _read(response, LONGEST_ERROR)), endpoint)
    except (httpx.HTTPError, TimeoutError, ValueError, RecursionError):
        return ""


async def _read(response: httpx.Response, most: int) -> bytes:
    """The body; ValueError where it is longer than `most` bytes."""
    body = b""
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > most:
            raise ValueError(f"expected at most {most} bytes")
    return body


async def describe(http: httpx.AsyncClient, endpoint: Endpoint) -> ServerFacts:
    """What the server tells about itself, within two seconds; never raises."""
    root = endpoint.base_url.removesuffix("/v1")
    path = {"embedded": f"{root}/props", "vllm": f"{root}/version", "ollama": f"{root}/api/version"}
    try:
        async with asyncio.timeout(FACTS_S):
            url = path.get(endpoint.server, f"{endpoint.base_url}/models")
            async with http.stream("GET", url, headers=_authorisation(endpoint)) as response:
                is_up = response.status_code < 500
                told = json.loads(await _read(response, LONGEST_FACTS)) if response.status_code == 200 else {}
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, RecursionError):
        return ServerFacts(None, None, None, is_up=False)
    return _facts(endpoint, told if isinstance(told, dict) else {}, is_up)


def _facts(endpoint: Endpoint, told: dict[str, Any], is_up: bool) -> ServerFacts:
    if endpoint.server == "embedded":
        template = told.get("chat_template")
        digest = hashlib.sha256(template.encode("utf-8", "replace")).hexdigest() if isinstance(template, str) else None
        build = short(told.get("build_info"), 100)
        is_told = build and "unknown" not in build  # of the wheel it says "b0-unknown"
        version = build if is_told else endpoint.launch.engine if endpoint.launch else None
        return ServerFacts("llama.cpp", version, digest, is_up)
    engine = {"vllm": "vLLM", "ollama": "Ollama"}.get(endpoint.server)
    return ServerFacts(engine, (engine and short(told.get("version"), 100)) or None, None, is_up)


def fetch_json(url: str, limit_bytes: int, timeout_s: float) -> Any:
    """What stands at an address of this machine, as JSON; ModelFailed where it does not come, bounded like answers."""
    until = time.monotonic() + timeout_s
    body = b""
    try:
        with (
            httpx.Client(headers=HEADERS, follow_redirects=False, trust_env=False, timeout=timeout_s) as http,
            http.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise ModelFailed("status", f"The server answered with HTTP {response.status_code}.")
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > limit_bytes:
                    raise ModelFailed("too_long", f"The server sent more than {limit_bytes:,} bytes.")
                if time.monotonic() > until:
                    raise ModelFailed("slow", f"The server had not finished after {timeout_s:g} seconds.")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelFailed("unreachable", "The server cannot be reached, or broke off.") from error
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise ModelFailed("malformed", "The server sent something that is not JSON.") from error
