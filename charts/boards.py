"""DataFrame in, Plotly figure out: leaderboards - the best of each group over time, and the pack behind it."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.canvas import Canvas, canvas, date_axis, event_marks, figure_on, score_axis
from charts.chart import Context
from charts.figures import key_words
from charts.labels import Label, end_labels, room_for
from charts.words import escaped, gap, model_name, score, short_day, short_name

# Boards further apart than this (or than four usual pauses, at most 200 days) are not joined.
LONGEST_PAUSE, NEVER_JOINED = timedelta(days=62), timedelta(days=200)
MARKERS_UP_TO = 60  # boards of a line; more would hide it
APART = timedelta(days=4)  # open and closed dots of one board stand side by side
GROUP_WORDS = {"open": "Open weights", "closed": "Closed weights"}


def frontier(frame: pd.DataFrame, context: Context) -> go.Figure:
    """Best score of each group by board, its interval as a band; long pauses are gaps."""
    known = frame.assign(at=pd.to_datetime(frame["published_on"]))
    low = float(known[["best_score", "best_score_low"]].min().min())
    high = float(known[["best_score", "best_score_high"]].max().max())
    ticks, texts, span = score_axis(low, high, theme.SIZES[context.size].gridlines)
    groups = [(str(name), rows) for name, rows in known.groupby("group_name", sort=False)]
    labels = [_end_label(name, rows, context) for name, rows in groups]
    room = canvas(context, texts, room_for(labels, context), _key([name for name, _ in groups], context))
    since, until = known["at"].min().date(), known["at"].max().date()
    shapes, annotations = event_marks(room, since, until)
    traces = [band for name, rows in groups for band in _bands(name, rows, room)]
    traces += [_best_line(name, rows, room) for name, rows in groups]
    return figure_on(
        room,
        traces,
        xaxis=_x_axis(known, room),
        yaxis={"range": span, "tickvals": ticks, "ticktext": texts},
        shapes=shapes,
        annotations=[*annotations, *end_labels(room, labels, span)],
    )


def scores_over_time(frame: pd.DataFrame, context: Context) -> go.Figure:
    """Dots with intervals: the best models of each month's last board, open and closed side by side."""
    known = frame.assign(at=pd.to_datetime(frame["published_on"]))
    low = float(known[["score", "score_low"]].min().min())
    high = float(known[["score", "score_high"]].max().max())
    ticks, texts, span = score_axis(low, high, theme.SIZES[context.size].gridlines)
    groups = [(name, known[known["group_name"] == name]) for name in ("closed", "open")]
    groups = [(name, rows) for name, rows in groups if len(rows)]
    labels = [_best_dot(name, rows, context) for name, rows in groups]
    room = canvas(context, texts, room_for(labels, context), _key([name for name, _ in groups], context))
    return figure_on(
        room,
        [_dots(name, rows, room) for name, rows in groups],
        xaxis=_x_axis(known, room),
        yaxis={"range": span, "tickvals": ticks, "ticktext": texts},
        annotations=end_labels(room, labels, span),
    )


def colour_of(group_name: str, context: Context) -> str:
    """Colour of a group: open or closed weights, or a region."""
    colours = theme.palette(context.dark, context.size)
    return {**colours.weights, **colours.regions}[group_name]


def marker_of(group_name: str) -> str:
    """Marker of a group."""
    return {**theme.WEIGHTS_MARKERS, **theme.REGION_MARKERS}[group_name]


def _best_line(name: str, rows: pd.DataFrame, room: Canvas) -> dict[str, Any]:
    joined = pd.concat([*_runs_with_gaps(rows)], ignore_index=True)
    colour = colour_of(name, room.context)
    marked = len(rows) <= MARKERS_UP_TO
    # LiveBench exchanges its questions, so its editions are only loosely tied to one another.
    loose = rows["source_id"].iloc[0] == "livebench"
    dash, width = ("dot", room.sizes.line / 2) if loose else (theme.REGION_DASHES.get(name, "solid"), room.sizes.line)
    return {
        "x": joined["at"],
        "y": joined["best_score"],
        "mode": "lines+markers" if marked else "lines",
        "name": GROUP_WORDS.get(name, name),
        "line": {"color": colour, "width": width, "dash": dash},
        "marker": {"symbol": marker_of(name), "size": room.sizes.marker + (2 if loose else 0), "color": colour},
        "hovertext": [_hover(row) for _, row in joined.iterrows()],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "connectgaps": False,
        "cliponaxis": False,
    }


