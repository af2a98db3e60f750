"""What `python -m sidecar` serves at this moment: a file that its launcher writes and everybody else reads.

The launcher holds a lock beside the file for as long as it lives, so that a file left by a killed one is not believed.
"""

import fcntl
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from pydantic import ValidationError

from registry.rows import Row
from sidecar.models import Endpoint

log = logging.getLogger(__name__)

State = Literal["starting", "ready", "failed"]
LARGEST_FILE = 1 << 20


class AlreadyServing(Exception):
    """Another launcher works for this folder."""


class Served(Row):
    """A model of the launcher: how it stands, and the endpoint once its weights are known."""

    id: str
    state: State
    sentence: str
    endpoint: Endpoint | None = None
    sha256: str | None = None
    weights: str | None = None
    is_found: bool = False


class ServingList(Row):
    """The whole file."""

    pid: int
    models: tuple[Served, ...]


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The lock of the folder's one launcher; AlreadyServing beside another."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serving.lock").open("a+b") as lock:
        if not _locked(lock):
            raise AlreadyServing(
                f"Another `python -m sidecar` serves for {folder}: stop it first, or choose another OMO_LIVE_DIR"
            )
        yield


def _locked(lock: IO[bytes]) -> bool:
    """Whether we got it; tried for a second, because a reader that looks holds it for a moment."""
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            time.sleep(0.05)
    return False


def write(folder: Path, models: Sequence[Served]) -> None:
    """Replaces the file at once: no reader sees half of it."""
    content = ServingList(pid=os.getpid(), models=tuple(models)).model_dump(mode="json")
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".serving-", delete=False, encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(folder / "serving.json")


def read(folder: Path) -> tuple[Served, ...] | None:
    """What is served; None where no launcher lives. What cannot be read counts as none, with a line in the log."""
    if not _is_alive(folder):
        return None
    try:
        with (folder / "serving.json").open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise ValueError(f"expected at most {LARGEST_FILE} bytes")
        return ServingList.model_validate_json(raw).models
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, ValidationError) as error:
        log.warning("serving.json in %s cannot be read (%s): start `python -m sidecar` again", folder, error)
        return None


def _is_alive(folder: Path) -> bool:
    """Whether a launcher holds the lock; also seen from another container on the same volume, where its pid is not."""
    try:
        with (folder / "serving.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
