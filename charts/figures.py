"""DataFrame in, Plotly figure out: downloads over time as lines."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.canvas import (
    Canvas,
    amount_axis,
    canvas,
    coloured,
    date_axis,
    event_marks,
    figure_on,
    share_axis,
)
from charts.chart import Context
from charts.findings import shown_column
from charts.labels import Label, end_labels, room_for
from charts.words import amount, escaped, interval, month, percent, short_day, short_name
from warehouse.filters import Filters

MIDDLE = {"month": 14, "week": 3}  # a period is drawn in its middle, so that events stand where they happened
PIXELS_PER_MARKER = 14  # with less room the markers would hide the line
BANDS = 3  # intervals of more lines than that would hide one another
BAND = 0.13  # opacity; two bands on one another still let the lines through
PALE = 0.55  # part of the paper in the colour of what lies before a fixed panel
WORTH_A_WORD = 0.01  # part of flagged downloads from which the hover mentions them
LIGHTER = (0.0, 0.35, 0.6)  # second and third organisation of a region; the following ones are grey
METHODS = {
    "all_time_difference": "all-time counter",
    "rolling_window": "30-day counter",
    "mixed": "two ways of counting",
}


@dataclass(frozen=True)
class Line:
    """One line of a picture."""

    group_id: str
    name: str
    colour: str
    dash: str
    marker: str
    points: (
        pd.DataFrame
    )  # columns at, y, low, high, is_complete, is_whole, method, hover; a row for every period of the span


def downloads_over_time(frame: pd.DataFrame, context: Context) -> go.Figure:
    """Lines of shares or amounts; the unfinished period hollow, missing periods as gaps, changes of method marked."""
    column = value_column(frame, context.filters)
    lines = [_line(rows, column, context, style) for rows, style in styled_groups(frame, context)]
    return _draw_lines(lines, column.startswith("share"), context)


def family_share(frame: pd.DataFrame, context: Context) -> go.Figure:
    """Two lines, DeepSeek and Qwen, each a share of all downloads counted."""
    colours = theme.palette(context.dark, context.size)
    styles = {
        "Qwen": (colours.regions["China"], "solid", "circle"),
        "DeepSeek": (theme.mixed(colours.regions["China"], colours.ink, 0.45), "dash", "diamond"),
    }
    named = frame[frame["group_id"] != "other"]
    groups = [(rows, styles[str(name)]) for name, rows in named.groupby("group_id", sort=True)]
    return _draw_lines([_line(rows, "share", context, style) for rows, style in groups], True, context)


def value_column(frame: pd.DataFrame, filters: Filters) -> str:
    """The column that the choice of filters asks for; the share of a single side would always be 100 %."""
    one_side = filters.group == "region" and frame["group_id"].nunique() < 2
    name = "new_downloads" if filters.measure == "downloads" or one_side else "share"
    return shown_column(name, filters)


def styled_groups(frame: pd.DataFrame, context: Context) -> list[tuple[pd.DataFrame, tuple[str, str, str]]]:
    """Rows of each group with colour, dash and marker; an organisation takes its region's hue, lighter step by step."""
    colours, seen, groups = theme.palette(context.dark, context.size), dict[str, int](), []
    totals = frame.groupby("group_id")["new_downloads"].sum().sort_values(ascending=False)
    for group_id in sorted(totals.index, key=lambda name: name == "other"):
        rows = frame[frame["group_id"] == group_id]
        region = str(rows["region"].iloc[-1])
        step = seen[region] = seen.get(region, -1) + 1
        if group_id == "other" or step >= len(LIGHTER):
            style = (colours.grey, "dot", "circle")
        else:
            base = theme.mixed(colours.regions[region], colours.paper, LIGHTER[step])
            style = (base, theme.REGION_DASHES[region], theme.REGION_MARKERS[region])
        groups.append((rows, style))
    return groups


