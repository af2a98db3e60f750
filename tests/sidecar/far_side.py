"""A stand-in for model servers: the OpenAI chat API on a real socket, with every fault on demand.

    with FarSide() as far:
        good = far.endpoint("ok", id="a", tokens=40, tokens_per_second=50)     # a sidecar.models.Endpoint
        dead = far.endpoint("cut_mid", id="b", after=5)
        models = far.models(good, dead)                                       # a sidecar.models.Models that allows it
        far.running, far.aborted, far.served, far.peak, far.leaks, far.asks

Which fault it is stands in the model's name (`cut_mid?after=5`), so that a models.yaml can name it too when this runs
as a program: `python -m tests.sidecar.far_side --port 9300`. FAULTS lists them.

Options of every fault that streams: tokens (how many), tokens_per_second, first_token_s (before the head), text (said
instead of made-up words; one piece a word), after (tokens before the fault), thoughts (tokens of thinking).
An answer is made of the prompt alone at temperature 0, of prompt and seed otherwise: the same question, the same words.
"""

import argparse
import asyncio
import json
import random
import re
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from sidecar.models import Endpoint, Limits, Models

WORDS = (
    "the",
    "law",
    "of",
    "open",
    "models",
    "is",
    "read",
    "by",
    "many",
    "people",
    "in",
    "each",
    "region",
    "and",
    "then",
)
KEY = "far-side-secret-123"
TEN_MEGABYTES = 10 * 1024 * 1024
HTML = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"><b>bold</b>"


def until(condition: Callable[[], object], within_s: float = 10.0) -> bool:
    """Waits until the condition holds; whether it came to hold in time."""
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


