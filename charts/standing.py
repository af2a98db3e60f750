"""Who stands where, as surely as the numbers say: ahead or behind where the interval of the lead excludes a tie."""

import pandas as pd

from charts.words import interval, month, people, percent, short_day, short_name, with_article
from warehouse.filters import Filters

AHEAD, BEHIND, OPEN = "ahead", "behind", "open"


def standing(row: pd.Series) -> str:
    """Where a group stands towards the best other one; `open` where its lead may as well be a tie."""
    if row["lead_low"] > 0:
        return AHEAD
    return BEHIND if row["lead_high"] < 0 else OPEN


def standing_in_words(frame: pd.DataFrame, now: pd.DataFrame, subject: pd.Series, column: str, filters: Filters) -> str:
    """Towards whom and how sure, as a part of a sentence; empty where there is nobody else."""
    others = now[(now["group_id"] != subject["group_id"]) & (now["group_id"] != "other")]
    if others.empty or pd.isna(subject["lead_low"]):
        return ""
    rival = others.nlargest(1, column).iloc[0]
    name, sure = _name(rival, filters), interval(subject["share_low"], subject["share_high"])
    has_own_share = filters.group != "region" or len(filters.sides) != 2 or not filters.is_share_of_sides
    beside = f" with {percent(rival[column])}" if has_own_share else ""
    if standing(subject) == OPEN:
        between = f" with {name} at {percent(rival[column])}" if has_own_share else ""
        return f"; who leads is too close to call{between} ({sure})"
    if (turned := _turned(frame, subject, filters)) is not None:
        return f"{turned} ({sure})"
    return f", {standing(subject)}{' of' if standing(subject) == AHEAD else ''} {name}{beside} ({sure})"


def _turned(frame: pd.DataFrame, subject: pd.Series, filters: Filters) -> str | None:
    """Since when one of two sides has been ahead, where the periods shown hold another standing too."""
    if filters.group != "region" or len(filters.sides) != 2:
        return None
    own = frame[frame["is_complete"].astype(bool) & (frame["group_id"] == subject["group_id"])]
    own = own.sort_values("period_start")
    is_same = own.apply(standing, axis=1) == standing(subject)
    if is_same.all():
        return None
    first = own[own["period_start"] > own.loc[~is_same, "period_start"].max()].iloc[0]
    other = next(side for side in filters.sides if side != subject["group_id"])
    leader = with_article(subject["group_id"] if standing(subject) == AHEAD else other)
    if first["period_start"] == subject["period_start"]:
        return f", which put {leader} ahead"
    since = (
        month(first["period_start"]) if filters.period == "month" else f"the week of {short_day(first['period_start'])}"
    )
    return f"; {leader} had been ahead since {since}"


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """The periods in which a fixed panel was whole; what lies before is never compared with them."""
    return frame[frame["is_panel_whole"].astype(bool)] if len(frame) else frame


def _name(row: pd.Series, filters: Filters) -> str:
    return people(row["group_id"]) if filters.group == "region" else f"{short_name(str(row['group_label']))} models"
