"""DataFrame in, one plain sentence out: licences of new models or of downloads."""

from dataclasses import dataclass

import pandas as pd

from charts.chart import Finding
from charts.findings import nothing
from charts.words import LICENCE_WORDS, amount, day, month, percent, points, said_list, with_article
from warehouse.filters import Filters

ENOUGH_MODELS = 20  # with fewer behind it a share says more about chance than about licences
WINDOWS = (1, 3, 12)  # months; the shortest with enough models is the one to speak of
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Window:
    """Finished months taken together: how much was counted in them and which part of it is OSI-approved.

    `months`: how many were asked for and shown; `counted_to`: the last day, where 30 days stand for the month.
    """

    months: int
    last: pd.Timestamp
    total: int
    share: float
    counted_to: pd.Timestamp | None = None

    @property
    def is_enough(self) -> bool:
        """Whether a share can be said."""
        return self.total >= ENOUGH_MODELS

    @property
    def when(self) -> str:
        """The months, as the end of a sentence."""
        if self.months == 1:
            return f"in {month(self.last)}" if self.counted_to is None else f"in the 30 days to {day(self.counted_to)}"
        return f"in the {NUMBERS[self.months]} months to {month(self.last)}"


def licence_share_over_time(frame: pd.DataFrame, filters: Filters) -> Finding:
    """The share of OSI-approved licences in the last finished months, against a year before."""
    last = _last_finished(frame)
    if last is None:
        return nothing(frame, filters, _what(filters))
    sized = [_window(frame, last, size) for size in WINDOWS]
    return _share(frame, filters, next((window for window in sized if window.is_enough), sized[-1]))


def open_share(frame: pd.DataFrame, filters: Filters) -> Finding:
    """The share of OSI-approved licences in the last twelve finished months, against the twelve before."""
    last = _last_finished(frame)
    if last is None:
        return nothing(frame, filters, _what(filters))
    return _share(frame, filters, _window(frame, last, WINDOWS[-1]))


def licence_share_by_region(frame: pd.DataFrame, filters: Filters) -> Finding:
    """The share of OSI-approved licences by region; regions with too few models are named, not measured."""
    last = _last_finished(frame)
    if last is None:
        return nothing(frame, filters, _what(filters))
    regions = sorted(str(region) for region in frame["region"].unique())
    sized = [{region: _window(frame, last, size, region) for region in regions} for size in WINDOWS]
    chosen = next((windows for windows in sized if all(window.is_enough for window in windows.values())), sized[-1])
    known = sorted(
        ((region, window) for region, window in chosen.items() if window.is_enough), key=lambda p: -p[1].share
    )
    if not known:
        return _too_few(frame, filters, _window(frame, last, WINDOWS[-1]))
    listed = said_list([f"{percent(window.share)} for {with_article(region)}" for region, window in known])
    few = [with_article(region) for region, window in chosen.items() if not window.is_enough]
    left_out = f" ({said_list(few)}: too few models)" if few else ""
    counted = f"new {_models(filters)}" if filters.licence_by == "models" else f"downloads of {_models(filters)}"
    sentence = f"{_upper(known[0][1].when)} the share of OSI-approved licences in {counted} was {listed}{left_out}."
    told = " ".join(f"{region}: {_told(frame, last, region)}" for region, _ in known)
    return Finding(sentence, f"{sentence} {told}", key_figure=percent(known[0][1].share))


def _share(frame: pd.DataFrame, filters: Filters, now: Window) -> Finding:
    if not now.is_enough:
        return _too_few(frame, filters, now)
    last = now.last
    before = _window(frame, last - pd.DateOffset(years=1), now.months)
    is_compared = before.is_enough and before.months == now.months
    change = f", {_moved(now.share, before.share)} a year before" if is_compared else ""
    sentence = f"{_opening(now, filters)}{change}."
    return Finding(
        sentence,
        f"{sentence} {_told(frame, last)}",
        key_figure=percent(now.share),
        key_value=now.share,
        change=f"{points(now.share - before.share)} on a year before" if is_compared else "",
    )


def _last_finished(frame: pd.DataFrame) -> pd.Timestamp | None:
    done = frame[frame["is_complete"].astype(bool)] if len(frame) else frame
    return pd.Timestamp(done["month_start"].max()) if len(done) else None


def _window(frame: pd.DataFrame, last: pd.Timestamp, size: int, region: str = "") -> Window:
    """Some months up to `last`, taken together; no more of them than the frame reaches back."""
    starts = pd.to_datetime(frame["month_start"])
    shown = max(0, (last.year - starts.min().year) * 12 + last.month - starts.min().month + 1)
    rows = frame[(starts <= last) & (starts > last - pd.DateOffset(months=size)) & frame["is_complete"].astype(bool)]
    counted_to = _counted_to(rows)
    rows = rows[rows["region"] == region] if region else rows
    total = int(rows["amount"].sum())
    is_open = int(rows.loc[rows["licence_class"] == "open", "amount"].sum())
    return Window(min(size, shown), last, total, is_open / total if total else 0.0, counted_to)


def _counted_to(rows: pd.DataFrame) -> pd.Timestamp | None:
    """The day on which a 30-day counter was read; None for models, and for downloads counted by the calendar."""
    is_window = rows["method"] == "rolling_window"
    return pd.Timestamp(rows.loc[is_window, "period_end"].max()) if is_window.any() else None


def _too_few(frame: pd.DataFrame, filters: Filters, window: Window) -> Finding:
    counted = "new" if filters.licence_by == "models" else "downloads of"
    sentence = (
        f"Only {amount(window.total)} {counted} {_models(filters)} from {_whose(filters)} {window.when}: "
        "too few for a share."
    )
    return Finding(sentence, f"{sentence} {_told(frame, window.last)}", key_figure="")


def _opening(now: Window, filters: Filters) -> str:
    counted = f"{_models(filters)} from {_whose(filters)} {now.when}"
    if filters.licence_by == "models":
        return f"Of the {amount(now.total)} new {counted}, {percent(now.share)} carry an OSI-approved licence"
    return f"Of the downloads of {counted}, {percent(now.share)} were of models under an OSI-approved licence"


def _whose(filters: Filters) -> str:
    return (
        "the tracked organisations"
        if not filters.regions
        else said_list([with_article(side) for side in filters.sides])
    )


def _models(filters: Filters) -> str:
    return "language models" if filters.scope == "language" else "models"


def _what(filters: Filters) -> str:
    return "new models" if filters.licence_by == "models" else "downloads by licence"


def _moved(now: float, before: float) -> str:
    if percent(now) == percent(before):
        return "about the same as"
    return f"{'up' if now > before else 'down'} from {percent(before)}"


def _told(frame: pd.DataFrame, last: pd.Timestamp, region: str = "") -> str:
    """Class by class, in the last twelve finished months together, or in as many as are shown."""
    window = _window(frame, last, WINDOWS[-1])
    starts = pd.to_datetime(frame["month_start"])
    rows = frame[frame["is_complete"].astype(bool) & (starts > last - pd.DateOffset(months=window.months))]
    when = window.when
    if window.counted_to is not None and (counted := rows["month_start"].nunique()) > 1:
        when = f"in the {NUMBERS[counted]} months counted to {month(last)}"
    rows = rows[rows["region"] == region] if region else rows
    total = rows["amount"].sum()
    sums = rows.groupby("licence_class")["amount"].sum()
    parts = [f"{word} {percent(sums[name] / total)}" for name, word in LICENCE_WORDS.items() if name in sums and total]
    return f"{_upper(when)}: {', '.join(parts)}." if parts else ""


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
