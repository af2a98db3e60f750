"""What stands on the slides of a deck: each chart drawn for its release, or a sentence why it cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

from charts import catalogue
from charts.briefing.deck import Deck, Slide
from charts.catalogue import Drawn
from charts.drawing import PdfPage, pdf_pages, scene
from charts.exports.slides import SlideContent, deck_pptx, notes
from charts.theme import SIZES
from registry import load_prompts
from warehouse.connect import OlderTables, Release


@dataclass(frozen=True)
class Content:
    """A slide ready to be shown. `drawn` and `dark` are None for words, and where the chart cannot be drawn."""

    slide: Slide
    headline: str
    text: str = ""
    drawn: Drawn | None = None
    dark: Drawn | None = None

    @property
    def notes(self) -> str:
        """What the speaker reads: the own note, then what is known of the numbers."""
        return notes(self.for_slides)

    @property
    def source_line(self) -> str:
        """Source, data date, release and hash; empty where there are no numbers."""
        return self.drawn.source_line if self.drawn else ""

    @property
    def for_slides(self) -> SlideContent:
        """The slide as PowerPoint gets it."""
        drawn = None if self.drawn is None or self.drawn.finding.empty else self.drawn
        return SlideContent(self.headline, drawn, self.text, self.slide.note)


def contents(deck: Deck, release: Release) -> tuple[Content, ...]:
    """Every slide of the deck, drawn for this release in the size of a projector."""
    return tuple(_content(slide, release) for slide in deck.slides)


def _content(slide: Slide, release: Release) -> Content:
    if slide.kind == "words":
        first, _, rest = slide.text.partition("\n")
        return Content(slide, slide.headline, slide.text) if slide.headline else Content(slide, first, rest.strip())
    if slide.kind == "prompt":
        return Content(slide, slide.headline or question_of(slide.text), "Asked live, of models side by side.")
    chart = catalogue.chart(slide.chart_id)
    try:
        drawn = catalogue.draw(release, chart, slide.filters, size="projector")
        dark = catalogue.draw(release, chart, slide.filters, size="projector", dark=True)
    except OlderTables as missing:
        return Content(slide, slide.headline or chart.question, str(missing))
    said = drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence
    return Content(slide, slide.headline or said, "" if not drawn.finding.empty else said, drawn, dark)


def question_of(prompt_id: str) -> str:
    """The English text of a prompt of the registry."""
    found = (pack.prompt(prompt_id) for pack in load_prompts())
    return next((prompt.texts["en"] for prompt in found if prompt), prompt_id)


def as_pptx(title: str, shown: Sequence[Content]) -> bytes:
    """The deck for PowerPoint, with charts that can be edited."""
    return deck_pptx([one.for_slides for one in shown], title=title)


def as_pdf(title: str, shown: Sequence[Content]) -> bytes:
    """The deck as PDF, a slide on each page; the speaker's notes are notes of the page."""
    first = next((one.drawn for one in shown if one.drawn), None)
    return pdf_pages([_page(one, number) for number, one in enumerate(shown, start=1)], title, first)


def _page(one: Content, number: int) -> PdfPage:
    has_picture = one.drawn is not None and not one.drawn.finding.empty
    picture = scene(one.drawn.figure, SIZES["projector"].width) if one.drawn and has_picture else None
    # The picture says its source itself.
    return PdfPage(one.headline, picture, "" if picture else one.source_line, one.text, one.notes, number)
