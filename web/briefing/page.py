"""A deck as one document, and as a folder to be taken where there is no network."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlencode

from markupsafe import Markup

from charts import exports
from charts.briefing.contents import Content, as_pdf, as_pptx, contents
from charts.briefing.deck import Deck
from charts.drawing import scene, svg
from charts.theme import SIZES
from dashboard.words import file_name
from web.answers import opened
from web.html import page
from web.turns import in_turn

FOLDER = Path(__file__).parent
FONT = FOLDER.parent.parent / "static" / "source-sans-3-latin.woff2"
UNTITLED = "A briefing"
DECKS_KEPT = 16  # a megabyte each
# Letters that two lines of 44 pixels hold; of 40; what is longer gets 36 and a third line.
LONG, LONGER = 160, 190


@dataclass(frozen=True, eq=False)  # each is itself: what is made of it is kept by it
class Made:
    """A deck with the numbers of a release."""

    deck: Deck
    title: str
    release_id: str
    is_simulated: bool
    shown: tuple[Content, ...]

    @property
    def tag(self) -> str:
        """Changes with the deck and with its numbers."""
        hashes = "".join(one.drawn.data_hash for one in self.shown if one.drawn)
        return hashlib.sha256(f"{self.deck.to_query()} {self.release_id} {hashes}".encode()).hexdigest()[:16]

    @property
    def file_name(self) -> str:
        """The name of a file without its ending."""
        return file_name(self.title, self.release_id)


@lru_cache(maxsize=DECKS_KEPT)
@in_turn
def made(deck: Deck, release_id: str) -> Made:
    """The deck with the numbers of a release. Raises NoRelease."""
    with opened(release_id) as release:
        shown = contents(deck, release)
        return Made(deck, deck.title or UNTITLED, release.release_id, release.is_simulated, shown)


@cache
def style() -> Markup:
    """The look, with the font inside: headlines were measured in it, and a deck brings along what it needs."""
    font = base64.b64encode(FONT.read_bytes()).decode()
    source = f'url(data:font/woff2;base64,{font}) format("woff2")'
    face = f'@font-face{{font-family:"Source Sans 3";font-weight:200 900;src:{source}}}'
    return Markup(face + (FOLDER / "deck.css").read_text(encoding="utf-8"))  # noqa: S704 - our own files


@cache
def script() -> str:
    """What turns the slides."""
    return (FOLDER / "deck.js").read_text(encoding="utf-8")


@cache
def script_source() -> str:
    """The script as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()}'"


@lru_cache(maxsize=DECKS_KEPT)
@in_turn
def document(one: Made, theme: str = "light") -> str:
    """The deck as HTML that needs nothing else."""
    return page(
        "deck.html",
        title=one.title,
        css=style(),
        script=Markup(script()),  # noqa: S704 - our own file
        slides=[_slide(content, place) for place, content in enumerate(one.shown, start=1)],
        theme=theme,
        release_id=one.release_id,
        back=f"/briefing?{one.deck.to_query()}",
        is_simulated=one.is_simulated,
    )


def _slide(content: Content, place: int) -> dict[str, object]:
    headline = content.headline.replace(" %", "\u00a0%")
    length = "longer" if len(headline) > LONGER else "long" if len(headline) > LONG else ""
    slide = content.slide
    asked = {"view": "projector", "prompt": slide.text}
    return {
        "headline": headline,
        "length": length,
        "lines": [line for line in content.text.split("\n") if line],
        "day": _picture(content, f"day{place}-", is_dark=False),
        "night": _picture(content, f"night{place}-", is_dark=True),
        "live": f"/compare?{urlencode(asked)}" if slide.kind == "prompt" else "",
        "notes": content.notes,
    }


def _picture(content: Content, prefix: str, *, is_dark: bool) -> Markup:
    drawn = content.dark if is_dark else content.drawn
    if drawn is None or drawn.finding.empty:
        return Markup("")
    drawing = scene(drawn.figure, SIZES["projector"].width)
    said = svg(drawing, title=drawn.title, description=drawn.finding.alternative, prefix=prefix)
    return Markup(said)  # noqa: S704 - the drawing escapes every text in it


@lru_cache(maxsize=DECKS_KEPT)
@in_turn
def pptx(one: Made) -> bytes:
    """For PowerPoint and LibreOffice."""
    return as_pptx(one.title, one.shown)


@lru_cache(maxsize=DECKS_KEPT)
@in_turn
def pdf(one: Made) -> bytes:
    """For everybody."""
    return as_pdf(one.title, one.shown)


@lru_cache(maxsize=DECKS_KEPT)
def offline(one: Made) -> bytes:
    """A folder: the deck as a page, for PowerPoint, as PDF, and the numbers that may be passed on."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as folder:
        _put(folder, "index.html", document(one).encode())
        _put(folder, "briefing.pptx", pptx(one))
        _put(folder, "briefing.pdf", pdf(one))
        for place, content in enumerate(one.shown, start=1):
            if content.drawn and exports.permit(content.drawn).allows_files():
                _put(folder, f"data/{place:02}-{content.slide.chart_id}.csv", exports.csv(content.drawn))
        _put(folder, "README.txt", _about(one, one.shown).encode())
    return target.getvalue()


def _put(folder: zipfile.ZipFile, name: str, content: bytes) -> None:
    # A time of making would make each download another file.
    folder.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _about(one: Made, shown: Sequence[Content]) -> str:
    lines = [one.title, "", f"Release {one.release_id} of the {exports.NAME}."]
    lines += [exports.SIMULATED] if one.is_simulated else []
    lines += ["Open index.html in a browser: it needs no network. F full screen, arrows, N notes, L light or dark.", ""]
    for place, content in enumerate(shown, start=1):
        lines.append(f"{place}. {content.headline}")
        if content.drawn:
            permit = exports.permit(content.drawn)
            lines += [f"   {content.source_line}", f"   {exports.permalink(content.drawn)}", f"   {permit.sentence}"]
    return "\n".join(lines) + "\n"
