"""A deck as a value: read from an address, written back to it. What an address asks and we do not know is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from charts import catalogue
from registry import load_prompts
from warehouse.filters import Filters

MOST_SLIDES, LONGEST_TITLE, LONGEST_NOTE, LONGEST_TEXT = 30, 120, 1000, 600
SHOWN = 60  # letters of a refused slide that are repeated to its author
KINDS = ("chart", "words", "prompt")


@dataclass(frozen=True)
class Slide:
    """One slide: a chart with its filters, words, or a prompt of the registry (its id) that is asked live.

    Without a headline a chart's slide says what the chart finds.
    """

    kind: Literal["chart", "words", "prompt"]
    chart_id: str = ""
    filters: Filters = field(default_factory=Filters)
    text: str = ""
    headline: str = ""
    note: str = ""

    def to_text(self) -> str:
        """The slide as one value of an address."""
        if self.kind == "chart":
            chosen = self.filters.to_query(catalogue.chart(self.chart_id).defaults)
            parts = {"chart": self.chart_id, **chosen}
        else:
            parts = {self.kind: self.text}
        return urlencode(parts | _given(headline=self.headline, note=self.note))


@dataclass(frozen=True)
class Deck:
    """Slides in their order; `release` empty: the newest. `ignored` says what could not be read, in words."""

    title: str
    slides: tuple[Slide, ...]
    release: str = ""
    ignored: tuple[str, ...] = ()

    @staticmethod
    def from_query(pairs: Iterable[tuple[str, str]]) -> "Deck":
        """A deck from the parameters of an address: title, release, and a `slide` for each slide."""
        title, release = "", ""
        slides: list[Slide] = []
        ignored: list[str] = []
        for name, value in pairs:
            if name == "title":
                title = _short(value, LONGEST_TITLE)
            elif name == "release":
                release = "" if value == "latest" else value[:40]
            elif name == "slide":
                slide = slide_of(value, ignored)
                slides += [slide] if slide else []
        if len(slides) > MOST_SLIDES:
            ignored.append(f"{len(slides) - MOST_SLIDES} slides: a briefing holds at most {MOST_SLIDES}")
        return Deck(title, tuple(slides[:MOST_SLIDES]), release, tuple(ignored))

    def to_pairs(self) -> list[tuple[str, str]]:
        """The deck as parameters of an address."""
        head = [("title", self.title)] if self.title else []
        head += [("release", self.release)] if self.release else []
        return [*head, *(("slide", slide.to_text()) for slide in self.slides)]

    def to_query(self) -> str:
        """The deck as the query of an address."""
        return urlencode(self.to_pairs())

    def pinned(self, release_id: str) -> "Deck":
        """The same deck, which keeps its numbers."""
        return replace(self, release=release_id)


def slide_of(value: str, ignored: list[str]) -> Slide | None:
    """A slide from its text; None where it is none. What is not understood is put into `ignored`."""
    parts = dict(parse_qsl(value[: LONGEST_NOTE * 12], keep_blank_values=True))
    said = {"headline": _short(parts.pop("headline", ""), LONGEST_TEXT), "note": _note(parts.pop("note", ""))}
    kind = next((kind for kind in KINDS if kind in parts), None)
    if kind is None:
        ignored.append(f"a slide that is no chart, words or prompt: {value[:SHOWN]!r}")
        return None
    content = parts.pop(kind)
    if kind == "prompt" and not any(pack.prompt(content) for pack in load_prompts()):
        ignored.append(f"the prompt {content[:SHOWN]!r}, which is in no pack")
        return None
    if kind != "chart":
        return Slide(kind, text=_note(content)[:LONGEST_TEXT], **said)  # type: ignore[arg-type]
    known = {chart.id: chart for chart in catalogue.CHARTS}
    if content not in known:
        ignored.append(f"the chart {content[:SHOWN]!r}, which does not exist")
        return None
    filters = Filters.from_query(parts, known[content].defaults)
    ignored.extend(f"{asked} (in a slide of the chart {content})" for asked in filters.ignored)
    obeyed = {name: getattr(filters, name) for name in known[content].filters}
    return Slide("chart", content, replace(known[content].defaults, **obeyed), **said)


def moved(slides: Sequence[Slide], place: int, by: int) -> tuple[Slide, ...]:
    """The slides with one moved up or down; at an end it stays."""
    order, to = list(slides), place + by
    if 0 <= to < len(order):
        order[place], order[to] = order[to], order[place]
    return tuple(order)


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _short(text: str, length: int) -> str:
    return " ".join(text.split())[:length]


def _note(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(lines).strip()[:LONGEST_NOTE]
