"""How long a service asks us to wait, as it says in its headers."""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT_S, GROWTH, LONGEST_OWN_WAIT_S = 1.0, 2.0, 8.0  # our own waits, as the Hub's client has them: 1, 2, 4, 8, 8


def own_wait_s(attempt: int) -> float:
    """The wait after the n-th failed attempt (from 1) where the service names none."""
    return min(FIRST_WAIT_S * GROWTH ** (attempt - 1), LONGEST_OWN_WAIT_S)


def asked_wait_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that a refusal asks us to wait, by `RateLimit`, then `Retry-After`, then GitHub's header; else None."""
    for read in (window_left_s, _retry_after_s, _github_reset_s):
        wait = read(headers)
        if wait is not None:
            return wait
    return None


def window_left_s(headers: Mapping[str, str]) -> float | None:
    """Seconds until the next window if `RateLimit: "api";r=0;t=30` says that this one is used up: t + 1; else None."""
    waits = []
    for item in headers.get("RateLimit", "").split(","):
        left, seconds = re.search(r";\s*r=(\d+)", item), re.search(r";\s*t=(\d+)", item)
        if left and seconds and int(left[1]) == 0:
            waits.append(int(seconds[1]) + 1.0)
    return max(waits, default=None)


def is_used_up(headers: Mapping[str, str]) -> bool:
    """Whether GitHub says that the quota is used up: its 403 then means 429."""
    return headers.get("X-RateLimit-Remaining", "").strip() == "0"


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    until = moment(text)
    # Measured on the server's own clock: ours may differ, and a mirror may serve an older day.
    now = moment(headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _github_reset_s(headers: Mapping[str, str]) -> float | None:
    reset = headers.get("X-RateLimit-Reset", "").strip()
    if not is_used_up(headers) or not reset.isdigit():
        return None
    return max(0.0, int(reset) - time.time()) + 1.0


def moment(text: str) -> datetime | None:
    """An HTTP date in UTC; None where it is none."""
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