class Question:
    """One request: what was asked, how it is to be answered, and the socket."""

    def __init__(self, body: dict[str, Any], headers: dict[str, str], writer: asyncio.StreamWriter, port: int) -> None:
        self.body, self.headers, self.writer, self.port = body, headers, writer, port
        self.fault, _, options = str(body.get("model", "ok")).partition("?")
        self.options = dict(parse_qsl(options))

    def number(self, name: str, default: float) -> float:
        """An option as a number."""
        return float(self.options.get(name, default))

    @property
    def tokens(self) -> int:
        """How many tokens the answer has."""
        return min(int(self.number("tokens", 20)), int(self.body.get("max_tokens") or 512))

    @property
    def pieces(self) -> list[str]:
        """The answer, a piece a token."""
        if "text" in self.options:
            return re.findall(r"\S+\s*|\s+", self.options["text"])
        seed = self.body.get("seed") if self.body.get("temperature") else 0
        words = random.Random(f"{seed} {self.body['messages']}")
        return [f"{words.choice(WORDS)} " for _ in range(self.tokens)]

    async def head(self, kind: str = "text/event-stream", status: str = "200 OK", *more: str) -> None:
        """The head of the answer; the body follows in chunks, and the connection ends with it."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Transfer-Encoding: chunked", "Connection: close"]
        await self.raw("\r\n".join([*lines, *more, "", ""]).encode())

    async def raw(self, content: bytes) -> None:
        """Bytes as they are."""
        self.writer.write(content)
        await self.writer.drain()

    async def chunk(self, content: bytes) -> None:
        """One HTTP chunk."""
        await self.raw(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    async def event(self, data: Any) -> None:
        """One event of the stream."""
        content = data if isinstance(data, str) else json.dumps({"model": self.body.get("model")} | data)
        await self.chunk(f"data: {content}\n\n".encode())

    async def delta(self, **delta: Any) -> None:
        """One piece of the answer."""
        await self.event(_event([{"index": 0, "delta": delta, "finish_reason": None}]))

    async def say(self, pieces: list[str], name: str = "content") -> None:
        """The pieces, as fast as they are to come."""
        clock = asyncio.get_running_loop().time
        start, gap = clock(), 1 / self.number("tokens_per_second", 200)
        for number, piece in enumerate(pieces):
            await asyncio.sleep(max(0.0, start + number * gap - clock()))
            await self.delta(**{name: piece})

    async def finish(self, reason: str = "stop", answer: int | None = None, thinking: int | None = None) -> None:
        """The reason, the figures, the end."""
        await self.event(_event([{"index": 0, "delta": {}, "finish_reason": reason}]))
        usage: dict[str, Any] = {"prompt_tokens": 9, "completion_tokens": (answer or 0) + (thinking or 0)}
        if thinking is not None:
            usage["completion_tokens_details"] = {"reasoning_tokens": thinking}
        if answer is not None:
            timings = {"prompt_per_second": 321.5, "predicted_per_second": 87.25}
            await self.event(_event([]) | {"usage": usage, "timings": timings})
        await self.event("[DONE]")
        await self.raw(b"0\r\n\r\n")


def _event(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "far", "object": "chat.completion.chunk", "choices": choices, "system_fingerprint": "far-side-1"}


async def _begin(question: Question) -> None:
    await asyncio.sleep(question.number("first_token_s", 0))
    await question.head()
    await question.delta(role="assistant", content=None)


async def ok(question: Question) -> None:
    """A whole answer with its figures."""
    await _begin(question)
    pieces = question.pieces
    await question.say(pieces)
    is_long = "text" not in question.options and question.number("tokens", 20) > len(pieces)
    await question.finish("length" if is_long else "stop", answer=len(pieces))


async def slow(question: Question) -> None:
    """A whole answer, two tokens a second."""
    question.options.setdefault("tokens_per_second", "2")
    await ok(question)


async def no_usage(question: Question) -> None:
    """A whole answer without figures."""
    await _begin(question)
    await question.say(question.pieces)
    await question.finish()


async def no_done(question: Question) -> None:
    """The reason for the end, and then nothing more: neither figures nor [DONE], and the connection stays open."""
    await _begin(question)
    await question.say(question.pieces)
    await question.event(_event([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
    await asyncio.sleep(3600)


async def reasoning(question: Question, name: str = "reasoning") -> None:
    """Thinking first, in the deltas that vLLM documents."""
    await _begin(question)
    thoughts = [f"thought{number} " for number in range(int(question.number("thoughts", 10)))]
    await question.say(thoughts, name)
    await question.say(question.pieces)
    await question.finish(answer=len(question.pieces), thinking=len(thoughts))


async def reasoning_content(question: Question) -> None:
    """The same under the older name."""
    await reasoning(question, "reasoning_content")


async def inline_think(question: Question) -> None:
    """Thinking between tags in the text, the tags torn apart."""
    await _begin(question)
    await question.say(["<th", "ink>", "thought0 ", "thought1 a<b ", "</", "thi", "nk>"])
    await question.say(question.pieces)
    await question.finish(answer=len(question.pieces) + 7)


async def hang_before(question: Question) -> None:
    """Takes the question and says nothing."""
    await asyncio.sleep(3600)


async def hang_after_head(question: Question) -> None:
    """Accepts the question and says no word."""
    await _begin(question)
    await asyncio.sleep(3600)


async def hang_mid(question: Question) -> None:
    """Stops half way and keeps the connection."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    await asyncio.sleep(3600)


async def cut_mid(question: Question) -> None:
    """Drops the connection half way."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    question.writer.transport.abort()


async def ends_early(question: Question) -> None:
    """Ends the body properly without a reason for the end."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    await question.event("[DONE]")
    await question.raw(b"0\r\n\r\n")


