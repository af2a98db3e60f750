"""Traces of Plotly's figures as shapes: lines, areas, marks, words beside marks, stacked bars."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from charts.drawing.axes import MIDDLE, Plot
from charts.drawing.shapes import Circle, Line, NotDrawable, Path, Point, Rect, Shape
from charts.drawing.words import parsed

MODES = {"lines", "markers", "text"}


def scatter(trace: Any, plot: Plot) -> Iterator[Shape]:
    """Area, line, intervals, marks and words of one trace."""
    modes = set((trace.mode or "lines").split("+"))
    if modes - MODES:
        raise NotDrawable(f"mode {trace.mode}")
    points = [_point(x, y, plot) for x, y in zip(_list(trace.x), _list(trace.y), strict=True)]
    parts = tuple(_stretches(points))
    if trace.fill:
        if trace.fill != "toself":
            raise NotDrawable(f"fill {trace.fill}")
        yield Path(parts, fill=trace.fillcolor, is_closed=True)
    if "lines" in modes and trace.line.width != 0:
        width = 2 if trace.line.width is None else trace.line.width
        yield Path(
            tuple(part for part in parts if len(part) > 1), trace.line.color, width, dashes(trace.line.dash, width)
        )
    yield from _error_bars(trace, plot)
    if "markers" in modes:
        yield from _marks(trace.marker, points)
    if "text" in modes:
        yield from _beside(trace, points)


def bars(traces: Sequence[Any], plot: Plot) -> Iterator[Shape]:
    """Upright bars, those at the same place on one another in the order of their traces."""
    heights: dict[float, float] = defaultdict(float)
    for trace in traces:
        if trace.orientation == "h" or not isinstance(trace.width, int | float):
            raise NotDrawable("bars that lie, or bars without one width")
        for x, y in zip(_list(trace.x), _list(trace.y), strict=True):
            if y is None or pd.isna(y):
                continue
            at = plot.x.at(x)
            half = trace.width / (plot.x.high - plot.x.low) * (plot.x.end - plot.x.begin) / 2
            low, heights[at] = heights[at], heights[at] + float(y)
            if y > 0:
                yield _bar(trace.marker, at - half, 2 * half, plot.y.at(heights[at]), plot.y.at(low))


def _bar(marker: Any, left: float, width: float, top: float, bottom: float) -> Rect:
    line, hatch = marker.line, ""
    if marker.pattern.shape:
        if marker.pattern.shape != "/":
            raise NotDrawable(f"pattern {marker.pattern.shape}")
        hatch = marker.pattern.fgcolor
    stroke = line.color if line.width else ""
    return Rect(left, top, width, bottom - top, marker.color, stroke or "", line.width or 0, hatch)


def dashes(dash: str | None, width: float) -> tuple[float, ...]:
    """Strokes and gaps of a dash, as Plotly measures them."""
    unit = max(width, 3)
    known = {
        "solid": (),
        "dot": (1, 1),
        "dash": (3, 3),
        "longdash": (5, 5),
        "dashdot": (3, 1, 1, 1),
        "longdashdot": (5, 1, 1, 1),
    }
    if (dash or "solid") not in known:
        raise NotDrawable(f"dash {dash}")
    return tuple(part * unit for part in known[dash or "solid"])


def mark(symbol: str, x: float, y: float, size: float, fill: str, stroke: str, width: float) -> Shape:
    """One mark of a size across, in pixels."""
    r = size / 2
    match symbol:
        case "circle":
            return Circle(x, y, r, fill, stroke, width)
        case "square":
            return Rect(x - r, y - r, size, size, fill, stroke, width)
        case "diamond":
            corners = [(0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)]
        case "triangle-up":
            half = r * 2 / math.sqrt(3)
            corners = [(-half, r / 2), (half, r / 2), (0, -r)]
        case "x":
            a = r * 0.8 / math.sqrt(2)
            corners = [(0, a), (a, 2 * a), (2 * a, a), (a, 0), (2 * a, -a), (a, -2 * a)]
            corners += [(0, -a), (-a, -2 * a), (-2 * a, -a), (-a, 0), (-2 * a, a), (-a, 2 * a)]
        case "line-ew":
            return Path((((x - 1.4 * r, y), (x + 1.4 * r, y)),), stroke or fill, width or 1)
        case _:
            raise NotDrawable(f"mark {symbol}")
    return Path((tuple((x + dx, y + dy) for dx, dy in corners),), stroke, width, fill=fill, is_closed=True)


def _marks(marker: Any, points: Sequence[Point | None]) -> Iterator[Shape]:
    sizes, fills = _each(marker.size, len(points)), _each(marker.color, len(points))
    symbols = _each(marker.symbol or "circle", len(points))
    strokes, width = _each(marker.line.color or "", len(points)), marker.line.width or 0
    for point, size, fill, symbol, stroke in zip(points, sizes, fills, symbols, strokes, strict=True):
        if point is not None and size:
            yield mark(symbol, *point, size, fill, stroke if width else "", width)


def _beside(trace: Any, points: Sequence[Point | None]) -> Iterator[Line]:
    if trace.textposition != "middle right":
        raise NotDrawable(f"text at {trace.textposition}")
    font = trace.textfont
    for point, text in zip(points, _each(trace.text, len(points)), strict=True):
        if point is not None and text:
            (runs,) = parsed(str(text), font.size, font.color)
            yield Line(point[0] + trace.marker.size / 2 + 3, point[1] + font.size * MIDDLE, runs)


def _error_bars(trace: Any, plot: Plot) -> Iterator[Path]:
    known = trace.error_y
    if known.array is None:
        return
    strokes = []
    for x, y, above, below in zip(
        _list(trace.x), _list(trace.y), _list(known.array), _list(known.arrayminus), strict=True
    ):
        high, low = _point(x, _sum(y, above), plot), _point(x, _sum(y, below, -1), plot)
        if high and low:
            strokes.append((high, low))
    yield Path(tuple(strokes), known.color, known.thickness or 1)


def _sum(value: Any, distance: Any, sign: int = 1) -> float | None:
    return None if value is None or distance is None or pd.isna(distance) else float(value) + sign * float(distance)


def _point(x: Any, y: Any, plot: Plot) -> Point | None:
    if x is None or y is None or pd.isna(x) or pd.isna(y):
        return None
    return plot.x.at(x), plot.y.at(y)


def _stretches(points: Iterable[Point | None]) -> Iterator[tuple[Point, ...]]:
    """The runs of points between gaps."""
    run: list[Point] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield tuple(run)
            run = []


def _list(values: Any) -> list[Any]:
    return [] if values is None else list(values)


def _each(value: Any, count: int) -> list[Any]:
    """One value for each point."""
    return [value] * count if value is None or isinstance(value, str | int | float) else list(value)
