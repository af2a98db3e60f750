"""Words and numbers as readers of the pages see them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from html import escape


def day(value: date | datetime | None) -> str:
    """A date: `21 Nov 2026`; `never` where there is none."""
    return f"{value.day} {value:%b %Y}" if value is not None else "never"


def full_day(value: date | datetime) -> str:
    """A date as a sentence wants it: `12 March 2026`."""
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """A time in UTC: `21 Nov 2026, 06:14 UTC`; `never` where there is none."""
    return f"{day(value)}, {value.astimezone(UTC):%H:%M} UTC" if value is not None else "never"


def age(value: datetime | None, now: datetime) -> str:
    """How long ago: `3 hours`, `2 days`; `never` where there is no time."""
    if value is None:
        return "never"
    passed = max(now - value, timedelta())
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        count = passed // length
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def file_name(title: str, release_id: str) -> str:
    """A file name from a title, without anything that a file system could mind."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return f"{words[:80].rstrip('-')}-{release_id}"


def paragraph(text: str, css_class: str, tag: str = "p", attributes: str = "") -> str:
    """Text as an HTML element of a class of style.css; the text is escaped, the other arguments are our own words."""
    return f'<{tag} class="{css_class}" {attributes}>{escape(text)}</{tag}>'


def note(title: str, texts: Iterable[str], tag: str = "p") -> str:
    """Paragraphs, or list items, behind a title that opens them."""
    body = bullets(texts) if tag == "li" else "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
    return f'<details class="note"><summary>{escape(title)}</summary>{body}</details>'


def bullets(texts: Iterable[str]) -> str:
    """A list; the texts are escaped: names of models stand in them."""
    return f'<ul class="bullets">{"".join(f"<li>{escape(text)}</li>" for text in texts)}</ul>'
