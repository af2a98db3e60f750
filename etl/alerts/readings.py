"""What a release says on the subjects of the rules whose last word is remembered: figures, leaders, ages of sources."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

import registry
from charts import catalogue
from charts.catalogue import Drawn
from charts.findings_boards import BEST
from charts.standing import AHEAD, comparable, standing
from charts.words import day, month, percent, score, short_name, with_article
from etl.alerts.words import chart_path, clean, upper
from registry import AlertRule
from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import Filters


@dataclass(frozen=True)
class Reading:
    """What is so now. `value` is compared with what was told last; `sentence` says it when it is another."""

    subject: str
    value: float | str
    text: str
    sentence: str
    path: str
    is_news: bool = True  # false: it only says where things stood when the memory began


def read(rule: AlertRule, release: Release) -> list[Reading]:
    """What the release says on the subjects of a rule; nothing where it has no figures for it."""
    return list(OF_KIND[rule.kind](rule, release))


def _headline(rule: AlertRule, release: Release) -> Iterator[Reading]:
    drawn = _drawn(rule, release)
    if not drawn.finding.empty and drawn.finding.key_value is not None:
        until = f" (data to {day(drawn.data_until)})" if drawn.data_until else ""
        text = f"{drawn.finding.key_figure}{until}"
        yield Reading(rule.name, drawn.finding.key_value, text, drawn.finding.sentence, _path(rule, release))


def _crossing(rule: AlertRule, release: Release) -> Iterator[Reading]:
    drawn = _drawn(rule, release)
    if drawn.frame.empty:
        return
    led = _board_leader(drawn.frame) if "leading_group" in drawn.frame else _download_leader(drawn.frame)
    if led:
        leader, text, is_last = led
        sentence = f"{upper(text)}. {drawn.finding.sentence}"
        yield Reading(rule.name, leader, text, sentence, _path(rule, release), is_news=is_last)


def _download_leader(frame: pd.DataFrame) -> tuple[str, str, bool] | None:
    """The side ahead in the last finished period in which one surely was, in words too; whether it is the very last."""
    frame = comparable(frame)
    done = frame[frame["is_complete"].astype(bool) & frame["lead_low"].notna()]
    is_ahead = pd.Series([standing(row) == AHEAD for _, row in done.iterrows()], index=done.index, dtype=bool)
    ahead = done[is_ahead].sort_values("period_start")
    if ahead.empty:
        return None
    last = ahead.iloc[-1]
    sure = f"90 % interval {100 * last['share_low']:.0f} to {100 * last['share_high']:.0f} %"
    said = f"{with_article(str(last['group_id']))} surely ahead in {month(last['period_start'])}"
    is_last = last["period_start"] == done["period_start"].max()
    return str(last["group_id"]), f"{said} with {percent(last['share'])} ({sure})", bool(is_last)


def _board_leader(frame: pd.DataFrame) -> tuple[str, str, bool] | None:
    """The same for the best scores of a board: the interval of the leader lies above that of the other side."""
    behind = frame[frame["is_gap_clear"].eq(True)].sort_values(["published_on", "gap"])
    if behind.empty:
        return None
    day_of = behind["published_on"].iloc[-1]
    board = frame[frame["published_on"] == day_of]
    first = board[board["group_name"] == board["leading_group"]].iloc[0]
    second = behind[behind["published_on"] == day_of].iloc[0]
    scores = f"{score(first['best_score'])} to {score(second['best_score'])}"
    who = f"{BEST[first['group_name']]} surely ahead of {BEST[second['group_name']]}"
    return str(first["group_name"]), f"{who} on {day(day_of)} ({scores})", bool(day_of == frame["published_on"].max())


def _leaders(rule: AlertRule, release: Release) -> Iterator[Reading]:
    for board in queries.MAIN_BOARDS:
        frame = queries.scores_over_time(release, Filters(benchmark=board))
        if frame.empty:
            continue
        last = frame[frame["month_start"] == frame["month_start"].max()]
        for group, rows in last.groupby("group_name"):
            yield _leader(rule, release, str(group), rows.sort_values("place_in_group"))


def _leader(rule: AlertRule, release: Release, group: str, rows: pd.DataFrame) -> Reading:
    first = rows.iloc[0]
    label, maker = clean(first["model_label"]), first["organisation_name"]
    by = f" by {clean(short_name(str(maker)), 60)}" if pd.notna(maker) else ""
    name = clean(str(first["benchmark_name"]).replace(",", ""), 60)
    subject = f"{upper(BEST[group].removeprefix('the '))}, {name} board"
    text = f"{label}{by} ({score(first['score'])} points on {day(first['published_on'])})"
    sentence = f"{label}{by} is {BEST[group]} on the {name} board of {day(first['published_on'])}{_sure(rows)}."
    query = {"benchmark": str(first["benchmark_id"])}
    return Reading(subject, label, text, sentence, chart_path(release, str(rule.chart_id), query))


def _sure(rows: pd.DataFrame) -> str:
    """How sure the first place is, where the board says how sure its scores are."""
    if len(rows) < 2 or rows["score_low"].isna().iloc[0] or rows["score_high"].isna().iloc[1]:
        return ""
    second = clean(rows["model_label"].iloc[1])
    is_clear = rows["score_low"].iloc[0] > rows["score_high"].iloc[1]
    return f", surely ahead of {second}" if is_clear else f"; {second} is too close to call"


def _ages(rule: AlertRule, release: Release) -> Iterator[Reading]:
    states = queries.sources(release)
    newest = pd.to_datetime(states["data_until"]).max()
    for row in states[states["data_until"].notna()].to_dict("records"):
        source = registry.load().source(str(row["source_id"]))
        age, limit = (newest - pd.Timestamp(row["data_until"])).days, source.stale_after_days
        is_late = row["status"] == "stale" or (row["status"] == "failed" and age > limit)
        days = f"older than the {limit:,} days expected" if is_late else "no older than expected"
        text = f"figures to {day(row['data_until'])}, {days}"
        path = f"/data_and_methods?release={release.release_id}"
        sentence = f"{source.title}: {text}." + (" Charts that use it show an earlier time." if is_late else "")
        yield Reading(source.title, "late" if is_late else "in time", text, sentence, path)


def _drawn(rule: AlertRule, release: Release) -> Drawn:
    chart = catalogue.chart(str(rule.chart_id))
    return catalogue.draw(release, chart, replace(chart.defaults))


def _path(rule: AlertRule, release: Release) -> str:
    return chart_path(release, str(rule.chart_id))


OF_KIND: dict[str, Callable[[AlertRule, Release], Iterator[Reading]]] = {
    "headline_change": _headline,
    "crossing": _crossing,
    "new_leader": _leaders,
    "stale_source": _ages,
}
