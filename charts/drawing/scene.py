"""A Plotly figure as a flat list of shapes, in the order in which Plotly draws them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from charts.drawing.axes import Axis, Plot, axis, grid, tick_labels
from charts.drawing.shapes import Line, NotDrawable, Path, Scene, Shape
from charts.drawing.traces import bars, dashes, scatter
from charts.drawing.words import annotation

__all__ = ["NotDrawable", "Scene", "scene"]


def scene(figure: go.Figure, width: int, height: int | None = None) -> Scene:
    """The figure drawn `width` pixels wide. Raises NotDrawable at anything that no figure of this project uses."""
    whole = _with_template(figure)
    layout = whole.layout
    tall = height or layout.height
    plots = _plots(layout, width, tall)
    below = [shape for shape in layout.shapes if shape.layer == "below"]
    above = [shape for shape in layout.shapes if shape.layer != "below"]
    first = plots["x", "y"]
    drawn: list[Shape] = []
    for plot in plots.values():
        drawn += [*grid(plot)]
    drawn += [_rule(shape, first) for shape in below]
    drawn += [*_traces(whole, plots)]
    drawn += [_rule(shape, first) for shape in above]
    for plot in plots.values():
        drawn += [*tick_labels(plot)]
    font = layout.font
    for note in layout.annotations:
        drawn += _note(note.to_plotly_json(), first, font.color, font.size)
    return Scene(width, tall, layout.paper_bgcolor, font.family, tuple(drawn))


def _with_template(figure: go.Figure) -> go.Figure:
    """The figure with what its template says written out, as Plotly reads it: the figure's own word counts."""
    own = figure.layout.to_plotly_json()
    template = figure.layout.template.layout.to_plotly_json() if figure.layout.template else {}
    merged: dict[str, Any] = {key: value for key, value in template.items() if key not in ("xaxis", "yaxis")} | own
    for name in [key for key in own if key.startswith(("xaxis", "yaxis"))]:
        merged[name] = template.get(name[:5], {}) | own[name]
    merged.pop("template", None)
    whole = go.Figure(layout=merged)
    whole.add_traces(figure.data)
    return whole


def _plots(layout: go.Layout, width: float, height: float) -> dict[tuple[str, str], Plot]:
    """Names of each pair of axes -> its room; the pairs are those of the panels."""
    margin = layout.margin
    left, right = margin.l, width - margin.r
    top, bottom = margin.t, height - margin.b
    found = {}
    for name in sorted(key for key in layout.to_plotly_json() if key.startswith("xaxis")):
        number = name.removeprefix("xaxis")
        across: Axis = axis(layout[name], left, right)
        down: Axis = axis(layout[f"yaxis{number}"], bottom, top)
        found[f"x{number}", f"y{number}"] = Plot(across, down)
    return found


def _traces(figure: go.Figure, plots: dict[tuple[str, str], Plot]) -> Iterator[Shape]:
    """Bars of one panel come together, for they stand on one another; all else in its order."""

    def kind(trace: Any) -> tuple[str, str, str]:
        if trace.type not in {"bar", "scatter"}:
            raise NotDrawable(f"trace {trace.type}")
        return trace.type, trace.xaxis or "x", trace.yaxis or "y"

    for (name, across, down), group in groupby(figure.data, key=kind):
        plot = plots[across, down]
        if name == "bar":
            yield from bars(list(group), plot)
        else:
            for trace in group:
                yield from scatter(trace, plot)


def _rule(shape: Any, plot: Plot) -> Path:
    if shape.type != "line":
        raise NotDrawable(f"shape {shape.type}")
    ends = tuple(
        (_place(x, shape.xref, plot.x), _place(y, shape.yref, plot.y))
        for x, y in ((shape.x0, shape.y0), (shape.x1, shape.y1))
    )
    return Path((ends,), shape.line.color, shape.line.width, dashes(shape.line.dash, shape.line.width))


def _place(value: Any, reference: str | None, one: Axis) -> float:
    """A pixel of an axis; of its whole length where the reference is the paper."""
    return _paper(float(value), one) if reference == "paper" else one.at(value)


def _note(note: dict[str, Any], plot: Plot, colour: str, size: float) -> list[Line]:
    is_paper = note.get("xref") == "paper"
    x = _paper(note["x"], plot.x) if is_paper else plot.x.at(note["x"])
    y = _paper(note["y"], plot.y) if note.get("yref") == "paper" else plot.y.at(note["y"])
    return annotation(note, x, y, colour, size, is_paper)


def _paper(part: float, one: Axis) -> float:
    """Parts of the paper are parts of the whole plot area, whatever domain the first panel has."""
    since, until = one.look.domain or (0, 1)
    length = (one.end - one.begin) / (until - since)
    return one.begin - since * length + part * length
