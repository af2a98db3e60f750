"""Numbers, dates and regions as a reader says them."""

import re
import unicodedata
from datetime import date
from typing import Any

import pandas as pd

from warehouse.filters import Filters, large_size, said_list, with_article

__all__ = ["said_list", "with_article"]

PEOPLE = {
    "China": "Chinese models",
    "United States": "US models",
    "Europe": "European models",
    "Other": "models from other countries",
    "Unattributed": "models of publishers without a known country",
}
LICENCE_WORDS = {
    "open": "OSI-approved",
    "responsible-use": "Responsible-use",
    "community": "Community",
    "non-commercial": "Non-commercial",
    "closed": "Closed",
    "unclassified": "Unclassified",
}
MINUS = "\u2212"
_SCALES = ((1e9, "billion"), (1e6, "million"))


def percent(share: float) -> str:
    """A share (0 to 1) in two significant figures: `53 %`, `4.7 %`; never rounded up to all or down to nothing."""
    value = share * 100
    if 99.5 <= value < 100:
        return "over 99 %"
    if 0 < value < 0.1:
        return "under 0.1 %"
    digits = 1 if 0 < value < 9.95 else 0
    return f"{value:.{digits}f} %"


def interval(low: float, high: float) -> str:
    """The ends of an interval of shares: `90 % interval 41 to 64 %`."""
    digits = 0 if min(low, 1 - high) >= 0.0995 or high - low >= 0.0995 else 1
    return f"90 % interval {low * 100:.{digits}f} to {high * 100:.{digits}f} %"


def points(difference: float) -> str:
    """A difference of two shares in percentage points with its sign: `+14 points`, `−2.1 points`, `no change`."""
    value = difference * 100
    return signed(value, "points", 0 if abs(value) >= 9.95 else 1)


def signed(value: float, unit: str, digits: int) -> str:
    """A change with its sign; one that would be printed as zero is `no change`, never `-0`."""
    printed = f"{abs(value):,.{digits}f}"
    if not float(printed.replace(",", "")):
        return "no change"
    return f"{'+' if value > 0 else MINUS}{printed} {unit.removesuffix('s') if printed == '1' else unit}"


def amount(value: float) -> str:
    """A number in two or three figures from ten thousand up: `2.0 billion`, `45.3 million`, `12,300`; exact below."""
    for scale, word in _SCALES:
        if abs(value) >= scale * 0.9995:
            digits = 0 if abs(value) >= 99.95 * scale else 1
            return f"{value / scale:.{digits}f} {word}"
    rounded = round(value, -max(len(f"{abs(value):.0f}") - 3, 0)) if abs(value) >= 10_000 else value
    return f"{rounded:,.0f}"


def score(value: float) -> str:
    """A score as boards print it: whole above 100 (ratings), one decimal below (percentages)."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def gap(value: float, of: float) -> str:
    """A difference of scores, as exact as the scores (`of` is one of them) are printed."""
    return f"{value:,.0f}" if abs(of) >= 100 or round(abs(value), 1) >= 10 else f"{value:.1f}"


def day(value: Any) -> str:
    """`7 July 2025`."""
    stamp = pd.Timestamp(value)
    return f"{stamp.day} {stamp:%B %Y}"


def short_day(value: Any) -> str:
    """`7 Jul 2025`."""
    stamp = pd.Timestamp(value)
    return f"{stamp.day} {stamp:%b %Y}"


def month(value: Any) -> str:
    """`July 2025`."""
    return f"{pd.Timestamp(value):%B %Y}"


def short_month(value: Any) -> str:
    """`Jul 2025`."""
    return f"{pd.Timestamp(value):%b %Y}"


def month_of_text(year_and_month: str) -> str:
    """`2025-07` as `July 2025`."""
    return month(date.fromisoformat(f"{year_and_month}-01"))


MODELS = {"language": "language models", "all": "models", "mainline": "main releases"}


def models_of(filters: Filters) -> str:
    """The models that count, inside a sentence."""
    return MODELS.get(filters.scope) or f"models of {large_size()} parameters or more"


def whole_of(filters: Filters, count: int = 5) -> str:
    """What a share is of: downloads of these models, wherever in the world they were downloaded."""
    sides, models = filters.sides, models_of(filters)
    if filters.denominator == "country":
        return f"the downloads of all {models} with a known country"
    if filters.denominator == "everything":
        return f"all downloads of {models} counted"
    if set(sides) == {"China", "United States"}:
        return f"the downloads of the two countries' {models}"
    if len(sides) == count:
        return f"all downloads of {models} counted"
    return f"the downloads of {models} from {said_list([with_article(side) for side in sides])} together"


def people(region: str) -> str:
    """The models of a region, inside a sentence."""
    return PEOPLE.get(region, region)


def short_name(name: str) -> str:
    """A name without what stands in brackets behind it."""
    return name.split(" (")[0]


def model_name(model_id: str) -> str:
    """A model without its publisher."""
    return model_id.rsplit("/", 1)[-1]


def shortened(text: str, length: int) -> str:
    """Text cut to a length, with a mark where something is missing."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def escaped(text: Any, length: int = 80) -> str:
    """Text from outside for a Plotly picture, which would obey some HTML tags and %{...}: shown letter by letter."""
    printable = "".join(letter if _is_shown(letter) else " " for letter in str(text))
    plain = shortened(re.sub(r"\s+", " ", printable).strip(), length)
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("%{", "%&#123;"), ("$", "&#36;")):
        plain = plain.replace(letter, entity)
    return plain


def _is_shown(letter: str) -> bool:
    # Control and format characters could turn the direction of the text or hide parts of it.
    return unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs"}
