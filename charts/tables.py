"""DataFrame in, the table that a picture shows out: one function for each kind of chart."""

import pandas as pd

from charts.figures import BANDS, value_column
from charts.shown_table import Column, Kind, Series, ShownTable, name_of, table_of
from charts.stacks import trailing_year
from charts.words import LICENCE_WORDS, short_name
from registry import REGIONS
from warehouse.filters import Filters

GROUP_WORDS = {"open": "Open weights", "closed": "Closed weights"}
SPANS = {"year": "the year", "month": "last finished month", "published": "published by others"}


def downloads(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each period; for each group its share or amount, with its interval where the picture has one."""
    value = value_column(frame, filters)
    kind: Kind = "share" if value.startswith("share") else "amount"
    has_bands = kind == "share" and frame["group_id"].nunique() <= BANDS and frame["share_low"].notna().any()
    wanted = {value: kind, "share_low": "share", "share_high": "share"} if has_bands else {value: kind}
    return _periods(frame, filters, "group_id", _names(frame), wanted, ("share_low", "share_high"))


def concentration(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each period; for each side its share with its interval, its share without its top model, that model."""
    names = _names(frame)
    wanted: dict[str, Kind] = {"share": "share", "share_low": "share", "share_high": "share"}
    wanted |= {"share_without_own_top": "share", "top_model_id": "text"}
    table = _periods(frame, filters, "group_id", names, wanted, ("share_low", "share_high"))
    without = (
        Series(f"{names[group]} without its top model", _column(group, "share_without_own_top")) for group in names
    )
    return ShownTable(table.columns, table.rows, (*table.series, *without))


def by_definition(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each definition and span: the year, the last finished month, what others published."""
    own = frame[(frame["group_id"] == filters.sides[0]) & frame["share"].notna()] if len(frame) else frame
    rows = own.assign(span=own["span"].map(SPANS))
    columns = [Column("definition", "What is counted", "text"), Column("span", "When", "text")]
    columns += [Column("until", "Until", "date"), Column("share", f"Share of {filters.sides[0]}", "share")]
    columns += [Column("share_low", "Interval from", "share"), Column("share_high", "to", "share")]
    columns += [Column("models", "Models", "count"), Column("sentence", "Definition", "text")]
    return table_of(rows, columns, [Series(f"Share of {filters.sides[0]}", "share", "share_low", "share_high")])


def frontier(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each board; for each group its best score, the interval and the model."""
    names = {str(name): GROUP_WORDS.get(str(name), str(name)) for name in _in_order(frame, "group_name")}
    wanted: dict[str, Kind] = {"best_score": "points", "best_score_low": "points", "best_score_high": "points"}
    wanted["best_model_label"] = "text"
    ends = ("best_score_low", "best_score_high")
    return _wide(frame, Column("published_on", "Board of", "date"), "group_name", names, wanted, ends)


def scores(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each model of each month's last board, the best first."""
    columns = [Column("published_on", "Board of", "date"), Column("place", "Place", "count")]
    columns += [Column("model_label", "Model", "text"), Column("organisation_name", "Maker", "text")]
    columns += [Column("region", "Headquarters", "text"), Column("weights", "Weights", "text")]
    columns += [Column("score", "Score", "points"), Column("score_low", "Interval from", "points")]
    columns += [Column("score_high", "to", "points"), Column("votes", "Votes", "count")]
    rows = frame.assign(weights=frame["group_name"]).sort_values(["published_on", "place"])
    return table_of(rows, columns, [Series("Score", "score", "score_low", "score_high")])


def licence_classes(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each month; the share of each licence class, and of how many."""
    known = [name for name in LICENCE_WORDS if name in set(frame["licence_class"])]
    names = {name: LICENCE_WORDS[name] for name in known}
    when = Column("month_start", "Month", "month")
    return _with_total(_wide(frame, when, "licence_class", names, {"share": "share"}), frame, "month_start", filters)


def licence_classes_by_region(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each region and month; the share of each licence class, and of how many."""
    classes = [name for name in LICENCE_WORDS if name in set(frame["licence_class"])]
    columns = [Column("region", "Headquarters", "text"), Column("month_start", "Month", "month")]
    columns += [Column(_column(name, "share"), LICENCE_WORDS[name], "share") for name in classes]
    columns.append(Column("total", _counted(filters), "count"))
    wide = frame.pivot_table(index=["region", "month_start"], columns="licence_class", values="share", aggfunc="first")
    wide = wide.rename(columns={name: _column(name, "share") for name in classes})
    wide["total"] = frame.groupby(["region", "month_start"])["total"].first()
    order = [region for region in REGIONS if region in set(frame["region"])]
    rows = wide.reset_index().sort_values(["region", "month_start"], key=lambda column: _rank(column, order))
    series = [Series(LICENCE_WORDS[name], _column(name, "share")) for name in classes]
    return table_of(rows, columns, series)


def open_share(frame: pd.DataFrame, filters: Filters) -> ShownTable:
    """A row for each month: the share of OSI-approved licences in the twelve months up to it, and of how many."""
    columns = [Column("at", "Twelve months to", "month"), Column("share", "OSI-approved", "share")]
    columns.append(Column("total", "New models", "count"))
    return table_of(trailing_year(frame), columns, [Series("OSI-approved", "share")])


def _periods(
    frame: pd.DataFrame,
    filters: Filters,
    group: str,
    names: dict[str, str],
    wanted: dict[str, Kind],
    interval: tuple[str, str],
) -> ShownTable:
    """The wide table of periods; which of them are unfinished stands in a column of its own."""
    when = Column("period_start", *(("Month", "month") if filters.period == "month" else ("Week from", "week")))
    table = _wide(frame, when, group, names, wanted, interval)
    finished = frame.groupby("period_start")["is_complete"].all()
    state = ["" if finished[pd.Timestamp(row[0])] else "unfinished" for row in table.rows]
    columns = (*table.columns, Column("state", "State", "text"))
    return ShownTable(columns, tuple((*row, said) for row, said in zip(table.rows, state, strict=True)), table.series)


def _wide(
    frame: pd.DataFrame,
    when: Column,
    group: str,
    names: dict[str, str],
    wanted: dict[str, Kind],
    interval: tuple[str, str] | tuple[()] = (),
) -> ShownTable:
    """A row for each date, the wanted columns of each group side by side. `wanted` begins with the value drawn."""
    value = next(iter(wanted))
    columns, wide = [when], pd.DataFrame({when.name: sorted(frame[when.name].unique())})
    for key, name in names.items():
        rows = frame[frame[group] == key].drop_duplicates(when.name)
        part = rows[[when.name, *wanted]].rename(columns={one: _column(key, one) for one in wanted})
        wide = wide.merge(part, on=when.name, how="left")
        columns += [Column(_column(key, one), _label(name, one), kind) for one, kind in wanted.items()]
    low, high = interval if set(interval) <= set(wanted) and interval else (None, None)
    series = [
        Series(name, _column(key, value), low and _column(key, low), high and _column(key, high))
        for key, name in names.items()
    ]
    return table_of(wide, columns, series)


def _with_total(table: ShownTable, frame: pd.DataFrame, when: str, filters: Filters) -> ShownTable:
    total = frame.groupby(when)["total"].first()
    rows = tuple((*row, int(total[pd.Timestamp(row[0])])) for row in table.rows)
    return ShownTable((*table.columns, Column("total", _counted(filters), "count")), rows, table.series)


def _counted(filters: Filters) -> str:
    return "New models" if filters.licence_by == "models" else "New downloads"


def _names(frame: pd.DataFrame) -> dict[str, str]:
    """Group -> its words, the largest first, the others last."""
    labels = frame.drop_duplicates("group_id").set_index("group_id")["group_label"]
    totals = frame.groupby("group_id")["new_downloads"].sum().sort_values(ascending=False)
    ordered = sorted(totals.index, key=lambda name: name == "other")
    return {str(name): "Others" if name == "other" else short_name(str(labels[name])) for name in ordered}


def _in_order(frame: pd.DataFrame, column: str) -> list[str]:
    return [str(name) for name in frame[column].unique()]


def _rank(column: pd.Series, order: list[str]) -> pd.Series:
    return column.map(order.index) if column.name == "region" else column


_LABELS = {
    "share_low": ", interval from",
    "share_high": ", to",
    "best_score_low": ", interval from",
    "best_score_high": ", to",
    "share_without_own_top": " without its top model",
    "top_model_id": ", top model",
    "best_model_label": ", best model",
}


def _label(name: str, column: str) -> str:
    return f"{name}{_LABELS.get(column, '')}"


def _column(key: str, column: str) -> str:
    return f"{name_of(key)}_{column}"
