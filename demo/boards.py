"""The models that stand on the simulated leaderboards, read from boards.yaml."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from demo.catalogue import LOADER

FILE = Path(__file__).with_name("boards.yaml")


@dataclass(frozen=True)
class Contender:
    """A model on a board, with the level it has in the simulation."""

    label: str
    organisation: str
    licence: str
    first_on: date
    level: int
    livebench_label: str


@cache
def contenders() -> tuple[Contender, ...]:
    """All of them, in the order of the file."""
    return tuple(Contender(*row) for row in yaml.load(FILE.read_text(encoding="utf-8"), LOADER)["models"])  # noqa: S506 - a safe loader, in C
