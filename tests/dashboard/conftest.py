"""Pages run without a browser, on a release of simulated data, on none, or on a broken one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import dashboard.data
import dashboard.freshness
from dashboard.frame import PAGES
from settings import Settings
from tests.released import ROOT, demo_data_dir

RunPage = Callable[..., AppTest]
SCRIPTS = {page.page_id: page.script for page in PAGES}


@pytest.fixture(scope="session")
def released() -> Path:
    """A data folder with one release of simulated data."""
    return demo_data_dir()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Makes the pages read another data folder; caches are emptied before and after."""

    def read(data_dir: Path) -> None:
        forget()
        for module in (dashboard.data, dashboard.freshness):
            monkeypatch.setattr(module, "settings", lambda: Settings(data_dir=data_dir))

    yield read
    forget()


def forget() -> None:
    """Nothing of an earlier test is left in memory."""
    st.cache_data.clear()
    dashboard.data.forget()


@pytest.fixture
def run_page(reads: Callable[[Path], None], released: Path) -> RunPage:
    """Runs a page with parameters of the address; from the start script, as the server does."""

    def run(page_id: str, data_dir: Path | None = None, **query: str) -> AppTest:
        reads(data_dir or released)
        page = AppTest.from_file(str(ROOT / "overview.py"), default_timeout=60)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        return page.switch_page(SCRIPTS[page_id]).run() if page_id != "overview" else page

    return run


def html_of(page: AppTest) -> str:
    """All HTML that a page put down, in its order."""
    return "\n".join(element.proto.body for element in page.get("html"))
