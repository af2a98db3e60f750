"""What pages, charts and exports read from a release: one function per question, the SQL in warehouse/queries/.

Every function takes an open release and gives a DataFrame whose columns its SQL file names; nothing is written.
An empty answer carries in `attrs["available"]` the rows (region, first_month, last_month) that would have data.
"""

import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

import registry
from warehouse import bootstrap, changes, definitions
from warehouse.connect import OlderTables, Release
from warehouse.filters import Filters, definition_name, definition_sentence, large_from, panel_ids

FOLDER = Path(__file__).parent / "queries"
NAMED_GROUPS = 8  # more lines than that cannot be told apart; the rest is one grey line
# The boards whose new leaders are news: others are parts of them, or closed.
MAIN_BOARDS = ("lmarena_text", "livebench_overall")
WIDELY_USED = 10_000  # downloads in 30 days; in August 2025 one in seven of the tracked models had so many
# The choices that the pages show where nothing is asked for, as meta_figures writes them.
USUAL = (
    "attribution=publisher&scope=language&period=month&regions=China%2CUnited+States",
    "attribution=publisher&scope=language&period=month&regions=all",
    "scope=all&licence_by=models&regions=all",
)
EVENTS_LISTED = 300  # on the page; all of them are a table of the release
BEST_PLACES = 5  # dots of each side on a board: the pack behind the leader, still readable
SQL_OF = {
    "downloads_over_time": "downloads_over_time",
    "scores_over_time": "scores_over_time",
    "open_closed_frontier": "frontier",
    "region_frontier": "frontier",
    "licence_share_over_time": "licence_share",
    "licence_share_by_region": "licence_share",
    "family_share": "downloads_over_time",
    "share_by_definition": "share_by_definition",
    "share_by_reading": "share_by_reading",
}
_PARAMETER = re.compile(r"\$(\w+)")
FAMILY_LINES = {
    "deepseek": "DeepSeek",
    "qwen": "Qwen",
}  # each line gathers the families whose id begins so; QwQ is Qwen's


@cache
def sql(name: str) -> str:
    """The text of a query, as exports show it."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def values(question: str, filters: Filters) -> dict[str, Any]:
    """The values that the SQL of a chart's question gets for a choice of filters, by the parameters' names."""
    known = _of_filters(filters) | _of_question(question, filters)
    return {name: known[name] for name in sorted(set(_PARAMETER.findall(sql(SQL_OF[question]))))}


def downloads_over_time(release: Release, filters: Filters) -> pd.DataFrame:
    """New downloads by period and group, with shares, how sure they are, and what the most downloaded models weigh."""
    frame = bootstrap.with_intervals(shares(release, filters))
    if filters.group == "family":
        names = _read(release, "families").set_index("family_id")["name"]
        frame["group_label"] = frame["group_label"].map(names).fillna(frame["group_label"])
    if frame.empty:
        frame.attrs["available"] = _available(release, "months_with_downloads", filters)
    return frame


def shares(release: Release, filters: Filters) -> pd.DataFrame:
    """The same before anything is drawn anew: who compares shares needs no intervals."""
    return _answer(release, "downloads_over_time", filters)


def open_closed_frontier(release: Release, filters: Filters) -> pd.DataFrame:
    """Best open and best closed weights on each board; gap in points of the board, lag in days."""
    return _with_boards(release, _answer(release, "open_closed_frontier", filters), filters)


def region_frontier(release: Release, filters: Filters) -> pd.DataFrame:
    """Best model of each region compared on each board; gap in points of the board, lag in days."""
    return _with_boards(release, _answer(release, "region_frontier", filters), filters)


def scores_over_time(release: Release, filters: Filters) -> pd.DataFrame:
    """The best models of each month's last board, open and closed apart, with intervals."""
    return _with_boards(release, _answer(release, "scores_over_time", filters), filters)


def licence_share_over_time(release: Release, filters: Filters) -> pd.DataFrame:
    """Licence classes by month for the chosen regions together; shares of a month add up to 1."""
    return _with_licence_months(release, _answer(release, "licence_share_over_time", filters), filters)


