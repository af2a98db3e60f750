"""Runs comparisons: one thread with one event loop for all of them, whatever page or command asked. No Streamlit.

A comparison waits in line until each of its models has a slot free, then all its panes are asked at once. Whatever
ends a pane - its end, a fault, Stop, a viewer who left - closes its connection, so that the server stops working too,
and frees its slot for the next in line.
"""

import asyncio
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from sidecar.allowances import Allowances, Busy, Refused, Visitor, check_asks
from sidecar.client import describe, new_client, stream
from sidecar.comparison import Answer, Comparison, State
from sidecar.events import Ask, ModelFailed, ServerFacts
from sidecar.line import Line
from sidecar.models import Endpoint, Models

__all__ = ["Busy", "Engine", "Refused", "Visitor"]

log = logging.getLogger(__name__)
Result = TypeVar("Result")

LOOK_EVERY_S = 0.25  # how often it is looked for viewers who left
FACTS_KEPT_S = 30.0  # a server that is started anew within this time is the same version in all likelihood
STOPPING_S = 5.0  # closing a connection takes milliseconds; a caller does not wait longer than this for it

BY_READER = "Stopped by the reader."
UNSEEN = "Stopped, because nobody was looking any more."
SHUT_DOWN = "Stopped, because the observatory was shut down."
CLOSED = "Live questions have come to an end here. Whoever runs this observatory has to start it again."


class Closed(Busy):
    """The engine takes nothing more, now or later."""


@dataclass(eq=False)
class _Job:
    """A comparison on its way: what was reserved for it, its tasks, why it was stopped."""

    comparison: Comparison
    is_watched: bool
    reserved: int
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    why: str = BY_READER
    over: threading.Event = field(default_factory=threading.Event)


