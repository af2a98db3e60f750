"""What changed between two releases: last words that are others now, licences, figures that were revised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd

from charts import catalogue
from charts.words import amount, day, month, percent, short_day, short_name, with_article
from etl.alerts.readings import Reading
from etl.alerts.words import chart_path, clean, upper
from registry import AlertRule
from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import Filters, definition_name

NO_LICENCE = "no licence stated"
ROUNDING = 1e-9  # of differences of floating-point numbers: a threshold itself counts


@dataclass(frozen=True)
class Known:
    """What was told last on a subject."""

    value: float | str
    text: str


@dataclass(frozen=True)
class Change:
    """Before and after, in words."""

    subject: str
    before: str
    after: str
    sentence: str
    path: str


def of_readings(rule: AlertRule, now: list[Reading], known: Mapping[str, Known]) -> Iterator[Change]:
    """The readings that are not what was told; a subject that nothing was told of yet is no change."""
    for reading in now:
        before = known.get(reading.subject)
        if before and reading.is_news and differs(rule, before.value, reading.value):
            yield Change(reading.subject, before.text, reading.text, reading.sentence, reading.path)


def differs(rule: AlertRule, before: float | str, now: float | str) -> bool:
    """Whether a value is another; a measured one by the threshold of the rule at least."""
    if rule.threshold is None:
        return before != now
    if isinstance(before, str) or isinstance(now, str):
        return False
    return abs(now - before) >= rule.threshold - ROUNDING


def of_licences(rule: AlertRule, before: Release, now: Release) -> Iterator[Change]:
    """Widely used models that state another licence than in the release before, the most downloaded first."""
    widely_used = int(rule.threshold or 0)
    stated_before = queries.widely_used_licences(before, 0).set_index("model_id")["licence"]
    for row in queries.widely_used_licences(now, widely_used).to_dict("records"):
        if row["model_id"] in stated_before.index:
            was, is_now = _licence(stated_before[row["model_id"]]), _licence(row["licence"])
            if was.lower() != is_now.lower():
                yield _licence_change(rule, now, row, was, is_now)


def _licence_change(rule: AlertRule, now: Release, row: dict[Any, Any], was: str, is_now: str) -> Change:
    model, maker = clean(row["model_id"], 140), clean(short_name(str(row["maker"])), 60)
    used = f"{amount(row['downloads_30d'])} downloads in the 30 days to {short_day(row['read_on'])}"
    seen = f"seen on {day(row['stated_on'])}"
    sentence = f"{model} ({maker}; {used}) states another licence: {is_now}, before {was}; first {seen}."
    after = f"{is_now} ({seen})"
    return Change(model, was, after, sentence, chart_path(now, str(rule.chart_id)))


def _licence(value: Any) -> str:
    return clean(value, 80) if isinstance(value, str) and value.strip() else NO_LICENCE


def of_revisions(rule: AlertRule, before: Release, now: Release) -> Iterator[Change]:
    """Published shares that the release says otherwise, one change for each usual choice, the largest figure named."""
    frame = queries.revisions(now, before.built_at)
    usual = frame["definition"].isin(queries.USUAL) & (frame["what"] == "download_share") & (frame["period"] == "month")
    far = frame[usual & (frame["difference"].abs() >= (rule.threshold or 0) - ROUNDING)]
    for definition, rows in far.groupby("definition", sort=False):
        ordered = rows.reindex(rows["difference"].abs().sort_values(ascending=False, kind="stable").index)
        yield _revision(rule, now, str(definition), ordered)


def _revision(rule: AlertRule, now: Release, definition: str, rows: pd.DataFrame) -> Change:
    first, chart = rows.iloc[0], catalogue.chart(str(rule.chart_id))
    filters = Filters.from_query(dict(parse_qsl(definition)), chart.defaults)
    when = month(first["period_start"])
    subject = f"Share of {with_article(clean(first['group_name'], 40))} in {when} ({definition_name(filters)})"
    was, is_now = percent(first["value_before"]), percent(first["value_after"])
    others = rows["period_start"].nunique() - 1
    also = f" {others} other {'month was' if others == 1 else 'months were'} revised too." if others else ""
    sentence = (
        f"The published {rule.name.split(',')[0].removeprefix('Published ')} of {with_article(first['group_name'])} in "
        f"{when} was revised from {was} to {is_now}.{also} Reason: {clean(first['reason'], 400)}"
    )
    path = chart_path(now, chart.id, filters.to_query(chart.defaults))
    return Change(
        upper(subject), f"{was}, as published before", f"{is_now}, in release {now.release_id}", sentence, path
    )


BETWEEN = {"licence_change": of_licences, "counter_revision": of_revisions}