def _line(rows: pd.DataFrame, column: str, context: Context, style: tuple[str, str, str]) -> Line:
    group_id, name = str(rows["group_id"].iloc[0]), short_name(str(rows["group_label"].iloc[0]))
    name = "Others" if group_id == "other" else name
    points = pd.DataFrame(
        {
            "at": middle(rows, context.filters),
            "y": rows[column].astype(float),
            "low": rows["share_low"].astype(float) if column.startswith("share") else None,
            "high": rows["share_high"].astype(float) if column.startswith("share") else None,
            "is_complete": rows["is_complete"].astype(bool),
            "is_whole": rows["is_panel_whole"].astype(bool),
            "method": rows["method"],
            "hover": [_hover(row, name, column, context) for _, row in rows.iterrows()],
        }
    ).sort_values("at")
    # An unfinished period in the middle (where the way of counting changes) is no figure at all: it stays a gap.
    last_done = points.loc[points["is_complete"], "at"].max()
    points["y"] = points["y"].where(points["is_complete"] | ~(points["at"] < last_done))
    return Line(group_id, name, *style, points=_every_period(points, context.filters))


def middle(rows: pd.DataFrame, filters: Filters) -> pd.Series:
    """Where each period is drawn."""
    return pd.to_datetime(rows["period_start"]) + timedelta(days=MIDDLE[filters.period])


