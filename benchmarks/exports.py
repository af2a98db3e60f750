"""How long each way out of a chart takes, and what fifty people who take charts away at once do to the pages.

Files are asked for over HTTP with a choice of filters that nobody asked for before, so that none comes from memory;
pictures are made by a browser, from the click on the button to the file. The peer of a file is the same file asked for
again: it comes from memory.
"""

import asyncio
import itertools
import statistics
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import processes
from benchmarks.pictures import pictures
from benchmarks.readers import read_for, read_until, waits
from benchmarks.report import Result
from benchmarks.rerun import data_with_a_release
from charts import catalogue, exports

LOGS = processes.ROOT / "build/benchmarks"
PEOPLE, FILES_EACH, ALONE_S = 50, 4, 15
# Choices that differ from the usual ones, for the charts that have them; the others have only one choice.
CHOICES = ("since=2025-03", "until=2026-08", "since=2025-05")


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Start the server, take every chart away in every form, then fifty people at once."""
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    data = str((data_dir or data_with_a_release()).resolve())
    variables = {"OMO_DATA_DIR": data, "OMO_PUBLIC_URL": url, "OMO_OLLAMA_URL": ""}
    with processes.server(command, f"{url}/_stcore/health", LOGS / "exports.log", **variables):
        rows = [_of_files(url, kind, quick) for kind in exports.WRITERS]
        rows += pictures(url, 1 if quick else 5)
        rows += asyncio.run(_together(url, 10 if quick else PEOPLE))
    return {"title": "Taking a chart away: seconds from the question to the file", "rows": rows, "notes": HOW_TO_READ}


HOW_TO_READ = [
    "files: every chart of the catalogue, made anew for each; aim: the slowest under 2 s. again: from memory.",
    "pictures: from the click in the bar below the chart to the file, made by the browser; aim: under 2 s.",
    f"fifty people: {PEOPLE} at once, {FILES_EACH} files each in changing forms and choices, while others read the "
    "pages; none may fail and the pages go on.",
]


def _of_files(url: str, kind: str, quick: bool) -> dict[str, object]:
    first, again, sizes = [], [], []
    for chart in catalogue.CHARTS:
        for choice in CHOICES[: 1 if quick else 2] if "since" in chart.filters else ("",):
            address = f"{url}/api/v1/charts/{chart.id}.{kind}?{choice}"
            seconds, size = _fetched(address)
            first.append(seconds)
            sizes.append(size)
            again.append(_fetched(address)[0])
    return {
        "what": f"file .{kind}",
        "median": f"{statistics.median(first):.3f}",
        "slowest": f"{max(first):.3f}",
        "again": f"{statistics.median(again):.3f}",
        "KB": f"{statistics.median(sizes) / 1000:.0f}",
        "n": len(first),
    }


def _fetched(address: str) -> tuple[float, int]:
    """Seconds and bytes. Raises OSError where the answer is an error."""
    started = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        body = answer.read()
    return time.perf_counter() - started, len(body)


async def _together(url: str, people: int) -> list[dict[str, object]]:
    await read_for(url, 5)  # first visits are not what is measured
    alone = await read_for(url, ALONE_S)
    stop = asyncio.Event()
    reading = asyncio.create_task(read_until(url, stop))
    try:
        with ThreadPoolExecutor(people) as threads:
            loop = asyncio.get_running_loop()
            asked = [loop.run_in_executor(threads, _person, url, number) for number in range(people)]
            times = list(itertools.chain.from_iterable(await asyncio.gather(*asked)))
    finally:
        stop.set()
    return [
        {
            "what": f"{people} people at once, {FILES_EACH} files each: all came",
            "median": f"{statistics.median(times):.2f}",
            "slowest": f"{max(times):.2f}",
            "n": len(times),
        },
        _of_pages("nobody takes anything away", alone),
        _of_pages(f"{people} people take charts away", await reading),
    ]


def _person(url: str, number: int) -> list[float]:
    """One who takes several files away, one after another."""
    charts = [chart for chart in catalogue.CHARTS if "since" in chart.filters]
    kinds = list(exports.WRITERS)
    times = []
    for turn in range(FILES_EACH):
        place = number * FILES_EACH + turn
        month = f"since=2025-{1 + place % 6:02}&until=2026-{3 + place % 5:02}"
        chart, kind = charts[place % len(charts)], kinds[place % len(kinds)]
        times.append(_fetched(f"{url}/api/v1/charts/{chart.id}.{kind}?{month}")[0])
    return times


def _of_pages(when: str, times: list[float]) -> dict[str, object]:
    median, p95 = waits(times)
    return {"what": f"pages while {when}, p50 and p95 in ms", "median": median, "slowest": p95, "n": len(times)}
