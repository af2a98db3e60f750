"""DataFrame in, one plain sentence out: leaderboards. `Ahead` is said only where the intervals do not touch."""

from typing import Any

import pandas as pd

from charts.chart import Finding
from charts.findings import nothing
from charts.words import day, gap, month, score, short_day, short_name, signed
from warehouse.filters import Filters

BEST = {
    "open": "the best open-weight model",
    "closed": "the best closed model",
    "China": "the best Chinese model",
    "United States": "the best US model",
    "Europe": "the best European model",
    "Other": "the best model from other countries",
    "Unattributed": "the best model of an unknown country",
}
MODELS = {
    "open": "open-weight models",
    "closed": "closed models",
    "China": "Chinese models",
    "United States": "US models",
    "Europe": "European models",
    "Other": "models from other countries",
    "Unattributed": "models of an unknown country",
}
NUMBERS = ("none", "one", "two", "three", "four", "five")
CHANGE_DAYS = 28  # a gap is compared with that of the last board at least so long ago
PLACES = 5


def open_closed_frontier(frame: pd.DataFrame, filters: Filters) -> Finding:
    """How far the best open-weight model is from the best closed one, and since when."""
    return _frontier(frame, filters, "open")


def region_frontier(frame: pd.DataFrame, filters: Filters) -> Finding:
    """How far the best Chinese model is from the best of the other regions, and since when."""
    return _frontier(frame, filters, "China")


def scores_over_time(frame: pd.DataFrame, filters: Filters) -> Finding:
    """How many of the five best models of the last board have open weights."""
    if frame.empty:
        return nothing(frame, filters, "scores")
    last = frame[frame["month_start"] == frame["month_start"].max()]
    board = _asked_board(last)
    is_open = last["group_name"] == "open"
    count = int((is_open & (last["place"] <= PLACES)).sum())
    have = "has" if count < 2 else "have"
    part = f"all {NUMBERS[PLACES]}" if count == PLACES else f"{NUMBERS[count]} of the {NUMBERS[PLACES]}"
    sentence = f"{board}, {part} best models {have} open weights"
    first = last[is_open].nsmallest(1, "place")
    if len(first):
        row = first.iloc[0]
        sentence += (
            f"; the best open-weight model, {_model(row)}, is at place {row['place']:,.0f} with {score(row['score'])}"
        )
    listed = "; ".join(
        f"{row['place']:.0f} {_model(row)} {score(row['score'])}" for _, row in last.nsmallest(8, "place").iterrows()
    )
    return Finding(f"{sentence}.", f"{sentence}. First places: {listed}.", key_figure=f"{count} of {PLACES}")


def _asked_board(last: pd.DataFrame) -> str:
    """Which models are ranked: those of one board, or on the Open LLM leaderboard those handed in within a month."""
    row = last.iloc[0]
    if row.get("source_id") == "open_llm_leaderboard":
        return f"Among the models handed in to the {_board_name(row)} board in {month(row['month_start'])}"
    return f"On the {_board_name(row)} board of {day(last['published_on'].max())}"


def _frontier(frame: pd.DataFrame, filters: Filters, asked: str) -> Finding:
    if frame.empty:
        return nothing(frame, filters, "scores")
    boards = frame.groupby("published_on")["group_name"].nunique()
    shared = boards[boards > 1]
    if shared.empty:
        return _one_group(frame, is_chosen=asked != "open" and len(filters.sides) == 1)
    now = frame[frame["published_on"] == shared.index.max()]
    leader, trailing = _two(now, asked)
    sentence = f"{_compared(leader, trailing)}{_lag(trailing)}."
    return Finding(
        sentence,
        f"{sentence} {_told(frame)}",
        key_figure=_points(trailing),
        key_value=float(trailing["gap"]) * (-1 if leader["group_name"] == asked else 1),
        change=_change(frame, leader, trailing),
    )


def _two(now: pd.DataFrame, asked: str) -> tuple[pd.Series, pd.Series]:
    """The leading group, and the asked one; where the asked one leads, the best of the others."""
    ranked = now.sort_values(["gap", "group_name"])
    leader = ranked[ranked["group_name"] == ranked["leading_group"]].iloc[0]
    others = ranked[ranked["group_name"] != leader["group_name"]]
    own = others[others["group_name"] == asked]
    return leader, (own if len(own) else others).iloc[0]


