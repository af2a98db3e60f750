"""DataFrame in, one plain sentence out: licences of new models or of downloads."""

from dataclasses import dataclass

import pandas as pd

from charts.chart import Finding
from charts.findings import nothing
from charts.words import LICENCE_WORDS, amount, month, percent, points, said_list, with_article
from warehouse.filters import Filters

ENOUGH_MODELS = 20  # with fewer behind it a share says more about chance than about licences
WINDOWS = (1, 3, 12)  # months; the shortest with enough models is the one to speak of
WINDOW_WORDS = {1: "in {}", 3: "in the three months to {}", 12: "in the twelve months to {}"}


@dataclass(frozen=True)
class Window:
    """Finished months taken together: how much was counted in them and which part of it is OSI-approved."""

    months: int
    last: pd.Timestamp
    total: int
    share: float

    @property
    def is_enough(self) -> bool:
        """Whether a share can be said."""
        return self.total >= ENOUGH_MODELS

    @property
    def when(self) -> str:
        """The months, as the end of a sentence."""
        return WINDOW_WORDS[self.months].format(month(self.last))


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
    parts = {str(region): rows for region, rows in frame.groupby("region")}
    sized = [{region: _window(rows, last, size) for region, rows in parts.items()} for size in WINDOWS]
    chosen = next((windows for windows in sized if all(window.is_enough for window in windows.values())), sized[-1])
    known = sorted(
        ((region, window) for region, window in chosen.items() if window.is_enough), key=lambda p: -p[1].share
    )
    if not known:
        return _too_few(frame, filters, _window(frame, last, WINDOWS[-1]))
    listed = said_list([f"{percent(window.share)} for {with_article(region)}" for region, window in known])
    few = [with_article(region) for region, window in chosen.items() if not window.is_enough]
    left_out = f" ({said_list(few)}: too few models)" if few else ""
    counted = "new models" if filters.licence_by == "models" else "downloads"
    sentence = f"{_upper(known[0][1].when)} the share of OSI-approved licences in {counted} was {listed}{left_out}."
    told = " ".join(f"{region}: {_told(parts[region], last)}" for region, _ in known)
    return Finding(sentence, f"{sentence} {told}", key_figure=percent(known[0][1].share))


def _share(frame: pd.DataFrame, filters: Filters, now: Window) -> Finding:
    if not now.is_enough:
        return _too_few(frame, filters, now)
    last = now.last
    before = _window(frame, last - pd.DateOffset(years=1), now.months)
    change = f", {_moved(now.share, before.share)} a year before" if before.is_enough else ""
    sentence = f"{_opening(now, filters)} {percent(now.share)}{change}."
    return Finding(
        sentence,
        f"{sentence} {_told(frame, last)}",
        key_figure=percent(now.share),
        change=f"{points(now.share - before.share)} on a year before" if before.is_enough else "",
    )


def _last_finished(frame: pd.DataFrame) -> pd.Timestamp | None:
    done = frame[frame["is_complete"].astype(bool)] if len(frame) else frame
    return pd.Timestamp(done["month_start"].max()) if len(done) else None


def _window(frame: pd.DataFrame, last: pd.Timestamp, size: int) -> Window:
    """Some months up to `last`, taken together."""
    starts = pd.to_datetime(frame["month_start"])
    rows = frame[(starts <= last) & (starts > last - pd.DateOffset(months=size)) & frame["is_complete"].astype(bool)]
    total = int(rows["amount"].sum())
    is_open = int(rows.loc[rows["licence_class"] == "open", "amount"].sum())
    return Window(size, last, total, is_open / total if total else 0.0)


def _too_few(frame: pd.DataFrame, filters: Filters, window: Window) -> Finding:
    sentence = (
        f"Only {amount(window.total)} new {_models(filters)} of {_whose(filters)} {window.when}: too few for a share."
    )
    return Finding(sentence, f"{sentence} {_told(frame, window.last)}", key_figure="")


def _opening(now: Window, filters: Filters) -> str:
    what = f"{amount(now.total)} new" if filters.licence_by == "models" else "downloads of"
    counted = f"{what} {_models(filters)} of {_whose(filters)} {now.when}"
    return f"Of the {counted}, the part under OSI-approved licences was"


def _whose(filters: Filters) -> str:
    return (
        "the tracked organisations"
        if not filters.regions
        else said_list([with_article(side) for side in filters.sides])
    )


def _models(filters: Filters) -> str:
    return "language models" if filters.scope == "language" else "models"


def _what(filters: Filters) -> str:
    return "new models with licences" if filters.licence_by == "models" else "downloads by licence"


def _moved(now: float, before: float) -> str:
    if percent(now) == percent(before):
        return "the same as"
    return f"{'up' if now > before else 'down'} from {percent(before)}"


def _told(frame: pd.DataFrame, last: pd.Timestamp) -> str:
    """Class by class, in the last twelve finished months together."""
    rows = frame[
        frame["is_complete"].astype(bool) & (pd.to_datetime(frame["month_start"]) > last - pd.DateOffset(years=1))
    ]
    total = rows["amount"].sum()
    sums = rows.groupby("licence_class")["amount"].sum()
    parts = [f"{word} {percent(sums[name] / total)}" for name, word in LICENCE_WORDS.items() if name in sums and total]
    return f"In the twelve months to {month(last)}: {', '.join(parts)}." if parts else ""


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
