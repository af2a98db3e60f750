"""DataFrame in, one plain sentence out: licences of new models or of downloads."""

import pandas as pd

from charts.chart import Finding
from charts.findings import nothing
from charts.words import LICENCE_WORDS, amount, month, percent, points, said_list, with_article
from warehouse.filters import Filters

ENOUGH_MODELS = 20  # a month with fewer new models is no share to speak of


def licence_share_over_time(frame: pd.DataFrame, filters: Filters) -> Finding:
    """The share of OSI-approved licences in the last finished month, against a year or a month before."""
    months = _open_by_month(frame)
    if months.empty:
        return nothing(frame, filters, _what(filters))
    last = months.iloc[-1]
    old = _compared_with(months, last.name)
    change = "" if old is None else f", {_moved(last['share'], old['share'])} in {month(old.name)}"
    sentence = f"{_opening(last, filters)} {percent(last['share'])}{change}."
    return Finding(
        sentence,
        f"{sentence} {_told(frame)}",
        key_figure=percent(last["share"]),
        change="" if old is None else f"{points(last['share'] - old['share'])} on {month(old.name)}",
    )


def licence_share_by_region(frame: pd.DataFrame, filters: Filters) -> Finding:
    """The share of OSI-approved licences by region, in the last finished month in which each had enough models."""
    by_region = {str(region): _open_by_month(rows) for region, rows in frame.groupby("region")}
    known = {region: months for region, months in by_region.items() if len(months)}
    if not known:
        return nothing(frame, filters, _what(filters))
    last = max(months.index[-1] for months in known.values())
    shares = {region: float(months.loc[last, "share"]) for region, months in known.items() if last in months.index}
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    listed = said_list([f"{percent(share)} for {with_article(region)}" for region, share in ranked])
    counted = "new models" if filters.licence_by == "models" else "downloads"
    sentence = f"In {month(last)} the share of OSI-approved licences in {counted} was {listed}."
    told = " ".join(f"{region}: {_told(frame[frame['region'] == region])}" for region, _ in ranked)
    return Finding(sentence, f"{sentence} {told}", key_figure=percent(ranked[0][1]))


def _open_by_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Finished months with enough behind them: share of the class open, and the total."""
    if frame.empty:
        return pd.DataFrame(columns=["share", "total"])
    done = frame[frame["is_complete"].astype(bool)]
    months = done.groupby("month_start").agg(total=("total", "max"))
    is_open = done[done["licence_class"] == "open"].groupby("month_start")["share"].sum()
    months["share"] = is_open.reindex(months.index).fillna(0.0)
    return months[months["total"] >= ENOUGH_MODELS].sort_index()


def _compared_with(months: pd.DataFrame, last: object) -> pd.Series | None:
    for offset in (pd.DateOffset(years=1), pd.DateOffset(months=1)):
        wanted = [start for start in months.index if pd.Timestamp(start) == pd.Timestamp(str(last)) - offset]
        if wanted:
            return months.loc[wanted[0]]
    return None


def _opening(last: pd.Series, filters: Filters) -> str:
    whose = (
        "the tracked organisations"
        if not filters.regions
        else said_list([with_article(side) for side in filters.sides])
    )
    models = "language models" if filters.scope == "language" else "models"
    if filters.licence_by == "models":
        return (
            f"Of the {amount(last['total'])} new {models} of {whose} in {month(last.name)}, OSI-approved licences cover"
        )
    return f"Of the downloads of {models} of {whose} in {month(last.name)}, models under OSI-approved licences took"


def _what(filters: Filters) -> str:
    return "new models with licences" if filters.licence_by == "models" else "downloads by licence"


def _moved(now: float, before: float) -> str:
    if percent(now) == percent(before):
        return "the same as"
    return f"{'up' if now > before else 'down'} from {percent(before)}"


def _told(frame: pd.DataFrame) -> str:
    """First and last month with enough behind them, class by class."""
    months = _open_by_month(frame)
    if months.empty:
        return ""
    first, last = months.index[0], months.index[-1]
    shares = frame.groupby(["month_start", "licence_class"])["share"].sum()
    ends = list(dict.fromkeys((first, last)))
    parts = [
        f"{word} {', '.join(f'{percent(shares.get((at, name), 0.0))} in {month(at)}' for at in ends)}"
        for name, word in LICENCE_WORDS.items()
        if name in set(frame["licence_class"])
    ]
    return f"{'; '.join(parts)}."
