"""What the release knows of a model that can be asked: origin, licence, downloads; beside every answer."""

from collections.abc import Iterable
from contextlib import suppress
from html import escape
from typing import Any

import registry
from charts.theme import DARK, GLYPHS, LIGHT, REGION_MARKERS
from dashboard import data, view
from sidecar.models import Endpoint
from warehouse.connect import OlderTables

KINDS = {
    "instruct": "follows instructions",
    "base": "base model: continues text",
    "reasoning": "thinks before answering",
}


def of(endpoints: Iterable[Endpoint]) -> dict[str, dict[str, Any]]:
    """The row of the release for each endpoint's model; none where the model is not on the Hub or the release older."""
    named = tuple(sorted({endpoint.hub_model_id for endpoint in endpoints if endpoint.hub_model_id}))
    with suppress(OlderTables):
        return {row["model_id"]: row for row in data.records("model_facts", named)} if named else {}
    return {}


def lines(endpoint: Endpoint, row: dict[str, Any] | None) -> tuple[str, ...]:
    """Origin, licence, downloads, how it is served: plain lines, for a page that is printed."""
    region, organisation = origin(endpoint, row)
    name, licence_class, _ = licence(endpoint, row)
    return (f"{organisation} ({region})", f"Licence: {name} ({licence_class})", _downloads(row), _served(endpoint))


def html(endpoint: Endpoint, row: dict[str, Any] | None) -> str:
    """The same as HTML: the region with its mark and colour, the licence with its class and its text."""
    region, organisation = origin(endpoint, row)
    colour = (DARK if view.is_dark() else LIGHT).regions[region]
    mark = f'<span class="mark" style="color:{colour}" aria-hidden="true">{GLYPHS[REGION_MARKERS[region]]}</span>'
    parts = (
        f"{mark} {escape(region)} · {escape(organisation)}{_made_from(row)}",
        _licence_html(endpoint, row),
        escape(_downloads(row)),
        escape(_served(endpoint)),
    )
    return f'<ul class="model-facts">{"".join(f"<li>{part}</li>" for part in parts)}</ul>'


def origin(endpoint: Endpoint, row: dict[str, Any] | None) -> tuple[str, str]:
    """Region and name of the organisation whose repository the model is."""
    if not row:
        return "Unattributed", endpoint.organisation
    return row["region"], row["organisation_name"] or endpoint.organisation


def licence(endpoint: Endpoint, row: dict[str, Any] | None) -> tuple[str, str, str | None]:
    """Name, class and text of a model's licence: as the release read it, else as the registry knows the named one."""
    licence_id = (row and row["licence_id"]) or endpoint.licence
    known = next((one for one in registry.load().licences if one.licence_id == licence_id), None)
    if known is None:
        return endpoint.licence, "unclassified", None
    return known.name, known.licence_class, known.text_url


def _licence_html(endpoint: Endpoint, row: dict[str, Any] | None) -> str:
    name, licence_class, text_url = licence(endpoint, row)
    # New tabs: a link away from the page would end what is being answered.
    said = f'Licence: <a href="licences" target="_blank" rel="noopener">{escape(licence_class)}</a> · '
    if not text_url:
        return said + escape(name)
    return f'{said}<a href="{escape(text_url)}" target="_blank" rel="noopener noreferrer">{escape(name)}</a>'


def _made_from(row: dict[str, Any] | None) -> str:
    """Where the weights come from, when that is another region than the publisher's."""
    if not row or not row["origin_region"] or row["origin_region"] == row["region"]:
        return ""
    maker = row["origin_organisation_name"] or row["origin_model_id"]
    return escape(f", made from a model of {maker} ({row['origin_region']})")


def _downloads(row: dict[str, Any] | None) -> str:
    if not row or row["downloads_30d"] is None:
        return "Downloads: not read in this release"
    return f"{int(row['downloads_30d']):,} downloads in 30 days"


def _served(endpoint: Endpoint) -> str:
    precision = endpoint.quantisation or "precision not stated"
    return f"{precision} · {KINDS[endpoint.kind]}"