def licence_share_by_region(release: Release, filters: Filters) -> pd.DataFrame:
    """Licence classes by month and region; shares of a month and region add up to 1."""
    return _with_licence_months(release, _answer(release, "licence_share_by_region", filters), filters)


def family_share(release: Release, filters: Filters) -> pd.DataFrame:
    """Share of DeepSeek and of Qwen in the new downloads of the regions compared, by month; `other` is all the rest."""
    return bootstrap.with_intervals(_answer(release, "family_share", filters))


def share_by_reading(release: Release, filters: Filters) -> pd.DataFrame:
    """Shares of the sides by reading of the 30-day counters, for all accounts and for every fixed panel."""
    return _answer(release, "share_by_reading", filters)


def share_by_definition(release: Release, filters: Filters) -> pd.DataFrame:
    """Shares of the last month and year under each definition, with its name and sentence; then published ones."""
    frame = bootstrap.with_intervals(_answer(release, "share_by_definition", filters), ["definition_id", "span"])
    named = definitions.named(filters)
    frame.insert(1, "definition", [definition_name(named[name]) for name in frame["definition_id"]])
    frame.insert(2, "sentence", [definition_sentence(named[name]) for name in frame["definition_id"]])
    if frame.empty:
        frame.attrs["available"] = _available(release, "months_with_downloads", filters)
        return frame
    return pd.concat([frame, _published()], ignore_index=True)


def _published() -> pd.DataFrame:
    """Figures of others on the same question, each with its own definition; `definition_id` is the nearest of ours."""
    rows = []
    for figure in registry.load().published_figures:
        if nearest := definitions.PUBLISHED_BESIDE.get(figure.figure_id):
            said = f"{figure.name}, {figure.value} {figure.unit} ({figure.as_of}). {figure.caveat}"
            about = {"definition_id": nearest, "definition": figure.definition, "sentence": said, "span": "published"}
            rows.append({**about, "group_id": "China", "share": float(figure.value) / 100})
    return pd.DataFrame(rows)


def events(release: Release, event_ids: list[str], since: date, before: date) -> pd.DataFrame:
    """Events of the registry that were read in a source, by their ids, in a span of days."""
    return _read(release, "events", {"event_ids": event_ids, "since": since, "before": before})


def benchmarks(release: Release) -> pd.DataFrame:
    """Leaderboards with the span of their boards."""
    return _read(release, "benchmarks")


def licence_table(release: Release) -> pd.DataFrame:
    """Licences with class, duties, models and 30-day downloads under them."""
    return _read(release, "licence_table")


def sources(release: Release) -> pd.DataFrame:
    """Sources with publisher, licence, state, age and rows."""
    return _read(release, "sources")


def checks(release: Release) -> pd.DataFrame:
    """Checks of the release, failed ones first."""
    return _read(release, "checks")


def unmatched(release: Release) -> pd.DataFrame:
    """Names that could not be mapped, with their weight."""
    return _read(release, "unmatched")


def unverified_weight(release: Release) -> pd.DataFrame:
    """Downloads of organisations whose country nobody has checked, by region."""
    return _read(release, "unverified_weight")


def months(release: Release) -> pd.DataFrame:
    """Months that have downloads: month_start."""
    return _read(release, "months")


def comparisons(release: Release) -> pd.DataFrame:
    """Releases on record that were compared with the one before them, newest first."""
    return _read(release, "comparisons")


def revisions(release: Release, since: datetime) -> pd.DataFrame:
    """Published figures that releases built after a moment (UTC) changed, the largest first, with the reasons."""
    values = {"since": since.astimezone(UTC).replace(tzinfo=None), "usual": list(USUAL)}
    return _read(release, "revisions", values)


def counter_event_kinds(release: Release) -> pd.DataFrame:
    """What happened to counters, by kind and treatment: events, their size, what of it counts."""
    return _read(release, "counter_event_kinds")


def counter_events(release: Release) -> pd.DataFrame:
    """The largest events of counters, each with its reason."""
    return _read(release, "counter_events", {"largest": EVENTS_LISTED})


def corrections(release: Release) -> pd.DataFrame:
    """Known errors of the sources, with what they say now and whether it is still replaced."""
    return _read(release, "corrections")


