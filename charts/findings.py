"""DataFrame in, one plain sentence with its numbers out: who took how much, and what one repository weighs."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from charts.chart import Finding
from charts.standing import comparable, standing_in_words
from charts.words import (
    amount,
    day,
    model_name,
    models_of,
    month,
    month_of_text,
    people,
    percent,
    points,
    said_list,
    short_name,
    signed,
    whole_of,
    with_article,
)
from warehouse.filters import ALL_ACCOUNTS, Filters, panel_name

_LEFT_OUT = {1: "top model", 3: "top three models"}
LINES_TOLD = 4  # lines of a picture that its text alternative goes through


@dataclass(frozen=True)
class Moment:
    """The last finished period of a frame and the finished one right before it."""

    now: pd.DataFrame
    before: pd.DataFrame  # empty where the period before is missing or unfinished
    when: str
    when_before: str


def downloads_over_time(frame: pd.DataFrame, filters: Filters) -> Finding:
    """Who took how much of what, against the period before, and whether one repository decides it."""
    whole, frame = frame, comparable(frame)
    at = last_moment(frame, filters)
    if at is None:
        return nothing(whole, filters, f"new downloads of {models_of(filters)}")
    if _is_amount(frame, filters):
        return _amounts(frame, filters, at)
    column = shown_column("share", filters)
    subject = _subject(at.now, filters)
    share = float(subject[column])
    sentence = (
        f"{_opening(subject, filters)} took {percent(share)} of {whole_of(filters)} {at.when}"
        f"{_change(at, subject, column)}{standing_in_words(frame, at.now, subject, column, filters)}"
        f"{_robustness(at.now, subject, filters)}."
    )
    return Finding(
        sentence,
        f"{sentence} {told(frame, column, filters)}",
        key_figure=percent(share),
        key_value=share,
        change=_change_in_points(at, subject, column, filters),
    )


def downloads_concentration(frame: pd.DataFrame, filters: Filters) -> Finding:
    """Whether one repository decided who led in any period, and what the first models have of each side's downloads."""
    whole, frame = frame, comparable(frame)
    at = last_moment(frame, filters)
    known = at.now.dropna(subset=["top1_share"]) if at else pd.DataFrame()
    if at is None or known.empty:
        return nothing(whole, filters, f"new downloads of {models_of(filters)}")
    ordered = sorted((row for _, row in known.iterrows()), key=lambda row: filters.sides.index(row["group_id"]))
    each = [
        f"{model_name(row['top_model_id'])} {percent(row['top1_share'])} of the downloads of {people(row['group_id'])}"
        for row in ordered
    ]
    counted = _conditions(filters, left_out=False)
    heaviest = f"{counted}{_upper(at.when)} the most downloaded repositories had: {said_list(each)}."
    periods = _finished(frame)
    flips = [rows for rows in periods if _leader_without_top_of(rows, _leader(rows)) is not None]
    sentence = _decided(flips, len(periods), filters) if flips else heaviest
    told_lines = f"{heaviest if flips else ''} {told(frame, 'top1_share', filters)}".strip()
    return Finding(sentence, f"{sentence} {told_lines}", key_figure=percent(ordered[0]["top1_share"]))


def _finished(frame: pd.DataFrame) -> list[pd.DataFrame]:
    return [rows for _, rows in frame[frame["is_complete"].astype(bool)].groupby("period_start")]


def _decided(flips: list[pd.DataFrame], periods: int, filters: Filters) -> str:
    """In how many of the finished periods another side would have led without one repository, and the last of them."""
    rows, leader = flips[-1], _leader(flips[-1])
    unit = "months" if filters.period == "month" else "weeks"
    often = f"in {len(flips)} of {periods} {unit}, last " if len(flips) > 1 else ""
    return (
        f"{_conditions(filters, left_out=False)}One repository decided who had more {often}{period(leader, filters)}: "
        f"{people(leader['group_id'])} took {percent(leader['share'])} of "
        f"{whole_of(filters)}, without {model_name(leader['top_model_id'])} "
        f"{percent(_share_without_top_of(rows, leader, leader))}."
    )


