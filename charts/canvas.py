"""The part of a picture that all charts share: title, unit, source, watermark, axes, events."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.chart import Context, Event
from charts.theme import Palette, Size
from charts.words import escaped

# Mean width of a letter of Source Sans 3 in parts of its size; a little more, because a fallback font may be wider.
LETTER, BOLD_LETTER = 0.49, 0.53
LINE = 1.3  # height of a line of text in parts of its size
SIMULATED = "SIMULATED DATA"


@dataclass(frozen=True)
class Canvas:
    """The room of a picture: what stands around the plot area and how much is left for it, in pixels."""

    context: Context
    title: tuple[str, ...]  # lines, as Plotly's HTML
    below: tuple[str, ...]  # lines below the title: unit, then coloured words
    foot: tuple[str, ...]
    has_words: bool  # whether a row right above the plot area is kept for words like "unfinished"
    left: int
    right: int
    top: int
    bottom: int

    @property
    def colours(self) -> Palette:
        """Colours of the theme."""
        return theme.palette(self.context.dark, self.context.size)

    @property
    def sizes(self) -> Size:
        """Sizes of type and lines."""
        return theme.SIZES[self.context.size]

    @property
    def plot_height(self) -> int:
        """Height of the plot area."""
        return max(self.sizes.height - self.top - self.bottom, 40)

    @property
    def plot_width(self) -> int:
        """Width of the plot area where the picture has the width it is made for."""
        return max(self.sizes.width - self.left - self.right, 80)


def canvas(context: Context, y_labels: list[str], right: int, key: tuple[str, ...] = (), words: bool = False) -> Canvas:
    """Measures the room: `y_labels` left of the plot, `right` pixels beside it, `key` and a row of `words` above it."""
    sizes, colours = theme.SIZES[context.size], theme.palette(context.dark, context.size)
    title = wrapped(context.title, sizes.width - 8, sizes.title, BOLD_LETTER)
    unit = [] if context.size == "small" else wrapped(context.subtitle, sizes.width - 8, sizes.subtitle)
    foot = wrapped(context.source_line, sizes.width - 8, sizes.source)
    below = [coloured(escaped(line, 200), colours.second_ink, sizes.subtitle) for line in unit] + key_lines(key, sizes)
    left = max((text_width(label, sizes.label) for label in y_labels), default=0) + round(sizes.label * 0.8)
    return Canvas(
        context=context,
        title=tuple(f"<b>{escaped(line, 200)}</b>" for line in title),
        below=tuple(below),
        foot=tuple(escaped(line, 300) for line in foot),
        has_words=words,
        left=left,
        right=right,
        top=_head_height(len(title), len(below), sizes) + round(sizes.label * _air_below_head(context, words)),
        bottom=round(sizes.label * (1.5 + LINE) + len(foot) * sizes.source * LINE),
    )


def figure_on(room: Canvas, traces: list[Any], xaxis: dict[str, Any], yaxis: dict[str, Any], **more: Any) -> go.Figure:
    """A figure with its head and foot; `more` goes into the layout, its annotations and shapes are kept."""
    annotations = [*head_and_foot(room), *watermark(room), *more.pop("annotations", [])]
    return go.Figure(
        data=traces,
        layout={
            "template": theme.template(room.context.dark, room.context.size),
            "height": room.sizes.height,
            "margin": {"l": room.left, "r": room.right, "t": room.top, "b": room.bottom, "pad": 0},
            "xaxis": {"ticklabelstandoff": round(room.sizes.label * 0.35), **xaxis},
            "yaxis": {"ticklabelstandoff": round(room.sizes.label * 0.35), **yaxis},
            "annotations": annotations,
            **more,
        },
    )


def head_and_foot(room: Canvas) -> list[dict[str, Any]]:
    """Title and unit above the plot area, the source below it, flush with the left edge of the picture."""
    sizes, edge = room.sizes, {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "xshift": -room.left}
    texts = [(room.title, 1, "top", room.top - 2, sizes.title, room.colours.ink)]
    if room.below:
        below = room.top - 2 - _head_height(len(room.title), 0, sizes)
        texts.append((room.below, 1, "top", below, sizes.subtitle, room.colours.second_ink))
    texts.append((room.foot, 0, "bottom", -room.bottom + 1, sizes.source, room.colours.second_ink))
    return [
        {**edge, "y": y, "yanchor": anchor, "yshift": shift, "text": "<br>".join(lines), "align": "left"}
        | {"showarrow": False, "font": {"size": size, "color": colour}}
        for lines, y, anchor, shift, size, colour in texts
    ]


def _head_height(title_lines: int, lines_below: int, sizes: Size) -> int:
    # An annotation adds a pixel of its own on each side; lines of one annotation are as far apart as its type is high.
    return round(title_lines * sizes.title * LINE + lines_below * sizes.subtitle * LINE) + (4 if lines_below else 2)


def _air_below_head(context: Context, words: bool) -> float:
    # Events need a row of their own for their words, and so do "unfinished" and its like.
    rows = (context.events != () and theme.SIZES[context.size].event_gap > 0) + words
    return 1.2 if not rows else 0.7 + LINE * rows


def watermark(room: Canvas) -> list[dict[str, Any]]:
    """SIMULATED DATA across the plot area, where it is."""
    if not room.context.is_simulated:
        return []
    size = max(12, min(round(room.plot_width / (len(SIMULATED) * 0.68)), round(room.plot_height * 0.45)))
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 0.5,
            "y": 0.5,
            "text": f"<b>{SIMULATED}</b>",
            "showarrow": False,
            "textangle": -8,
            "font": {"size": size, "color": theme.faded(room.colours.ink, 0.2)},
        }
    ]


def event_marks(room: Canvas, since: date, until: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shapes and annotations of the events that fit: thin marks with a word above the plot area."""
    shapes, annotations = [], []
    for event in _spread_out(room, since, until):
        line = {"color": room.colours.second_ink, "width": max(0.8, room.sizes.line / 3), "dash": "dot"}
        shapes.append({"type": "line", "x0": event.on, "x1": event.on, "yref": "paper", "y0": 0, "y1": 1, "line": line})
        annotations.append(
            {
                "x": event.on,
                "y": 1,
                "yref": "paper",
                "yanchor": "bottom",
                "yshift": round(room.sizes.label * LINE) if room.has_words else 0,
                "text": escaped(event.word),
                "hovertext": escaped(f"{event.title} ({event.on:%-d %b %Y})", 160),
                "showarrow": False,
                "font": {"size": max(12, room.sizes.label - 1), "color": room.colours.second_ink},
            }
        )
    return shapes, annotations


