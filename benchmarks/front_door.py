"""The front door: one chart over a slow line, from the address to its picture: plain page, dashboard, OWID-like page.

Chromium is held to 20 Mbit/s and 40 ms to the first byte of each answer (Network.emulateNetworkConditions). The picture
is there when the lines of the chart stand in the page and a frame has been painted. Every visit is a first one: nothing
is cached.
"""

import base64
import itertools
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks import processes
from benchmarks.owid_like import page as owid_like
from benchmarks.report import Result
from benchmarks.rerun import data_with_a_release
from tests.chromium import FLAGS, chromium

CHART = "downloads_over_time"
MBIT_PER_S, LATENCY_MS = 20, 40
VISITS, PATIENCE_S = 9, 60
# Where the lines of the chart are, in each make of page.
PLAIN = ".wide svg path"
STREAMLIT = f".st-key-chart_{CHART} .js-plotly-plot .scatterlayer path.js-line"
OWID_LIKE = "#chart svg path.line"
WATCH = """
const look = () => {
  const line = document.querySelector(SELECTOR)
  if (line && line.getBoundingClientRect().width > 0)
    requestAnimationFrame(() => requestAnimationFrame(() => { window.pictureAt = performance.now() }))
  else requestAnimationFrame(look)
}
requestAnimationFrame(look)
"""


@dataclass
class Visit:
    """Seconds to the picture, bytes that came until the page was quiet, how many answers."""

    seconds: float = 0
    received: int = 0
    answers: int = 0


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Start the server and the OWID-like page, then visit them in turn."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    data = str((data_dir or data_with_a_release()).resolve())
    variables = {"OMO_DATA_DIR": data, "OMO_PUBLIC_URL": url, "OMO_OLLAMA_URL": ""}
    log = processes.ROOT / "build/benchmarks/front_door.log"
    with ExitStack() as stack:
        stack.enter_context(processes.server(command, f"{url}/_stcore/health", log, **variables))
        doors = _doors(url, stack)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        rows = _visits(browser, doors, 2 if quick else VISITS)
        browser.close()
    notes = HOW_TO_READ if len(doors) == 4 else [*HOW_TO_READ, "OWID-like: left out, for npm is not here."]
    return {"title": "The front door: one chart over 20 Mbit/s and 40 ms", "rows": rows, "notes": notes}


HOW_TO_READ = [
    f"{MBIT_PER_S} Mbit/s and {LATENCY_MS} ms by Chromium's own throttle, which holds each answer back for its 40 ms "
    "but not web sockets: the dashboard gets its numbers faster here than over such a line.",
    "KB: what crossed the line until the page was quiet, compressed as sent, headers included. Aim of the plain page: "
    "under 60 KB before compression, the picture in under 0.3 s.",
    "never asked for before: with a choice of months that no page was made for; the server draws it while the reader "
    "waits.",
    "OWID-like: the same words and numbers as a page of that make, from the same kind of server: document, stylesheet, "
    "font, a bundle of React, MobX and d3 with fifty lines of chart, numbers as JSON. A real page of theirs also loads "
    "their own chart code and more fonts, so it weighs more; none was measured, for this machine reaches none.",
]


def _doors(url: str, stack: ExitStack) -> dict[str, tuple[Callable[[], str], str]]:
    """Name of a page -> what gives its next address, and where its picture is."""
    months = (f"since={year}-{month:02}" for year, month in itertools.product((2024, 2025), range(1, 13)))
    doors: dict[str, tuple[Callable[[], str], str]] = {
        "plain page": (lambda: f"{url}/chart/{CHART}", PLAIN),
        "plain page, never asked for before": (lambda: f"{url}/chart/{CHART}?{next(months)}&group=region", PLAIN),
        "dashboard (Streamlit)": (lambda: f"{url}/adoption", STREAMLIT),
    }
    if owid_like.bundle() is not None:
        content = owid_like.files(_text(f"{url}/chart/{CHART}"), _text(f"{url}/api/v1/charts/{CHART}.csv?rows=shown"))
        address = stack.enter_context(owid_like.served(content))
        doors["OWID-like page"] = (lambda: address, OWID_LIKE)
    return doors


def _text(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def _visits(browser: Browser, doors: dict[str, tuple[Callable[[], str], str]], repeats: int) -> list[dict[str, object]]:
    """In turn, so that whatever else the machine does meets all of them."""
    seen: dict[str, list[Visit]] = {name: [] for name in doors}
    for _ in range(repeats + 1):
        for name, (address, selector) in doors.items():
            seen[name].append(_visit(browser, address(), selector))
    return [_row(name, visits[1:]) for name, visits in seen.items()]  # the first one warms the server up


def _visit(browser: Browser, address: str, selector: str) -> Visit:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH.replace("SELECTOR", repr(selector)))
    visit = Visit()
    _slow_and_weighed(context.new_cdp_session(page), visit)
    page.goto(address, wait_until="commit", timeout=60_000)
    visit.seconds = _picture_at(page)
    page.wait_for_load_state("networkidle")
    context.close()
    return visit


def _picture_at(page: Page) -> float:
    """Asked for from outside, for the policy of our pages lets no script wait inside. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := page.evaluate("() => window.pictureAt ?? null"):
            return float(found) / 1000
        time.sleep(0.05)
    raise TimeoutError(f"expected a picture at {page.url} within {PATIENCE_S} s, none came")


def _slow_and_weighed(session: CDPSession, visit: Visit) -> None:
    speed = MBIT_PER_S * 1_000_000 / 8
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY_MS, "downloadThroughput": speed, "uploadThroughput": speed},
    )

    def finished(event: dict[str, float]) -> None:
        visit.received += int(event["encodedDataLength"])
        visit.answers += 1

    def frame(event: dict[str, dict[str, object]]) -> None:
        payload = str(event["response"]["payloadData"])
        is_text = event["response"]["opcode"] == 1
        visit.received += len(payload.encode()) if is_text else len(base64.b64decode(payload))

    session.on("Network.loadingFinished", finished)
    session.on("Network.webSocketFrameReceived", frame)


def _row(name: str, visits: list[Visit]) -> dict[str, object]:
    seconds = [visit.seconds for visit in visits]
    return {
        "page": name,
        "picture after, s (median)": f"{statistics.median(seconds):.2f}",
        "slowest": f"{max(seconds):.2f}",
        "KB": f"{statistics.median([visit.received for visit in visits]) / 1000:.0f}",
        "answers": f"{statistics.median([visit.answers for visit in visits]):.0f}",
        "visits": len(visits),
    }
