"""Revised figures in words and rows: what a later release says otherwise than it was published, and why."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
import streamlit as st

from charts.words import LICENCE_WORDS, MINUS, amount, day, month, percent, score, with_article
from dashboard import data
from dashboard.words import full_day, paragraph
from warehouse.connect import OlderTables, Release
from warehouse.filters import Filters
from warehouse.queries import USUAL

PARAMETER, KEY = "revised_since", "filter_revised_since"
USUAL_SPAN = timedelta(days=30)
ROWS_SHOWN = 500  # the whole list is a table of the release
REASONS_SHOWN = 15
PAGES = {"best_score": "leaderboards", "licence_share": "licences"}  # where the figure is shown; all others: adoption
# Filters that tell one choice from another in words, by what the figure is.
SPOKEN = {
    "new_downloads": ("scope", "attribution", "panel"),
    "download_share": ("scope", "attribution", "panel"),
    "licence_share": ("scope", "licence_by"),
    "best_score": (),
}
LARGEST = {
    "download_share": "the largest in shares of downloads",
    "new_downloads": "the largest in downloads",
    "licence_share": "the largest in licences",
    "best_score": "the largest in scores",
}
NOT_SHOWN = "no figure"
REASON_HEADERS = ("Reason", "Figures", "Published in release")
COLUMNS: dict[str, Any] = {
    "figure": st.column_config.TextColumn("Figure", width=400),
    "period": "Period",
    "before": st.column_config.TextColumn("As published", width=110),
    "after": st.column_config.TextColumn("Now", width=110),
    "change": st.column_config.TextColumn("Change", width=110),
    "choice": st.column_config.TextColumn("Choice", width=260),
    "reason": st.column_config.TextColumn("Why", width=520),
    "published_in": "Since release",
    "page": st.column_config.LinkColumn("Page", display_text="Show", help="The page as it is now, with this choice."),
}


@dataclass(frozen=True)
class Since:
    """A release from which on revisions are asked for; `built_at` is UTC."""

    release_id: str
    built_at: datetime


def known() -> list[Since]:
    """The releases on record from which on revisions are known, newest first; none where nothing was compared."""
    with suppress(OlderTables):
        return [Since(row["compared_with"], _utc(row["compared_built_at"])) for row in data.records("comparisons")]
    return []


def read(newest: datetime) -> Since | None:
    """The release that the address names; else the last one of a month ago, or the first on record."""
    releases, asked = known(), st.query_params.get(PARAMETER)
    named = next((entry for entry in releases if entry.release_id == asked), None)
    old = next((entry for entry in releases if entry.built_at <= newest - USUAL_SPAN), None)
    return named or old or (releases[-1] if releases else None)


def show_choice(since: Since) -> None:
    """The one filter of the page, in the address; and what of the address was not understood."""
    releases = {entry.release_id: entry for entry in known()}
    st.session_state[KEY] = since.release_id
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.selectbox(
            "Since the release of",
            list(releases),
            format_func=lambda release_id: f"{full_day(releases[release_id].built_at)} ({release_id})",
            key=KEY,
            help="Which release you know: what was published in it and is said otherwise now is listed.",
            on_change=_write,
            filter_mode=None,
            width=340,
        )
    asked = st.query_params.get(PARAMETER, since.release_id)
    if asked not in releases:
        said = f"Revisions since release “{asked[:40]}” are not on record; another span is shown instead."
        st.html(paragraph(said, "notice"))


def _write() -> None:
    st.query_params[PARAMETER] = st.session_state[KEY]


def left_out(since: Since) -> int:
    """How many revisions the releases found beyond those that they list."""
    later = [row for row in data.records("comparisons") if _utc(row["built_at"]) > since.built_at]
    return sum(int(row["revised"]) - int(row["listed"]) for row in later)


def rule() -> str:
    """How figures are compared, as the release itself says."""
    compared = data.records("comparisons")
    counted = f"{len(compared):,} releases are on record" if len(compared) != 1 else "One release is on record"
    return (
        f"{counted}, each compared with the one published before it; the last one with {int(compared[0]['figures']):,} "
        f"figures. Taken for rounding and not listed: {compared[0]['ignored']}. The reason names what the two releases "
        "themselves show to be different and what can touch the figure: registry, readings, models, counter events, "
        "SQL, scope. Several causes are named side by side; how much each weighs is not known."
    )


def count_since(built_at: datetime) -> int | None:
    """How many figures the newest release says otherwise than one of that time did; None where it cannot know."""
    comparisons = data.table_of_newest("comparisons")
    if comparisons.empty or comparisons["compared_built_at"].min() > pd.Timestamp(built_at).tz_convert(None):
        return None
    return len(data.table_of_newest("revisions", built_at))


def finding(rows: Sequence[dict[str, Any]], since: Since | None) -> str:
    """`3 published figures changed since the release of 12 March 2026; the largest in ...: ...`, or that none did."""
    if since is None:
        return "No revision is on record: there was no release before this one to compare it with."
    when = f"since the release of {full_day(since.built_at)}"
    if not rows:
        return f"No published figure was revised {when}."
    count = len(rows) + left_out(since)
    changed = "One published figure changed" if count == 1 else f"{count:,} published figures changed"
    largest = "" if count == 1 else f"{LARGEST[rows[0]['what']]}: "
    return f"{changed} {when}; {largest}{sentence(rows[0])}."


def sentence(row: dict[str, Any]) -> str:
    """`share of China in the new downloads of China and the United States, July 2025, from 53 % to 47 %`."""
    before, after = (_value(row["what"], row[side], exact=False) for side in ("value_before", "value_after"))
    if before == after:
        before, after = (_value(row["what"], row[side], exact=True) for side in ("value_before", "value_after"))
    unusual = row["what"] != "best_score" and row["definition"] not in USUAL
    chosen = f" ({_lower(choice(row)).rstrip('.')})" if unusual else ""
    return f"{_lower(figure(row))}{chosen}, {_period(row)}, from {before} to {after}"


def figure(row: dict[str, Any]) -> str:
    """What was revised, without its period: `Share of China in new downloads of China and the United States`."""
    group = str(row["group_name"])
    if row["what"] == "best_score":
        whose = f"{group} weights" if group in ("open", "closed") else f"models from {with_article(group)}"
        return f"Best score of {whose}, {row['benchmark_name'] or row['definition'].partition('=')[2]}"
    if row["what"] == "licence_share":
        region, _, licence_class = group.partition(": ")
        whose = "all regions" if region == "all" else with_article(region)
        return f"Share of licences “{LICENCE_WORDS.get(licence_class, licence_class)}”, {whose}"
    if row["what"] == "new_downloads":
        return f"New downloads of models from {with_article(group)}"
    whole = " and ".join(with_article(side) for side in _filters(row).regions) or "all regions"
    return f"Share of {with_article(group)} in the new downloads of {whole}"


def choice(row: dict[str, Any]) -> str:
    """The filters behind the figure, in words."""
    names = SPOKEN.get(row["what"], ())
    return _filters(row).sentence(names) if names else ""


def grid(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows as the page lists them; texts come from outside too, a grid shows them letter by letter."""
    return pd.DataFrame([_grid_row(row) for row in data.rows_of(frame.head(ROWS_SHOWN))], columns=list(COLUMNS))


