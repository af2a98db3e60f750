"""What was told last on each subject, so that small steps add up to a change and nothing is told twice.

data/alerts/told.json     the release that was compared last, and per rule and subject its value and words
"""

import json
import logging
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from etl.alerts.changes import Known

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Told:
    """The state after a comparison."""

    release_id: str
    is_simulated: bool
    known: dict[str, dict[str, Known]] = field(default_factory=dict)  # rule -> subject -> what was told


def read(data_dir: Path) -> Told | None:
    """The last state; None before the first comparison, or where the file cannot be read: it begins anew then."""
    path = _file(data_dir)
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        known = {
            str(rule): {str(subject): Known(**told) for subject, told in subjects.items()}
            for rule, subjects in entry["known"].items()
        }
        return Told(str(entry["release_id"]), bool(entry["is_simulated"]), known)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s cannot be read (%s: %s): it is begun anew", path, type(error).__name__, error)
        return None


def write(data_dir: Path, told: Told) -> None:
    """Keeps the state; a reader sees the one before or this one."""
    path = _file(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(asdict(told), file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _file(data_dir: Path) -> Path:
    return data_dir / "alerts" / "told.json"
