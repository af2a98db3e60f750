"""A drawing as PDF: vectors, with its fonts inside; one chart on a sheet, or the slides of a deck."""

import io
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from charts import theme
from charts.chart import Drawn
from charts.drawing.scene import scene
from charts.drawing.shapes import Circle, Line, Path, Rect, Run, Scene, Shape
from charts.provenance import NAME, provenance

FONTS = FilePath(__file__).parent / "fonts"
REGULAR, BOLD = "ObservatorySans", "ObservatorySans-Bold"
# Names in Chinese, Japanese or Korean letters: a font that every reader of PDF brings along.
ASIAN = "STSong-Light"
SHEET = (841.89, 595.28)  # A4, lying; points
SLIDE = (960.0, 540.0)  # 16:9
EDGE = 36.0
SAID = ("selection", "counted as", "definition", "source", "licence", "may be passed on", "link")
_FONT_LOCK = threading.Lock()


@dataclass(frozen=True)
class PdfPage:
    """A slide: headline, drawing (or words in its place), source, the speaker's note as an annotation, page number."""

    headline: str
    scene: Scene | None = None
    source_line: str = ""
    text: str = ""
    note: str = ""
    number: int | None = None


def pdf_file(drawn: Drawn) -> bytes:
    """One sheet: the finding, the chart, and below it what is known of the numbers."""
    target = io.BytesIO()
    sheet = _canvas(target, SHEET, drawn.title, drawn.finding.sentence, drawn)
    pen = _Pen(sheet, SHEET[1])
    said = drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence
    down = pen.paragraph(said, EDGE, EDGE, SHEET[0] - 2 * EDGE, 16, theme.LIGHT.ink, is_bold=True) + 10
    if not drawn.finding.empty:
        drawing = scene(drawn.figure, theme.SIZES["page"].width)
        size = (SHEET[0] - 2 * EDGE) / drawing.width
        pen.drawing(drawing, EDGE, down, size)
        down += drawing.height * size + 8
    about = provenance(drawn)
    for name in SAID:
        if about.get(name):
            text = f"{name[0].upper()}{name[1:]}: {about[name]}"
            down = pen.paragraph(text, EDGE, down, SHEET[0] - 2 * EDGE, 8, theme.LIGHT.second_ink)
    sheet.showPage()
    sheet.save()
    return target.getvalue()


def pdf_pages(pages: Sequence[PdfPage], title: str = "", drawn: Drawn | None = None) -> bytes:
    """A deck, one slide on each page."""
    target = io.BytesIO()
    sheet = _canvas(target, SLIDE, title, "", drawn)
    for page in pages:
        _slide(sheet, page)
        sheet.showPage()
    sheet.save()
    return target.getvalue()


def _slide(sheet: Canvas, page: PdfPage) -> None:
    pen, inside = _Pen(sheet, SLIDE[1]), SLIDE[0] - 2 * EDGE
    sheet.setFillColor(_colour(theme.LIGHT.paper))
    sheet.rect(0, 0, *SLIDE, stroke=0, fill=1)
    size = 24 if len(page.headline) <= 150 else 19
    down = pen.paragraph(page.headline, EDGE, 28, inside, size, theme.LIGHT.ink, is_bold=True) + 8
    if page.scene is not None:
        room = SLIDE[1] - down - 44
        scale = min(inside / page.scene.width, room / page.scene.height)
        pen.drawing(page.scene, EDGE + (inside - page.scene.width * scale) / 2, down, scale)
    elif page.text:
        for line in page.text.split("\n"):
            down = pen.paragraph(line, EDGE, down + 8, inside, 20, theme.LIGHT.ink)
    pen.paragraph(page.source_line, EDGE, SLIDE[1] - 34, inside - 40, 9, theme.LIGHT.second_ink)
    if page.number is not None:
        pen.line(Line(SLIDE[0] - EDGE, SLIDE[1] - 24, (Run(str(page.number), 12, theme.LIGHT.second_ink),), "end"))
    if page.note:
        sheet.textAnnotation(_printable(page.note), Rect=[SLIDE[0] - 30, SLIDE[1] - 30, SLIDE[0] - 10, SLIDE[1] - 10])


def _canvas(target: io.BytesIO, size: tuple[float, float], title: str, subject: str, drawn: Drawn | None) -> Canvas:
    """`invariant` leaves the time of making out, so that the file of one release stays the same."""
    _load_fonts()
    sheet = Canvas(target, pagesize=size, pageCompression=1, invariant=1, lang="en")
    sheet.setTitle(_printable(title))
    sheet.setAuthor(NAME)
    sheet.setSubject(_printable(subject))
    if drawn is not None:
        said = (f"{name}: {' '.join(value.split())}" for name, value in provenance(drawn).items())
        sheet.setKeywords(_printable("; ".join(said)))
    return sheet


@cache
def _letters() -> frozenset[int]:
    """What our font has."""
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def _load_fonts() -> None:
    with _FONT_LOCK:
        if REGULAR not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(BOLD, str(FONTS / "observatory-sans-bold.ttf")))
            pdfmetrics.registerFont(UnicodeCIDFont(ASIAN))
            pdfmetrics.registerFont(TTFont(REGULAR, str(FONTS / "observatory-sans-regular.ttf")))


