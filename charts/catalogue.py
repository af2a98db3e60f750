"""Every chart, declared once: pages, slides, exports and plain pages read it from here."""

from dataclasses import replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go

import registry
from charts import boards, definitions, dumbbells, figures, findings, findings_boards, findings_licences, stacks, tables
from charts.chart import Chart, Context, Drawn, Finding
from charts.hashes import data_hash
from charts.landmarks import events
from charts.words import models_of, said_list, short_day, whole_of, with_article
from warehouse import queries
from warehouse.connect import Release
from warehouse.filters import ALL_ACCOUNTS, Filters, panel_name

__all__ = ["CHARTS", "Chart", "Drawn", "Finding", "chart", "draw"]

HUB = ("hub_models", "hub_history")
LICENCES = ("hub_models", "hub_history", "hub_licence_tags", "spdx_licences")
BOARDS = ("lmarena", "livebench", "open_llm_leaderboard")
COUNTED_BY = ("attribution", "scope", "denominator", "panel", "marked")
DOWNLOAD_FILTERS = ("measure", "group", *COUNTED_BY, "period", "regions", "since", "until", "without_top")
LICENCE_FILTERS = ("licence_by", "scope", "regions", "since", "until")
ALL_REGIONS = Filters(regions=(), scope="all")


def chart(chart_id: str) -> Chart:
    """The chart with this id; KeyError with the known ids for any other."""
    known = {entry.id: entry for entry in CHARTS}
    if chart_id not in known:
        raise KeyError(f"expected one of {', '.join(known)}, came {chart_id!r}")
    return known[chart_id]


def draw(release: Release, chart: Chart, filters: Filters, *, dark: bool = False, size: str = "page") -> Drawn:
    """Reads, finds and draws: the one call of pages and exports. Filters that the chart does not obey count not."""
    chosen = replace(chart.defaults, **{name: getattr(filters, name) for name in chart.filters})
    frame = chart.query(release, chosen)
    finding, states = chart.finding(frame, chosen), _sources_used(release, chart, frame)
    code = data_hash(frame, chart.id, chosen)
    until = max((state["data_until"] for state in states if pd.notna(state["data_until"])), default=None)
    source_line = _source_line(states, release, code, "page")
    drawn = Drawn(
        chart=chart,
        filters=chosen,
        frame=frame,
        figure=go.Figure(),
        finding=finding,
        title=chart.title(chosen),
        subtitle=chart.subtitled(frame, chosen),
        source_line=source_line,
        metric=registry.load().metric(chart.metric_id),
        sources=tuple(registry.load().source(state["source_id"]) for state in states),
        data_until=pd.Timestamp(until).date() if until is not None else None,
        release_id=release.release_id,
        is_simulated=release.is_simulated,
        data_hash=code,
    )
    inside = source_line if size == "page" else _source_line(states, release, code, size)
    return _with_figure(release, drawn, inside, dark, size)


def redraw(release: Release, drawn: Drawn, *, dark: bool = False, size: str = "page") -> Drawn:
    """The same numbers on other paper or at another size: nothing is read or found again. Not for `small`."""
    return _with_figure(release, drawn, drawn.source_line, dark, size)


def _with_figure(release: Release, drawn: Drawn, source_line: str, dark: bool, size: str) -> Drawn:
    if drawn.finding.empty:
        return drawn
    context = Context(
        title=drawn.title,
        subtitle=drawn.subtitle,
        source_line=source_line,
        is_simulated=drawn.is_simulated,
        filters=drawn.filters,
        dark=dark,
        size=size,
        events=events(release, drawn.frame) if drawn.chart.events else (),
    )
    return replace(drawn, figure=drawn.chart.figure(drawn.frame, context))


