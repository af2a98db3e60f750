"""One small stand-in for the tests that change nothing, one of one's own for those that do."""

from collections.abc import Iterator
from datetime import date

import pytest

from demo.server import DemoServer, start

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def demo() -> Iterator[DemoServer]:
    server = start(today=TODAY, models=60)
    yield server
    server.stop()


@pytest.fixture
def own_demo() -> Iterator[DemoServer]:
    server = start(today=TODAY, models=60, weeks=4, slow_s=30)
    yield server
    server.stop()
