"""Words of alerts: names from outside are made fit to print, numbers and days are said as the pages say them."""

import unicodedata
from typing import Any
from urllib.parse import urlencode

from warehouse.alerts import LONGEST
from warehouse.connect import Release

NAME = 96  # the longest name that the Hub knows


def clean(text: Any, longest: int = NAME) -> str:
    """One line of letters that can be seen, cut where it is too long: nothing turns the text around or hides in it."""
    shown = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in str(text)[: 4 * longest])
    line = " ".join(shown.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def fitting(name: str, text: str) -> str:
    """A text no longer than the field of an alert may be."""
    return clean(text, LONGEST[name])


def upper(text: str) -> str:
    """With a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def chart_path(release: Release, chart_id: str, query: dict[str, str] | None = None) -> str:
    """The address of a chart's plain page, pinned to the release."""
    return f"/chart/{chart_id}?{urlencode({**(query or {}), 'release': release.release_id})}"
