"""The registry as one object: the entries, and the questions that other parts ask of them."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.frames import frames
from registry.labels import UNNAMED_TAGS, folded, licence_names, organisation_labels
from registry.rows import (
    Correction,
    Evidence,
    Family,
    LeaderboardLabel,
    Licence,
    Metric,
    Organisation,
    Panel,
    PolicyEvent,
    PublishedFigure,
    Reuploader,
    Source,
    Threshold,
)


@dataclass(frozen=True)
class Registry:
    """Every decision of the registry, checked; tuples keep the order of the files."""

    organisations: tuple[Organisation, ...]
    families: tuple[Family, ...]
    licences: tuple[Licence, ...]
    leaderboard_labels: tuple[LeaderboardLabel, ...]
    events: tuple[PolicyEvent, ...]
    sources: tuple[Source, ...]
    metrics: tuple[Metric, ...]
    published_figures: tuple[PublishedFigure, ...]
    panels: tuple[Panel, ...]
    thresholds: tuple[Threshold, ...]
    reuploaders: tuple[Reuploader, ...]
    corrections: tuple[Correction, ...]
    evidence: dict[str, Evidence]
    region_rule: str

    def region_of(self, organisation_id: str) -> str:
        """Region of an account's headquarters; `Unattributed` for an account that is not in the registry."""
        organisation = self.organisation(organisation_id)
        return organisation.region if organisation else "Unattributed"

    def organisation(self, organisation_id: str) -> Organisation | None:
        """The organisation of an account name, case-sensitive as on the Hub."""
        return self._organisation_by_id.get(organisation_id)

    def organisation_of_label(self, label: str | None) -> str | None:
        """Account of the organisation that a leaderboard names so; upper and lower case are the same."""
        return self._organisation_by_label.get(folded(label))

    def organisation_of_model_label(self, model_label: str) -> LeaderboardLabel | None:
        """First pattern that finds the model label of a board that names no organisation."""
        label = folded(model_label)
        return next((row for row in self.leaderboard_labels if re.search(row.pattern, label)), None)

    def family(self, family_id: str) -> Family | None:
        """The family with this id."""
        return next((family for family in self.families if family.family_id == family_id), None)

    def family_of(self, model_id: str) -> str | None:
        """Family of an official repository `organisation/model`; None for all others, derivatives included."""
        return next((f.family_id for f in self.families if re.search(f.hub_id_pattern, model_id)), None)

    def licence(self, licence_id: str) -> Licence | None:
        """The licence with this id."""
        return next((licence for licence in self.licences if licence.licence_id == licence_id), None)

    def licence_of(self, licence_tag: str | None, licence_name: str | None = None) -> Licence | None:
        """Licence of a Hub model: of its tag, or of its licence name where the tag is absent or says only `other`."""
        tag = folded(licence_tag)
        if tag and tag not in UNNAMED_TAGS:
            return self._licence_by_tag.get(tag)
        return self._licence_by_name.get(folded(licence_name)) or self._licence_by_tag.get(tag)

    def licence_of_label(self, label: str | None) -> Licence | None:
        """Licence that a leaderboard names so; upper and lower case are the same, blank gives None."""
        return self._licence_by_label.get(folded(label))

    def source(self, source_id: str) -> Source:
        """The source with this id; KeyError if there is none."""
        return {source.source_id: source for source in self.sources}[source_id]

    def panel(self, panel_id: str) -> Panel:
        """The fixed panel with this id; KeyError if there is none."""
        return {panel.panel_id: panel for panel in self.panels}[panel_id]

    def threshold(self, threshold_id: str) -> Threshold:
        """The threshold with this id; KeyError if there is none."""
        return {threshold.threshold_id: threshold for threshold in self.thresholds}[threshold_id]

    def metric(self, metric_id: str) -> Metric:
        """The metric with this id; KeyError if there is none."""
        return {metric.metric_id: metric for metric in self.metrics}[metric_id]

    def frames(self) -> dict[str, list[dict[str, Any]]]:
        """Plain rows for the warehouse, by table name."""
        return frames(self)

    @cached_property
    def _organisation_by_id(self) -> dict[str, Organisation]:
        return {organisation.organisation_id: organisation for organisation in self.organisations}

    @cached_property
    def _organisation_by_label(self) -> dict[str, str]:
        return {folded(label): organisation_id for label, organisation_id in organisation_labels(self.organisations)}

    @cached_property
    def _licence_by_tag(self) -> dict[str, Licence]:
        return {tag: licence for licence in self.licences for tag in licence.hub_tags}

    @cached_property
    def _licence_by_name(self) -> dict[str, Licence]:
        return dict(licence_names(self.licences))

    @cached_property
    def _licence_by_label(self) -> dict[str, Licence]:
        return {folded(label): licence for licence in self.licences for label in licence.leaderboard_labels}
