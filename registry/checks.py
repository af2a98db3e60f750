"""Checks that the files agree with one another; each raises RegistryError at the first disagreement."""

import re
from collections.abc import Iterable
from datetime import date

from registry.corrections import check_corrections
from registry.errors import RegistryError
from registry.registry import Registry
from registry.rows import REGIONS, VENDOR_PREFIX, Regions

FIRST_DATE, LAST_DATE = date(2018, 1, 1), date(2030, 12, 31)  # outside: a typing error; move the end when it comes near
NOT_RE2 = re.compile(r"\(\?[=!<]|\(\?P=|\\[1-9]|[*+?}]\+")  # lookarounds, back references, possessive repetition


def check(registry: Registry) -> None:
    """Refuses a registry whose entries contradict one another."""
    _check_ids(registry)
    _check_organisations(registry)
    _check_families(registry)
    _check_licences(registry)
    _check_labels(registry)
    _check_references(registry)
    _check_evidence(registry)
    _check_dates(registry)
    check_corrections(registry)


def check_regions(regions: Regions) -> None:
    """Refuses a missing region and a country that stands in two regions."""
    missing = set(REGIONS[:-1]) - set(regions.regions)
    if missing:
        raise RegistryError(
            "regions.yaml", "regions", sorted(missing)[0], "this region is missing", "Add its list of countries"
        )
    _once("regions.yaml", "regions", (code for codes in regions.regions.values() for code in codes))


def _check_ids(registry: Registry) -> None:
    _once("organisations.yaml", "organisation_id", (row.organisation_id for row in registry.organisations))
    _once("model_families.yaml", "family_id", (row.family_id for row in registry.families))
    _once("licences.yaml", "licence_id", (row.licence_id for row in registry.licences))
    _once("leaderboard_labels.yaml", "pattern", (row.pattern for row in registry.leaderboard_labels))
    _once("policy_events.yaml", "event_id", (row.event_id for row in registry.events))
    _once("sources.yaml", "source_id", (row.source_id for row in registry.sources))
    _once("metrics.yaml", "metric_id", (row.metric_id for row in registry.metrics))
    _once("panels.yaml", "panel_id", (row.panel_id for row in registry.panels))
    _once("thresholds.yaml", "threshold_id", (row.threshold_id for row in registry.thresholds))
    _once("reuploaders.yaml", "account", (row.account for row in registry.reuploaders))
    _once("corrections.yaml", "subject", (f"{row.subject} {row.field}" for row in registry.corrections))
    _once("published_figures.yaml", "figure_id", (row.figure_id for row in registry.published_figures))


def _check_organisations(registry: Registry) -> None:
    known = {row.organisation_id: row for row in registry.organisations}
    for row in registry.organisations:
        here = ("organisations.yaml", f"'{row.organisation_id}'")
        parent = known.get(row.parent_organisation_id or "")
        if row.parent_organisation_id and not parent:
            raise _dangling(*here, "parent_organisation_id", row.parent_organisation_id, "organisation")
        if parent and (parent.parent_organisation_id or parent is row):
            raise RegistryError(
                *here,
                "parent_organisation_id",
                f"'{parent.organisation_id}' is itself an alias",
                "Name the main account",
            )
        for alias in row.aliases:
            if alias not in known:
                raise _dangling(*here, "aliases", alias, "organisation")
        _check_vendor(*here, row.kind == "vendor", row.organisation_id.startswith(VENDOR_PREFIX), row.on_hub)


def _check_vendor(file: str, entry: str, is_vendor: bool, has_prefix: bool, on_hub: bool) -> None:
    if is_vendor != has_prefix or (is_vendor and on_hub):
        problem = f"expected kind vendor, the prefix '{VENDOR_PREFIX}' and on_hub false together"
        raise RegistryError(file, entry, "kind", problem, "A vendor has no Hub account; an account is not a vendor")


def _check_families(registry: Registry) -> None:
    known = {row.organisation_id for row in registry.organisations}
    for family in registry.families:
        here = ("model_families.yaml", f"'{family.family_id}'")
        for organisation_id in family.organisation_ids:
            if organisation_id not in known:
                raise _dangling(*here, "organisation_ids", organisation_id, "organisation")
        _check_pattern(*here, "hub_id_pattern", family.hub_id_pattern)
        _check_pattern(*here, "label_pattern", family.label_pattern or "")
    for label in registry.leaderboard_labels:
        _check_pattern("leaderboard_labels.yaml", f"'{label.pattern}'", "pattern", label.pattern)


