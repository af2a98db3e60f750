"""Whoever draws takes a turn.

A chart takes a core for a tenth of a second. Forty of them at once would each be as late as all, and the pages of the
dashboard, which need the same cores, would stand still; in turns the pages wait for one drawing at most.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

AT_ONCE = 1  # drawings hold Python's lock nearly all the time: a second one would only make both slower
_TURNS = threading.Semaphore(AT_ONCE)
Given = ParamSpec("Given")
Made = TypeVar("Made")


def in_turn(work: Callable[Given, Made]) -> Callable[Given, Made]:
    """The work when it is its turn. Work that is done in turn may not call other work that is."""

    @wraps(work)
    def waiting(*given: Given.args, **named: Given.kwargs) -> Made:
        with _TURNS:
            return work(*given, **named)

    return waiting
