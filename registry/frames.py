"""The registry as plain rows, for the warehouse: one list of dictionaries per table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.labels import licence_names, organisation_labels

if TYPE_CHECKING:
    from registry.registry import Registry

Rows = list[dict[str, Any]]


def frames(registry: Registry) -> dict[str, Rows]:
    """Rows by table name; lists stay lists, dates stay dates, labels keep their spelling (compare them lower-cased)."""
    return {
        "organisations": [row.model_dump(mode="python") for row in registry.organisations],
        "organisation_labels": _organisation_labels(registry),
        "families": [row.model_dump(exclude={"releases"}) for row in registry.families],
        "family_releases": _family_releases(registry),
        "licences": [
            _without(row.model_dump(), "hub_tags", "licence_names", "leaderboard_labels") for row in registry.licences
        ],
        "licence_tags": [
            {"licence_tag": tag, "licence_id": row.licence_id} for row in registry.licences for tag in row.hub_tags
        ],
        "licence_names": [
            {"licence_name": name, "licence_id": row.licence_id} for name, row in licence_names(registry.licences)
        ],
        "licence_labels": _licence_labels(registry),
        "leaderboard_labels": [
            {"position": position, **row.model_dump()} for position, row in enumerate(registry.leaderboard_labels)
        ],
        "events": [row.model_dump() for row in registry.events],
        "sources": [row.model_dump() for row in registry.sources],
        "panels": [row.model_dump() for row in registry.panels],
        "thresholds": [row.model_dump() for row in registry.thresholds],
        "reuploaders": [row.model_dump() for row in registry.reuploaders],
        "corrections": _corrections(registry),
        "metrics": [row.model_dump() for row in registry.metrics],
        "published_figures": [row.model_dump() for row in registry.published_figures],
    }


def _organisation_labels(registry: Registry) -> Rows:
    return [
        {"label": label, "organisation_id": organisation_id}
        for label, organisation_id in organisation_labels(registry.organisations)
    ]


def _family_releases(registry: Registry) -> Rows:
    return [
        {"family_id": family.family_id, **release.model_dump()}
        for family in registry.families
        for release in family.releases
    ]


def _licence_labels(registry: Registry) -> Rows:
    return [
        {"licence_label": label, "licence_id": row.licence_id, "licence_class": row.licence_class}
        for row in registry.licences
        for label in row.leaderboard_labels
    ]


def _corrections(registry: Registry) -> Rows:
    """Each with the title and address of its first evidence."""
    cited = [(row, registry.evidence[row.evidence[0]]) for row in registry.corrections]
    return [
        {**row.model_dump(), "evidence_title": evidence.title, "evidence_url": evidence.url} for row, evidence in cited
    ]


def _without(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in keys}