def _compared(leader: pd.Series, trailing: pd.Series) -> str:
    board = f"on the {_board_name(leader)} board of {day(leader['published_on'])}"
    first, second = BEST[leader["group_name"]], BEST[trailing["group_name"]]
    scores = f"({score(leader['best_score'])} to {score(trailing['best_score'])})"
    if _gap(trailing) in {"0", "0.0"}:
        return f"{_upper(first)} and {second} were level {board} {scores}"
    if pd.isna(trailing["is_gap_clear"]):
        return (
            f"{_upper(first)} scored {_points(trailing)} more than {second} {board} {scores}; "
            "the board gives no intervals"
        )
    if not trailing["is_gap_clear"]:
        return (
            f"{_upper(first)} and {second} were too close to call {board}: {_points(trailing)} apart "
            f"{scores}, their intervals overlap"
        )
    return f"{_upper(first)} was {_points(trailing)} ahead of {second} {board} {scores}"


def _lag(trailing: pd.Series) -> str:
    days = trailing["lag_days"]
    if pd.isna(days) or days < 1 or trailing["is_gap_clear"] is False:
        return ""
    at_least = "at least " if trailing["is_lag_at_least"] else ""
    word = "day" if days == 1 else "days"
    return f"; {MODELS[trailing['leading_group']]} had reached that score {at_least}{days:,.0f} {word} earlier"


def _change(frame: pd.DataFrame, leader: pd.Series, trailing: pd.Series) -> str:
    """The same gap on an earlier board, signed from the leader's side; not where each board has its own questions."""
    if leader["source_id"] == "livebench":
        return ""
    wide = frame.pivot_table(index="published_on", columns="group_name", values="best_score")
    wide.index = pd.to_datetime(wide.index)
    gaps = (wide[leader["group_name"]] - wide[trailing["group_name"]]).dropna()
    today = pd.Timestamp(leader["published_on"])
    earlier = gaps[gaps.index <= today - pd.Timedelta(days=CHANGE_DAYS)]
    if earlier.empty:
        return ""
    moved = float(gaps.loc[today] - earlier.iloc[-1])
    digits = 0 if abs(leader["best_score"]) >= 100 or abs(moved) >= 9.95 else 1
    return f"{signed(moved, 'points', digits)} since {short_day(earlier.index[-1])}"


def _one_group(frame: pd.DataFrame, *, is_chosen: bool) -> Finding:
    last = frame[frame["published_on"] == frame["published_on"].max()].iloc[0]
    only = MODELS[last["group_name"]]
    said = f"Only {only} were chosen" if is_chosen else f"The {_board_name(last)} board lists only {only} here"
    sentence = (
        f"{said}, so there is no gap to measure; the best had "
        f"{score(last['best_score'])} on {day(last['published_on'])}."
    )
    return Finding(sentence, f"{sentence} {_told(frame)}", key_figure=score(last["best_score"]))


def _told(frame: pd.DataFrame) -> str:
    return " ".join(_group_told(rows) for _, rows in frame.groupby("group_name", sort=False))


def _group_told(rows: pd.DataFrame) -> str:
    ordered = rows.sort_values("published_on")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    high = ordered.nlargest(1, "best_score").iloc[0]
    name = BEST[last["group_name"]].removeprefix("the ")
    highest = f"highest {score(high['best_score'])} on {day(high['published_on'])}"
    return f"{_upper(name)}: {_point(first)}, {_point(last)}; {highest}."


def _point(row: pd.Series) -> str:
    return f"{score(row['best_score'])} on {day(row['published_on'])} ({row['best_model_label']})"


def _gap(trailing: pd.Series) -> str:
    return gap(float(trailing["gap"]), float(trailing["best_score"]))


def _points(trailing: pd.Series) -> str:
    return f"{_gap(trailing)} {'point' if _gap(trailing) == '1' else 'points'}"


def _board_name(row: pd.Series) -> str:
    return str(row["benchmark_name"]).replace(",", "")


def _model(row: pd.Series) -> str:
    maker = row["organisation_name"]
    if pd.isna(maker):
        return str(row["model_label"])
    return f"{row['model_label']} ({short_name(maker)}, {row['region']})"


def _upper(text: Any) -> str:
    return str(text)[0].upper() + str(text)[1:]
