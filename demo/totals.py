"""The course of the simulated regional totals: invented round figures, shaped like what published studies describe.

A region's models share its total in proportion to their weights. China passes the United States in autumn 2025; one
viral repository makes it lead in July 2025 already.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from demo.models import HUB_FLOOR

# Day -> millions of downloads a month of language models from China and the United States together, and China's share.
LANGUAGE = (
    (date(2022, 3, 2), 4.0, 0.10),
    (date(2024, 1, 1), 42.0, 0.19),
    (date(2024, 8, 1), 72.0, 0.25),
    (date(2025, 1, 1), 112.0, 0.33),
    (date(2025, 6, 1), 168.0, 0.425),
    (date(2025, 7, 15), 178.0, 0.445),
    (date(2025, 8, 15), 190.0, 0.468),
    (date(2025, 10, 15), 222.0, 0.515),
    (date(2026, 1, 15), 262.0, 0.545),
    (date(2026, 6, 15), 332.0, 0.592),
    (date(2026, 11, 24), 404.0, 0.62),
    (date(2028, 1, 1), 520.0, 0.64),
)
# Language models of the other regions, as a part of that sum: at the beginning of 2024 and of 2027.
OTHER_LANGUAGE = {"Europe": (0.12, 0.055), "Other": (0.03, 0.028), "Unattributed": (0.07, 0.14)}
# Everything else (encoders, speech, pictures): millions a month at the same two dates.
REST = {
    "China": (30.0, 105.0),
    "United States": (330.0, 470.0),
    "Europe": (150.0, 260.0),
    "Other": (2.0, 4.0),
    "Unattributed": (2.0, 6.0),
}
TWO_DATES = (date(2024, 1, 1), date(2027, 1, 1))
SPIKE_OVER_GAP = 1.55  # the viral month adds this many times what China lacks: enough to lead, too little to stay


def monthly_totals(region: str, is_language: bool, days: int) -> NDArray[np.float64]:
    """Downloads per 30 days of a region's models, one value for each of the first `days` days of the Hub."""
    rows = np.arange(days, dtype=float)
    if not is_language:
        return np.interp(rows, _rows(TWO_DATES), REST[region]) * 1e6
    knots = _rows(tuple(day for day, _, _ in LANGUAGE))
    both = np.interp(rows, knots, [total for _, total, _ in LANGUAGE]) * 1e6
    share = np.interp(rows, knots, [share for _, _, share in LANGUAGE])
    if region in OTHER_LANGUAGE:
        return both * np.interp(rows, _rows(TWO_DATES), OTHER_LANGUAGE[region])
    return both * (share if region == "China" else 1 - share)


def spike_downloads(month: date) -> float:
    """Downloads that the viral repository gains in its month: more than China lacks to the United States."""
    days = (month - HUB_FLOOR).days + 16
    gap = monthly_totals("United States", True, days)[-1] - monthly_totals("China", True, days)[-1]
    return float(SPIKE_OVER_GAP * gap)


def _rows(dates: tuple[date, ...]) -> list[float]:
    return [float((day - HUB_FLOOR).days) for day in dates]
