"""Where the machine's Chromium is: `python -m tests.chromium` prints its path, or exits 1."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# No sandbox inside containers and as root; QUIC and the background services would ask for hosts outside.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@cache
def chromium() -> str | None:
    """The path of a Chromium that starts, or None."""
    own = [path for path in (*map(shutil.which, NAMES), *MACOS) if path]
    return next((path for path in own if _starts(path)), None) or _of_playwright()


def is_required() -> bool:
    """Whether a missing browser is a failure (continuous integration), not a reason to skip."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if _starts(path) else None


def _starts(path: str) -> bool:
    # Ubuntu's package of this name is a stand-in that starts nothing without snap.
    try:
        return (
            Path(path).exists() and subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    found = chromium()
    print(found or "no Chromium found")
    sys.exit(0 if found else 1)
