"""A small release on disk, and the web part served by a real server on a free port."""

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import duckdb
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from settings import Settings
from warehouse.runs import SourceState, write_source
from web import answers, routes
from web.compressed import CompressedFiles, streamlit_static_folder
from web.middleware import CompressedStatic, SecurityHeaders

RELEASE_ID = "2026-11-24T2154Z"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)


Get = Callable[..., Answer]


def make_release(data_dir: Path, release_id: str = RELEASE_ID, *, is_simulated: bool = False) -> None:
    """A published release with the tables that the web part asks for."""
    folder = data_dir / "releases" / release_id
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "create table meta_release as select ? as release_id, timestamp '2026-11-24 21:54:00' as built_at, "
            "'test' as code_version, ? as is_simulated, 'tracked' as scope",
            [release_id, is_simulated],
        )
        connection.execute(
            "create table meta_sources as select 'hub_models' as source_id, date '2026-11-21' as data_until"
        )
        connection.execute(
            "create table core_organisations as select * from (values ('Qwen', 'China'), ('=cmd', 'Other')) "
            "as rows (organisation_id, region)"
        )
    about = {"release_id": release_id, "built_at": "2026-11-24T21:54:00+00:00", "is_simulated": is_simulated}
    (folder / "release.json").write_text(json.dumps(about), encoding="utf-8")
    current = data_dir / "releases" / "current"
    current.unlink(missing_ok=True)
    current.symlink_to(release_id)


def read_just_now(data_dir: Path) -> None:
    """A source that was read a moment ago."""
    write_source(data_dir, SourceState("hub_models", "ok", last_success_at=datetime.now(UTC), rows=2))


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the web part reads."""
    for module in (answers, routes):
        monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def compressed(tmp_path_factory: pytest.TempPathFactory) -> CompressedFiles:
    """Brotli copies in a folder of the tests' own."""
    return CompressedFiles(streamlit_static_folder(), tmp_path_factory.mktemp("brotli"))


@pytest.fixture(scope="session")
def address(compressed: CompressedFiles) -> Iterator[str]:
    """The web part, with its middleware, and Streamlit's assets behind it."""
    assets = Mount("/", StaticFiles(directory=streamlit_static_folder(), html=True))
    app = CompressedStatic(Starlette(routes=[*routes.ROUTES, assets]), compressed)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(SecurityHeaders(app), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def get(address: str, data_dir: Path) -> Get:
    """Asks the server; an error status is an answer too."""

    def ask(path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
        request = urllib.request.Request(address + path, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    return ask
