"""One question, several definitions: a row with its share for each, and published figures with theirs."""

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts import theme
from charts.canvas import Canvas, canvas, figure_on, share_axis, text_width, wrapped
from charts.chart import Context, Finding
from charts.findings import nothing
from charts.words import amount, day, escaped, interval, models_of, month, people, percent, shortened
from warehouse.filters import Filters, definition_name

LABELS = {
    "page": 400,
    "small": 0,
    "phone": 0,
    "projector": 760,
}  # pixels left of the plot; without any, labels stand above
PUBLISHED = "published"
STEP = 2.2  # rows that a published figure takes: its definition needs two lines


def subject(filters: Filters) -> str:
    """Whose share it is: China's, where China is compared."""
    return "China" if "China" in filters.sides else filters.sides[0]


def share_by_definition(frame: pd.DataFrame, filters: Filters) -> Finding:
    """From how much to how much the share reaches under the definitions, with the two that give the ends."""
    own = _own(frame, filters)
    if own.empty:
        return nothing(frame, filters, f"new downloads of {models_of(filters)}")
    months, years = (own[own["span"] == span].sort_values("share") for span in ("month", "year"))
    low, high = months.iloc[0], months.iloc[-1]
    ends = f"{percent(low['share'])} ({_inside(low, filters)}) to {percent(high['share'])} ({_inside(high, filters)})"
    of_year = f"{percent(years['share'].min())} to {percent(years['share'].max())}"
    sentence = (
        f"What is counted decides: {_when(high)} {people(subject(filters))} had {ends}, "
        f"and in the year to then {of_year}."
    )
    told = [
        f"{row['definition']}: {percent(row['share'])} ({interval(row['share_low'], row['share_high'])})."
        for _, row in months.iterrows()
    ]
    others = [
        f"Published: {row['definition']}: {row['share'] * 100:g} %. {row['sentence']}"
        for row in _published(frame, filters)
    ]
    key = f"{percent(low['share']).removesuffix(' %')} to {percent(high['share'])}"
    return Finding(sentence, " ".join([sentence, *told, *others]), key_figure=key)