def _every_period(points: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """One row for each period of the span: missing ones are gaps, and so are a change of method and a panel's begin."""
    shift = timedelta(days=MIDDLE[filters.period])
    frequency = "MS" if filters.period == "month" else "7D"
    calendar = pd.date_range(points["at"].min() - shift, points["at"].max() - shift, freq=frequency) + shift
    whole = points.set_index("at").reindex(calendar).rename_axis("at").reset_index()
    changes = [
        {
            "at": before["at"] + (after["at"] - before["at"]) / 2,
            "y": None,
            "method": "panel" if before["is_whole"] != after["is_whole"] else "change",
        }
        for (_, before), (_, after) in pairwise(points[points["y"].notna()].iterrows())
        if before["method"] != after["method"] or before["is_whole"] != after["is_whole"]
    ]
    if changes:
        whole = pd.concat([whole, pd.DataFrame(changes)], ignore_index=True).sort_values("at", ignore_index=True)
    for name in ("is_complete", "is_whole"):
        whole[name] = [value is True or value == 1 for value in whole[name]]
    return whole


def _draw_lines(lines: list[Line], is_share: bool, context: Context) -> go.Figure:
    points = pd.concat([line.points for line in lines])
    has_bands = is_share and len(lines) <= BANDS
    top = float(max(points["y"].max(), points["high"].max() if has_bands else 0.0))
    sizes = theme.SIZES[context.size]
    ticks, texts, span = share_axis(top, sizes.gridlines) if is_share else amount_axis(top, sizes.gridlines)
    labels = [_label_of(line, is_share, context) for line in lines]
    has_words = context.size != "small" and bool(_changes(lines, "change", "panel") or not points["is_complete"].all())
    room = canvas(context, texts, room_for(labels, context), _line_key(lines, context), words=has_words)
    since, until = points["at"].min().date(), points["at"].max().date()
    shapes, annotations = event_marks(room, since, until)
    marks, words = _breaks(lines, room)
    half = half_line(room) if is_share and {line.group_id for line in lines} == set(context.filters.sides) else []
    return figure_on(
        room,
        [
            *(_band(line, room) for line in lines if has_bands),
            *(trace for line in lines for trace in _traces(line, room)),
        ],
        xaxis=x_axis(since, until, room, context.filters),
        yaxis={"range": span, "tickvals": ticks, "ticktext": texts, **baseline(room)},
        shapes=[*shapes, *marks, *half],
        annotations=[*annotations, *words, *end_labels(room, labels, span)],
        hovermode="closest",
    )


def _traces(line: Line, room: Canvas) -> list[dict[str, Any]]:
    """The line itself; unfinished periods hollow, tied to it by dots; what lies before a fixed panel pale and apart."""
    points, sizes, colours = line.points, room.sizes, room.colours
    whole = points.where(points["is_complete"] & points["is_whole"], other=None)
    earlier = points.where(points["is_complete"] & ~points["is_whole"], other=None)
    marked = len(points) * PIXELS_PER_MARKER <= room.plot_width
    trace: dict[str, Any] = {
        "x": points["at"],
        "y": whole["y"],
        "mode": "lines+markers" if marked else "lines",
        "name": escaped(line.name),
        "line": {"color": line.colour, "width": sizes.line, "dash": line.dash},
        "marker": {"symbol": line.marker, "size": sizes.marker, "color": line.colour},
        "hovertext": points["hover"],
        "hovertemplate": f"%{{hovertext}}<br>{escaped(room.context.subtitle, 90)}<extra></extra>",
        "connectgaps": False,
        "cliponaxis": False,
    }
    pale = theme.mixed(line.colour, colours.paper, PALE)
    before = {**trace, "y": earlier["y"], "line": trace["line"] | {"color": pale}}
    before["marker"] = trace["marker"] | {"color": pale}
    lines = [trace, before] if earlier["y"].notna().any() else [trace]
    hollow = _unfinished(points)
    if hollow.empty:
        return lines
    thin = {"color": line.colour, "width": max(1, sizes.line / 2), "dash": "dot"}
    ring = {"size": sizes.marker + 2, "color": colours.paper, "line": {"color": line.colour, "width": sizes.line * 0.8}}
    sizes_of = [0 if done else sizes.marker + 2 for done in hollow["is_complete"]]
    return [
        {**trace, "x": hollow["at"], "y": hollow["y"], "mode": "lines+markers", "line": thin}
        | {"marker": {**ring, "symbol": line.marker, "size": sizes_of}, "hovertext": hollow["hover"]},
        *lines,
    ]


def _band(line: Line, room: Canvas) -> dict[str, Any]:
    """The intervals of a line as one quiet area for each stretch without a gap."""
    sure = line.points["low"].notna() & line.points["y"].notna() & line.points["is_complete"] & line.points["is_whole"]
    x: list[Any] = []
    y: list[float | None] = []
    for _, part in line.points[sure].groupby((~sure).cumsum()[sure]):
        # One period alone has no breadth of its own.
        wide = timedelta(days=MIDDLE[room.context.filters.period] / 4 if len(part) == 1 else 0)
        ends = [part["at"].iloc[0] - wide, *part["at"].iloc[1:-1], part["at"].iloc[-1] + wide]
        low, high = ([*part[name]] * (2 if len(part) == 1 else 1) for name in ("low", "high"))
        x += [*ends, *reversed(ends), None]
        y += [*low, *reversed(high), None]
    fill = theme.faded(line.colour, BAND)
    shape = {"fill": "toself", "fillcolor": fill, "line": {"width": 0}, "mode": "lines", "hoverinfo": "skip"}
    return {"x": x, "y": y, "name": f"{escaped(line.name)}: interval", "cliponaxis": False, **shape}


def _unfinished(points: pd.DataFrame) -> pd.DataFrame:
    """Unfinished periods, each with the finished neighbour that it is tied to; gaps stay gaps."""
    open_rows = points["y"].notna() & ~points["is_complete"]
    if not open_rows.any():
        return points.iloc[0:0]
    near = open_rows | open_rows.shift(-1, fill_value=False) | open_rows.shift(1, fill_value=False)
    kept = points.copy()
    kept.loc[~near, "y"] = None
    return kept.loc[near.idxmax() : near[::-1].idxmax()]


def _breaks(lines: list[Line], room: Canvas) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Marks where the way of counting changes, and words above the plot for it and for the unfinished last period."""
    changes, begins = _changes(lines, "change"), _changes(lines, "panel")
    rule = {"color": room.colours.second_ink, "width": 1, "dash": "dash"}
    shapes = [
        {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": rule}
        for at in (*changes, *begins)
    ]
    said = [(at, "other way of counting ", "right") for at in changes[:1]]
    said += [(at, " panel begins", "left") for at in begins[:1]]
    last = max((line.points.iloc[-1] for line in lines), key=lambda row: row["at"])
    if not last["is_complete"]:
        said.append((last["at"], "two ways of counting" if last["method"] == "mixed" else "unfinished", "right"))
    words = [word_above(at, text, anchor, room) for at, text, anchor in said if room.has_words]
    return shapes, words


def _changes(lines: list[Line], *kinds: str) -> list[pd.Timestamp]:
    return sorted({at for line in lines for at in line.points.loc[line.points["method"].isin(kinds), "at"]})


def word_above(at: Any, text: str, anchor: str, room: Canvas) -> dict[str, Any]:
    """A word in the row right above the plot area."""
    font = {"size": max(12, room.sizes.label - 1), "color": room.colours.second_ink}
    place = {"x": at, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor}
    return {**place, "text": text, "showarrow": False, "font": font}


def _label_of(line: Line, is_share: bool, context: Context) -> Label:
    known = line.points[line.points["y"].notna()]
    last = known.iloc[-1]
    done = known[known["is_complete"]]
    value = (done if len(done) else known).iloc[-1]["y"]
    detail = "" if context.size == "small" else (percent(value) if is_share else amount(value))
    name = line.name if not detail else f"{line.name}  {detail}"
    return Label(last["at"], float(last["y"]), name, line.colour)


def _line_key(lines: list[Line], context: Context) -> tuple[str, ...]:
    if context.size != "phone":
        return ()
    return tuple(key_words(line.name, line.colour, line.marker, context) for line in lines)


def key_words(name: str, colour: str, marker: str, context: Context) -> str:
    """A coloured name with its marker, for pictures without room beside their lines."""
    text = f"{theme.GLYPHS.get(marker, '●')} {escaped(name, 22)}"
    return coloured(text, theme.readable(colour, context.dark, context.size), theme.SIZES[context.size].label)


def _hover(row: pd.Series, name: str, column: str, context: Context) -> str:
    """Value, unit, date, what it is a share of, and the most downloaded model."""
    said = period_in_words(row, context.filters)
    value = percent(row[column]) if column.startswith("share") else f"{amount(row[column])} downloads"
    parts = [f"<b>{escaped(name)}: {value}</b>", f"{said}, {METHODS.get(row['method'], '')}"]
    if column.startswith("share") and pd.notna(row["share_low"]):
        parts.append(f"{interval(row['share_low'], row['share_high'])}, {amount(row['models'])} models")
    if pd.notna(row["top1_share"]):
        parts.append(f"{percent(row['top1_share'])} of its downloads: {escaped(row['top_model_id'])}")
    if row.get("flagged_downloads", 0) > row["new_downloads"] * WORTH_A_WORD:
        parts.append(
            f"{amount(row['flagged_downloads'])} of them flagged: a jump, a fall or a counter that stood still"
        )
    return "<br>".join(parts if row["is_complete"] else [*parts, "period not finished"])


def period_in_words(row: pd.Series, filters: Filters) -> str:
    """The days that a row counts."""
    if row["method"] == "rolling_window" and filters.period == "month":
        return f"30 days to {short_day(row['period_end'])}"
    return f"week from {short_day(row['period_start'])}" if filters.period == "week" else month(row["period_start"])


def baseline(room: Canvas) -> dict[str, Any]:
    """Shares and amounts stand on zero, and the line says so."""
    return {"zeroline": True, "zerolinecolor": room.colours.second_ink, "zerolinewidth": max(1, room.sizes.line / 3)}


def half_line(room: Canvas) -> list[dict[str, Any]]:
    """Of two sides, the one above half leads; of more, nobody need be."""
    if len(room.context.filters.sides) != 2:
        return []
    line = {"color": room.colours.second_ink, "width": max(1, room.sizes.line / 3)}
    return [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5, "line": line, "layer": "below"}]


def x_axis(since: date, until: date, room: Canvas, filters: Filters, air_days: int = 0) -> dict[str, Any]:
    """A time axis with a little air at both ends."""
    values, texts = date_axis(
        since, until, room.sizes.dates, MIDDLE[filters.period] if filters.period == "month" else 0
    )
    air = timedelta(days=max((until - since).days * 0.012, 1) + air_days)
    return {"type": "date", "range": [since - air, until + air], "tickvals": values, "ticktext": texts}
