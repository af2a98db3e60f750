"""Ready briefings: charts in an order that tells something, with what a speaker would say to each."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from registry.errors import RegistryError
from registry.files import read_rows
from registry.prompts import Identifier
from registry.rows import Row, Text

FOLDER, FILE = Path(__file__).parent, "briefings.yaml"
MOST_SLIDES = 30


class BriefingSlide(Row):
    """One slide: a chart and its filters as an address writes them, words, or the id of a prompt to be asked live."""

    chart: Identifier | None = None
    filters: dict[Identifier, str] = Field(default_factory=dict)
    words: Text | None = None
    prompt: Identifier | None = None
    headline: Annotated[str, Field(max_length=300)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def of_one_kind(self) -> "BriefingSlide":
        """Exactly one of chart, words and prompt; filters only beside a chart."""
        given = [name for name in ("chart", "words", "prompt") if getattr(self, name)]
        if len(given) != 1 or (self.filters and given != ["chart"]):
            raise ValueError("expected one of chart, words, prompt (and filters only beside a chart)")
        return self

    @property
    def kind(self) -> Literal["chart", "words", "prompt"]:
        """Which of the three it is."""
        return "chart" if self.chart else "words" if self.words else "prompt"


class Briefing(Row):
    """A ready deck."""

    briefing_id: Identifier
    title: Text
    description: Text
    slides: Annotated[tuple[BriefingSlide, ...], Field(min_length=1, max_length=MOST_SLIDES)]


def load_briefings(folder: Path | None = None) -> tuple[Briefing, ...]:
    """The ready decks of a folder, by default ours (read once). Raises RegistryError."""
    return _read(folder) if folder else _default()


@cache
def _default() -> tuple[Briefing, ...]:
    return _read(FOLDER)


def _read(folder: Path) -> tuple[Briefing, ...]:
    found = tuple(read_rows(folder, FILE, "briefings", Briefing))
    ids = Counter(briefing.briefing_id for briefing in found)
    for briefing_id, times in ids.items():
        if times > 1:
            raise RegistryError(
                FILE, f"'{briefing_id}'", "briefing_id", "stands twice", "Give each briefing its own id"
            )
    return found
