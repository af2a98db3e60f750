"""Work that outlasts one run of a page, such as a replay: done by a few threads, looked for once a second."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import streamlit as st

# A replay waits for its models, not for the processor; who comes later waits in this line and then in the engine's.
AT_ONCE = 4
_LOOK_EVERY_S = 1.0


@st.cache_resource(show_spinner=False)
def _places() -> threading.Semaphore:
    return threading.Semaphore(AT_ONCE)


def begin(key: str, work: Callable[[], Any]) -> None:
    """Starts the work of this visitor; its result is found under the same key.

    A thread of its own: those of a pool are waited for when the server ends.
    """
    done: Future[Any] = Future()
    st.session_state[key] = done
    threading.Thread(target=_do, args=(_places(), done, work), name="live", daemon=True).start()


def _do(places: threading.Semaphore, done: Future[Any], work: Callable[[], Any]) -> None:
    with places:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)


def result(key: str) -> Future[Any] | None:
    """The work under this key, done or not; None where none was started."""
    return st.session_state.get(key)


def wait_for(key: str) -> None:
    """Draws the page again when the work is done."""
    work = result(key)
    if work is not None and not work.done():
        st.fragment(_look, run_every=_LOOK_EVERY_S)(key)


def _look(key: str) -> None:
    work = result(key)
    if work is None or work.done():
        st.rerun()
