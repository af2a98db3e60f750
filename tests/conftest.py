"""What all tests share: a clean environment, the real files beside the checkout, the machine's Chromium."""

import faulthandler
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import FLAGS, chromium, is_required

EXITS_WITHIN_S = 60
SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(autouse=True, scope="session")
def environment_without_our_settings() -> Iterator[None]:
    """A developer's own OMO_ variables, token or proxy must not colour the tests."""
    ours = [name for name in os.environ if name.startswith("OMO_") or name in {"HF_TOKEN", "HF_ENDPOINT"}]
    kept = {name: os.environ.pop(name) for name in ours}
    os.environ["OMO_PICTURES"] = "no"  # an edition takes twenty seconds; the tests of it ask for one
    yield
    del os.environ["OMO_PICTURES"]
    os.environ.update(kept)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real files, beside the checkout."""
    if not (SHARED / "mirror" / "serve.py").is_file():
        pytest.skip("needs the real files beside the checkout")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the real files are skipped where those are not at hand, browser tests where there is no Chromium."""
    reasons = {}
    if not SHARED.is_dir():
        reasons["real_data"] = "needs the real files beside the checkout"
    if any("browser" in item.keywords for item in items) and not chromium() and not is_required():
        reasons["browser"] = "needs Chromium: run `make test`, which says how to get it"
    for item in items:
        for marker in item.iter_markers():
            if marker.name in reasons:
                item.add_marker(pytest.mark.skip(reason=reasons[marker.name]))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of the machine's Chromium; where it is required, a missing one is a failure."""
    path = chromium()
    assert path, "expected Chromium, found none: run `make test`, which installs it or says how"
    return path


@pytest.fixture(scope="session")
def chromium_launch(chromium_path: str) -> dict[str, object]:
    """Arguments for `playwright.chromium.launch`."""
    return {"executable_path": chromium_path, "headless": True, "args": FLAGS}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A thread that somebody left at work would keep the whole run from ending: it is named, and the run has failed."""
    main = threading.main_thread()
    left = [thread.name for thread in threading.enumerate() if thread is not main and not thread.daemon]
    if left:
        print(f"\nThreads left at work: {', '.join(left)}", file=sys.stderr)


def pytest_unconfigure() -> None:
    """Whatever still holds the process shows where it stands, then is ended."""
    faulthandler.dump_traceback_later(EXITS_WITHIN_S, exit=True, file=sys.__stderr__)
