"""A short fingerprint of what a chart shows: equal numbers and equal choice give equal letters."""

import hashlib
import json

import pandas as pd

from warehouse.filters import Filters

LETTERS = 8  # one in four billion by chance; short enough to be read out


def data_hash(frame: pd.DataFrame, chart_id: str, filters: Filters) -> str:
    """Fingerprint over the canonical CSV of the frame, the chart and the filters."""
    choice = json.dumps([chart_id, filters.to_query()], sort_keys=True)
    return hashlib.sha256(f"{choice}\n{canonical_csv(frame)}".encode()).hexdigest()[:LETTERS]


def canonical_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV that does not depend on machine or version: LF, ISO dates, 12 significant figures."""
    plain = frame.copy()
    for name in plain.columns:
        if pd.api.types.is_datetime64_any_dtype(plain[name]):
            plain[name] = plain[name].dt.strftime("%Y-%m-%d")
    return plain.to_csv(index=False, lineterminator="\n", float_format="%.12g")