@dataclass(frozen=True)
class _Pen:
    """Draws with (0, 0) in the upper left corner, as screens count; PDF counts from below."""

    sheet: Canvas
    height: float

    def drawing(self, drawing: Scene, left: float, top: float, scale: float) -> None:
        """A whole drawing, scaled."""
        self.sheet.saveState()
        self.sheet.translate(left, self.height - top)
        self.sheet.scale(scale, scale)
        inside = _Pen(self.sheet, 0)
        self.sheet.setFillColor(_colour(drawing.paper))
        self.sheet.rect(0, -drawing.height, drawing.width, drawing.height, stroke=0, fill=1)
        for shape in drawing.shapes:
            inside.shape(shape)
        self.sheet.restoreState()

    def shape(self, shape: Shape) -> None:
        """One shape."""
        match shape:
            case Line():
                self.line(shape)
            case Rect():
                self._rect(shape)
            case Circle():
                stroke, fill = self._look(shape.stroke, shape.stroke_width, shape.fill)
                self.sheet.circle(shape.x, self.height - shape.y, shape.radius, stroke=stroke, fill=fill)
            case Path():
                self._path(shape)

    def line(self, line: Line) -> None:
        """A line of text; its runs one behind the other."""
        wide = sum(_width(run) for run in line.runs)
        left = line.x - {"start": 0.0, "middle": wide / 2, "end": wide}[line.anchor]
        self.sheet.saveState()
        if line.angle:
            x, y = line.pivot
            self.sheet.translate(x, self.height - y)
            self.sheet.rotate(-line.angle)
            self.sheet.translate(-x, y - self.height)
        for run in line.runs:
            colour = _colour(run.colour)
            self.sheet.setFillColor(colour, alpha=colour.alpha)
            for text, font in _by_font(run):
                self.sheet.setFont(font, run.size)
                self.sheet.drawString(left, self.height - line.y, text)
                left += pdfmetrics.stringWidth(text, font, run.size)
        self.sheet.restoreState()

    def paragraph(
        self, text: str, left: float, top: float, width: float, size: float, colour: str, *, is_bold: bool = False
    ) -> float:
        """Wrapped text; returns where the next may begin."""
        down = top
        for line in _lines(_printable(text), width, size, is_bold):
            down += size * 1.25
            self.line(Line(left, down - size * 0.3, (Run(line, size, colour, is_bold),)))
        return down

    def _rect(self, shape: Rect) -> None:
        stroke, fill = self._look(shape.stroke, shape.stroke_width, shape.fill)
        low = self.height - shape.y - shape.height
        self.sheet.rect(shape.x, low, shape.width, shape.height, stroke=stroke, fill=fill)
        if shape.hatch:
            self._hatch(shape, low)

    def _hatch(self, shape: Rect, low: float) -> None:
        self.sheet.saveState()
        inside = self.sheet.beginPath()
        inside.rect(shape.x, low, shape.width, shape.height)
        self.sheet.clipPath(inside, stroke=0, fill=0)
        self.sheet.setStrokeColor(_colour(shape.hatch))
        self.sheet.setLineWidth(1.1)
        for place in range(int((shape.width + shape.height) / 5) + 2):
            x = shape.x + shape.width - place * 5
            self.sheet.line(x, low, x + shape.height, low + shape.height)
        self.sheet.restoreState()

    def _path(self, shape: Path) -> None:
        stroke, fill = self._look(shape.stroke, shape.width, shape.fill)
        self.sheet.setDash(list(shape.dash) or [])
        way = self.sheet.beginPath()
        for part in shape.parts:
            way.moveTo(part[0][0], self.height - part[0][1])
            for x, y in part[1:]:
                way.lineTo(x, self.height - y)
            if shape.is_closed:
                way.close()
        self.sheet.drawPath(way, stroke=stroke, fill=fill)
        self.sheet.setDash([])

    def _look(self, stroke: str, width: float, fill: str) -> tuple[int, int]:
        if fill:
            colour = _colour(fill)
            self.sheet.setFillColor(colour, alpha=colour.alpha)
        if stroke and width:
            colour = _colour(stroke)
            self.sheet.setStrokeColor(colour, alpha=colour.alpha)
            self.sheet.setLineWidth(width)
        return int(bool(stroke and width)), int(bool(fill))


def _lines(text: str, width: float, size: float, is_bold: bool) -> Iterator[str]:
    """Text in lines that fit, as wide as its letters really are; a word too long for a line is cut."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if _width(Run(longer, size, "", is_bold)) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while _width(Run(line, size, "", is_bold)) > width:
            most = max(1, int(len(line) * width / _width(Run(line, size, "", is_bold))) - 1)
            yield line[:most]
            line = line[most:]
    if line:
        yield line


def _by_font(run: Run) -> Iterator[tuple[str, str]]:
    """Parts of a run that one font has."""
    own = BOLD if run.is_bold else REGULAR
    for part in re.split(r"([^\x00-\u2fff]+)", run.text):
        if part:
            font = ASIAN if ord(part[0]) > 0x2FFF else own
            yield (part if font == ASIAN else "".join(c if ord(c) in _letters() else "?" for c in part)), font


def _width(run: Run) -> float:
    return sum(float(pdfmetrics.stringWidth(text, font, run.size)) for text, font in _by_font(run))


def _colour(text: str) -> Any:
    if text.startswith("rgba("):
        red, green, blue, opacity = (float(part) for part in text[5:-1].split(","))
        return Color(red / 255, green / 255, blue / 255, alpha=opacity)
    return Color(*(int(text[place : place + 2], 16) / 255 for place in (1, 3, 5)), alpha=1)


def _printable(text: str) -> str:
    return "".join(letter if letter >= " " or letter == "\n" else " " for letter in text)
