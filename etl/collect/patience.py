"""Calls that may hang in places where no time-out of theirs reaches: name look-ups, headers that drip byte by byte."""

import queue
import threading
import time
from collections.abc import Callable
from typing import TypeVar

LOOK_UP_S = 0.2  # how often the waiting side looks whether it should still wait
Result = TypeVar("Result")


def within(seconds: float, call: Callable[[], Result], look_up: Callable[[], object]) -> Result:
    """The result of a call, or what it raised; TimeoutError after `seconds`, and the call is left alone in its thread.

    `look_up` is called while waiting: it ends the wait by raising.
    """
    outcome: queue.SimpleQueue[Callable[[], Result]] = queue.SimpleQueue()
    threading.Thread(target=lambda: outcome.put(_run(call)), daemon=True).start()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            give = outcome.get(timeout=min(LOOK_UP_S, left))
        except queue.Empty:
            look_up()
            continue
        return give()
    raise TimeoutError


def _run(call: Callable[[], Result]) -> Callable[[], Result]:
    """Makes the call; gives a function that returns its result or raises its error on the side that waits."""
    try:
        result = call()
    except BaseException as error:
        caught = error

        def fail() -> Result:
            raise caught

        return fail
    return lambda: result
