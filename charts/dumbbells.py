"""DataFrame in, Plotly figure out: what one repository weighs in a side's share, two marks for each period."""

from datetime import timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.canvas import Canvas, canvas, figure_on, share_axis
from charts.chart import Context
from charts.figures import PALE, baseline, half_line, key_words, middle, period_in_words, x_axis
from charts.labels import Label, end_labels, room_for
from charts.words import amount, escaped, interval, percent
from warehouse.filters import Filters

PHONE_PERIODS = 9  # pairs of marks that can be told apart on a phone


def downloads_concentration(frame: pd.DataFrame, context: Context) -> go.Figure:
    """For each period and side two marks: the share, and the share without the side's most downloaded model."""
    sides = _sides(frame)
    shown = frame if context.size != "phone" else _last_periods(frame, PHONE_PERIODS)
    ticks, texts, span = share_axis(
        float(shown[["share", "share_high"]].max().max()), theme.SIZES[context.size].gridlines
    )
    labels = [
        _end_label(shown[shown["group_id"] == side], side, context, i, len(sides)) for i, side in enumerate(sides)
    ]
    room = canvas(context, texts, room_for(labels, context), _key(sides, context))
    traces = [
        trace
        for place, side in enumerate(sides)
        for is_whole, rows in shown[shown["group_id"] == side].groupby("is_panel_whole")
        for trace in _pair(rows, side, place, len(sides), room, pale=not is_whole)
    ]
    return figure_on(
        room,
        traces,
        xaxis=_time_axis(shown, room, air_days=18),
        yaxis={"range": span, "tickvals": ticks, "ticktext": texts, **baseline(room)},
        shapes=half_line(room),
        annotations=end_labels(room, labels, span),
    )


def _sides(frame: pd.DataFrame) -> list[str]:
    return [region for region in theme.REGION_MARKERS if region in set(frame["group_id"])]


def _last_periods(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    return frame[frame["period_start"].isin(sorted(frame["period_start"].unique())[-count:])]


def _time_axis(frame: pd.DataFrame, room: Canvas, air_days: int) -> dict[str, Any]:
    at = middle(frame, room.context.filters)
    return x_axis(at.min().date(), at.max().date(), room, room.context.filters, air_days)


def _dodge(place: int, count: int, filters: Filters) -> timedelta:
    width = 8 if filters.period == "month" else 2
    return timedelta(days=(place - (count - 1) / 2) * width / max(count - 1, 1) if count > 1 else 0)


def _pair(rows: pd.DataFrame, side: str, place: int, count: int, room: Canvas, pale: bool) -> list[dict[str, Any]]:
    """Whiskers, stems and two marks for each period of a side; pale for periods before a fixed panel was whole."""
    at = middle(rows, room.context.filters) + _dodge(place, count, room.context.filters)
    sizes = room.sizes
    colour = theme.mixed(room.colours.regions[side], room.colours.paper, PALE if pale else 0)
    stems = _strokes(at, rows["share"], rows["share_without_own_top"])
    whiskers = _strokes(at, rows["share_low"], rows["share_high"])
    marks = {
        "x": at,
        "mode": "markers",
        "hovertemplate": "%{hovertext}<extra></extra>",
        "name": side,
        "cliponaxis": False,
    }
    hover = [_pair_hover(row, side, room.context.filters) for _, row in rows.iterrows()]
    ring = {"color": colour, "width": sizes.line * 0.8}
    fill = [colour if done else room.colours.paper for done in rows["is_complete"]]
    full = {"symbol": theme.REGION_MARKERS[side], "size": sizes.marker + 2, "color": fill, "line": ring}
    bar = {"symbol": "line-ew", "size": sizes.marker + 4, "color": colour, "line": ring}
    return [
        {
            **whiskers,
            "line": {"color": theme.mixed(colour, room.colours.paper, 0.6), "width": max(1, sizes.line / 2.5)},
        },
        {**stems, "line": {"color": theme.mixed(colour, room.colours.paper, 0.35), "width": sizes.line}},
        {**marks, "y": rows["share_without_own_top"], "marker": bar, "hovertext": hover},
        {**marks, "y": rows["share"], "marker": full, "hovertext": hover},
    ]


def _strokes(at: pd.Series, begin: pd.Series, end: pd.Series) -> dict[str, Any]:
    """An upright line for each period."""
    ends = [(x, y) for x, low, high in zip(at, begin, end, strict=True) for y in (low, high, None)]
    return {"x": [x for x, _ in ends], "y": [y for _, y in ends], "mode": "lines", "hoverinfo": "skip"}


def _pair_hover(row: pd.Series, side: str, filters: Filters) -> str:
    parts = [f"<b>{side}: {percent(row['share'])}</b>", period_in_words(row, filters)]
    if pd.notna(row["share_low"]):
        parts.append(f"{interval(row['share_low'], row['share_high'])}, {amount(row['models'])} models")
    if pd.notna(row["top1_share"]):
        parts += [
            f"without {escaped(row['top_model_id'])}: {percent(row['share_without_own_top'])}",
            f"it has {percent(row['top1_share'])} of the side's downloads, the top three {percent(row['top3_share'])}",
        ]
    return "<br>".join(parts)


def _end_label(rows: pd.DataFrame, side: str, context: Context, place: int, count: int) -> Label:
    last = rows.iloc[-1]
    done = rows[rows["is_complete"]]
    value = (done if len(done) else rows).iloc[-1]
    without = value["share_without_own_top"]
    detail = f"{percent(without)} without its top model" if pd.notna(without) and context.size != "small" else ""
    at = middle(rows, context.filters).iloc[-1] + _dodge(count - 1, count, context.filters)
    return Label(
        at,
        float(last["share"]),
        f"{side}  {percent(value['share'])}",
        theme.palette(context.dark, context.size).regions[side],
        detail,
    )


def _key(sides: list[str], context: Context) -> tuple[str, ...]:
    if context.size != "phone":
        return ()
    colours = theme.palette(context.dark, context.size).regions
    return tuple(key_words(side, colours[side], theme.REGION_MARKERS[side], context) for side in sides)
