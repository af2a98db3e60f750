"""The stand-in for model servers, one for each test."""

from collections.abc import Iterator

import pytest

from tests.sidecar.far_side import FarSide


@pytest.fixture
def far() -> Iterator[FarSide]:
    """A running stand-in."""
    with FarSide() as server:
        yield server
