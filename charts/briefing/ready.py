"""The ready decks of the registry."""

from urllib.parse import urlencode

from charts.briefing.deck import Deck, Slide, slide_of
from registry import Briefing, BriefingSlide, load_briefings


def ready_decks() -> dict[str, Deck]:
    """Id -> deck, in the order of the registry. ValueError where one names a chart or a filter that does not exist."""
    return {briefing.briefing_id: deck_of(briefing) for briefing in load_briefings()}


def deck_of(briefing: Briefing) -> Deck:
    """The deck of a briefing."""
    return Deck(briefing.title, tuple(_slide(briefing, slide) for slide in briefing.slides))


def _slide(briefing: Briefing, slide: BriefingSlide) -> Slide:
    content = slide.chart or slide.words or slide.prompt or ""
    said = {"headline": slide.headline, "note": slide.note}
    ignored: list[str] = []
    found = slide_of(urlencode({slide.kind: content, **slide.filters, **said}), ignored)
    if found is None or ignored:
        raise ValueError(f"briefings.yaml, {briefing.briefing_id}: expected what the catalogue knows, came {ignored}")
    return found
