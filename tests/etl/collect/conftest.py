"""A scripted far side of the network: real sockets, answers as a test writes them down."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pydantic import SecretStr

import registry
from etl.snapshots import SnapshotStore
from settings import Settings

TOKEN = "hf_a_secret_of_ours"
DAY = "Thu, 07 Aug 2025 12:00:00 GMT"


@dataclass
class Reply:
    """One answer; `cut` sends only so many bytes of the promised ones, `drip_s` pauses after each byte."""

    body: bytes = b'[{"id": "x/y"}]'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    drip_s: float = 0
    silent_s: float = 0
    drip_headers_s: float = 0


@dataclass
class FarSide:
    """Answers by path (`HOST/PATH`): the replies of a path in order, the last one for ever. `log` has every request."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    answer: Callable[[str, str], Reply | None] = lambda path, query: None
    log: list[dict[str, str | None]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def reply_to(self, path: str, query: str) -> Reply:
        scripted = self.replies.get(path)
        if scripted:
            return scripted.pop(0) if len(scripted) > 1 else scripted[0]
        return self.answer(path, query) or Reply(b'{"error": "not here"}', 404)

    def paths(self) -> list[str]:
        return [str(entry["path"]) for entry in self.log]


def handler_of(far_side: FarSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path = unquote(parts.path).lstrip("/")
            far_side.log.append({"path": path, "query": parts.query, **{k.lower(): v for k, v in self.headers.items()}})
            reply = far_side.reply_to(path, parts.query)
            far_side.stopped.wait(reply.silent_s)
            try:
                self.send(reply)
            except OSError:
                self.close_connection = True  # the fetcher hung up, as it should

        def send(self, reply: Reply) -> None:
            headers = {"Date": DAY, "Content-Length": str(len(reply.body)), **reply.headers}
            lines = [f"HTTP/1.1 {reply.status} said", *(f"{k}: {v}" for k, v in headers.items() if v), "", ""]
            self.slowly("\r\n".join(lines).encode("latin-1"), reply.drip_headers_s)
            self.slowly(reply.body[: reply.cut], reply.drip_s)
            self.close_connection = reply.cut is not None or not headers["Content-Length"]

        def slowly(self, content: bytes, pause_s: float) -> None:
            if not pause_s:
                self.wfile.write(content)
                return
            for position in range(len(content)):
                self.wfile.write(content[position : position + 1])
                if far_side.stopped.wait(pause_s):
                    return

        def log_message(self, *args: object) -> None:
            pass

    return Handler


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A fetcher that hangs up is what many tests want to see."""


@pytest.fixture
def far_side() -> Iterator[FarSide]:
    script = FarSide()
    server = QuietServer(("127.0.0.1", 0), handler_of(script))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    yield script
    script.stopped.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(far_side: FarSide, tmp_path: Path) -> Settings:
    """Small time-outs and no wait worth the name."""
    return Settings(
        data_dir=tmp_path,
        mirror=far_side.url,
        hf_token=SecretStr(TOKEN),
        connect_timeout_s=1,
        read_timeout_s=0.4,
        attempts=2,
        longest_wait_s=3,
        source_deadline_s=20,
    )


@pytest.fixture(autouse=True)
def without_growing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.collect.waits.FIRST_WAIT_S", 0.01)


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that the fetcher would have made, without making them."""
    waits: list[float] = []
    monkeypatch.setattr("etl.collect.http.Fetcher._wait", lambda self, seconds: waits.append(seconds))
    return waits


@pytest.fixture
def store(settings: Settings) -> SnapshotStore:
    return SnapshotStore(settings.data_dir)


@pytest.fixture
def small_registry() -> registry.Registry:
    """The real registry with three of its organisations."""
    whole = registry.load()
    wanted = ("Qwen", "deepseek-ai", "meta-llama")
    return replace(whole, organisations=tuple(o for o in whole.organisations if o.organisation_id in wanted))


def as_json(value: object, **headers: str) -> Reply:
    return Reply(json.dumps(value).encode(), headers=headers)


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.01)
