"""Slides with charts that can be edited: the finding as headline, source and release below, the rest in the notes."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Length, Pt

from charts import theme
from charts.chart import Drawn
from charts.exports.citing import release_day
from charts.exports.native import FONT, add_charts
from charts.provenance import NAME, provenance

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)  # 16:9
MARGIN = Inches(0.6)
INSIDE = Emu(WIDTH - 2 * MARGIN)
# In letters; a slide with more says nothing.
LONGEST_HEADLINE, LONGEST_NOTE = 600, 10_000
# Up to so many letters a headline has this size, in points, so that it stays within its three lines.
SIZES = ((110, 28), (160, 24), (230, 20), (LONGEST_HEADLINE, 16))
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class SlideContent:
    """What stands on a slide: a chart, or words alone; the note is the speaker's."""

    headline: str
    drawn: Drawn | None = None
    text: str = ""
    note: str = ""


def pptx(drawn: Drawn) -> bytes:
    """One slide with the chart."""
    return deck_pptx([SlideContent(headline_of(drawn), drawn)], title=drawn.title)


def headline_of(drawn: Drawn) -> str:
    """What the chart says; where it has nothing to say, why."""
    return drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence


def deck_pptx(slides: Sequence[SlideContent], title: str = "", numbered: bool = True) -> bytes:
    """A presentation of these slides, 16:9."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for number, content in enumerate(slides, start=1):
        _add(deck, content, number if numbered and len(slides) > 1 else None)
    _properties(deck, slides, title)
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


def _properties(deck: Any, slides: Sequence[SlideContent], title: str) -> None:
    """Made on the day of the release, so that the file does not change from one download to the next."""
    first = next((content.drawn for content in slides if content.drawn), None)
    day = release_day(first.release_id) if first else None
    made = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = _text(title)[:255], NAME, NAME
    about.created = about.modified = made.replace(tzinfo=None)
    if first:
        said = provenance(first)
        about.subject = _text(f"Release {said['release']}, #{said['hash']}")[:255]
        about.comments, about.keywords = _text(said["link"])[:255], _text(said["hash"])


def _add(deck: Any, content: SlideContent, number: int | None) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[5])  # title only
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _rgb(theme.LIGHT.paper)
    _headline(slide, content)
    drawn = content.drawn
    if drawn is not None and not drawn.finding.empty:
        _words(slide, f"{drawn.title}. {drawn.subtitle}", Inches(1.75), Inches(0.6), 16, theme.LIGHT.second_ink)
        box = (MARGIN, Inches(2.35), INSIDE, Inches(4.35))
        for place, shape in enumerate(add_charts(slide, drawn, box)):
            _alternative(shape, drawn, place)
    elif content.text:
        _words(slide, content.text, Inches(2.2), Inches(4.4), 28, theme.LIGHT.ink)
    if drawn is not None:
        _foot(slide, drawn)
    if number is not None:
        _number(slide, number)
    slide.notes_slide.notes_text_frame.text = _text(notes(content))[:LONGEST_NOTE]


def _headline(slide: Any, content: SlideContent) -> None:
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = MARGIN, Inches(0.4), INSIDE, Inches(1.3)
    frame = title.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    frame.text = _text(content.headline)[:LONGEST_HEADLINE]
    size = next(size for most, size in SIZES if len(frame.text) <= most)
    for run in frame.paragraphs[0].runs:
        run.font.size, run.font.bold, run.font.name = Pt(size), True, FONT
        run.font.color.rgb = _rgb(theme.LIGHT.ink)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT


def _foot(slide: Any, drawn: Drawn) -> None:
    _words(slide, drawn.source_line, Inches(6.85), Inches(0.5), 12, theme.LIGHT.second_ink)
    if drawn.is_simulated:
        _watermark(slide)


def _watermark(slide: Any) -> None:
    box = slide.shapes.add_textbox(Inches(3.2), Inches(3.9), Inches(7), Inches(1))
    paragraph = box.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = "SIMULATED DATA"
    run.font.size, run.font.bold, run.font.name = Pt(54), True, FONT
    run.font.color.rgb = _rgb(theme.mixed(theme.LIGHT.ink, theme.LIGHT.paper, 0.8))
    box.rotation = -8


def _number(slide: Any, number: int) -> None:
    box = slide.shapes.add_textbox(Emu(WIDTH - MARGIN - Inches(0.7)), Inches(6.85), Inches(0.7), Inches(0.4))
    run = box.text_frame.paragraphs[0].add_run()
    run.text = str(number)
    run.font.size, run.font.name, run.font.color.rgb = Pt(12), FONT, _rgb(theme.LIGHT.second_ink)


def _words(slide: Any, text: str, top: Length, height: Length, size: int, colour: str) -> None:
    frame = slide.shapes.add_textbox(MARGIN, top, INSIDE, height).text_frame
    frame.word_wrap = True
    for place, line in enumerate(_text(text).split("\n")):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.name, run.font.color.rgb = Pt(size), FONT, _rgb(colour)


def _alternative(shape: Any, drawn: Drawn, place: int) -> None:
    """Name and description for those who cannot see the chart."""
    properties = shape._element.find(f".//{qn('p:cNvPr')}")
    properties.set("name", f"Chart {place + 1}: {_text(drawn.title)}"[:250])
    properties.set("descr", _text(drawn.finding.alternative)[:2000])


def notes(content: SlideContent) -> str:
    """What the speaker reads: the own note, then everything known of the numbers."""
    own = [content.note] if content.note else []
    if content.drawn is None:
        return "\n".join(own)
    said = [f"{name[0].upper()}{name[1:]}: {value}" for name, value in provenance(content.drawn).items() if value]
    return "\n".join([*own, *said])


def _text(text: str) -> str:
    """Without the characters that no XML file may hold."""
    return _NOT_IN_XML.sub(" ", text)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:].upper())