def _spread_out(room: Canvas, since: date, until: date) -> list[Event]:
    # The earlier an event stands in the list, the more it matters; a later one must keep its distance.
    if not room.sizes.event_gap or until <= since:
        return []
    per_day = room.plot_width / (until - since).days
    margin = timedelta(days=round(30 / per_day))
    kept: list[Event] = []
    for event in room.context.events:
        far = all(abs((event.on - other.on).days) * per_day >= room.sizes.event_gap for other in kept)
        if since + margin <= event.on <= until - margin and far:
            kept.append(event)
    return kept


def share_axis(top: float, room_ticks: int) -> tuple[list[float], list[str], list[float]]:
    """Ticks, labels and range for shares: from zero, in quarters, fifths or tenths."""
    highest = min(1.0, max(top * 1.08, 0.02))
    ticks = nice_ticks(0, highest, room_ticks)
    digits = 0 if all(abs(tick * 100 - round(tick * 100)) < 1e-6 for tick in ticks) else 1
    return ticks, [f"{tick * 100:.{digits}f} %" for tick in ticks], [0, max(highest, ticks[-1])]


def amount_axis(top: float, room_ticks: int) -> tuple[list[float], list[str], list[float]]:
    """Ticks, labels and range for amounts: from zero, the unit in words."""
    highest = max(top * 1.08, 1.0)
    ticks = nice_ticks(0, highest, room_ticks)
    scale, word = next(((s, w) for s, w in ((1e9, " billion"), (1e6, " million")) if ticks[-1] >= s), (1.0, ""))
    step = ticks[1] / scale if len(ticks) > 1 else 1.0
    digits = 0 if step >= 1 else min(2, ceil(-log10(step)))
    labels = ["0" if tick == 0 else f"{tick / scale:,.{digits}f}{word}" for tick in ticks]
    return ticks, labels, [0, max(highest, ticks[-1])]


