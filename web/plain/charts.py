"""What stands on the plain page of a chart, and in the frame that others put into theirs."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from charts import catalogue, exports
from charts.catalogue import Drawn
from charts.provenance import data_date
from charts.shown_table import DATES, ShownTable, text
from settings import settings
from warehouse.connect import edition_file
from warehouse.filters import Filters
from web.answers import opened
from web.html import page
from web.plain.offers import addresses, dataset, offers
from web.plain.pictures import pictures
from web.turns import in_turn

HEAVIEST = 60_000  # bytes of a page as it is sent without compression: a second on a phone line of 0.5 Mbit/s
# Rows of the table (all are one click away) and whether there is a drawing for phones: the first that is light enough.
MEASURES = ((40, True), (12, True), (40, False), (12, False))
LONGEST_CELL = 90  # letters
PAGES_KEPT = 200  # some 50 KB each
NUMBERS = {"share", "amount", "points", "count"}


@dataclass(frozen=True)
class Page:
    """A finished page; `tag` changes with its content."""

    body: str
    tag: str


@lru_cache(maxsize=PAGES_KEPT)
@in_turn
def chart_page(release_id: str, chart_id: str, filters: Filters, newer: str) -> Page:
    """The page of a chart; `newer` is the address of the newest release's, empty where this is it."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
        drawings = pictures(release, drawn)
        has_picture = filters == drawn.chart.defaults and edition_file(release, f"{chart_id}-social.png") is not None
    picture = f"{settings().public_url}/chart/{chart_id}.png?release={release_id}" if has_picture else ""
    said = _said(drawn) | drawings | {"newer": newer, "picture": picture}
    table = ShownTable((), ()) if said["permit"].kind == "withheld" else drawn.table
    for rows, for_phones in MEASURES:
        narrow = drawings["narrow"] if for_phones else ""
        body = page("chart.html", **{**said, **_table(table, rows), "narrow": narrow})
        if len(body.encode()) < HEAVIEST:
            break
    return Page(body, _tag(drawn, body))


def _said(drawn: Drawn) -> dict[str, Any]:
    about, said = exports.provenance(drawn), headline(drawn)
    return {
        "drawn": drawn,
        "headline": said,
        **addresses(drawn),
        "offers": offers(drawn),
        "permit": exports.permit(drawn),
        "selection": about["selection"],
        "counted": about.get("counted how", ""),
        "data_date": _sentence_case(data_date(drawn)),
        "citations": exports.citations(drawn),
        "embed_code": exports.embed_code(drawn),
        "dataset": dataset(drawn, said),
        "is_simulated": drawn.is_simulated,
    }


@lru_cache(maxsize=PAGES_KEPT)
@in_turn
def embedded_page(release_id: str, chart_id: str, filters: Filters) -> Page:
    """Finding, picture and source, for a frame in somebody else's page: light, as most pages around it are."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
        drawings = pictures(release, drawn)
    body = page(
        "embed.html",
        drawn=drawn,
        headline=headline(drawn),
        **drawings,
        permalink=exports.permalink(drawn),
        data_date=data_date(drawn),
        is_simulated=drawn.is_simulated,
    )
    return Page(body, _tag(drawn, body))


@lru_cache(maxsize=4)
@in_turn
def list_page(release_id: str) -> Page:
    """Every chart with its finding, and the releases that are kept."""
    with opened(release_id) as release:
        drawn = [catalogue.draw(release, chart, chart.defaults) for chart in catalogue.CHARTS]
    entries = [
        {"address": f"/chart/{one.chart.id}", "question": one.chart.question, "finding": headline(one)} for one in drawn
    ]
    body = page("charts.html", entries=entries, is_simulated=release.is_simulated)
    return Page(body, hashlib.sha256(body.encode()).hexdigest()[:16])


def headline(drawn: Drawn) -> str:
    """What the chart says; where it has nothing to say, why."""
    said = drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence
    return said.replace(" %", "\u00a0%")  # a number and its sign stay on one line


def _sentence_case(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _tag(drawn: Drawn, body: str) -> str:
    return f"{drawn.release_id}-{drawn.data_hash}-{hashlib.sha256(body.encode()).hexdigest()[:12]}"


def _table(table: ShownTable, most: int) -> dict[str, Any]:
    """Columns and rows in readers' words; of a long table the newest rows, or the first where rows have no date."""
    columns = [{"label": column.label, "is_number": column.kind in NUMBERS} for column in table.columns]
    when = next((place for place, column in enumerate(table.columns) if column.kind in DATES), None)
    if when is None:
        kept = table.rows[:most]
    else:
        # By panel and month, the newest months of every panel; the order in which they came stays.
        newest = set(sorted(range(len(table.rows)), key=lambda row: str(table.rows[row][when]))[-most:])
        kept = tuple(row for place, row in enumerate(table.rows) if place in newest)
    rows = [[_cell(value, place, table) for place, value in enumerate(row)] for row in kept]
    which = "first" if when is None else "newest"
    return {"columns": columns, "rows": rows, "all_rows": len(table.rows), "which": which}


def _cell(value: Any, place: int, table: ShownTable) -> str:
    said = text(value, table.columns[place]).replace(" %", "\u00a0%")
    return said if len(said) <= LONGEST_CELL else f"{said[: LONGEST_CELL - 1]}…"