def family_share(frame: pd.DataFrame, filters: Filters) -> Finding:
    """What DeepSeek and Qwen together have of all downloads counted."""
    frame = frame[frame["group_id"] != "other"] if len(frame) else frame
    at = last_moment(frame, filters)
    if at is None:
        return nothing(frame, filters, "downloads of DeepSeek and Qwen models")
    now, before = float(at.now["share"].sum()), float(at.before["share"].sum())
    change = "" if at.before.empty else f", {_moved(now, before)} {at.when_before}"
    each = said_list([f"{row['group_id']} {percent(row['share'])}" for _, row in at.now.iterrows()])
    whole = f"all downloads of {models_of(filters)} counted"
    sentence = f"DeepSeek and Qwen models took {percent(now)} of {whole} {at.when}{change}: {each}."
    return Finding(
        sentence,
        f"{sentence} {told(frame, 'share', filters)}",
        key_figure=percent(now),
        key_value=now,
        change="" if at.before.empty else f"{points(now - before)} since {_short(at.before.iloc[0], filters)}",
    )


def shown_column(name: str, filters: Filters) -> str:
    """The column of shares or downloads that the choice of filters asks for."""
    return f"{name}_without_top{int(filters.without_top)}" if filters.without_top else name


def last_moment(frame: pd.DataFrame, filters: Filters) -> Moment | None:
    """The last finished period; an unfinished one is never a finding."""
    done = frame[frame["is_complete"].astype(bool)] if len(frame) else frame
    done = done[done["share"].notna()] if len(done) else done
    if done.empty:
        return None
    starts = pd.to_datetime(done["period_start"])
    last = starts.max()
    step = pd.DateOffset(months=1) if filters.period == "month" else pd.DateOffset(days=7)
    now, before = done[starts == last], done[starts == last - step]
    ago = "a month before" if filters.period == "month" else "a week before"
    return Moment(now, before, period(now.iloc[0], filters), ago)


def period(row: pd.Series, filters: Filters) -> str:
    """When a row's downloads happened, as the end of a sentence."""
    if filters.period == "week":
        estimated = " (estimated from 30-day counters)" if row["method"] == "rolling_window" else ""
        return f"in {_named(row, filters)}{estimated}"
    if row["method"] == "rolling_window":
        return f"in the 30 days to {day(row['period_end'])}"
    return f"in {month(row['period_start'])}"


def _named(row: pd.Series, filters: Filters) -> str:
    return month(row["period_start"]) if filters.period == "month" else f"the week from {day(row['period_start'])}"


def told(frame: pd.DataFrame, column: str, filters: Filters) -> str:
    """The lines of a picture in words: first, last, highest, lowest, and what is unfinished."""
    done = frame[frame["is_complete"].astype(bool) & frame[column].notna()]
    sizes = done.groupby("group_id", sort=False)["new_downloads"].sum().sort_values(ascending=False)
    names = [name for name in filters.sides if name in sizes.index] if filters.group == "region" else []
    names += [name for name in sizes.index if name not in {"other", *names}]
    lines = [_line_told(done[done["group_id"] == name], column, filters) for name in names[:LINES_TOLD]]
    more = [f"{len(names) - LINES_TOLD} more lines are in the table."] if len(names) > LINES_TOLD else []
    late = frame[~frame["is_complete"].astype(bool)]
    open_end = (
        [f"{month(late['period_start'].max())} is not finished."] if len(late) and filters.period == "month" else []
    )
    return " ".join([*lines, *more, *open_end])


