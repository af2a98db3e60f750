"""Twenty visitors ask the embedded models at once, while others read the other pages."""

import asyncio
import os
import random
import sys
from pathlib import Path

from benchmarks import processes
from benchmarks.live_visitor import LiveVisitor, Visit
from benchmarks.report import percentile
from benchmarks.rerun import PAGES, THINK_SECONDS, data_with_a_release
from benchmarks.session import Session

LOGS = processes.ROOT / "build/benchmarks"
VISITORS, READERS, ALONE_S = 20, 5, 20
QUERY = "prompt=neutral_bicycle&tokens=128"


def measure(data_dir: Path | None, live_dir: Path, quick: bool) -> list[dict[str, object]]:
    """Rows: the visitors' waits, and the pages' times without and with them. The models must be running."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    variables = {
        "OMO_DATA_DIR": str((data_dir or data_with_a_release()).resolve()),
        "OMO_LIVE_DIR": str(live_dir),
        "OMO_OLLAMA_URL": "",
        "OMO_PUBLIC_URL": url,
    }
    with processes.server(command, f"{url}/_stcore/health", LOGS / "compare.log", **(os.environ | variables)):
        return asyncio.run(_measure(url, 4 if quick else VISITORS))


async def _measure(url: str, visitors: int) -> list[dict[str, object]]:
    await _read_for(url, 5)  # first visits are not what is measured
    alone = await _read_for(url, ALONE_S)
    stop = asyncio.Event()
    reading = asyncio.gather(*(_read(url, number, stop) for number in range(READERS)))
    try:
        visits = await asyncio.gather(*(_visit(url, number) for number in range(visitors)))
    finally:
        stop.set()
    meanwhile = [time for times in await reading for time in times]
    return [_of_visits(visits), _of_pages("nobody asks", alone), _of_pages(f"{visitors} visitors ask", meanwhile)]


async def _visit(url: str, number: int) -> Visit:
    await asyncio.sleep(number * 0.05)
    async with LiveVisitor(url, "compare", query=QUERY) as visitor:
        return await visitor.visit()


async def _read_for(url: str, seconds: float) -> list[float]:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    return [time for times in await asyncio.gather(*(_read(url, n, stop) for n in range(READERS))) for time in times]


async def _read(url: str, number: int, stop: asyncio.Event) -> list[float]:
    """A reader who goes round the choices of one page, with pauses; milliseconds of each rerun."""
    dice, page = random.Random(number), list(PAGES)[number % len(PAGES)]
    times = []
    async with Session(url, page) as session:
        for turn in range(100_000):
            if stop.is_set():
                break
            times.append((await session.rerun(PAGES[page][turn % len(PAGES[page])])).milliseconds)
            await asyncio.sleep(dice.uniform(*THINK_SECONDS))
    return times[1:] or times


def _of_visits(visits: list[Visit]) -> dict[str, object]:
    seconds = [visit.seconds for visit in visits]
    return {
        "what": f"{len(visits)} visitors at once, both embedded models, 128 tokens each: first and last finished, s",
        "seconds": f"{min(seconds):.1f}",
        "of the peer": f"{max(seconds):.1f}",
        "ratio": f"{sum(visit.is_whole for visit in visits)} of {len(visits)} whole",
        "repeats": len(visits),
    }


def _of_pages(when: str, times: list[float]) -> dict[str, object]:
    return {
        "what": f"other pages while {when}: p50 and p95, ms",
        "seconds": f"{percentile(times, 0.5):.0f}",
        "of the peer": f"{percentile(times, 0.95):.0f}",
        "ratio": "",
        "repeats": len(times),
    }
