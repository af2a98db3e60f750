"""A drawing as SVG: inline for pages, or a file of its own with everything known of its numbers inside."""

from dataclasses import replace
from html import escape
from itertools import groupby

from charts.chart import Drawn
from charts.drawing.scene import scene
from charts.drawing.shapes import Circle, Line, Path, Point, Rect, Scene, Shape
from charts.drawing.words import parsed
from charts.provenance import provenance
from charts.theme import LIGHT, SIZES

MARGIN = 28  # pixels around a picture that is taken away, in the colour of its paper
WIDTH = SIZES["page"].width


def svg(drawing: Scene, *, title: str, description: str, prefix: str = "") -> str:
    """An element to be put into a page; `prefix` keeps the ids of several on one page apart."""
    return "".join(_svg(drawing, title, description, prefix))


def svg_file(drawn: Drawn) -> bytes:
    """A file that opens anywhere: margin, paper, and all that is known of the numbers as metadata."""
    drawing = scene(drawn.figure, WIDTH) if not drawn.finding.empty else _nothing(drawn)
    about = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in provenance(drawn).items())
    metadata = f"<metadata>{_escaped(about)}</metadata>"
    body = "".join(_svg(drawing, drawn.title, drawn.finding.alternative, "", MARGIN, metadata))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _svg(drawing: Scene, title: str, description: str, prefix: str, margin: float = 0, metadata: str = "") -> list[str]:
    wide, high = drawing.width + 2 * margin, drawing.height + 2 * margin
    named, told, hatch = (f"{prefix}{name}" for name in ("title", "desc", "hatch"))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_n(-margin)} {_n(-margin)} {_n(wide)} {_n(high)}" '
        f'role="img" aria-labelledby="{named} {told}" font-family="{_escaped(drawing.family)}" fill="none"'
    )
    size = f' width="{_n(wide)}" height="{_n(high)}"' if margin else ""
    paper = f'<rect x="{_n(-margin)}" y="{_n(-margin)}" width="{_n(wide)}" height="{_n(high)}" fill="{drawing.paper}"/>'
    hatches = sorted({shape.hatch for shape in drawing.shapes if isinstance(shape, Rect) and shape.hatch})
    patterns = "".join(_pattern(f"{hatch}{place}", colour) for place, colour in enumerate(hatches))
    names = {colour: f"{hatch}{place}" for place, colour in enumerate(hatches)}
    return [
        f'{head}{size}><title id="{named}">{_escaped(title)}</title><desc id="{told}">{_escaped(description)}</desc>',
        metadata,
        f"<defs>{patterns}</defs>" if patterns else "",
        paper,
        *(_together(look, list(shapes), names) for look, shapes in groupby(drawing.shapes, key=_look)),
        "</svg>",
    ]


def _nothing(drawn: Drawn) -> Scene:
    """A drawing that says why there is none."""
    (runs,) = parsed(escape(drawn.finding.why_empty), 16, LIGHT.ink)
    return Scene(WIDTH, 120, LIGHT.paper, "sans-serif", (Line(0, 40, runs),))


def _look(shape: Shape) -> tuple[object, ...]:
    """What neighbours must have in common to be written together: that makes a chart of many bars half as long."""
    if isinstance(shape, Rect):
        return Rect, shape.fill, shape.stroke, shape.stroke_width, shape.hatch
    if isinstance(shape, Circle):
        return Circle, shape.fill, shape.stroke, shape.stroke_width
    if isinstance(shape, Path) and not f"{shape.fill}{shape.stroke}".count("rgba"):  # what is clear shows its overlaps
        return Path, shape.fill, shape.stroke, shape.width, shape.dash, shape.is_closed
    return type(shape), id(shape)


def _together(look: tuple[object, ...], shapes: list[Shape], hatches: dict[str, str]) -> str:
    first = shapes[0]
    if isinstance(first, Rect):
        way = _boxes([shape for shape in shapes if isinstance(shape, Rect)])
        over = f'<path d="{way}" fill="url(#{hatches[first.hatch]})"/>' if first.hatch else ""
        return f'<path d="{way}"{_paint(first.fill, first.stroke, first.stroke_width)}/>{over}'
    if isinstance(first, Circle):
        rounds = (shape for shape in shapes if isinstance(shape, Circle))
        marks = "".join(f'<circle cx="{_n(one.x)}" cy="{_n(one.y)}" r="{_n(one.radius)}"/>' for one in rounds)
        return f"<g{_paint(first.fill, first.stroke, first.stroke_width)}>{marks}</g>"
    if isinstance(first, Path):
        parts = tuple(part for shape in shapes if isinstance(shape, Path) for part in shape.parts)
        return _path(replace(first, parts=parts))
    return _line(first)