async def error_mid(question: Question) -> None:
    """Reports an error half way, as vLLM does."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    await question.event({"error": {"message": f"out of memory at http://10.1.2.3:8000/v1 with {KEY}", "code": 500}})
    await question.raw(b"0\r\n\r\n")


async def keep_alive(question: Question) -> None:
    """Comment lines for ever."""
    await question.head()
    while True:
        await question.chunk(b": still here\n\n")
        await asyncio.sleep(0.02)


async def empty_deltas(question: Question) -> None:
    """Pieces without text for ever."""
    await question.head()
    while True:
        await question.delta(content="")
        await asyncio.sleep(0.02)


async def flood(question: Question) -> None:
    """Comment lines for ever, as fast as the socket takes them."""
    await question.head()
    while True:
        await question.chunk(b": still here\n\n" * 1000)


async def endless(question: Question) -> None:
    """Words for ever, whatever length was asked for."""
    await _begin(question)
    while True:
        await question.say(["again "])
        await asyncio.sleep(1 / question.number("tokens_per_second", 200))


async def http_500(question: Question) -> None:
    """An error page for browsers."""
    await question.head("text/html", "500 Internal Server Error")
    await question.chunk(b"<html><script>alert(1)</script><h1>Oops</h1></html>")
    await question.raw(b"0\r\n\r\n")


async def http_400(question: Question) -> None:
    """An error as the API reports it, with what must not be repeated."""
    await question.head("application/json", "400 Bad Request")
    message = f"the request exceeds the context size; see http://10.1.2.3:8000/help, key {KEY}\u202e " + "x" * 5000
    await question.chunk(json.dumps({"error": {"code": 400, "message": message}}).encode())
    await question.raw(b"0\r\n\r\n")


async def redirect(question: Question) -> None:
    """Points to another address, which counts as a leak when it is asked."""
    location = f"Location: http://127.0.0.1:{question.port}/leak?q=redirect"
    await question.head("text/plain", "307 Temporary Redirect", location)
    await question.raw(b"0\r\n\r\n")


async def other_model(question: Question) -> None:
    """A router that sends the question to another model, which answers well."""
    question.body["model"] = "somebody-else"
    await ok(question)


async def not_http(question: Question) -> None:
    """Answers in another protocol."""
    await question.raw(b"220 mail.example ESMTP\r\n")


async def whole_json(question: Question) -> None:
    """One JSON object in place of a stream."""
    await question.head("application/json")
    await question.chunk(json.dumps({"choices": [{"message": {"content": "hello"}}]}).encode())
    await question.raw(b"0\r\n\r\n")


async def compressed(question: Question) -> None:
    """A compressed stream, though none was asked for."""
    await question.head("text/event-stream", "200 OK", "Content-Encoding: gzip")
    await question.chunk(b"\x1f\x8b" + b"0" * 100)
    await question.raw(b"0\r\n\r\n")


async def malformed(question: Question) -> None:
    """Some words, and then what is no JSON; `data` sends that event instead."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    await question.event(question.options.get("data", '{"choices": [{"delta": {"content": "torn'))
    await question.finish(answer=5)


async def no_stream(question: Question) -> None:
    """Lines that belong to no event stream."""
    await question.head()
    await question.chunk(b"HELLO WORLD\nthis is not for you\n")
    await question.raw(b"0\r\n\r\n")


