"""What a plain page offers to take away, as links, and what it tells search engines for data."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup

from charts import exports
from charts.catalogue import Drawn
from charts.exports.citing import release_day
from charts.permits import NON_COMMERCIAL
from charts.provenance import NAME, query
from settings import settings
from web.answers import MEDIA_TYPES

# Group -> name of the link -> ending of the address and what its query begins with.
OFFERS: dict[str, dict[str, str]] = {
    "Data": {
        "CSV": "csv?rows=shown",
        "CSV, all columns": "csv",
        "Excel": "xlsx",
        "Parquet": "parquet",
        "JSON": "json",
        "SQL": "sql",
    },
    "Picture": {"SVG": "svg", "PDF": "pdf"},
    "Slide": {"PowerPoint": "pptx"},
}
SHOWS_ONLY = {"svg", "pdf", "sql"}  # what hands out no table


def offers(drawn: Drawn) -> dict[str, list[dict[str, str]]]:
    """Group -> links; forms that the source's licence withholds are left out, what it allows for some uses says so."""
    permit = exports.permit(drawn)
    made: dict[str, list[dict[str, str]]] = {}
    for group, links in OFFERS.items():
        for name, form in links.items():
            kind, _, rows = form.partition("?")
            holds_data = kind not in SHOWS_ONLY
            if holds_data and permit.kind == "withheld":
                continue
            is_limited = holds_data and permit.kind == "non_commercial"
            said = f"{name}, for non-commercial use" if is_limited else name
            asked = {**query(drawn), **({"use": NON_COMMERCIAL} if is_limited else {})}
            path = f"/api/v1/charts/{drawn.chart.id}.{kind}?{rows + '&' if rows else ''}{urlencode(asked)}"
            made.setdefault(group, []).append({"name": said, "address": path, "kind": kind})
    return made


def addresses(drawn: Drawn) -> dict[str, str]:
    """Permanent address, that of the newest figures, the dashboard's, and where the frame for others is described."""
    link = exports.permalink(drawn)
    choice = urlencode(drawn.filters.to_query(drawn.chart.defaults))
    return {
        "permalink": link,
        "canonical": f"{settings().public_url}/chart/{drawn.chart.id}{'?' if choice else ''}{choice}",
        "explore": exports.explore(drawn),
        "oembed": f"{settings().public_url}/oembed?format=json&url={quote(link, safe='')}",
    }


def dataset(drawn: Drawn, said: str) -> Markup:
    """What search engines for data read (schema.org/Dataset); `</` cannot end the element it stands in."""
    day = release_day(drawn.release_id)
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": drawn.title,
        "description": f"{said} {drawn.metric.definition}",
        "url": exports.permalink(drawn),
        "identifier": f"{drawn.release_id}#{drawn.data_hash}",
        "version": drawn.release_id,
        "datePublished": str(day or drawn.data_until or ""),
        "isAccessibleForFree": True,
        "variableMeasured": drawn.metric.name,
        "creator": {"@type": "Organization", "name": NAME, "url": settings().public_url},
        "license": [source.licence_url or source.licence for source in drawn.sources],
        "isBasedOn": [source.url for source in drawn.sources],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": link["name"],
                "encodingFormat": MEDIA_TYPES[link["kind"]].split(";")[0],
                "contentUrl": f"{settings().public_url}{link['address']}",
            }
            for link in offers(drawn).get("Data", [])
            if link["kind"] not in SHOWS_ONLY
        ],
    }
    written = json.dumps(body, ensure_ascii=False)
    return Markup(written.replace("<", "\\u003c").replace("&", "\\u0026").replace(">", "\\u003e"))  # noqa: S704