def _check_pattern(file: str, entry: str, key: str, pattern: str) -> None:
    advice = "Patterns must read the same in Python and in DuckDB (RE2): no lookaround, no back reference"
    try:
        re.compile(pattern)
    except re.error as error:
        raise RegistryError(file, entry, key, f"not a regular expression: {error}", advice) from error
    if NOT_RE2.search(pattern):
        raise RegistryError(file, entry, key, f"expected a pattern that RE2 understands, came '{pattern}'", advice)


def _check_licences(registry: Registry) -> None:
    _once("licences.yaml", "hub_tags", (tag for row in registry.licences for tag in row.hub_tags))
    _once("licences.yaml", "licence_names", (name for row in registry.licences for name in row.licence_names))
    labels = (label.lower() for row in registry.licences for label in row.leaderboard_labels)
    _once("licences.yaml", "leaderboard_labels", labels)
    for row in registry.licences:
        here = ("licences.yaml", f"'{row.licence_id}'")
        if (row.licence_class == "open") != row.is_osi_approved:
            problem = (
                f"expected `open` if and only if OSI-approved, came {row.licence_class} with {row.is_osi_approved}"
            )
            raise RegistryError(*here, "licence_class", problem, "Class and is_osi_approved must agree")
        if row.licence_class == "non-commercial" and row.allows_commercial_use is not False:
            problem = f"expected false for a non-commercial licence, came {row.allows_commercial_use}"
            raise RegistryError(*here, "allows_commercial_use", problem, "Mend one of the two")
        for name in row.hub_tags + row.licence_names:
            if name != name.strip().lower():
                raise RegistryError(
                    *here, "licence_names", f"expected lower case, came '{name}'", "Write it lower-cased"
                )


def _check_labels(registry: Registry) -> None:
    known = {row.organisation_id for row in registry.organisations}
    _once("organisations.yaml", "labels", (label.lower() for row in registry.organisations for label in row.labels))
    for row in registry.leaderboard_labels:
        if row.organisation_id not in known:
            raise _dangling(
                "leaderboard_labels.yaml", f"'{row.pattern}'", "organisation_id", row.organisation_id, "organisation"
            )


def _check_references(registry: Registry) -> None:
    organisations = {row.organisation_id for row in registry.organisations}
    families = {row.family_id for row in registry.families}
    sources = {row.source_id for row in registry.sources}
    for event in registry.events:
        here = ("policy_events.yaml", f"'{event.event_id}'")
        for organisation_id in set(event.organisations) - organisations:
            raise _dangling(*here, "organisations", organisation_id, "organisation")
        for family_id in set(event.families) - families:
            raise _dangling(*here, "families", family_id, "family")
    for metric in registry.metrics:
        for source_id in set(metric.source_ids) - sources:
            raise _dangling("metrics.yaml", f"'{metric.metric_id}'", "source_ids", source_id, "source")


def _check_evidence(registry: Registry) -> None:
    cited = [("organisations.yaml", row.organisation_id, row.evidence) for row in registry.organisations]
    cited += [("licences.yaml", row.licence_id, row.evidence) for row in registry.licences]
    cited += [("corrections.yaml", row.subject, row.evidence) for row in registry.corrections]
    cited += [("policy_events.yaml", row.event_id, row.evidence) for row in registry.events]
    cited += [("published_figures.yaml", row.figure_id, row.evidence) for row in registry.published_figures]
    cited += [
        ("model_families.yaml", release.name, release.evidence) for row in registry.families for release in row.releases
    ]
    for file, entry, keys in cited:
        for key in keys:
            if key not in registry.evidence:
                raise _dangling(file, f"'{entry}'", "evidence", key, "evidence")


def _check_dates(registry: Registry) -> None:
    dated = [("policy_events.yaml", row.event_id, "event_date", row.event_date) for row in registry.events]
    for family in registry.families:
        dated += [("model_families.yaml", row.name, "released_on", row.released_on) for row in family.releases]
    for file, entry, key, day in dated:
        if not FIRST_DATE <= day <= LAST_DATE:
            problem = f"expected a date between {FIRST_DATE} and {LAST_DATE}, came {day}"
            raise RegistryError(file, f"'{entry}'", key, problem, "Write it as YYYY-MM-DD")


def _once(file: str, key: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise RegistryError(
                file, f"'{value}'", key, "expected each value once, came twice", "Remove one of the two"
            )
        seen.add(value)


def _dangling(file: str, entry: str, key: str, value: str, thing: str) -> RegistryError:
    advice = f"Mend the spelling (upper and lower case differ) or add the {thing} first"
    return RegistryError(file, entry, key, f"expected a known {thing}, came '{value}'", advice)
