"""Twenty visitors ask the embedded models at once, while others read the other pages."""

import asyncio
import os
import sys
from pathlib import Path

from benchmarks import processes
from benchmarks.live_visitor import LiveVisitor, Visit
from benchmarks.readers import read_for, read_until, waits
from benchmarks.rerun import data_with_a_release

LOGS = processes.ROOT / "build/benchmarks"
VISITORS, ALONE_S = 20, 20
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
    await read_for(url, 5)  # first visits are not what is measured
    alone = await read_for(url, ALONE_S)
    stop = asyncio.Event()
    reading = asyncio.create_task(read_until(url, stop))
    try:
        visits = await asyncio.gather(*(_visit(url, number) for number in range(visitors)))
    finally:
        stop.set()
    pages = [_of_pages("nobody asks", alone), _of_pages(f"{visitors} visitors ask", await reading)]
    return [_of_visits(visits), *pages]


async def _visit(url: str, number: int) -> Visit:
    await asyncio.sleep(number * 0.05)
    async with LiveVisitor(url, "compare", query=QUERY) as visitor:
        return await visitor.visit()


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
        "seconds": waits(times)[0],
        "of the peer": waits(times)[1],
        "ratio": "",
        "repeats": len(times),
    }
