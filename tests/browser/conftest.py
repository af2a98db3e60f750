"""The real server on a free port with a release of simulated data, and the machine's Chromium looking at it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.released import ROOT, demo_data_dir

STARTS_WITHIN_S = 90
# Below a deep link Streamlit first looks for itself (/adoption/_stcore/health): two 404s that mean nothing.
HARMLESS = "Failed to load resource: the server responded with a status of 404"


@dataclass
class Seen:
    """A page with what went wrong while it was open."""

    page: Page
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return demo_data_dir()


@pytest.fixture(scope="package")
def address(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as `make run` starts it."""
    with served(data_dir, tmp_path_factory.mktemp("server")) as address:
        yield address


@contextmanager
def served(data_dir: Path, folder: Path, **settings: str) -> Iterator[str]:
    """A server of its own on a free port, with these settings beside the usual ones; its log lies in the folder."""
    port = free_port()
    log = (folder / "log").open("w+")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    usual = {"OMO_DATA_DIR": str(data_dir), "OMO_PUBLIC_URL": f"http://127.0.0.1:{port}", "OMO_OLLAMA_URL": ""}
    environment = {**os.environ, **usual, "OMO_LIVE_DIR": str(folder / "live"), **settings}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", server, log.name)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until_up(address: str, server: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not start, it said:\n{Path(log).read_text()}")


# For this folder only: while Playwright is up, no other test of the process can run an event loop.
@pytest.fixture(scope="package")
def browser(chromium_launch: dict[str, object]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_launch)  # type: ignore[arg-type]
        yield browser
        browser.close()


@pytest.fixture
def context_options() -> dict[str, object]:
    """Overridden by tests that look with other eyes."""
    return {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def context(browser: Browser, context_options: dict[str, object]) -> Iterator[BrowserContext]:
    context = browser.new_context(**context_options)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def seen(context: BrowserContext, address: str) -> Seen:
    """A fresh page: a first visit, nothing cached."""
    return watch(context, address)


def watch(context: BrowserContext, address: str) -> Seen:
    """A page that notes what goes wrong, and what it asks of other hosts than the address's."""
    seen = Seen(context.new_page())
    allowed = (address, address.replace("http", "ws", 1), "data:", "blob:")
    seen.page.on("console", lambda said: seen.errors.append(said.text) if _is_error(said) else None)
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.on("request", lambda asked: None if asked.url.startswith(allowed) else seen.foreign.append(asked.url))
    seen.page.on("response", lambda got: seen.missing.append(got.url) if got.status >= 400 else None)
    return seen


def _is_error(said: object) -> bool:
    return said.type == "error" and not said.text.startswith(HARMLESS)  # type: ignore[attr-defined]


def open_page(seen: Seen, address: str, path: str) -> Page:
    """Opens an address as a first visit and waits for finding and, where the page has some, charts."""
    seen.page.goto(f"{address}/{path}")
    seen.page.wait_for_selector("h1.finding")
    return seen.page
