"""Rules of what is told after a release: kinds, thresholds with their reasons, bounds; checked when they are read."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from registry.errors import RegistryError
from registry.files import read_rows
from registry.prompts import Identifier
from registry.rows import Row, Text

FOLDER = Path(__file__).parent
FILE = "alert_rules.yaml"

AlertKind = Literal["headline_change", "crossing", "new_leader", "licence_change", "counter_revision", "stale_source"]
ALERT_KINDS: tuple[str, ...] = get_args(AlertKind)
MEASURED = ("headline_change", "licence_change", "counter_revision")  # the kinds that turn on a number


class AlertRule(Row):
    """One rule; `threshold` is inclusive and in `unit`, `at_most` bounds the alerts of one release."""

    rule_id: Identifier
    kind: AlertKind
    name: Annotated[str, Field(min_length=1, max_length=120)]
    chart_id: Identifier | None
    threshold: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None
    unit: Text
    at_most: Annotated[int, Field(gt=0, le=50)]
    reason: Text
    decided_on: date

    @model_validator(mode="after")
    def that_has_what_its_kind_needs(self) -> "AlertRule":
        """A measured kind needs a number, the others have none; only a source has no chart."""
        if (self.threshold is not None) != (self.kind in MEASURED):
            raise ValueError(f"expected a threshold for {', '.join(MEASURED)} and null for the others")
        if (self.chart_id is None) != (self.kind == "stale_source"):
            raise ValueError("expected a chart_id for every kind but stale_source")
        return self


def load_alert_rules(folder: Path | None = None) -> tuple[AlertRule, ...]:
    """The checked rules of a folder, by default ours (read once); RegistryError says what to mend."""
    return _read(folder) if folder else _default()


@cache
def _default() -> tuple[AlertRule, ...]:
    return _read(FOLDER)


def _read(folder: Path) -> tuple[AlertRule, ...]:
    rules = read_rows(folder, FILE, "alert_rules", AlertRule)
    for rule_id, count in Counter(rule.rule_id for rule in rules).items():
        if count > 1:
            raise RegistryError(FILE, f"'{rule_id}'", "rule_id", "stands twice", "Give each rule its own id")
    return rules