def caption(release: Release, count: int) -> str:
    """How much of the list stands on the page, and where the whole list is."""
    shown = f"The first {ROWS_SHOWN} of {count:,} on record: shares" if count > ROWS_SHOWN else "Shares"
    address = f"/data/{release.release_id}/meta_revisions.csv"
    order = "of downloads first, weeks last; of them the usual choice first, and the largest."
    return f"{shown} {order} Every revision on record as a file: [meta_revisions.csv]({address})."


def reasons(rows: Sequence[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Reason by reason: release, number of figures, why; those that touch most first."""
    counted = Counter((row["built_at"], str(row["published_in"]), str(row["reason"])) for row in rows)
    largest = sorted(counted.items(), key=lambda entry: (entry[1], entry[0]), reverse=True)[:REASONS_SHOWN]
    return [(why, figures, release_id) for (_, release_id, why), figures in largest]


def _grid_row(row: dict[str, Any]) -> dict[str, str]:
    return {
        "figure": figure(row),
        "period": _period(row),
        "before": _value(row["what"], row["value_before"], exact=True),
        "after": _value(row["what"], row["value_after"], exact=True),
        "change": _change(row),
        "choice": choice(row),
        "reason": row["reason"],
        "published_in": row["published_in"],
        "page": f"/{PAGES.get(row['what'], 'adoption')}?{row['definition']}",
    }


def _filters(row: dict[str, Any]) -> Filters:
    return Filters.from_query(dict(parse_qsl(row["definition"])))


def _period(row: dict[str, Any]) -> str:
    start = row["period_start"]
    if row["period"] == "month":
        return month(start)
    return f"week of {day(start)}" if row["period"] == "week" else day(start)


def _value(what: str, value: float | None, *, exact: bool) -> str:
    if value is None:
        return NOT_SHOWN
    if what.endswith("share"):
        return f"{100 * value:.1f} %" if exact else percent(value)
    if what == "new_downloads":
        return f"{value:,.0f}" if exact else amount(value)
    return f"{value:,.2f}" if exact else score(value)


def _change(row: dict[str, Any]) -> str:
    difference = row["difference"]
    if difference is None:
        return ""
    sign = "+" if difference > 0 else MINUS
    if row["what"].endswith("share"):
        return f"{sign}{100 * abs(difference):.1f} points"
    return f"{sign}{_value(row['what'], abs(difference), exact=True)}"


def _utc(value: pd.Timestamp) -> datetime:
    """DuckDB gives times in UTC without saying so."""
    return value.to_pydatetime().replace(tzinfo=UTC)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
