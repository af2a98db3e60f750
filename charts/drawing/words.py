"""Text of Plotly's figures: a few HTML tags, lines, and where an anchor puts them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from charts.drawing.shapes import Line, NotDrawable, Run

LINE = 1.3  # distance of baselines, in parts of the size: Plotly's own
ASCENT, DESCENT = 1.024, 0.4  # of Source Sans 3, in parts of the size
PAD = 2  # pixels that Plotly keeps free around an annotation
VERTICAL = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def annotation(note: dict[str, Any], x: float, y: float, colour: str, size: float, is_paper: bool) -> list[Line]:
    """The lines of an annotation whose point is at (x, y)."""
    font = note.get("font", {})
    size, colour = font.get("size", size), font.get("color", colour)
    lines = parsed(str(note["text"]), size, colour)
    across = note.get("xanchor") or (_by_place(note["x"]) if is_paper else "center")
    down = VERTICAL[note.get("yanchor") or ("middle" if not is_paper or 1 / 3 < note["y"] < 2 / 3 else "top")]
    x += note.get("xshift", 0) + {"left": PAD, "right": -PAD}.get(across, 0)
    y -= note.get("yshift", 0)
    height = (len(lines) - 1) * LINE * size + (ASCENT + DESCENT) * size + 2 * PAD
    first = y - height * down + PAD + ASCENT * size
    angle = float(note.get("textangle", 0))
    return [
        Line(x, first + place * LINE * size, runs, ANCHORS[across], angle, (x, y))
        for place, runs in enumerate(lines)
        if runs
    ]


def _by_place(x: float) -> str:
    return "left" if x < 1 / 3 else "right" if x > 2 / 3 else "center"


def parsed(text: str, size: float, colour: str) -> list[tuple[Run, ...]]:
    """Lines of runs. Raises NotDrawable at a tag that no figure of ours uses."""
    reader = _Reader(size, colour)
    reader.feed(text)
    reader.close()
    return [tuple(line) for line in reader.lines]


@dataclass
class _Look:
    size: float
    colour: str
    is_bold: bool = False


@dataclass
class _Reader(HTMLParser):
    """Reads <b>, <br> and <span style="color:...;font-size:...px">; entities become letters."""

    size: float
    colour: str
    lines: list[list[Run]] = field(default_factory=lambda: [[]])
    looks: list[_Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.looks.append(_Look(self.size, self.colour))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a tag."""
        now = self.looks[-1]
        if tag == "br":
            self.lines.append([])
        elif tag == "b":
            self.looks.append(_Look(now.size, now.colour, True))
        elif tag == "span":
            style = dict(part.split(":", 1) for part in (dict(attrs).get("style") or "").split(";") if ":" in part)
            size = float(style.pop("font-size", f"{now.size}").removesuffix("px"))
            self.looks.append(_Look(size, style.pop("color", now.colour), now.is_bold))
            if style:
                raise NotDrawable(f"style {', '.join(style)} in a text")
        else:
            raise NotDrawable(f"<{tag}> in a text")

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        if tag != "br" and len(self.looks) > 1:
            self.looks.pop()

    def handle_data(self, data: str) -> None:
        """Letters."""
        look = self.looks[-1]
        if data:
            self.lines[-1].append(Run(data, look.size, look.colour, look.is_bold))
