"""What a drawing is made of, in pixels from its upper left corner."""

from dataclasses import dataclass

Point = tuple[float, float]


class NotDrawable(Exception):
    """A figure uses something that this drawing does not know; the message names it."""


@dataclass(frozen=True)
class Path:
    """One or several strokes; filled where `fill` is given. `dash` holds the lengths of strokes and gaps."""

    parts: tuple[tuple[Point, ...], ...]
    stroke: str = ""
    width: float = 0
    dash: tuple[float, ...] = ()
    fill: str = ""
    is_closed: bool = False


@dataclass(frozen=True)
class Rect:
    """A rectangle; `hatch` is the colour of lines across it."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0
    hatch: str = ""


@dataclass(frozen=True)
class Circle:
    """A round mark."""

    x: float
    y: float
    radius: float
    fill: str = ""
    stroke: str = ""
    stroke_width: float = 0


@dataclass(frozen=True)
class Run:
    """Letters of one look."""

    text: str
    size: float
    colour: str
    is_bold: bool = False


@dataclass(frozen=True)
class Line:
    """One line of text on its baseline; `anchor` is start, middle or end; turned by `angle` degrees around `pivot`."""

    x: float
    y: float
    runs: tuple[Run, ...]
    anchor: str = "start"
    angle: float = 0
    pivot: Point = (0, 0)

    @property
    def text(self) -> str:
        """The letters alone."""
        return "".join(run.text for run in self.runs)


Shape = Path | Rect | Circle | Line


@dataclass(frozen=True)
class Scene:
    """A whole drawing: its size, its paper, and its shapes in the order in which they are drawn."""

    width: float
    height: float
    paper: str
    family: str
    shapes: tuple[Shape, ...]
