"""Checks at the door: what a payload must be before anything is made of it.

A single bad row is refused by name; a payload without the columns we need, or with mostly bad rows, is refused whole.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from etl.snapshots import Snapshot
from etl.tidy.tidied import Refusal

EARLIEST = date(2018, 1, 1)  # no model or score of these sources is older
LONGEST_ID = 200  # the Hub allows 96 characters on each side of the slash
# Beside the control characters those that are not seen and turn the direction of the text, or hide in it: two names
# that look alike would be two models, and a sentence would read backwards from the name on. Half a surrogate pair,
# which JSON may smuggle in, cannot be written to a file.
CONTROL_CHARACTERS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
MOSTLY_BAD = 0.5  # more than this part of the rows refused: the payload is not what we take it for


class TidyError(Exception):
    """A payload is refused whole; the message is one sentence for people."""


def need_columns(name: str, came: Collection[str], needed: Iterable[str]) -> None:
    """Refuses a payload that lacks a column we read, naming what is missing and what came instead."""
    missing = sorted(set(needed) - set(came))
    if missing:
        raise TidyError(f"{name}: expected the columns {', '.join(missing)}, came {_some(sorted(came))}")


def need_rows(name: str, rows: int) -> None:
    """Refuses an empty payload."""
    if rows == 0:
        raise TidyError(f"{name}: expected rows, came none")


def refuse_mostly_bad(name: str, refused: Sequence[Refusal], rows: int) -> None:
    """Refuses a payload whose rows are mostly bad: it has changed its meaning or its format."""
    if len(refused) > MOSTLY_BAD * rows:
        first = refused[0]
        raise TidyError(f"{name}: {len(refused):,} of {rows:,} rows are bad, first {first.item}: {first.reason}")


def parse_json(snapshot: Snapshot, name: str) -> Any:
    """A payload file as JSON; TidyError when it is not."""
    try:
        return json.loads(snapshot.read(name))
    except ValueError as error:
        raise TidyError(f"{name}: expected JSON, came something else ({error})") from error


def need_rows_of(payload: Any, key: str, name: str) -> list[dict[str, Any]]:
    """The list of objects under a key; TidyError when the payload has another shape."""
    rows = payload.get(key) if isinstance(payload, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        came = f"the keys {_some(sorted(payload))}" if isinstance(payload, dict) else type(payload).__name__
        raise TidyError(f"{name}: expected a list of objects under {key!r}, came {came}")
    need_rows(name, len(rows))
    return rows


def latest_day(snapshot: Snapshot) -> date:
    """The last day that a row of this reading may speak of; everything later is a mistake.

    A weekly partition is labelled with the start of its week and holds the end of it; a mirror may serve old days.
    """
    return max(snapshot.observed_on + timedelta(days=8), snapshot.fetched_at.date() + timedelta(days=1))


def as_day(value: Any) -> date | None:
    """A date from a date, a time or an ISO text; None where it is none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def bad_text(value: Any, longest: int = LONGEST_ID) -> str | None:
    """Why a value is no acceptable name, or None when it is."""
    if not isinstance(value, str) or not value.strip():
        return f"expected a name, came {shown(value)}"
    if len(value) > longest:
        return f"the name has {len(value):,} characters, more than {longest}"
    if CONTROL_CHARACTERS.search(value):
        return "the name holds control characters, or invisible ones"
    return None


def good_text(value: Any, longest: int = LONGEST_ID) -> str | None:
    """A text that only adds to a row, without the spaces around it; None where it is no acceptable name."""
    text = value.strip() if isinstance(value, str) else value
    return None if bad_text(text, longest) else text


def bad_day(day: date | None, latest: date) -> str | None:
    """Why a date cannot be, or None when it can."""
    if day is None:
        return "it has no date"
    if day < EARLIEST:
        return f"{day} is before {EARLIEST}"
    if day > latest:
        return f"{day} lies in the future"
    return None


def shown(value: Any, longest: int = 60) -> str:
    """A value of unknown origin, short and on one line."""
    text = CONTROL_CHARACTERS.sub("?", value if isinstance(value, str) else repr(value))
    return f"{text[:longest]}..." if len(text) > longest else (text or "an empty text")


def _some(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(shown(name) for name in names[:most]) or "none") + more