def _boxes(boxes: list[Rect]) -> str:
    """Each box relative to the one before, for a closed way ends where it began."""
    x = y = 0.0
    steps = []
    for box in boxes:
        to_x, to_y = round(box.x, 1), round(box.y, 1)
        steps.append(f"m{_n(to_x - x)} {_n(to_y - y)}h{_n(box.width)}v{_n(box.height)}h{_n(-box.width)}z")
        x, y = to_x, to_y
    return "".join(steps)


def _path(shape: Path) -> str:
    way = "".join(_way(part, shape.is_closed) for part in shape.parts)
    if not way:
        return ""
    dash = f' stroke-dasharray="{" ".join(_n(part) for part in shape.dash)}"' if shape.dash else ""
    joined = ' stroke-linejoin="round"' if shape.stroke and not shape.is_closed else ""
    return f'<path d="{way}"{_paint(shape.fill, shape.stroke, shape.width)}{dash}{joined}/>'


def _way(points: tuple[Point, ...], is_closed: bool) -> str:
    """Moves, then lines; each place relative to the one before, which is half as long."""
    x, y = (round(part, 1) for part in points[0])
    steps = [f"M{_n(x)} {_n(y)}"]
    for point in points[1:]:
        to_x, to_y = (round(part, 1) for part in point)
        dx, dy = round(to_x - x, 1), round(to_y - y, 1)
        steps.append(f"h{_n(dx)}" if not dy else f"v{_n(dy)}" if not dx else f"l{_n(dx)} {_n(dy)}")
        x, y = to_x, to_y
    return "".join(steps) + ("z" if is_closed else "")


def _line(line: Line) -> str:
    first = line.runs[0]
    anchor = f' text-anchor="{line.anchor}"' if line.anchor != "start" else ""
    turned = f' transform="rotate({_n(line.angle)} {_n(line.pivot[0])} {_n(line.pivot[1])})"' if line.angle else ""
    look = f' font-size="{_n(first.size)}"{_fill(first.colour)}' + (' font-weight="700"' if first.is_bold else "")
    inside = _escaped(first.text)
    for run in line.runs[1:]:
        own = f' font-size="{_n(run.size)}"' if run.size != first.size else ""
        own += _fill(run.colour) if run.colour != first.colour else ""
        own += f' font-weight="{700 if run.is_bold else 400}"' if run.is_bold != first.is_bold else ""
        inside += f"<tspan{own}>{_escaped(run.text)}</tspan>"
    return f'<text x="{_n(line.x)}" y="{_n(line.y)}"{look}{anchor}{turned} xml:space="preserve">{inside}</text>'


def _paint(fill: str, stroke: str, width: float) -> str:
    painted = _fill(fill) if fill else ""
    return painted + (f'{_stroke(stroke)} stroke-width="{_n(width)}"' if stroke and width else "")


def _fill(colour: str) -> str:
    return _colour("fill", colour)


def _stroke(colour: str) -> str:
    return _colour("stroke", colour)


def _colour(name: str, colour: str) -> str:
    """A colour as an attribute; what `rgba(...)` says of opacity as one of its own, which every program knows."""
    if not colour.startswith("rgba("):
        return f' {name}="{_escaped(colour)}"'
    red, green, blue, opacity = (part.strip() for part in colour[5:-1].split(","))
    return f' {name}="rgb({red},{green},{blue})" {name}-opacity="{opacity}"'


def _pattern(name: str, colour: str) -> str:
    return (
        f'<pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse">'
        f'<path d="M-1 1l2-2M0 5l5-5M4 6l2-2"{_stroke(colour)} stroke-width="1.1"/></pattern>'
    )


def _escaped(text: str) -> str:
    return escape("".join(letter for letter in text if letter >= " " or letter in "\t\n"), quote=True)


def _n(value: float) -> str:
    """A number in as few letters as a tenth of a pixel needs."""
    return f"{round(value, 1):g}"