async def ten_megabytes_line(question: Question) -> None:
    """Some words, and then one line of 10 MB."""
    await _begin(question)
    await question.say(question.pieces[: int(question.number("after", 5))])
    await question.chunk(b'data: {"choices":[{"delta":{"content":"')
    for _ in range(TEN_MEGABYTES // 65536):
        await question.chunk(b"x" * 65536)
    await question.chunk(b'"}}]}\n\n')
    await question.raw(b"0\r\n\r\n")


async def ten_megabytes_answer(question: Question) -> None:
    """An answer of 10 MB, in proper pieces."""
    await _begin(question)
    for _ in range(TEN_MEGABYTES // 1000):
        await question.delta(content="word " * 200)
    await question.finish(answer=TEN_MEGABYTES // 5)


async def html_injection(question: Question) -> None:
    """Tags, control characters and marks that turn the direction of the text."""
    await _begin(question)
    await question.say([HTML, " \u202eevil\u202c", " \x1b[31mred\x00", " <https://evil.example/>"])
    await question.finish(answer=4)


async def image_markdown(question: Question) -> None:
    """An image of Markdown that tells this server the question when anybody draws it."""
    await _begin(question)
    leak = f"http://127.0.0.1:{question.port}/leak?q=secret"
    await question.say([f"![x]({leak}) ", f"[link]({leak}) ", f"![y][z]\n\n[z]: {leak}\n", f'<img src="{leak}">'])
    await question.finish(answer=4)


async def unauthorised(question: Question) -> None:
    """Answers only to the key `KEY`."""
    if question.headers.get("authorization") == f"Bearer {KEY}":
        await ok(question)
        return
    await question.head("application/json", "401 Unauthorized")
    await question.chunk(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode())
    await question.raw(b"0\r\n\r\n")


Fault = Callable[[Question], Awaitable[None]]
FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        *(ok, slow, no_usage, no_done, reasoning, reasoning_content, inline_think),
        *(
            hang_before,
            hang_after_head,
            hang_mid,
            cut_mid,
            ends_early,
            error_mid,
            keep_alive,
            empty_deltas,
            flood,
            endless,
        ),
        *(http_500, http_400, redirect, other_model, not_http, whole_json, compressed, malformed, no_stream),
        *(ten_megabytes_line, ten_megabytes_answer, html_injection, image_markdown, unauthorised),
    )
}


class FarSide:
    """The server, in a thread of its own; `port` 0 takes a free one.

    running  chat requests being answered now      aborted  those that ended because the asker left
    peak     the most that ran at once             served   those that were answered to their end
    asks     the last bodies, oldest first         leaks    addresses that nobody should have fetched
    facts_s  how long it thinks about everything that is no chat request (set it)
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.running = self.aborted = self.served = self.peak = 0
        self.asks: deque[dict[str, Any]] = deque(maxlen=1000)
        self.leaks: list[str] = []
        self.facts_s = 0.0
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="far side", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(10), "expected the stand-in to be up within 10 s"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def base_url(self) -> str:
        """The address that a models.yaml would give."""
        return f"http://127.0.0.1:{self.port}/v1"

    def endpoint(
        self, fault: str = "ok", *, id: str = "a", fields: dict[str, Any] | None = None, **options: Any
    ) -> Endpoint:
        """An endpoint with that fault; `fields` change its entry (slots, kind, price, ...), options the answer."""
        assert fault in FAULTS, f"expected one of {', '.join(FAULTS)}, came {fault!r}"
        entry: dict[str, Any] = {
            **{"id": id, "name": f"Model {id}", "base_url": self.base_url, "hub_model_id": None, "revision": None},
            **{"model": f"{fault}?{urlencode(options)}" if options else fault, "organisation": "far", "licence": "mit"},
            **{"kind": "reasoning" if "think" in fault or "reasoning" in fault else "instruct", "server": "vllm"},
            **{"quantisation": None, "context": 4096, "slots": 8},
        }
        return Endpoint.model_validate(entry | (fields or {}))

    def models(self, *endpoints: Endpoint, **limits: Any) -> Models:
        """A models file with these endpoints, and limits other than the usual; silence_s holds before words too."""
        if "silence_s" in limits:
            limits.setdefault("first_byte_s", limits["silence_s"])
        return Models(limits=Limits(**limits), allow_hosts=("127.0.0.1",), endpoints=endpoints)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._is_up.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            content = await reader.readexactly(int(headers.get("content-length", 0)))
            if method == "POST" and path.endswith("/chat/completions"):
                await self._chat(Question(json.loads(content), headers, writer, self.port), reader)
            else:
                await self._other(path, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _chat(self, question: Question, reader: asyncio.StreamReader) -> None:
        self.asks.append(question.body)
        self.running += 1
        self.peak = max(self.peak, self.running)
        answering = asyncio.ensure_future(FAULTS.get(question.fault, ok)(question))
        leaving = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            has_left = not answering.done() or isinstance(answering.exception(), OSError)
            self.aborted += has_left
            self.served += not has_left
        finally:
            self.running -= 1
            answering.cancel()
            leaving.cancel()
            await asyncio.gather(answering, leaving, return_exceptions=True)

    async def _other(self, path: str, writer: asyncio.StreamWriter) -> None:
        if path.startswith("/leak"):
            self.leaks.append(path)
        await asyncio.sleep(self.facts_s)
        known: dict[str, Any] = {
            "/health": {"status": "ok"},
            "/version": {"version": "0.33.0-far"},
            "/api/version": {"version": "0.99.0-far"},
            "/props": {"build_info": "b1-far", "chat_template": "{{ messages }}"},
            "/v1/models": {"object": "list", "data": [{"id": name} for name in FAULTS]},
        }
        status = "200 OK" if path in known else "404 Not Found"
        content = json.dumps(known.get(path, {"error": "not found"})).encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + content)
        await writer.drain()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A stand-in for model servers, with faults on demand.")
    parser.add_argument("--port", type=int, default=9300)
    with FarSide(parser.parse_args().port) as far_side:
        print(f"{far_side.base_url}: {', '.join(FAULTS)}", flush=True)
        threading.Event().wait()
