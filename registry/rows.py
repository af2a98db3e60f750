"""One frozen model for each kind of entry; a key that is not declared here is refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

REGIONS = ("China", "United States", "Europe", "Other", "Unattributed")
LICENCE_CLASSES = ("open", "responsible-use", "community", "non-commercial", "closed", "unclassified")
VENDOR_PREFIX = "vendor:"  # cannot stand before the slash of a model id: a vendor never takes over a Hub account

Confidence = Literal["verified", "secondary", "unverified"]
DatePrecision = Literal["day", "month"]
Text = Annotated[str, Field(min_length=1)]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}){0,2}$")]
Count = Annotated[int, Field(gt=0)]


class Row(BaseModel):
    """An entry of a registry file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Row):
    """A text that somebody read: `primary` is the thing itself, `secondary` speaks about it."""

    evidence_key: Text
    title: Text
    url: Text | None
    date: PartialDate | None
    type: Literal["primary", "secondary"]
    primary_url: Text | None = None
    note: Text | None = None


class OrganisationEntry(Row):
    """An account on the Hub, or a vendor that only leaderboards name (id begins with `vendor:`)."""

    organisation_id: Text
    name: Text
    kind: Literal["company", "lab", "university", "community", "government", "vendor"]
    country_code: CountryCode | None
    parent_organisation_id: Text | None = None
    parent_name: Text | None = None
    aliases: tuple[Text, ...] = ()
    labels: tuple[Text, ...] = ()
    on_hub: bool = True
    confidence: Confidence
    evidence: tuple[Text, ...] = ()
    checked_on: date | None = None
    note: Text | None = None


class Organisation(OrganisationEntry):
    """An organisation with what follows from the other files: its region and the address of its evidence."""

    region: Literal["China", "United States", "Europe", "Other", "Unattributed"]
    evidence_url: str | None


class Release(Row):
    """A release of a family; parameters: number of weights; active: used per token (None: dense, unknown)."""

    name: Text
    released_on: date
    date_precision: DatePrecision
    total_parameters: Count | None
    active_parameters: Count | None
    licence_at_release: Text | None
    confidence: Confidence
    evidence: tuple[Text, ...] = ()
    note: Text | None = None


class Family(Row):
    """Models that are developed as one line; the pattern names official repositories, never derivatives."""

    family_id: Text
    name: Text
    organisation_ids: Annotated[tuple[Text, ...], Field(min_length=1)]
    hub_id_pattern: Text
    label_pattern: Text | None = None
    releases: tuple[Release, ...] = ()
    note: Text | None = None


class Licence(Row):
    """A licence, its class with the reason, and the duties that follow from it."""

    licence_id: Text
    name: Text
    licence_class: Literal["open", "responsible-use", "community", "non-commercial", "closed", "unclassified"]
    hub_tags: tuple[Text, ...] = ()
    licence_names: tuple[Text, ...] = ()
    leaderboard_labels: tuple[Text, ...] = ()
    spdx_id: Text | None = None
    is_osi_approved: bool
    allows_commercial_use: bool | None
    commercial_threshold: Text | None = None
    naming_duty: Text | None = None
    use_restrictions: Text | None = None
    regional_exclusions: Text | None = None
    output_training_limits: Text | None = None
    text_url: Text | None = None
    evidence: tuple[Text, ...] = ()
    reason: Text
    confidence: Confidence


class LeaderboardLabel(Row):
    """A pattern on the lower-cased label of a board that names no organisation; the first that matches decides."""

    pattern: Text
    organisation_id: Text
    is_open_weights: bool | None
    note: Text | None = None


class PolicyEventEntry(Row):
    """Something dated that may explain a bend in a curve; a month-precise date carries the first of the month."""

    event_id: Text
    event_date: date
    date_precision: DatePrecision
    title: Text
    kind: Literal["release", "law", "ban", "export_control", "licence", "evaluation", "investigation", "market"]
    jurisdiction: CountryCode
    organisations: tuple[Text, ...] = ()
    families: tuple[Text, ...] = ()
    summary: Text
    confidence: Confidence
    evidence: tuple[Text, ...] = ()
    note: Text | None = None


class PolicyEvent(PolicyEventEntry):
    """An event with the title and address of its first evidence."""

    source_title: str | None
    source_url: str | None


class Source(Row):
    """A public service that is read: of `observations` all readings count, of `complete` the newest."""

    source_id: Text
    title: Text
    publisher: Text
    url: Text
    licence: Text
    licence_url: Text | None
    attribution: Text
    redistribution: Literal["allowed", "attribution", "share-alike", "unstated", "non-commercial", "forbidden"]
    reads: Literal["observations", "complete"]
    stale_after_days: Count
    note: Text | None = None


class Metric(Row):
    """What a number means, how to read it and what it hides, in plain language."""

    metric_id: Text
    name: Text
    unit: Text
    definition: Text
    how_to_read: Text
    caveats: Annotated[tuple[Text, ...], Field(min_length=1)]
    source_ids: Annotated[tuple[Text, ...], Field(min_length=1)]
    method: Text


class PublishedFigure(Row):
    """A headline figure that others published, as printed, to quote or to check against."""

    figure_id: Text
    topic: Text
    name: Text
    definition: Text
    value: Text
    unit: Text | None
    as_of: PartialDate
    confidence: Confidence
    evidence: tuple[Text, ...] = ()
    caveat: Text
    how_to_check: Text | None = None


class Panel(Row):
    """A fixed set of accounts: those of which a model had been read by the end of the month `panel_id`."""

    panel_id: Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
    name: Text
    reason: Text


class Threshold(Row):
    """A number that a definition turns on; `value` itself is on the upper side."""

    threshold_id: Text
    value: Count
    unit: Text
    reason: Text
    decided_on: date


class Reuploader(Row):
    """An account that publishes copies of others' models in other formats: its names are those of the models copied."""

    account: Text
    reason: Text
    checked_on: date


class Correction(Row):
    """A value that a source states wrongly: what it says, what is right and who says so. Values are text as written."""

    subject: Text
    field: Literal["created_at", "parameters", "base_model_id", "organisation_id"]
    upstream_value: Text | None
    right_value: Text
    reason: Text
    evidence: Annotated[tuple[Text, ...], Field(min_length=1)]
    checked_on: date


class Regions(Row):
    """Which country counts for which region, and by what rule; every ISO 3166-1 code in one list."""

    rule: Text
    regions: dict[Literal["China", "United States", "Europe", "Other"], tuple[CountryCode, ...]]
