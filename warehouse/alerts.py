"""What was told after the releases: one line of JSON each, kept beside the releases and longer than they are.

    data/alerts/alerts.jsonl      oldest first, only ever added to

One process writes (the one that holds the ETL's lock): a copy with the new lines takes the place of the file, so that
readers see all lines of a release or none. A line that cannot be read is passed over, the others count.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from registry import ALERT_KINDS

log = logging.getLogger(__name__)

LONGEST = {"subject": 200, "before": 300, "after": 300, "sentence": 1200, "permalink_path": 600}  # characters
ID_LETTERS = 16


@dataclass(frozen=True)
class Alert:
    """Something that changed from one release to the next. `found_at` (UTC) is when the release was built."""

    alert_id: str
    rule_id: str
    kind: str
    found_at: datetime
    release_id: str
    subject: str
    before: str
    after: str
    sentence: str
    permalink_path: str  # on this site, pinned to the release
    is_simulated: bool


def alert_id(rule_id: str, subject: str, before: str, after: str) -> str:
    """The same change has the same id, however often and from whichever release it is found."""
    told = json.dumps([rule_id, subject, before, after], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:ID_LETTERS]


def read(data_dir: Path) -> tuple[Alert, ...]:
    """Every alert, newest first, those of one release in the order in which they were told."""
    path = _file(data_dir)
    try:
        state = path.stat()
    except OSError:
        return ()
    return _read(path, state.st_mtime_ns, state.st_size)


def append(data_dir: Path, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Adds the alerts that were not told yet and returns these. Call it only while holding the lock of the ETL."""
    known = read(data_dir)
    ids, last = {alert.alert_id for alert in known}, _last_told(known)
    new = []
    for alert in alerts:
        key = (alert.rule_id, alert.subject)
        if alert.alert_id not in ids and last.get(key) != alert.after:
            ids.add(alert.alert_id)
            last[key] = alert.after
            new.append(alert)
    if new:
        _write(_file(data_dir), new)
    return tuple(new)


def remove_leftovers(data_dir: Path) -> None:
    """Removes what a killed process left half written. Call it only while holding the lock of the ETL."""
    for partial in _file(data_dir).parent.glob(".*.partial"):
        partial.unlink(missing_ok=True)


def _last_told(newest_first: Iterable[Alert]) -> dict[tuple[str, str], str]:
    told: dict[tuple[str, str], str] = {}
    for alert in newest_first:
        told.setdefault((alert.rule_id, alert.subject), alert.after)
    return told


def _write(path: Path, alerts: list[Alert]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    if before and not before.endswith(b"\n"):  # somebody's editor, or a disk that was full
        before += b"\n"
    lines = "".join(f"{json.dumps(_plain(alert), ensure_ascii=False)}\n" for alert in alerts)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(before + lines.encode())
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _plain(alert: Alert) -> dict[str, Any]:
    return {**asdict(alert), "found_at": alert.found_at.isoformat()}


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int, size: int) -> tuple[Alert, ...]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    read_ones = (_alert(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    known = {alert.alert_id: alert for alert in read_ones if alert}
    return tuple(sorted(known.values(), key=lambda alert: alert.found_at, reverse=True))


def _alert(path: Path, number: int, line: str) -> Alert | None:
    try:
        return _typed(json.loads(line))
    except (ValueError, TypeError, KeyError) as error:
        log.warning("%s, line %s is passed over: %s: %s", path, number, type(error).__name__, str(error)[:200])
        return None


def _typed(entry: dict[str, Any]) -> Alert:
    """An entry as an alert; ValueError says which value is of another kind or longer than it may be."""
    names = [name for name in Alert.__dataclass_fields__ if name not in ("found_at", "is_simulated")]
    texts = {name: entry[name] for name in names}
    for name, text in texts.items():
        if not isinstance(text, str) or len(text) > LONGEST.get(name, 100):
            raise ValueError(f"{name}: expected text of at most {LONGEST.get(name, 100)} characters")
    if texts["kind"] not in ALERT_KINDS:
        raise ValueError(f"kind: expected one of {', '.join(ALERT_KINDS)}, came {texts['kind'][:40]!r}")
    if not texts["permalink_path"].startswith("/") or texts["permalink_path"].startswith(("//", "/\\")):
        raise ValueError("permalink_path: expected a path on this site")
    if not isinstance(entry["is_simulated"], bool):
        raise ValueError("is_simulated: expected true or false")
    return Alert(found_at=_moment(entry["found_at"]), is_simulated=entry["is_simulated"], **texts)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file(data_dir: Path) -> Path:
    return data_dir / "alerts" / "alerts.jsonl"
