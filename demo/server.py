"""The stand-in as an HTTP server: every upstream https://HOST/PATH stands at http://127.0.0.1:PORT/HOST/PATH.

Every answer carries `X-Simulated: true`. `/_log` lists the requests, `/_faults` shows (GET), sets (POST) and clears
(DELETE) faults.
"""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import registry
from demo.answers import Answer, json_answer
from demo.faults import Fault, Faults, spoilt
from demo.world import World

API_QUOTA, FILE_QUOTA, LEAST_LEFT = 500, 3000, 60  # requests per window; the stand-in never runs dry by itself
SLOW_S = 120.0


class Simulation:
    """The world of the day: fixed, or of the real today, remade after midnight."""

    def __init__(self, make: Callable[[date], World], today: date | None) -> None:
        self._make, self._fixed = make, today
        self._world: World | None = None
        self._lock = threading.Lock()

    def world(self) -> World:
        """The world as of today."""
        day = self._fixed or datetime.now(UTC).date()
        with self._lock:
            if self._world is None or self._world.today != day:
                self._world = self._make(day)
            return self._world


class Doors(ThreadingHTTPServer):
    """A thread per connection; callers who leave early are no news."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong, unless the other side closed the connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class DemoServer:
    """A running stand-in: `url`, `log`, `faults`, `world`, `stop()`."""

    def __init__(self, simulation: Simulation, faults: Faults, port: int, slow_s: float) -> None:
        self.log: list[dict[str, Any]] = []
        self.faults = faults
        self.stopped = threading.Event()
        self._simulation, self._slow_s = simulation, slow_s
        self._server = Doors(("127.0.0.1", port), type("OwnHandler", (Handler,), {"demo": self}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def world(self) -> World:
        """What is being served: models, history, boards."""
        return self._simulation.world()

    def set_fault(self, kind: str, prefix: str, count: int = 0) -> None:
        """From now on, answer `count` requests (0: all) to paths that begin with `prefix` with this fault."""
        self.faults.add(Fault(kind, prefix.lstrip("/"), count))

    def clear_faults(self) -> None:
        """Answers well again."""
        self.faults.clear()

    def run(self) -> None:
        """Serves in this thread until `stop`."""
        self._server.serve_forever()

    def begin(self) -> "DemoServer":
        """Serves in a thread of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the server; requests that a `slow` fault holds end at once."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_slowly(self) -> None:
        """Holds a request as a service does that has stopped answering."""
        self.stopped.wait(self._slow_s)


def start(
    port: int = 0,
    today: date | None = None,
    models: int = 1500,
    seed: int = 20240724,
    weeks: int | None = None,
    faults: Iterable[Fault] = (),
    slow_s: float = SLOW_S,
) -> DemoServer:
    """A stand-in that serves in a thread. `weeks` limits the weekly partitions and boards to the last ones.

    Raises OSError where the port is taken.
    """
    return _made(port, today, models, seed, weeks, faults, slow_s).begin()


def serve(
    port: int, today: date | None, models: int, seed: int, faults: Iterable[Fault], ready: Callable[[DemoServer], None]
) -> None:
    """Serves in this thread until interrupted; `ready` is called once the door is open."""
    server = _made(port, today, models, seed, None, faults, SLOW_S)
    ready(server)
    server.run()


def _made(
    port: int, today: date | None, models: int, seed: int, weeks: int | None, faults: Iterable[Fault], slow_s: float
) -> DemoServer:
    """The server with its world already there, so that the first request does not wait for it."""
    known = registry.load()
    simulation = Simulation(lambda day: World(seed, models, day, weeks, known), today)
    simulation.world()
    return DemoServer(simulation, Faults(tuple(faults)), port, slow_s)


class Handler(BaseHTTPRequestHandler):
    """Answers requests for the server that it belongs to."""

    demo: DemoServer
    protocol_version = "HTTP/1.1"
    server_version = "OpenModelObservatoryDemo"
    wbufsize = 64 * 1024  # headers and body leave together: else each answer waits 40 ms for the network stack
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path, query = unquote(url.path.lstrip("/")), parse_qs(url.query, keep_blank_values=True)
        if path.startswith("_"):
            self._send(_own(self.demo, self.command, path, self._body()))
            return
        self.demo.log.append(_noted(self, path, url.query))
        kind = self.demo.faults.take(path)
        if kind == "slow":
            self.demo.wait_slowly()
        answer = self.demo.world.answer(path, query)
        if kind:
            self._send(spoilt(answer, kind), is_cut=kind == "truncate")
        else:
            self._send(_part(answer, self.headers.get("Range"), self.headers.get("If-None-Match")))

    do_HEAD = do_POST = do_DELETE = do_GET

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, answer: Answer, is_cut: bool = False) -> None:
        self.send_response_only(answer.status)
        path = self.path.lstrip("/")
        for name, value in {**_common(self.demo.world.today, path, len(self.demo.log)), **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status != 304:
            self.wfile.write(answer.body[: len(answer.body) // 2] if is_cut else answer.body)
        self.close_connection = self.close_connection or is_cut

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are kept in the server's log, not printed."""


def _noted(handler: BaseHTTPRequestHandler, path: str, query: str) -> dict[str, Any]:
    """A line of the log: who asked for what, with which token."""
    headers = handler.headers
    return {
        "method": handler.command,
        "path": path,
        "query": query,
        "authorization": headers.get("Authorization"),
        "user_agent": headers.get("User-Agent"),
    }


def _own(server: DemoServer, method: str, path: str, body: bytes) -> Answer:
    """The stand-in's own addresses, `_log` and `_faults`."""
    if path == "_log":
        return json_answer(server.log)
    if path != "_faults":
        return json_answer({"error": "expected /_log or /_faults"}, 404)
    if method == "DELETE":
        server.clear_faults()
    if method == "POST":
        try:
            asked = json.loads(body)
            server.set_fault(asked["kind"], asked["prefix"], int(asked.get("count", 0)))
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            return json_answer({"error": f"expected kind, prefix and count as JSON: {wrong}"}, 400)
    return json_answer(server.faults.listed())


def _common(today: date, path: str, asked: int) -> dict[str, str]:
    """Headers of every answer: the simulated day, that it is simulated, and what is left of the rate limit."""
    noon = datetime.combine(today, time(12), UTC)
    headers = {"Date": format_datetime(noon, usegmt=True), "X-Simulated": "true"}
    if path.startswith("huggingface.co/"):
        name, quota = ("resolvers", FILE_QUOTA) if "/resolve/" in path else ("api", API_QUOTA)
        left = max(LEAST_LEFT, quota - asked)
        headers |= {
            "RateLimit": f'"{name}";r={left};t=240',
            "RateLimit-Policy": f'"fixed window";"{name}";q={quota};w=300',
        }
    if path.startswith("api.github.com/"):
        headers |= {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "55"}
    return headers


def _part(answer: Answer, wanted: str | None, known: str | None) -> Answer:
    """The answer to a conditional or a range request."""
    if answer.status != 200:
        return answer
    if known and known == answer.headers.get("ETag"):
        return replace(answer, status=304, body=b"")
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted or "")
    size = len(answer.body)
    if not found or found.groups() == ("", ""):
        return replace(answer, headers={**answer.headers, "Accept-Ranges": "bytes"})
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if start >= size or start > end:
        return Answer(416, b"", {"Content-Range": f"bytes */{size}"})
    headers = {**answer.headers, "Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{size}"}
    return replace(answer, status=206, body=answer.body[start : end + 1], headers=headers)