def _own(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The rows of the side in question, with a share."""
    if frame.empty:
        return frame
    return frame[(frame["group_id"] == subject(filters)) & (frame["span"] != PUBLISHED) & frame["share"].notna()]


def figure(frame: pd.DataFrame, context: Context) -> go.Figure:
    """A row for each definition: a circle for the year with its interval, a ring for the last month; others' below."""
    own = _own(frame, context.filters)
    # On a phone there is no room for others' definitions, and without them their figures would mislead.
    others = _published(frame, context.filters) if LABELS[context.size] else []
    names = list(dict.fromkeys(own["definition_id"]))
    below = {STEP * (len(others) - 1 - place) + 0.3: row for place, row in enumerate(others)}
    between = STEP * len(others)
    places = {name: between + len(names) - place for place, name in enumerate(names)}
    highest = max([float(own[["share", "share_high"]].max().max()), *(float(row["share"]) for row in others)])
    ticks, texts, span = share_axis(highest, theme.SIZES[context.size].gridlines)
    said = context.subtitle if others else context.subtitle.split(" Diamond")[0]
    room = replace(
        canvas(replace(context, subtitle=said), [], theme.SIZES[context.size].label * 4),
        left=max(LABELS[context.size], 12),
    )
    colour = room.colours.regions[subject(context.filters)]
    traces = [
        _whiskers(own, places, colour, room),
        *(_marks(own, places, kind, colour, room) for kind in ("month", "year")),
        *(_published_mark(place, row, room) for place, row in below.items()),
    ]
    labels = [_label(places[name], _short(own, name, context.filters), room) for name in names]
    labels += [_label(place, f"Published: {_small(row['definition'])}", room) for place, row in below.items()]
    line = {"color": room.colours.second_ink, "width": 1, "dash": "dot"}
    rule = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": between, "y1": between, "line": line}
    return figure_on(
        room,
        traces,
        xaxis={"range": span, "tickvals": ticks, "ticktext": texts, "showgrid": True, "gridcolor": room.colours.grid},
        yaxis={"range": [-0.6, between + len(names) + 0.7], "tickvals": [], "showgrid": False},
        shapes=[rule] if others else [],
        annotations=[*labels, *_values(own, places, room)],
        hovermode="closest",
    )


def _published(frame: pd.DataFrame, filters: Filters) -> list[pd.Series]:
    """Others' figures; they are of China, so beside another side there are none."""
    if subject(filters) != "China" or frame.empty:
        return []
    return [row for _, row in frame[frame["span"] == PUBLISHED].iterrows()]


def _whiskers(own: pd.DataFrame, places: dict[str, float], colour: str, room: Canvas) -> dict[str, Any]:
    rows = own[own["span"] == "year"]
    x = [value for _, row in rows.iterrows() for value in (row["share_low"], row["share_high"], None)]
    y = [place for name in rows["definition_id"] for place in (places[name], places[name], None)]
    line = {"color": theme.mixed(colour, room.colours.paper, 0.45), "width": room.sizes.line * 1.6}
    return {"x": x, "y": y, "mode": "lines", "hoverinfo": "skip", "line": line}


def _marks(own: pd.DataFrame, places: dict[str, float], span: str, colour: str, room: Canvas) -> dict[str, Any]:
    rows = own[own["span"] == span]
    ring = {"color": colour, "width": room.sizes.line * 0.8}
    fill = colour if span == "year" else room.colours.paper
    return {
        "x": rows["share"],
        "y": [places[name] for name in rows["definition_id"]],
        "mode": "markers",
        "marker": {
            "symbol": "circle",
            "size": room.sizes.marker + (4 if LABELS[room.context.size] else 1),
            "color": fill,
            "line": ring,
        },
        "hovertext": [_hover(row) for _, row in rows.iterrows()],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _published_mark(place: float, row: pd.Series, room: Canvas) -> dict[str, Any]:
    said = "<br>".join(escaped(line, 200) for line in wrapped(str(row["sentence"]), 420, 13))
    ring = {"color": room.colours.second_ink, "width": room.sizes.line * 0.8}
    return {
        "x": [row["share"]],
        "y": [place],
        "mode": "markers+text",
        "marker": {"symbol": "diamond", "size": room.sizes.marker + 4, "color": room.colours.paper, "line": ring},
        "text": [f"  {row['share'] * 100:g} %"],
        "textposition": "middle right",
        "textfont": {"size": room.sizes.label, "color": room.colours.ink},
        "hovertext": [f"<b>{escaped(row['definition'])}</b><br>{said}"],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
    }


def _hover(row: pd.Series) -> str:
    said = [escaped(line, 200) for line in wrapped(str(row["sentence"]), 420, 13)]
    span = (
        f"the year to {month(row['until'])}, {int(row['months'])} months counted"
        if row["span"] == "year"
        else _when(row)
    )
    sure = f"{interval(row['share_low'], row['share_high'])}, {amount(row['models'])} models"
    return "<br>".join([f"<b>{percent(row['share'])}</b> {span}", sure, *said])


def _label(place: float, text: str, room: Canvas) -> dict[str, Any]:
    """The name of a row: left of the plot where there is room, else above its marks."""
    size, above = room.sizes.label, LABELS[room.context.size] == 0
    most = room.plot_width if above else LABELS[room.context.size]
    letters = int(most / (size * 0.46))
    lines = wrapped(text, most, size)[:2]
    if above:
        lines = [shortened(text if len(text) <= letters else _shorter(text), letters)]
    return {
        **{"x": 0, "xref": "paper", "xanchor": "left", "xshift": 0 if above else -room.left, "y": place},
        **{"yanchor": "bottom" if above else "middle", "yshift": 3 if above else 0, "align": "left"},
        "text": "<br>".join(escaped(line, 200) for line in lines),
        "font": {"size": size, "color": room.colours.ink},
        "showarrow": False,
    }


def _values(own: pd.DataFrame, places: dict[str, float], room: Canvas) -> list[dict[str, Any]]:
    """The year's share at the right end of each row."""
    rows = own[own["span"] == "year"].dropna(subset=["share"])
    return [
        {
            **{"x": 1, "xref": "paper", "xanchor": "right", "xshift": text_width("100 %", room.sizes.label)},
            **{"y": places[row["definition_id"]], "yanchor": "middle", "showarrow": False},
            "text": f"<b>{percent(row['share'])}</b>",
            "font": {"size": room.sizes.label, "color": room.colours.ink},
        }
        for _, row in rows.iterrows()
    ]


def _short(own: pd.DataFrame, definition_id: str, filters: Filters) -> str:
    """A definition's name without what it has in common with the first."""
    name = str(own.loc[own["definition_id"] == definition_id, "definition"].iloc[0])
    parts = _parts(name, filters)
    if definition_id == "chosen":
        return f"Your choice: {_small(', '.join(parts))}"
    usual = _parts(definition_name(Filters()), filters)
    if definition_id != "two_countries" and set(usual) <= {*parts, "by publisher"}:
        return f"… {', '.join(part for part in parts if part not in usual)}"
    return ", ".join(parts)


def _parts(name: str, filters: Filters) -> list[str]:
    whole = "of the two countries" if len(filters.sides) == 2 else "of the regions compared"
    short = {"of the regions compared": whole, "Main releases of language models": "Main releases", "by publisher": ""}
    parts = name.replace(" parameters or more", "+ parameters").split(", ")
    return [said for part in parts if (said := short.get(part, part))]


def _shorter(text: str) -> str:
    """For a phone."""
    text = text.replace("of the two countries", "of the two")
    return text.replace("of all with a known country", "of known countries")


def _small(text: str) -> str:
    return f"{text[0].lower()}{text[1:]}"


def _inside(row: pd.Series, filters: Filters) -> str:
    """A definition's name inside a sentence."""
    return _small(", ".join(_parts(str(row["definition"]), filters)))


def _when(row: pd.Series) -> str:
    return (
        f"in the 30 days to {day(row['until'])}" if row["method"] == "rolling_window" else f"in {month(row['until'])}"
    )
