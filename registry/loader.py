"""Loads the registry: reads the files, adds what follows from them, checks that they agree."""

from functools import cache
from pathlib import Path
from typing import TypeVar

from registry.checks import check, check_regions
from registry.errors import RegistryError
from registry.files import read_row, read_rows, read_yaml
from registry.registry import Registry
from registry.rows import (
    Correction,
    Evidence,
    Family,
    LeaderboardLabel,
    Licence,
    Metric,
    Organisation,
    OrganisationEntry,
    Panel,
    PolicyEvent,
    PolicyEventEntry,
    PublishedFigure,
    Regions,
    Reuploader,
    Row,
    Source,
    Threshold,
)

FOLDER = Path(__file__).parent
RowType = TypeVar("RowType", bound=Row)


def load(folder: Path | None = None) -> Registry:
    """The checked registry of a folder, by default this one (read once); RegistryError says what to mend."""
    return _read(folder) if folder else _default()


@cache
def _default() -> Registry:
    return _read(FOLDER)


def _read(folder: Path) -> Registry:
    regions = read_row("regions.yaml", read_yaml(folder, "regions.yaml"), Regions)
    check_regions(regions)
    region_of_country: dict[str, str] = {code: region for region, codes in regions.regions.items() for code in codes}
    evidence = {row.evidence_key: row for row in read_rows(folder, "evidence.yaml", "evidence", Evidence)}
    organisations = read_rows(folder, "organisations.yaml", "organisations", OrganisationEntry)
    events = read_rows(folder, "policy_events.yaml", "policy_events", PolicyEventEntry)
    registry = Registry(
        organisations=tuple(_with_region(row, region_of_country, evidence) for row in organisations),
        families=read_rows(folder, "model_families.yaml", "model_families", Family),
        licences=read_rows(folder, "licences.yaml", "licences", Licence),
        leaderboard_labels=read_rows(folder, "leaderboard_labels.yaml", "leaderboard_labels", LeaderboardLabel),
        events=tuple(_with_source(row, evidence) for row in events),
        sources=read_rows(folder, "sources.yaml", "sources", Source),
        metrics=read_rows(folder, "metrics.yaml", "metrics", Metric),
        published_figures=read_rows(folder, "published_figures.yaml", "published_figures", PublishedFigure),
        panels=read_rows(folder, "panels.yaml", "panels", Panel),
        reuploaders=read_rows(folder, "reuploaders.yaml", "reuploaders", Reuploader),
        corrections=read_rows(folder, "corrections.yaml", "corrections", Correction),
        thresholds=read_rows(folder, "thresholds.yaml", "thresholds", Threshold),
        evidence=evidence,
        region_rule=regions.rule,
    )
    check(registry)
    return registry


def _with_region(
    row: OrganisationEntry, region_of_country: dict[str, str], evidence: dict[str, Evidence]
) -> Organisation:
    if row.country_code and row.country_code not in region_of_country:
        raise RegistryError(
            "organisations.yaml",
            f"'{row.organisation_id}'",
            "country_code",
            f"expected an ISO 3166-1 alpha-2 code of regions.yaml, came '{row.country_code}'",
            "The United Kingdom is GB, Greece GR; null where no country is defensible",
        )
    region = region_of_country[row.country_code] if row.country_code else "Unattributed"
    first = _first_linked(row.evidence, evidence)
    return Organisation.model_validate(
        {**row.model_dump(), "region": region, "evidence_url": first.url if first else None}
    )


def _with_source(row: PolicyEventEntry, evidence: dict[str, Evidence]) -> PolicyEvent:
    first = _first_linked(row.evidence, evidence)
    source = {"source_title": first.title if first else None, "source_url": first.url if first else None}
    return PolicyEvent.model_validate({**row.model_dump(), **source})


def _first_linked(keys: tuple[str, ...], evidence: dict[str, Evidence]) -> Evidence | None:
    known = [evidence[key] for key in keys if key in evidence]  # unknown keys are refused by the checks
    linked = [row for row in known if row.url]
    return next(iter(linked or known), None)