def _runs_with_gaps(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for run in runs(rows):
        yield run
        yield pd.DataFrame({"at": [run["at"].iloc[-1]], "best_score": [None]})


def runs(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Stretches of boards without a long pause; `rows` have a column `at`."""
    ordered = rows.sort_values("at")
    usual = ordered["at"].diff().median()
    longest = min(max(LONGEST_PAUSE, usual * 4), NEVER_JOINED) if pd.notna(usual) else LONGEST_PAUSE
    starts = [
        0,
        *(i for i, pause in enumerate(ordered["at"].diff()) if pd.notna(pause) and pause > longest),
        len(ordered),
    ]
    return [ordered.iloc[start:end] for start, end in pairwise(starts)]


def _bands(name: str, rows: pd.DataFrame, room: Canvas) -> Iterator[dict[str, Any]]:
    """The interval of each stretch as a closed shape; boards without intervals have none."""
    colour = theme.faded(colour_of(name, room.context), 0.16)
    for run in runs(rows.dropna(subset=["best_score_low", "best_score_high"])):
        if len(run):
            back = run.iloc[::-1]
            yield {
                "x": [*run["at"], *back["at"]],
                "y": [*run["best_score_high"], *back["best_score_low"]],
                "fill": "toself",
                "fillcolor": colour,
                "line": {"width": 0},
                "mode": "lines",
                "hoverinfo": "skip",
                "name": f"interval of {GROUP_WORDS.get(name, name)}",
            }


def _hover(row: pd.Series) -> str:
    if pd.isna(row.get("best_score")) or pd.isna(row.get("group_name")):
        return ""
    name = GROUP_WORDS.get(row["group_name"], row["group_name"])
    parts = [f"<b>{name}: {score(row['best_score'])} {escaped(row['unit'], 30)}</b>", escaped(row["best_model_label"])]
    if pd.notna(row["best_score_low"]):
        parts.append(f"interval {score(row['best_score_low'])} to {score(row['best_score_high'])}")
    if row["group_name"] != row["leading_group"]:
        parts.append(f"{gap(row['gap'], row['best_score'])} behind the best of the board's groups compared")
    return "<br>".join([*parts, f"best of {row['models']:,.0f} models, board of {short_day(row['published_on'])}"])


def _end_label(name: str, rows: pd.DataFrame, context: Context) -> Label:
    last = rows.iloc[-1]
    words = GROUP_WORDS.get(name, name)
    if context.size == "small":
        return Label(
            last["at"], last["best_score"], words.split()[0] if name in GROUP_WORDS else words, colour_of(name, context)
        )
    return Label(
        last["at"],
        float(last["best_score"]),
        f"{words}  {score(last['best_score'])}",
        colour_of(name, context),
        model_name(str(last["best_model_label"])),
    )


def _dots(name: str, rows: pd.DataFrame, room: Canvas) -> dict[str, Any]:
    colour = colour_of(name, room.context)
    has_interval = rows["score_low"].notna().any()
    up, down = rows["score_high"] - rows["score"], rows["score"] - rows["score_low"]
    interval = {
        "type": "data",
        "array": up,
        "arrayminus": down,
        "thickness": 1,
        "width": 0,
        "color": theme.faded(colour, 0.5),
    }
    return {
        "x": rows["at"] + (APART if name == "open" else -APART),
        "y": rows["score"],
        "mode": "markers",
        "name": GROUP_WORDS[name],
        "marker": {
            "symbol": marker_of(name),
            "size": room.sizes.marker,
            "color": colour,
            "line": {"width": 1, "color": room.colours.paper},
        },
        "error_y": {**interval, "symmetric": False} if has_interval else {"visible": False},
        "hovertext": [_dot_hover(row) for _, row in rows.iterrows()],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _dot_hover(row: pd.Series) -> str:
    parts = [f"<b>{escaped(row['model_label'])}: {score(row['score'])} {escaped(row['unit'], 30)}</b>"]
    if pd.notna(row["score_low"]):
        parts.append(f"interval {score(row['score_low'])} to {score(row['score_high'])}")
    who = (
        escaped(short_name(row["organisation_name"]))
        if pd.notna(row["organisation_name"])
        else "publisher not in the registry"
    )
    parts.append(f"{who}, {row['region']}; {GROUP_WORDS[row['group_name']].lower()}")
    return "<br>".join([*parts, f"place {row['place']:,.0f} on the board of {short_day(row['published_on'])}"])


def _best_dot(name: str, rows: pd.DataFrame, context: Context) -> Label:
    last = rows[rows["at"] == rows["at"].max()].nsmallest(1, "place_in_group").iloc[0]
    words = f"{GROUP_WORDS[name]}  {score(last['score'])}"
    return Label(
        last["at"] + APART, float(last["score"]), words, colour_of(name, context), model_name(str(last["model_label"]))
    )


def _key(names: list[str], context: Context) -> tuple[str, ...]:
    if context.size != "phone":
        return ()
    return tuple(
        key_words(GROUP_WORDS.get(name, name), colour_of(name, context), marker_of(name), context) for name in names
    )


def _x_axis(known: pd.DataFrame, room: Canvas) -> dict[str, Any]:
    since, until = known["at"].min().date(), known["at"].max().date()
    values, texts = date_axis(since, until, room.sizes.dates)
    air = timedelta(days=max((until - since).days * 0.02, 1))
    return {"type": "date", "range": [since - air, until + air], "tickvals": values, "ticktext": texts}
