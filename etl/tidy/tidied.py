"""What a tidy function gives back: frames for the lake, what it refused, and totals of the raw payload."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from etl.lake import SCHEMAS
from etl.snapshots import Snapshot


class Refusal(NamedTuple):
    """One thing that did not pass the door, by name, and why; `row` is its place in the payload, if it has one."""

    item: str
    reason: str
    row: int = -1


@dataclass(frozen=True)
class Tidied:
    """One reading, tidy.

    `frames`: lake table -> rows, in the columns of etl/lake/schemas.py. `control`: measure -> total over all that
    was not refused, counted from the raw payload by a plainer way than the frames, so that a mistake shows.
    """

    frames: dict[str, pa.Table]
    refused: tuple[Refusal, ...] = ()
    control: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of the largest table: models, scores, tags; what a shrunken source is measured by."""
        return max((frame.num_rows for frame in self.frames.values()), default=0)

    @property
    def data_until(self) -> date | None:
        """The day of the newest board among the scores; None where the figures are of the day of reading."""
        scores = self.frames.get("scores")
        return pc.max(scores["published_on"]).as_py() if scores is not None else None

    def lake_frames(self, snapshot: Snapshot) -> dict[str, pa.Table]:
        """The frames with the refusals and the control totals beside them, as lake tables."""
        reading = {"observed_on": snapshot.observed_on, "source_id": snapshot.source_id}
        refused = [{**reading, "item": item, "reason": reason} for item, reason, _ in self.refused]
        totals = [{**reading, "measure": measure, "value": value} for measure, value in sorted(self.control.items())]
        return {
            **self.frames,
            "refused_rows": table("refused_rows", refused),
            "control_totals": table("control_totals", totals),
        }


def plain_totals(values: Iterable[float], refused: Iterable[Refusal], measure: str) -> dict[str, float]:
    """Control totals of a payload: one value per row, as it came; refused rows left out."""
    left_out = {refusal.row for refusal in refused}
    kept = [value for row, value in enumerate(values) if row not in left_out]
    return {"rows": len(kept), measure: math.fsum(kept)}


def table(name: str, rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows as a table in the schema of the lake table of that name."""
    return pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])
