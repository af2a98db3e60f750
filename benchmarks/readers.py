"""Readers who go round the pages while something else is at work: how long they wait."""

import asyncio
import random

from benchmarks.report import percentile
from benchmarks.rerun import PAGES, THINK_SECONDS
from benchmarks.session import Session

READERS = 5


async def read_for(url: str, seconds: float) -> list[float]:
    """Milliseconds of every rerun of the readers within so many seconds."""
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    return await read_until(url, stop)


async def read_until(url: str, stop: asyncio.Event) -> list[float]:
    """Milliseconds of every rerun of the readers until the event."""
    return [time for times in await asyncio.gather(*(_read(url, n, stop) for n in range(READERS))) for time in times]


async def _read(url: str, number: int, stop: asyncio.Event) -> list[float]:
    """A reader who goes round the choices of one page, with pauses; the first visit is not counted."""
    dice, page = random.Random(number), list(PAGES)[number % len(PAGES)]
    times = []
    async with Session(url, page) as session:
        for turn in range(100_000):
            if stop.is_set():
                break
            times.append((await session.rerun(PAGES[page][turn % len(PAGES[page])])).milliseconds)
            await asyncio.sleep(dice.uniform(*THINK_SECONDS))
    return times[1:] or times


def waits(times: list[float]) -> tuple[str, str]:
    """Median and 95th percentile in milliseconds, as text."""
    return f"{percentile(times, 0.5):.0f}", f"{percentile(times, 0.95):.0f}"
