"""What stands on the plain page of a chart, and in the frame that others put into theirs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from charts import catalogue, exports
from charts.catalogue import Drawn
from charts.drawing import scene, svg
from charts.exports.citing import release_day
from charts.exports.provenance import NAME, data_date, query
from charts.shown_table import ShownTable, text
from charts.theme import SIZES
from settings import settings
from warehouse.connect import edition_file
from warehouse.filters import Filters
from web.answers import opened
from web.html import page

ROWS_SHOWN = 40  # in the table of a page, the newest; all are one click away
LONGEST_CELL = 90  # letters
PAGES_KEPT = 200  # some 50 KB each
NUMBERS = {"share", "amount", "points", "count"}
FORMS = {
    "CSV": "csv?rows=shown",
    "CSV, all columns": "csv",
    "XLSX": "xlsx",
    "JSON": "json",
    "Parquet": "parquet",
    "SVG": "svg",
    "PDF": "pdf",
    "Slide": "pptx",
}
PICTURES = {"SVG", "PDF"}


@dataclass(frozen=True)
class Page:
    """A finished page; `tag` changes with its content."""

    body: str
    tag: str


@lru_cache(maxsize=PAGES_KEPT)
def chart_page(release_id: str, chart_id: str, filters: Filters, newer: str) -> Page:
    """The page of a chart; `newer` is the address of the newest release's, empty where this is it."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
        phone = catalogue.draw(release, catalogue.chart(chart_id), filters, size="phone")
        has_picture = filters == drawn.chart.defaults and edition_file(release, f"{chart_id}-social.png") is not None
    table = drawn.table
    about = exports.provenance(drawn)
    body = page(
        "chart.html",
        drawn=drawn,
        headline=headline(drawn),
        **_pictures(drawn, phone),
        **_table(table),
        **_addresses(drawn),
        newer=newer,
        picture=f"{settings().public_url}/chart/{chart_id}.png?release={release_id}" if has_picture else "",
        forms=_forms(drawn),
        permit=exports.permit(drawn),
        selection=about["selection"],
        counted=about.get("counted how", ""),
        data_date=data_date(drawn),
        citations=exports.citations(drawn),
        embed_code=exports.embed_code(drawn),
        dataset=_dataset(drawn),
        is_simulated=drawn.is_simulated,
    )
    return Page(body, _tag(drawn, "past-page" if newer else "page"))


@lru_cache(maxsize=PAGES_KEPT)
def embedded_page(release_id: str, chart_id: str, filters: Filters) -> Page:
    """Finding, picture and source, for a frame in somebody else's page."""
    with opened(release_id) as release:
        drawn = catalogue.draw(release, catalogue.chart(chart_id), filters)
        phone = catalogue.draw(release, catalogue.chart(chart_id), filters, size="phone")
    body = page(
        "embed.html",
        drawn=drawn,
        headline=headline(drawn),
        **_pictures(drawn, phone),
        permalink=exports.permalink(drawn),
        data_date=data_date(drawn),
        is_simulated=drawn.is_simulated,
    )
    return Page(body, _tag(drawn, "embed"))


def headline(drawn: Drawn) -> str:
    """What the chart says; where it has nothing to say, why."""
    said = drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence
    return said.replace(" %", "\u00a0%")  # a number and its sign stay on one line


def _tag(drawn: Drawn, form: str) -> str:
    return f"{drawn.release_id}-{drawn.chart.id}-{drawn.data_hash}-{form}"


def _pictures(drawn: Drawn, phone: Drawn) -> dict[str, Markup]:
    """The drawing for wide windows and the one for narrow ones; the browser shows one of them."""
    if drawn.finding.empty:
        return {"wide": Markup(""), "narrow": Markup("")}
    said = {"title": drawn.title, "description": drawn.finding.alternative}
    wide = svg(scene(drawn.figure, SIZES["page"].width), **said, prefix="wide-")
    narrow = svg(scene(phone.figure, SIZES["phone"].width), **said, prefix="narrow-")
    # The drawing escapes every text in it.
    return {"wide": Markup(wide), "narrow": Markup(narrow)}  # noqa: S704


def _table(table: ShownTable) -> dict[str, Any]:
    columns = [{"label": column.label, "is_number": column.kind in NUMBERS} for column in table.columns]
    newest = table.rows[-ROWS_SHOWN:]
    rows = [[_cell(value, place, table) for place, value in enumerate(row)] for row in newest]
    return {"columns": columns, "rows": rows, "all_rows": len(table.rows)}


def _cell(value: Any, place: int, table: ShownTable) -> str:
    said = text(value, table.columns[place])
    return said if len(said) <= LONGEST_CELL else f"{said[: LONGEST_CELL - 1]}…"


def _addresses(drawn: Drawn) -> dict[str, str]:
    link = exports.permalink(drawn)
    return {
        "permalink": link,
        "explore": exports.explore(drawn),
        "oembed": f"{settings().public_url}/oembed?format=json&url={quote(link, safe='')}",
        "sql": f"/api/v1/charts/{drawn.chart.id}.sql?{urlencode(query(drawn))}",
    }


def _forms(drawn: Drawn) -> list[dict[str, str]]:
    """Where each form of the chart is; those that the source's licence withholds are left out."""
    permit = exports.permit(drawn)
    use = {"use": "non-commercial"} if permit.kind == "non_commercial" else {}
    listed = []
    for name, form in FORMS.items():
        kind, _, rows = form.partition("?")
        if permit.kind == "withheld" and name not in PICTURES:
            continue
        asked = urlencode({**query(drawn), **(use if name not in PICTURES else {})})
        said = f"{name}, for non-commercial use" if use and name not in PICTURES else name
        path = f"/api/v1/charts/{drawn.chart.id}.{kind}?{rows + '&' if rows else ''}{asked}"
        listed.append({"name": said, "address": path})
    return listed


def _dataset(drawn: Drawn) -> Markup:
    """What search engines for data read (schema.org/Dataset); `</` cannot end the element it stands in."""
    day = release_day(drawn.release_id)
    body = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": drawn.title,
        "description": f"{headline(drawn)} {drawn.metric.definition}",
        "url": exports.permalink(drawn),
        "identifier": f"{drawn.release_id}#{drawn.data_hash}",
        "version": drawn.release_id,
        "datePublished": str(day or drawn.data_until or ""),
        "creator": {"@type": "Organization", "name": NAME, "url": settings().public_url},
        "license": [source.licence_url or source.licence for source in drawn.sources],
        "isBasedOn": [source.url for source in drawn.sources],
    }
    written = json.dumps(body, ensure_ascii=False)
    return Markup(written.replace("<", "\\u003c").replace("&", "\\u0026").replace(">", "\\u003e"))  # noqa: S704
