"""DataFrame in, Plotly figure out: licence classes as stacks that add up to 1."""

from datetime import timedelta
from math import ceil
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.canvas import Canvas, canvas, coloured, date_axis, figure_on
from charts.chart import Context
from charts.figures import baseline, key_words, word_above
from charts.findings_licences import ENOUGH_MODELS
from charts.labels import Label, end_labels, room_for
from charts.words import LICENCE_WORDS, amount, escaped, month, percent
from registry import REGIONS

DAY_MS = 86_400_000
BAR_DAYS = 27  # a month's bar with a little air
PANELS = {"page": 3, "phone": 2, "projector": 3, "small": 3}  # small multiples in a row
TICKS = [0, 0.25, 0.5, 0.75, 1]


def licence_share_over_time(frame: pd.DataFrame, context: Context) -> go.Figure:
    """One stack for each month; the unfinished month hollow."""
    classes = _classes(frame)
    labels = _labels(frame, classes, context)
    is_open_ended = not frame["is_complete"].all()
    room = canvas(context, ["100 %"], room_for(labels, context), _key(classes, context), words=is_open_ended)
    return figure_on(
        room,
        [trace for name in classes for trace in _bars(frame[frame["licence_class"] == name], name, room)],
        xaxis=_x_axis(frame, room, room.sizes.dates),
        yaxis=_y_axis(room),
        barmode="stack",
        bargap=0,
        annotations=[*_unfinished_words(frame, room), *end_labels(room, labels, [0, 1])],
    )


def licence_share_by_region(frame: pd.DataFrame, context: Context) -> go.Figure:
    """The same stacks, one panel for each region."""
    regions = [region for region in REGIONS if region in set(frame["region"])]
    classes = _classes(frame)
    room = canvas(context, ["100 %"], round(theme.SIZES[context.size].label * 0.8), _key(classes, context, always=True))
    columns = min(PANELS[context.size], len(regions))
    rows = ceil(len(regions) / columns)
    figure = figure_on(room, [], {}, {}, barmode="stack", bargap=0)
    for place, region in enumerate(regions):
        number = "" if place == 0 else str(place + 1)
        across, down = _domains(place, columns, rows, room)
        panel = frame[frame["region"] == region]
        ticks = _x_axis(frame, room, 2 if context.size == "phone" else 3) | {"domain": across, "anchor": f"y{number}"}
        if place + columns < len(regions):
            ticks["showticklabels"] = False
        shares = _y_axis(room, coarse=rows > 1) | {
            "domain": down,
            "anchor": f"x{number}",
            "showticklabels": place % columns == 0,
        }
        figure.layout[f"xaxis{number}"], figure.layout[f"yaxis{number}"] = ticks, shares
        for name in classes:
            bars = _bars(panel[panel["licence_class"] == name], name, room)
            figure.add_traces([trace | {"xaxis": f"x{number}", "yaxis": f"y{number}"} for trace in bars])
        figure.add_annotation(_panel_title(region, across, down, room))
    return figure


