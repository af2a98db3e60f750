"""Rerun times of every page at the server, against a bare page with the same figures, in the same run.

A visitor goes through several choices of the page's filters, again and again; the bare page draws the figures of the
same choices. Both servers get the same treatment (benchmarks/bare_app.py) and take turns, so that the machine's other
work falls on both alike. `plain` is the bare page without that treatment, as most people run Streamlit.
"""

import asyncio
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import build, processes
from benchmarks.report import Result, percentile
from benchmarks.session import Rerun, Session

LOGS = processes.ROOT / "build/benchmarks"
FIGURES = LOGS / "figures"
SCRIPTS = {"ours": "app.py", "bare": "benchmarks/bare_app.py", "plain": "benchmarks/bare_page.py"}
# Page -> choices of its filters, as they stand in the URL.
PAGES: dict[str, tuple[str, ...]] = {
    "": ("",),
    "adoption": ("", "group=organisation", "group=family", "measure=downloads", "attribution=origin", "scope=all"),
    "leaderboards": ("", "benchmark=lmarena_text_style_control", "benchmark=livebench_overall"),
    "licences": ("", "licence_by=downloads", "scope=all"),
    "data_and_methods": ("",),
}
SESSIONS, THINK_SECONDS, ROUNDS = 20, (0.5, 1.5), 4


@dataclass(frozen=True)
class Server:
    """A running server, and how a page's choice is asked of it."""

    name: str
    url: str
    pid: int

    def session(self, page: str) -> Session:
        """A visitor on that page."""
        return Session(self.url, page if self.name == "ours" else "")

    def query(self, page: str, choice: int) -> str:
        """The query string of the n-th choice."""
        choice %= len(PAGES[page])
        return PAGES[page][choice] if self.name == "ours" else f"figures={_figures_name(page, choice)}"


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Start the servers, see every choice once, then time the reruns of each page."""
    data_dir = (data_dir or data_with_a_release()).resolve()
    shutil.rmtree(FIGURES, ignore_errors=True)
    FIGURES.mkdir(parents=True)
    with ExitStack() as stack:
        servers = {name: stack.enter_context(_server(name, data_dir)) for name in SCRIPTS}
        rows = [asyncio.run(_measure_page(servers, page, reruns=12 if quick else 200)) for page in PAGES]
        notes = [_memory_line(servers["ours"]), *HOW_TO_READ]
    return {
        "title": "Reruns at the server: milliseconds from the request to `script_finished`, over the websocket",
        "rows": rows,
        "notes": notes,
    }


HOW_TO_READ = [
    "first: the slowest first visit of a choice, nothing cached.",
    "p50, p95: one session without pause, going round its choices.",
    "bare: a page with the same figures and tables only, with gc.freeze as ours has it: the floor; ratio = p50 / bare "
    "p50, aim: <= 1.3.",
    "plain: that bare page as Streamlit itself serves it, without gc.freeze; against plain = p50 / plain p50, aim: "
    "<= 1.3.",
    f"20 p50, 20 p95: {SESSIONS} sessions at once, each pausing {THINK_SECONDS[0]} to {THINK_SECONDS[1]} s between "
    "reruns, aim: p95 under 150 ms; bare 20 p95: the same of the bare page.",
]


@contextmanager
def _server(name: str, data_dir: Path) -> Iterator[Server]:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", SCRIPTS[name], "--server.port", str(port)]
    variables = {"OMO_DATA_DIR": str(data_dir), "OMO_PUBLIC_URL": url}
    with processes.server(command, f"{url}/_stcore/health", LOGS / f"{name}.log", **variables) as process:
        yield Server(name, url, process.pid)


def data_with_a_release() -> Path:
    """The data of the build benchmark, made first where it is missing."""
    if not (build.DATA / "releases" / "current").exists():
        build.measure(quick=True)
    return build.DATA


async def _measure_page(servers: dict[str, Server], page: str, reruns: int) -> dict[str, object]:
    first = await _see_every_choice(servers["ours"], page)
    alone: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            alone[name] += await _one_session(server, page, max(1, reruns // ROUNDS))
    together = {name: await _many_sessions(servers[name], page, max(1, reruns // 10)) for name in ("ours", "bare")}
    p50 = {name: percentile(times, 0.5) for name, times in alone.items()}
    return {
        "page": page or "overview",
        "first": first,
        "p50": p50["ours"],
        "p95": percentile(alone["ours"], 0.95),
        "bare p50": p50["bare"],
        "ratio": round(p50["ours"] / p50["bare"], 2),
        "plain p50": p50["plain"],
        "against plain": round(p50["ours"] / p50["plain"], 2),
        "20 p50": percentile(together["ours"], 0.5),
        "20 p95": percentile(together["ours"], 0.95),
        "bare 20 p95": percentile(together["bare"], 0.95),
    }


async def _see_every_choice(server: Server, page: str) -> float:
    """Visit each choice in a session of its own and keep its figures for the bare page; the slowest visit, in ms."""
    slowest = 0.0
    for choice in range(len(PAGES[page])):
        async with server.session(page) as session:
            rerun = await session.rerun(server.query(page, choice))
        slowest = max(slowest, rerun.milliseconds)
        _keep_figures(rerun, _figures_name(page, choice))
    return slowest


def _keep_figures(rerun: Rerun, name: str) -> None:
    for number, chart in enumerate(rerun.elements("plotly_chart")):
        (FIGURES / f"{name}.{number:02}.json").write_text(chart.spec, encoding="utf-8")  # type: ignore[attr-defined]
    for number, table in enumerate(rerun.elements("dataframe")):
        (FIGURES / f"{name}.{number:02}.arrow").write_bytes(table.arrow_data.data)  # type: ignore[attr-defined]
    if not list(FIGURES.glob(f"{name}.*")):
        raise RuntimeError(f"expected a figure or a table on {name}, came none: is there a release in the data folder?")


async def _one_session(server: Server, page: str, reruns: int) -> list[float]:
    async with server.session(page) as session:
        for choice in range(len(PAGES[page])):
            await session.rerun(server.query(page, choice))
        return [(await session.rerun(server.query(page, number))).milliseconds for number in range(reruns)]


async def _many_sessions(server: Server, page: str, reruns: int) -> list[float]:
    dice = random.Random(20)

    async def visit(offset: int) -> list[float]:
        times = []
        async with server.session(page) as session:
            await session.rerun(server.query(page, offset))
            for number in range(reruns):
                await asyncio.sleep(dice.uniform(*THINK_SECONDS))
                times.append((await session.rerun(server.query(page, offset + number + 1))).milliseconds)
        return times

    return [time for times in await asyncio.gather(*map(visit, range(SESSIONS))) for time in times]


def _figures_name(page: str, choice: int) -> str:
    return f"{page or 'overview'}-{choice}"


def _memory_line(server: Server) -> str:
    memory = processes.resident_mib(server.pid)
    return (
        f"Memory of the dashboard process at the end: {memory:.0f} MiB."
        if memory
        else "Memory: not told by this system."
    )