def nothing(frame: pd.DataFrame, filters: Filters, what: str) -> Finding:
    """Why there is nothing to say, and the nearest choice that has data."""
    available = frame.attrs.get("available", [])
    if len(frame) and not frame["is_panel_whole"].astype(bool).any():
        known = month_of_text(filters.panel)
        return _empty(
            f"The panel of {panel_name(filters.panel)} begins in {known}, after the months that have data here.",
            replace(filters, panel=ALL_ACCOUNTS, since="", until=""),
        )
    if len(frame):
        return _empty(f"No finished period with {what} in this selection yet.", replace(filters, since="", until=""))
    if not available:
        return _empty(f"This release holds no {what}: no source with them was read yet.", None)
    own = [row for row in available if not row["region"] or row["region"] in filters.sides]
    if not own:
        known = said_list([with_article(row["region"]) for row in available])
        return _empty(
            f"There are no {what} from {_sides(filters)}; there are from {known}.", replace(filters, regions=())
        )
    first, last = min(row["first_month"] for row in own), max(row["last_month"] for row in own)
    span = f"{month_of_text(first)} to {month_of_text(last)}"
    if filters.period == "week":
        said = f"There are no weekly figures for {what} here; monthly ones run from {span}."
        return _empty(said, replace(filters, period="month", since="", until=""))
    return _empty(
        f"There are no {what} in the months chosen; data runs from {span}.", replace(filters, since="", until="")
    )


def _empty(why: str, nearest: Filters | None) -> Finding:
    return Finding(why, why, empty=True, why_empty=why, nearest=nearest)


def _amounts(frame: pd.DataFrame, filters: Filters, at: Moment) -> Finding:
    column = shown_column("new_downloads", filters)
    subject = _subject(at.now, filters)
    value = float(subject[column])
    old = _row_of(at.before, subject)
    change = "" if old is None else f", {_moved(value, float(old[column]), amount)} {at.when_before}"
    ranked = at.now[(at.now["group_id"] != subject["group_id"]) & (at.now["group_id"] != "other")].nlargest(1, column)
    rival = "".join(f"; {_name(row, filters)} {amount(row[column])} times" for _, row in ranked.iterrows())
    opening = _opening(subject, filters)
    sentence = f"{opening} were downloaded {amount(value)} times {at.when}{change}{rival}."
    difference = "" if old is None or not old[column] else signed((value / float(old[column]) - 1) * 100, "%", 0)
    told_change = f"{difference} since {_short(at.before.iloc[0], filters)}" if difference else ""
    return Finding(sentence, f"{sentence} {told(frame, column, filters)}", key_figure=amount(value), change=told_change)


def _opening(subject: pd.Series, filters: Filters) -> str:
    conditions, name = _conditions(filters), _name(subject, filters)
    return f"{conditions}{name}" if conditions else _upper(name)


def _conditions(filters: Filters, *, left_out: bool = True) -> str:
    """What is counted in another way than usual is named first: it gives other figures for the same words."""
    conditions = [
        f"among {panel_name(filters.panel)}" if filters.panel != ALL_ACCOUNTS else "",
        "counted by the maker of the base model" if filters.attribution == "origin" else "",
        f"without each side's {_LEFT_OUT[filters.without_top]}" if left_out and filters.without_top else "",
    ]
    said = ", ".join(condition for condition in conditions if condition)
    return f"{_upper(said)}: " if said else ""


def _change(at: Moment, subject: pd.Series, column: str) -> str:
    old = _row_of(at.before, subject)
    return "" if old is None else f", {_moved(float(subject[column]), float(old[column]))} {at.when_before}"


def _change_in_points(at: Moment, subject: pd.Series, column: str, filters: Filters) -> str:
    old = _row_of(at.before, subject)
    return "" if old is None else f"{points(float(subject[column]) - float(old[column]))} since {_short(old, filters)}"