class Engine:
    """Starts, watches and stops comparisons; usable from several threads. `close` it in the end."""

    def __init__(self, models: Models) -> None:
        self._limits, self._allow_hosts = models.limits, models.allow_hosts
        self._line = Line(models.limits.comparisons_at_once)
        self._allowances = Allowances(models.limits)
        self._jobs: dict[str, _Job] = {}
        self._facts: dict[str, tuple[float, asyncio.Task[ServerFacts]]] = {}
        self._is_closing = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="comparisons", daemon=True)
        self._thread.start()

    def start(
        self,
        ask: Ask | Sequence[Ask],
        endpoints: Sequence[Endpoint],
        visitor: Visitor | None,
        *,
        watched: bool = True,
    ) -> Comparison:
        """Puts a comparison into the line and returns it at once; it changes while it runs.

        One ask for all panes, or one for each. `visitor` None is the operator, whose rate is not limited. A watched
        comparison ends when `seen` was not called for `unseen_s`. Raises Busy or Refused.
        """
        asks = [ask] * len(endpoints) if isinstance(ask, Ask) else list(ask)
        check_asks(asks, endpoints, self._limits, self._allow_hosts)
        most = self._limits.answer_tokens
        asks = [replace(each, max_tokens=min(each.max_tokens, most)) for each in asks]
        return self._call(self._enter, asks, endpoints, visitor, watched)

    def stop(self, comparison: Comparison) -> None:
        """Ends every pane that is not over, also while waiting; returns when they are."""
        self._call(self._end, comparison.comparison_id, BY_READER)
        self.wait(comparison, STOPPING_S)

    def seen(self, comparison: Comparison) -> None:
        """Somebody is looking."""
        comparison.seen_at = time.monotonic()

    def wait(self, comparison: Comparison, timeout_s: float) -> None:
        """Blocks until the comparison is over, or for so many seconds."""
        job = self._jobs.get(comparison.comparison_id)
        if job:
            job.over.wait(timeout_s)

    def close(self) -> None:
        """Ends everything and the thread."""
        if self._thread.is_alive():
            jobs = list(self._jobs.values())
            self._call(self._end_all)
            for job in jobs:
                job.over.wait(STOPPING_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOPPING_S)

    # What follows runs in the loop's thread only.

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._http = new_client()
        watching = self._loop.create_task(self._look_for_viewers())
        self._loop.run_forever()
        watching.cancel()
        self._loop.run_until_complete(self._leave())
        self._loop.close()

    async def _leave(self) -> None:
        """Nothing is left half open: what still runs is ended, then connections and generators, then their closing."""
        await _ended(cancel=True)
        await self._http.aclose()
        await self._loop.shutdown_asyncgens()
        await _ended(cancel=False)

    def _call(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """Does something in the loop's thread and waits for it; Busy at once where there is no such thread any more."""
        if not self._thread.is_alive():
            raise Closed(CLOSED)
        done: Future[Result] = Future()

        def run() -> None:
            try:
                done.set_result(work(*arguments))
            except BaseException as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(timeout=60)

    def _enter(
        self, asks: Sequence[Ask], endpoints: Sequence[Endpoint], visitor: Visitor | None, watched: bool
    ) -> Comparison:
        if self._is_closing:
            raise Closed(CLOSED)
        if self._line.length >= self._limits.comparisons_waiting:
            raise Busy(f"{self._line.length} comparisons are waiting already. Try again in a few minutes.")
        reserved = sum(ask.max_tokens for ask in asks)
        self._allowances.admit(visitor, reserved)
        now = time.monotonic()
        answers = [Answer(endpoint, ask, entered=now) for endpoint, ask in zip(endpoints, asks, strict=True)]
        comparison = Comparison(asks[0], answers, datetime.now(UTC))
        self._jobs[comparison.comparison_id] = _Job(comparison, watched, reserved)
        needs = Counter(endpoint.id for endpoint in endpoints)
        self._line.enter(comparison.comparison_id, needs, {endpoint.id: endpoint.slots for endpoint in endpoints})
        self._advance()
        return comparison

    def _advance(self) -> None:
        """Starts whose turn it is, and tells the others their place."""
        for ticket in self._line.start():
            self._begin(self._jobs[ticket])
        for ticket, place in self._line.places().items():
            self._jobs[ticket].comparison.place = place

    def _begin(self, job: _Job) -> None:
        """One task for each slot; where a model has fewer slots than panes, its panes take turns."""
        comparison = job.comparison
        comparison.place = None
        for name, slots in self._line.slots_of(comparison.comparison_id).items():
            answers = deque(answer for answer in comparison.answers if answer.endpoint.id == name)
            for _ in range(slots):
                task = self._loop.create_task(self._use_slot(job, answers))
                job.tasks.add(task)
                task.add_done_callback(partial(self._slot_is_free, job, name))

    async def _use_slot(self, job: _Job, answers: deque[Answer]) -> None:
        while answers:
            await self._ask(job, answers.popleft())

    def _slot_is_free(self, job: _Job, endpoint_id: str, task: asyncio.Task[None]) -> None:
        """A done callback and no `finally`: a task that is cancelled before its first step has none."""
        job.tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("A pane ended in an error of our own", exc_info=task.exception())
        self._line.free(job.comparison.comparison_id, endpoint_id)
        if not job.tasks:
            self._close_job(job)
        self._advance()

    def _close_job(self, job: _Job) -> None:
        """Whoever was not asked is stopped; what was used is counted."""
        for answer in job.comparison.answers:
            if not answer.is_over:
                answer.end(State.stopped, job.why)
        job.comparison.place = None
        self._jobs.pop(job.comparison.comparison_id, None)
        self._allowances.settle(job.reserved, sum(answer.used_tokens for answer in job.comparison.answers))
        job.over.set()

    async def _ask(self, job: _Job, answer: Answer) -> None:
        """Asks one model; every way in which it can end is an end of this answer and of no other."""
        facts = self._facts_of(answer.endpoint)
        answer.begin()
        end: tuple[State, str | None] = (State.done, None)
        try:
            async with aclosing(stream(self._http, answer.endpoint, answer.ask, self._limits)) as events:
                async for event in events:
                    answer.take(event)
        except ModelFailed as failure:
            answer.failure_kind, answer.is_cut_off = failure.kind, failure.kind == "too_long"
            end = (State.failed, failure.sentence)
        except asyncio.CancelledError:
            answer.end(State.stopped, job.why)
            raise
        except Exception:
            log.exception("An answer could not be read")
            answer.failure_kind = "malformed"
            end = (State.failed, f"The answer of {answer.endpoint.name} could not be read. Try again.")
        answer.stop_clock()
        try:
            answer.server = await asyncio.shield(facts)
        finally:
            answer.end(*end)

    def _facts_of(self, endpoint: Endpoint) -> asyncio.Task[ServerFacts]:
        """What the server tells about itself, asked beside the answer and kept for a while."""
        asked_at, task = self._facts.get(endpoint.base_url, (0.0, None))
        is_fresh = time.monotonic() - asked_at < FACTS_KEPT_S
        if task is None or not is_fresh or (task.done() and not task.result().is_up):
            task = self._loop.create_task(describe(self._http, endpoint))
            self._facts[endpoint.base_url] = (time.monotonic(), task)
        return task

    def _end(self, comparison_id: str, why: str) -> None:
        job = self._jobs.get(comparison_id)
        if job is None:
            return
        job.why = why
        if job.tasks:
            for task in job.tasks:
                task.cancel()
        else:
            self._line.leave(comparison_id)
            self._close_job(job)
            self._advance()

    def _end_all(self) -> None:
        self._is_closing = True  # a run of a pack would ask its next question before the loop has stopped
        waiting = [job for job in self._jobs.values() if not job.tasks]
        for job in waiting + list(self._jobs.values()):
            self._end(job.comparison.comparison_id, SHUT_DOWN)

    async def _look_for_viewers(self) -> None:
        """Ends what nobody looks at any more: a closed tab tells nobody that it is closed."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                self._end_unseen()
            except Exception:  # without this watch nobody's leaving would be noticed any more
                log.exception("A comparison that nobody looks at could not be ended")

    def _end_unseen(self) -> None:
        latest = time.monotonic() - self._limits.unseen_s
        for job in list(self._jobs.values()):
            if job.is_watched and job.comparison.seen_at < latest:
                self._end(job.comparison.comparison_id, UNSEEN)


async def _ended(*, cancel: bool) -> None:
    """When every other task of the loop has come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if cancel:
        for task in others:
            task.cancel()
    if others:
        await asyncio.wait(others, timeout=STOPPING_S)
