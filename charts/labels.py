"""Names at the ends of lines: beside their point, moved apart where they would lie on one another."""

from dataclasses import dataclass
from typing import Any

from charts import theme
from charts.canvas import LINE, Canvas, text_width
from charts.chart import Context
from charts.words import escaped

WIDEST = {"page": 215, "small": 110, "projector": 480, "phone": 0}  # room for names right of the plot area, in pixels


@dataclass(frozen=True)
class Label:
    """A name for the end of a line at (x, y); `detail` stands below it in plain type."""

    x: Any
    y: float
    name: str
    colour: str
    detail: str = ""

    @property
    def lines(self) -> int:
        """Lines of text."""
        return 2 if self.detail else 1


def room_for(labels: list[Label], context: Context) -> int:
    """Pixels that the names need right of the plot area."""
    size = theme.SIZES[context.size].label
    if context.size == "phone" or not labels:
        return size
    longest = max(max(text_width(label.name, size) * 1.06, text_width(label.detail, size)) for label in labels)
    return round(min(longest, WIDEST[context.size])) + size


def end_labels(room: Canvas, labels: list[Label], span: list[float]) -> list[dict[str, Any]]:
    """Annotations, none on another; `span` is the range of the y axis."""
    if room.context.size == "phone":
        return []
    size, height = room.sizes.label, room.plot_height
    wanted = [height * (label.y - span[0]) / (span[1] - span[0]) for label in labels]
    heights = [label.lines * size * LINE * 0.95 for label in labels]
    places = spread(wanted, heights, -size * 0.4, height + size * 0.6)
    most = int(WIDEST[room.context.size] / (size * 0.5))
    return [
        {
            "x": label.x,
            "y": label.y,
            "yshift": round(place - own),
            "xshift": round(size * 0.5 + room.sizes.marker / 2),
            "xanchor": "left",
            "yanchor": "middle",
            "align": "left",
            "showarrow": False,
            "text": _text(label, most, room),
            "font": {"size": size, "color": theme.readable(label.colour, room.context.dark, room.context.size)},
        }
        for label, place, own in zip(labels, places, wanted, strict=True)
    ]


def spread(wanted: list[float], heights: list[float], low: float, high: float) -> list[float]:
    """Centres as near as possible to the wanted ones, without overlap, between low and high where that fits."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[list[int]] = []
    for index in order:
        groups.append([index])
        while (
            len(groups) > 1
            and _bounds(groups[-2], wanted, heights, low, high)[1] > _bounds(groups[-1], wanted, heights, low, high)[0]
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
    centres = [0.0] * len(wanted)
    for group in groups:
        edge = _bounds(group, wanted, heights, low, high)[0]
        for index in group:
            centres[index] = edge + heights[index] / 2
            edge += heights[index]
    return centres


def _bounds(
    group: list[int], wanted: list[float], heights: list[float], low: float, high: float
) -> tuple[float, float]:
    """Lower and upper edge of labels stacked around the mean of where they want to be."""
    total = sum(heights[index] for index in group)
    offset, middles = 0.0, []
    for index in group:
        middles.append(wanted[index] - offset - heights[index] / 2)
        offset += heights[index]
    edge = max(min(sum(middles) / len(middles), high - total), low)
    return edge, edge + total


def _text(label: Label, most: int, room: Canvas) -> str:
    name = f"<b>{escaped(label.name, most)}</b>"
    if not label.detail:
        return name
    detail = escaped(label.detail, most)
    return f'{name}<br><span style="color:{room.colours.second_ink}">{detail}</span>'