def _robustness(now: pd.DataFrame, subject: pd.Series, filters: Filters) -> str:
    """What the sentence would be without one repository, above all where another side would lead then."""
    if filters.without_top:
        whole, left = (percent(subject[name]) for name in ("share", shown_column("share", filters)))
        return f"; with all models it was {whole}" if whole != left else ""
    leader = _leader(now)
    if (new_leader := _leader_without_top_of(now, leader)) is not None:
        share = _share_without_top_of(now, leader, subject)
        said = f"; without {model_name(leader['top_model_id'])} alone it was {percent(share)}"
        return f"{said}, and {_bare_name(new_leader, filters)} had more"
    if pd.isna(subject["top_model_id"]):
        return ""
    share = _share_without_top_of(now, subject, subject)
    return f"; without {model_name(subject['top_model_id'])} alone it was {percent(share)}"


def _leader(now: pd.DataFrame) -> pd.Series:
    named = now[now["group_id"] != "other"]
    return (named if len(named) else now).nlargest(1, "new_downloads").iloc[0]


def _leader_without_top_of(now: pd.DataFrame, leader: pd.Series) -> pd.Series | None:
    """Who would lead without the leader's most downloaded model; None where the leader would still."""
    if pd.isna(leader["top_model_downloads"]):
        return None
    left = float(leader["new_downloads"] - leader["top_model_downloads"])
    rivals = now[(now["group_id"] != "other") & (now["group_id"] != leader["group_id"])]
    above = rivals[rivals["new_downloads"] > left]
    return above.nlargest(1, "new_downloads").iloc[0] if len(above) else None


def _share_without_top_of(now: pd.DataFrame, side: pd.Series, subject: pd.Series) -> float:
    """The subject's share where the most downloaded model of one side is left out."""
    out = float(side["top_model_downloads"])
    own = float(subject["new_downloads"]) - (out if side["group_id"] == subject["group_id"] else 0.0)
    return own / (float(subject["new_downloads"]) / float(subject["share"]) - out)


def _subject(now: pd.DataFrame, filters: Filters) -> pd.Series:
    """China where regions are compared, since that is the question; else the group with most downloads."""
    if filters.group == "region" and "China" in set(now["group_id"]):
        return now[now["group_id"] == "China"].iloc[0]
    return _leader(now)


def _is_amount(frame: pd.DataFrame, filters: Filters) -> bool:
    one_side = filters.group == "region" and frame["group_id"].nunique() < 2
    return filters.measure == "downloads" or one_side


def _row_of(rows: pd.DataFrame, subject: pd.Series) -> pd.Series | None:
    own = rows[rows["group_id"] == subject["group_id"]] if len(rows) else rows
    return own.iloc[0] if len(own) else None


def _line_told(rows: pd.DataFrame, column: str, filters: Filters) -> str:
    say = percent if "share" in column else amount
    ordered = rows.sort_values("period_start")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    high, low = ordered.nlargest(1, column).iloc[0], ordered.nsmallest(1, column).iloc[0]
    what = "most downloaded model's share" if column == "top1_share" else ""
    name = short_name(str(last["group_label"])) + (f", {what}" if what else "")
    return (
        f"{name}: {say(first[column])} in {_named(first, filters)}, {say(last[column])} in {_named(last, filters)}; "
        f"highest {say(high[column])} ({_named(high, filters)}), lowest {say(low[column])} ({_named(low, filters)})."
    )


def _moved(value: float, old: float, say: Any = percent) -> str:
    if say(value) == say(old):
        return "about the same as"
    return f"{'up' if value > old else 'down'} from {say(old)}"


def _short(old: pd.Series, filters: Filters) -> str:
    """The period before; with its year, because the newest figures may be old."""
    return month(old["period_start"]) if filters.period == "month" else "the week before"


def _name(row: pd.Series, filters: Filters) -> str:
    return people(row["group_id"]) if filters.group == "region" else f"{short_name(str(row['group_label']))} models"


def _bare_name(row: pd.Series, filters: Filters) -> str:
    return with_article(row["group_id"]) if filters.group == "region" else short_name(str(row["group_label"]))


def _sides(filters: Filters) -> str:
    return said_list([with_article(side) for side in filters.sides])


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