def score_axis(low: float, high: float, room_ticks: int) -> tuple[list[float], list[str], list[float]]:
    """Ticks, labels and range for scores: what is needed and a little air, not from zero."""
    air = max((high - low) * 0.08, abs(high) * 0.002, 0.1)
    bottom, top = low - air, high + air
    ticks = [tick for tick in nice_ticks(bottom, top, room_ticks) if bottom <= tick <= top]
    digits = 0 if all(abs(tick - round(tick)) < 1e-9 for tick in ticks) else 1
    return ticks, [f"{tick:,.{digits}f}" for tick in ticks], [bottom, top]


def nice_ticks(low: float, high: float, wanted: int) -> list[float]:
    """At most `wanted` round numbers from `low` to `high`, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = (high - low) or 1.0
    size = 10 ** floor(log10(span / wanted))
    for step in (size * factor for factor in (1, 2, 2.5, 5, 10, 20)):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first + 1 <= wanted:
            return [round(number * step, 10) for number in range(first, last + 1)]
    return [low, high]


def date_axis(since: date, until: date, wanted: int, shift_days: int = 0) -> tuple[list[pd.Timestamp], list[str]]:
    """At most `wanted` ticks: days in a short span, else months; `shift_days` moves them into their period."""
    if (until - since).days < 70 and not shift_days:
        days = pd.date_range(since, until, periods=min(wanted, (until - since).days + 1)).normalize().unique()
        return list(days), [f"{day.day} {day:%b %Y}" for day in days]
    months = pd.date_range(pd.Timestamp(since).to_period("M").to_timestamp(), until, freq="MS")
    if not shift_days:
        months = months[months >= pd.Timestamp(since)]
    step = next(step for step in (1, 2, 3, 4, 6, 12, 24, 48, 96) if ceil(len(months) / step) <= wanted)
    # Counted back from January for steps of half a year and more, so that years are where readers expect them.
    first = next((i for i, m in enumerate(months) if (m.month - 1) % min(step, 12) == 0), 0) if step >= 6 else 0
    chosen = months[first::step]
    return [month + timedelta(days=shift_days) for month in chosen], [f"{month:%b %Y}" for month in chosen]


def wrapped(text: str, width: int, size: int, letter: float = LETTER) -> list[str]:
    """Text in lines of at most `width` pixels, broken at spaces."""
    most = max(int(width / (size * letter)), 8)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def key_lines(key: tuple[str, ...], sizes: Size) -> list[str]:
    """Coloured words (already Plotly's HTML) in lines that fit; for pictures without room beside their lines."""
    lines: list[str] = []
    used = 0
    for words in key:
        width = text_width(_bare(words), sizes.label) + sizes.label
        if lines and used + width <= sizes.width - 8:
            lines[-1] += f"   {words}"
            used += width
        else:
            lines.append(words)
            used = width
    return lines


def coloured(text: str, colour: str, size: int) -> str:
    """Text, already escaped, in a colour and size."""
    return f'<span style="color:{colour};font-size:{size}px">{text}</span>'


def text_width(text: str, size: int) -> int:
    """About how many pixels a line of text needs."""
    return round(len(text) * size * (LETTER + 0.03))


def _bare(words: str) -> str:
    return "".join(part.split(">", 1)[-1] for part in words.split("<"))