def _sources_used(release: Release, chart: Chart, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The sources of the chart that this release has read; a board's chart names only its own board's source."""
    wanted = set(chart.source_ids)
    if "source_id" in frame and len(frame):
        wanted &= set(frame["source_id"])
    states = queries.sources(release)
    used = states[states["source_id"].isin(wanted) & states["data_until"].notna()]
    return [{str(key): value for key, value in row.items()} for row in used.to_dict("records")]


def _source_line(states: list[dict[str, Any]], release: Release, code: str, size: str) -> str:
    """Publisher, data date, licence, release and hash; a small picture keeps publisher and date."""
    publishers = list(dict.fromkeys(str(state["publisher"]).split(",")[0] for state in states))
    until = max((state["data_until"] for state in states if pd.notna(state["data_until"])), default=None)
    dated = f", data to {short_day(until)}" if until is not None else ""
    simulated = " · SIMULATED DATA" if release.is_simulated else ""
    if size == "small":
        return f"{said_list(publishers[:2] or ['No source'])}{dated}"
    licences = list(dict.fromkeys(str(state["licence"]).split(";")[0].split(" (")[0] for state in states))
    parts = [f"Source: {said_list(publishers or ['none read yet'])}{dated}", ", ".join(licences)]
    parts += [f"release {release.release_id}", f"#{code}"]
    return f"{' · '.join(part for part in parts if part)}{simulated}"


def _sides(filters: Filters) -> str:
    return said_list([with_article(side) for side in filters.sides])


def _models(filters: Filters) -> str:
    return "all models" if filters.scope == "all" else models_of(filters)


def _downloads_title(filters: Filters) -> str:
    who = {"region": "regions", "organisation": "organisations", "family": "model families"}[filters.group]
    if filters.group == "region" and len(filters.sides) <= 3:
        who = _sides(filters)
    what = "Share of new downloads" if filters.measure == "share" else "New downloads"
    left_out = {1: ", without each side's top model", 3: ", without each side's top three models"}
    panel = f", {panel_name(filters.panel)}" if filters.panel != ALL_ACCOUNTS else ""
    return f"{what} of {_models(filters)}: {who}{left_out.get(filters.without_top, '')}{panel}"


def _downloads_unit(frame: pd.DataFrame, filters: Filters) -> str:
    by = "publisher's headquarters" if filters.attribution == "publisher" else "headquarters of the maker of the origin"
    per = "month" if filters.period == "month" else "week"
    marked = "; marked leaps left out" if filters.marked == "left_out" else ""
    if filters.measure == "downloads":
        return f"Downloads per {per} on the Hugging Face Hub, by {by}{marked}"
    together = "all regions" if len(filters.sides) == 5 else _sides(filters)
    whole = {
        "compared": f"new downloads of {together} together",
        "country": "new downloads of all with a known country",
        "everything": "all new downloads",
    }[filters.denominator]
    band = "; band: 90 % interval" if filters.group == "region" and len(filters.sides) <= figures.BANDS else ""
    return f"Per cent of {whole}, per {per}, by {by}{marked}{band}"


def _concentration_unit(frame: pd.DataFrame, filters: Filters) -> str:
    panel = f"; {panel_name(filters.panel)}" if filters.panel != ALL_ACCOUNTS else ""
    return f"Mark: share of {whole_of(filters)}. Bar: without the side's top model. Whisker: 90 % interval{panel}"


def _definitions_unit(frame: pd.DataFrame, filters: Filters) -> str:
    months = f" ({int(frame['months'].max())} months counted)" if len(frame) and frame["months"].max() < 12 else ""
    return f"Circle: the year{months}, with 90 % interval. Ring: last finished month. Diamond: figures of others"


def _board_unit(frame: pd.DataFrame, filters: Filters) -> str:
    if frame.empty:
        return "Points of the board"
    interval = "best_score_low" if "best_score_low" in frame else "score_low"
    band = " with interval" if frame[interval].notna().any() else ""
    editions = ", each edition with questions of its own" if "livebench" in set(frame["source_id"]) else ""
    return (
        f"{frame['benchmark_name'].iloc[0]}: {frame['unit'].iloc[0]}{band}{editions}; the scale does not begin at zero"
    )


def _licence_title(filters: Filters) -> str:
    what = f"New {_models(filters)}" if filters.licence_by == "models" else f"New downloads of {_models(filters)}"
    return f"{what.replace('New all models', 'All new models')} by licence class"


def _licence_unit(frame: pd.DataFrame, filters: Filters) -> str:
    what = "models created" if filters.licence_by == "models" else "downloads"
    whose = "all tracked organisations" if not filters.regions else f"publishers from {_sides(filters)}"
    few = "; pale: fewer than 20" if len(frame) and (frame["total"] < findings_licences.ENOUGH_MODELS).any() else ""
    return f"Per cent of the {what} in each month, {whose}{few}"


def _year_of_licences_unit(frame: pd.DataFrame, filters: Filters) -> str:
    return "Per cent of the models that all tracked organisations created in the twelve months to each point"


CHARTS: tuple[Chart, ...] = (
    Chart(
        id="downloads_over_time",
        question="Whose open models are used?",
        metric_id="download_share",
        source_ids=HUB,
        filters=DOWNLOAD_FILTERS,
        page="adoption",
        unit="share of new downloads, or downloads",
        query_name="downloads_over_time",
        query=queries.downloads_over_time,
        figure=figures.downloads_over_time,
        finding=findings.downloads_over_time,
        table=tables.downloads,
        titled=_downloads_title,
        subtitled=_downloads_unit,
        events=True,
    ),
    Chart(
        id="downloads_concentration",
        question="Does one repository decide who leads?",
        metric_id="download_concentration",
        source_ids=HUB,
        filters=(*COUNTED_BY, "period", "regions", "since", "until"),
        page="adoption",
        unit="share of new downloads",
        query_name="downloads_over_time",
        query=queries.downloads_over_time,
        figure=dumbbells.downloads_concentration,
        finding=findings.downloads_concentration,
        table=tables.concentration,
        titled=lambda filters: f"Share of new downloads of {_models(filters)}, with and without one repository",
        subtitled=_concentration_unit,
    ),
    Chart(
        id="share_by_definition",
        question="One question, several definitions: how large is the share?",
        metric_id="download_share",
        source_ids=HUB,
        filters=(*COUNTED_BY, "without_top", "regions", "until"),
        page="adoption",
        unit="share of new downloads",
        query_name="share_by_definition",
        query=queries.share_by_definition,
        figure=definitions.figure,
        finding=definitions.share_by_definition,
        table=tables.by_definition,
        shape="ranks",
        titled=lambda filters: f"The share of {definitions.subject(filters)}'s models, by what is counted",
        subtitled=_definitions_unit,
    ),
    Chart(
        id="open_closed_frontier",
        question="How far are open weights behind closed models?",
        metric_id="capability_gap",
        source_ids=BOARDS,
        filters=("benchmark", "since", "until"),
        page="leaderboards",
        unit="points of the board",
        query_name="frontier",
        query=queries.open_closed_frontier,
        figure=boards.frontier,
        finding=findings_boards.open_closed_frontier,
        table=tables.frontier,
        titled=lambda filters: "Best score of open and of closed weights",
        subtitled=_board_unit,
        events=True,
    ),
    Chart(
        id="region_frontier",
        question="How far apart are the best models of China and the United States, open or closed?",
        metric_id="capability_gap",
        source_ids=BOARDS,
        filters=("benchmark", "regions", "since", "until"),
        page="leaderboards",
        unit="points of the board",
        query_name="frontier",
        query=queries.region_frontier,
        figure=boards.frontier,
        finding=findings_boards.region_frontier,
        table=tables.frontier,
        titled=lambda filters: f"Best score by headquarters: {_sides(filters)}, open or closed",
        subtitled=_board_unit,
        events=True,
    ),
    Chart(
        id="scores_over_time",
        question="Which models stand behind the best?",
        metric_id="benchmark_score",
        source_ids=BOARDS,
        filters=("benchmark", "since", "until"),
        page="leaderboards",
        unit="points of the board",
        query_name="scores_over_time",
        query=queries.scores_over_time,
        figure=boards.scores_over_time,
        finding=findings_boards.scores_over_time,
        table=tables.scores,
        shape="dots",
        titled=lambda filters: (
            f"The {queries.BEST_PLACES} best open and {queries.BEST_PLACES} best closed models of each month"
        ),
        subtitled=_board_unit,
    ),
    Chart(
        id="licence_share_over_time",
        question="What do the licences of new models allow?",
        metric_id="open_licence_share",
        source_ids=LICENCES,
        filters=LICENCE_FILTERS,
        page="licences",
        unit="share of new models, or of new downloads",
        query_name="licence_share",
        query=queries.licence_share_over_time,
        figure=stacks.licence_share_over_time,
        finding=findings_licences.licence_share_over_time,
        table=tables.licence_classes,
        shape="stacks",
        titled=_licence_title,
        subtitled=_licence_unit,
        defaults=ALL_REGIONS,
    ),
    Chart(
        id="licence_share_by_region",
        question="Whose licences are open?",
        metric_id="new_models_licence_share",
        source_ids=LICENCES,
        filters=LICENCE_FILTERS,
        page="licences",
        unit="share of new models, or of new downloads",
        query_name="licence_share",
        query=queries.licence_share_by_region,
        figure=stacks.licence_share_by_region,
        finding=findings_licences.licence_share_by_region,
        table=tables.licence_classes_by_region,
        shape="panels",
        titled=lambda filters: f"{_licence_title(filters)} and region of the publisher",
        subtitled=_licence_unit,
        defaults=ALL_REGIONS,
    ),
    Chart(
        id="overview_china_share",
        question="Whose open models are used?",
        metric_id="download_share",
        source_ids=HUB,
        filters=(),
        page="",
        unit="share of new downloads",
        query_name="downloads_over_time",
        query=queries.downloads_over_time,
        figure=figures.downloads_over_time,
        finding=findings.downloads_over_time,
        table=tables.downloads,
        titled=lambda filters: "Share of downloads of the two countries' models",
        subtitled=_downloads_unit,
    ),
    Chart(
        id="overview_open_closed_gap",
        question="How far are open weights behind closed models?",
        metric_id="capability_gap",
        source_ids=BOARDS,
        filters=(),
        page="",
        unit="points of the board",
        query_name="frontier",
        query=queries.open_closed_frontier,
        figure=boards.frontier,
        finding=findings_boards.open_closed_frontier,
        table=tables.frontier,
        titled=lambda filters: "Best open and best closed score, Arena",
        subtitled=_board_unit,
    ),
    Chart(
        id="overview_open_licences",
        question="How many new models carry an OSI-approved licence?",
        metric_id="open_licence_share",
        source_ids=LICENCES,
        filters=(),
        page="",
        unit="share of new models",
        query_name="licence_share",
        query=queries.licence_share_over_time,
        figure=stacks.open_share,
        finding=findings_licences.open_share,
        table=tables.open_share,
        titled=lambda filters: "OSI-approved licences, share of a year's new models",
        subtitled=_year_of_licences_unit,
        defaults=ALL_REGIONS,
    ),
    Chart(
        id="overview_deepseek_qwen",
        question="How much do DeepSeek and Qwen hold?",
        metric_id="family_share",
        source_ids=HUB,
        filters=(),
        page="",
        unit="share of new downloads",
        query_name="downloads_over_time",
        query=queries.family_share,
        figure=figures.family_share,
        finding=findings.family_share,
        table=tables.downloads,
        titled=lambda filters: "Share of all downloads counted",
        subtitled=_downloads_unit,
        defaults=Filters(regions=()),
    ),
)
