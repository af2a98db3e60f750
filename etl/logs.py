"""Where the ETL says what it does: warnings on the terminal, everything with tracebacks in a file that is bounded."""

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST, KEPT = 2_000_000, 5  # bytes a file, files: some months of daily runs


def begin(data_dir: Path) -> None:
    """Sends our log to the terminal and to `logs/etl.log`, in UTC. Once per process."""
    root = logging.getLogger("etl")
    if root.handlers:
        return
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(folder / "etl.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    terminal = logging.StreamHandler()
    terminal.addFilter(_without_traceback)
    for handler, level in ((file, logging.INFO), (terminal, logging.WARNING)):
        handler.setLevel(level)
        handler.setFormatter(_formatter())
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


def _formatter() -> logging.Formatter:
    formatter = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    return formatter


def _without_traceback(record: logging.LogRecord) -> bool:
    return record.exc_info is None