def open_share(frame: pd.DataFrame, context: Context) -> go.Figure:
    """The share of OSI-approved licences alone, each point the twelve months up to it; for the first page."""
    points = trailing_year(frame)
    colour = theme.palette(context.dark, context.size).licences["open"]
    labels = [Label(row["at"], float(row["share"]), "Open", colour) for _, row in points.tail(1).iterrows()]
    room = canvas(context, ["100 %"], room_for(labels, context))
    trace = {
        "x": points["at"],
        "y": points["share"],
        "mode": "lines",
        "line": {"color": colour, "width": room.sizes.line},
        "hovertext": [
            f"<b>{percent(row['share'])}</b> of {amount(row['total'])} new models<br>the year to {month(row['at'])}"
            for _, row in points.iterrows()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }
    axis = {"range": [0, 1], "tickvals": [0, 0.5, 1], "ticktext": ["0 %", "50 %", "100 %"], **baseline(room)}
    dates = _x_axis(frame[frame["is_complete"].astype(bool)], room, room.sizes.dates)
    return figure_on(room, [trace], xaxis=dates, yaxis=axis, annotations=end_labels(room, labels, [0, 1]))


def trailing_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns at, share, total; only where enough models stand behind a share."""
    done = frame[frame["is_complete"].astype(bool)].assign(at=lambda rows: pd.to_datetime(rows["month_start"]))
    is_open = done["licence_class"] == "open"
    months = pd.DataFrame(
        {"total": done.groupby("at")["amount"].sum(), "open": done[is_open].groupby("at")["amount"].sum()}
    ).fillna(0.0)
    calendar = pd.date_range(months.index.min(), months.index.max(), freq="MS")
    year = months.reindex(calendar, fill_value=0.0).rolling(12).sum()
    return year.assign(share=year["open"] / year["total"], at=year.index)[year["total"] >= ENOUGH_MODELS]


def _classes(frame: pd.DataFrame) -> list[str]:
    return [name for name in LICENCE_WORDS if name in set(frame["licence_class"])]


def _bars(rows: pd.DataFrame, name: str, room: Canvas) -> list[dict[str, Any]]:
    """Full bars; pale ones where few models stand behind, hollow ones for the unfinished month."""
    few = rows["total"] < ENOUGH_MODELS
    kinds = (
        rows["is_complete"].astype(bool).map({True: "full", False: "hollow"}).mask(few & rows["is_complete"], "pale")
    )
    return [_bar(part, name, kind, room) for kind, part in rows.groupby(kinds)]


def _bar(part: pd.DataFrame, name: str, kind: str, room: Canvas) -> dict[str, Any]:
    colour, paper = room.colours.licences[name], room.colours.paper
    # The unclassified are hatched, so that they read as missing knowledge and not as one more class.
    lines = {"shape": "/", "size": 5, "solidity": 0.3, "fillmode": "overlay", "fgcolor": paper, "fgopacity": 1}
    markers = {
        "full": {"color": colour, "line": {"width": 0}},
        "pale": {"color": theme.mixed(colour, paper, 0.55), "line": {"width": 0}},
        "hollow": {"color": paper, "line": {"width": max(1.2, room.sizes.line / 2), "color": colour}},
    }
    hatched = {"pattern": lines} if name == "unclassified" and kind != "hollow" else {}
    return {
        "type": "bar",
        "x": pd.to_datetime(part["month_start"]) + timedelta(days=14),
        "y": part["share"],
        "width": BAR_DAYS * DAY_MS,
        "name": LICENCE_WORDS[name],
        "marker": markers[kind] | hatched,
        "hovertext": [_hover(row) for _, row in part.iterrows()],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hover(row: pd.Series) -> str:
    counted = "new models" if row["amount"] == row["new_models"] else "new downloads"
    where = "" if row["region"] == "all" else f", {escaped(row['region'])}"
    parts = [
        f"<b>{LICENCE_WORDS[row['licence_class']]}: {percent(row['share'])}</b>",
        f"{amount(row['amount'])} of {amount(row['total'])} {counted}",
        f"{month(row['month_start'])}{where}",
    ]
    return "<br>".join(parts if row["is_complete"] else [*parts, "month not finished"])


def _labels(frame: pd.DataFrame, classes: list[str], context: Context) -> list[Label]:
    """Each class beside its part of the last bar, with its share of the last finished month."""
    last = frame[frame["month_start"] == frame["month_start"].max()].set_index("licence_class")["share"]
    whole = frame[frame["is_complete"].astype(bool)]
    whole = whole[whole["month_start"] == whole["month_start"].max()]
    said = whole.loc[whole["total"] >= ENOUGH_MODELS].set_index("licence_class")["share"]
    at = pd.Timestamp(frame["month_start"].max()) + timedelta(days=14 + BAR_DAYS / 2)
    labels, below = [], 0.0
    for name in classes:
        part = float(last.get(name, 0))
        if part > 0 or said.get(name, 0) > 0:
            text = f"{LICENCE_WORDS[name]}  {percent(said[name])}" if name in said else LICENCE_WORDS[name]
            labels.append(Label(at, below + part / 2, text, theme.palette(context.dark, context.size).licences[name]))
        below += part
    return labels


def _key(classes: list[str], context: Context, always: bool = False) -> tuple[str, ...]:
    if not always and context.size != "phone":
        return ()
    colours = theme.palette(context.dark, context.size).licences
    return tuple(key_words(LICENCE_WORDS[name], colours[name], "square", context) for name in classes)


def _unfinished_words(frame: pd.DataFrame, room: Canvas) -> list[dict[str, Any]]:
    late = frame.loc[~frame["is_complete"].astype(bool), "month_start"]
    at = pd.Timestamp(late.max()) + timedelta(days=14 + BAR_DAYS / 2) if len(late) else None
    return [word_above(at, "unfinished", "right", room)] if at is not None else []


def _domains(place: int, columns: int, rows: int, room: Canvas) -> tuple[list[float], list[float]]:
    """Where a panel stands in the plot area, as parts of its width and height."""
    across_gap = room.sizes.label * 1.6 / room.plot_width
    down_gap = room.sizes.label * 2.6 / room.plot_height
    title = room.sizes.label * 1.5 / room.plot_height
    width = (1 - across_gap * (columns - 1)) / columns
    height = (1 - title - down_gap * (rows - 1)) / rows
    left = (place % columns) * (width + across_gap)
    bottom = 1 - title - height - (place // columns) * (height + down_gap)
    return [max(left, 0), min(left + width, 1)], [max(bottom, 0), min(bottom + height, 1)]


def _panel_title(region: str, across: list[float], down: list[float], room: Canvas) -> dict[str, Any]:
    colour = theme.readable(room.colours.regions[region], room.context.dark, room.context.size)
    text = f"<b>{coloured(escaped(region), colour, room.sizes.label)}</b>"
    place = {"xref": "paper", "yref": "paper", "x": across[0], "y": down[1], "xanchor": "left", "yanchor": "bottom"}
    return {**place, "text": text, "showarrow": False, "font": {"size": room.sizes.label}}


def _x_axis(frame: pd.DataFrame, room: Canvas, wanted: int) -> dict[str, Any]:
    months = pd.to_datetime(frame["month_start"])
    since, until = months.min().date(), months.max().date()
    values, texts = date_axis(since, until, wanted, 14)
    air = timedelta(days=BAR_DAYS / 2 + 1)
    span = [since + timedelta(days=14) - air, until + timedelta(days=14) + air]
    return {"type": "date", "range": span, "tickvals": values, "ticktext": texts}


def _y_axis(room: Canvas, coarse: bool = False) -> dict[str, Any]:
    ticks = [0, 0.5, 1] if coarse or room.context.size == "small" else TICKS
    return {"range": [0, 1], "tickvals": ticks, "ticktext": [f"{tick * 100:.0f} %" for tick in ticks]}
