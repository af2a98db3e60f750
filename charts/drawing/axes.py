"""Axes of Plotly's figures: where a value is drawn, gridlines, tick labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from charts.drawing.shapes import Line, NotDrawable, Path, Run

KNOWN = {"linear", "date", "-"}
MIDDLE = 0.35  # from the middle of letters down to their baseline, in parts of the size


@dataclass(frozen=True)
class Axis:
    """One axis: `low` and `high` of its range, the pixels where they are drawn, and how it looks."""

    is_date: bool
    low: float
    high: float
    begin: float
    end: float
    look: Any

    def at(self, value: Any) -> float:
        """The pixel of a value."""
        return self.begin + (number(value, self.is_date) - self.low) / (self.high - self.low) * (self.end - self.begin)


@dataclass(frozen=True)
class Plot:
    """A pair of axes: the room of a plot, or of one of its panels."""

    x: Axis
    y: Axis

    @property
    def left(self) -> float:
        """Left edge."""
        return self.x.begin

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y.begin


def number(value: Any, is_date: bool) -> float:
    """A value as the axis counts it: a number, or milliseconds since 1970."""
    return pd.Timestamp(value).timestamp() * 1000 if is_date else float(value)


def axis(look: Any, begin: float, end: float) -> Axis:
    """The axis between two pixels; its domain is a part of them."""
    if look.type not in (*KNOWN, None):
        raise NotDrawable(f"axis of type {look.type}")
    if look.range is None:
        raise NotDrawable("an axis without a range")
    is_date = look.type == "date"
    low, high = (number(value, is_date) for value in look.range)
    since, until = look.domain or (0, 1)
    return Axis(is_date, low, high, begin + since * (end - begin), begin + until * (end - begin), look)


def grid(plot: Plot) -> Iterator[Path]:
    """Gridlines, then the line at zero."""
    across, down = (plot.x.begin, plot.x.end), (plot.y.begin, plot.y.end)
    for one, is_across, other in ((plot.y, True, across), (plot.x, False, down)):
        if one.look.showgrid is not False:
            for value in one.look.tickvals if one.look.tickvals is not None else ():
                if one.low <= number(value, one.is_date) <= one.high and not (one.look.zeroline and value == 0):
                    yield _rule(one.at(value), is_across, other, one.look.gridcolor, one.look.gridwidth or 1)
        if one.look.zeroline:
            yield _rule(one.at(0), is_across, other, one.look.zerolinecolor, one.look.zerolinewidth or 1)


def _rule(at: float, is_across: bool, other: tuple[float, float], colour: str, width: float) -> Path:
    ends = ((other[0], at), (other[1], at)) if is_across else ((at, other[0]), (at, other[1]))
    return Path((ends,), colour, width)


def tick_labels(plot: Plot) -> Iterator[Line]:
    """Words below the plot and left of it."""
    for one, is_across in ((plot.x, True), (plot.y, False)):
        look = one.look
        if look.showticklabels is False or look.ticktext is None:
            continue
        size, colour = look.tickfont.size, look.tickfont.color
        apart = (look.ticklabelstandoff or 0) + 0.5
        for value, text in zip(look.tickvals, look.ticktext, strict=True):
            if not one.low - 1e-9 <= number(value, one.is_date) <= one.high + 1e-9:
                continue
            run, at = (Run(str(text), size, colour),), one.at(value)
            if is_across:
                yield Line(at, plot.bottom + apart + size, run, "middle")
            else:
                yield Line(plot.left - apart, at + size * MIDDLE, run, "end")