def lineage(release: Release) -> pd.DataFrame:
    """How the origins of models were found: models and downloads by way."""
    return _read(release, "lineage")


def model_facts(release: Release, model_ids: tuple[str, ...]) -> pd.DataFrame:
    """Maker, origin, licence and 30-day downloads of models that can be asked live: a row for each that is asked."""
    return _read(release, "model_facts", {"model_ids": list(model_ids)})


def widely_used_licences(release: Release, widely_used: int) -> pd.DataFrame:
    """The licence that each model with so many 30-day downloads states; null where it states none any more."""
    return _read(release, "widely_used_licences", {"widely_used": widely_used})


def changes_since_last_week(release: Release) -> pd.DataFrame:
    """New leaders, changed licences and new models of the last seven days, at most six; `sentence`: each in words."""
    values = {"main_boards": list(MAIN_BOARDS), "widely_used": WIDELY_USED}
    frame = _read(release, "changes_since_last_week", values)
    frame["sentence"] = [changes.in_words(row) for _, row in frame.iterrows()]
    return frame


def _answer(release: Release, question: str, filters: Filters) -> pd.DataFrame:
    return _read(release, SQL_OF[question], values(question, filters))


def _with_licence_months(release: Release, frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    if frame.empty:
        frame.attrs["available"] = _available(release, "months_with_licences", filters)
    return frame


def _with_boards(release: Release, frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    if len(frame):
        return frame
    spans = benchmarks(release)
    own = spans[spans["benchmark_id"] == filters.benchmark]
    frame.attrs["available"] = [
        {
            "region": "",
            "first_month": str(row["first_published_on"])[:7],
            "last_month": str(row["last_published_on"])[:7],
        }
        for row in own.to_dict("records")
    ]
    return frame


def _available(release: Release, name: str, filters: Filters) -> list[dict[str, Any]]:
    known = _of_filters(filters)
    rows = _read(release, name, {key: known[key] for key in set(_PARAMETER.findall(sql(name)))})
    columns = list(rows.columns)
    return [{column: rows[column].iloc[place] for column in columns} for place in range(len(rows))]


def _read(release: Release, name: str, values: dict[str, Any] | None = None) -> pd.DataFrame:
    try:
        return release.cursor().execute(sql(name), values or {}).df()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise OlderTables(f"{name} asks what release {release.release_id} does not hold: {error}") from error


def _of_filters(filters: Filters) -> dict[str, Any]:
    return {
        "period": filters.period,
        "attribution": filters.attribution,
        "scope": filters.scope,
        "grouping": filters.group,
        "regions": list(filters.sides),
        "since": filters.since_date,
        "before": _month_after(filters.until_date),
        "benchmark": filters.benchmark,
        "licence_by": filters.licence_by,
        "denominator": filters.denominator,
        "panel": filters.panel,
        "without_top": filters.without_top,
        "marked": filters.marked,
    }


def _of_question(question: str, filters: Filters) -> dict[str, Any]:
    """What a question asks for whatever the reader chose."""
    sampled = {"named_groups": NAMED_GROUPS, "listed_models": bootstrap.LISTED_MODELS}
    asked: dict[str, dict[str, Any]] = {
        "downloads_over_time": {**sampled, "line_families": [], "line_labels": []},
        "scores_over_time": {"places": BEST_PLACES},
        "open_closed_frontier": {"group_kind": "weights", "group_names": ["open", "closed"]},
        "region_frontier": {"group_kind": "region", "group_names": list(filters.sides)},
        "licence_share_over_time": {"by_region": False},
        "licence_share_by_region": {"by_region": True},
        "share_by_reading": {"panels": list(panel_ids()), "large_from": large_from()},
        "share_by_definition": {**sampled, **definitions.parameters(filters)},
        "family_share": {**sampled, "grouping": "line", **_family_lines()},
    }
    return asked[question]


def _month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _family_lines() -> dict[str, Any]:
    lines = [
        (family.family_id, line)
        for family in registry.load().families
        for prefix, line in {**FAMILY_LINES, "qwq": "Qwen"}.items()
        if family.family_id.startswith(prefix)
    ]
    return {"line_families": [family_id for family_id, _ in lines], "line_labels": [line for _, line in lines]}
