"""Where this machine's Chrome is, for the pictures of an edition: a setting, else the usual names."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path
from shlex import quote

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ANSWERS_WITHIN_S = 20  # to `--version`; a cold disk needs a few seconds
PROCESS = "chrome.pid"
NO_CHROME = "no Chrome on this machine"


class NoBrowser(Exception):
    """There is no Chrome that starts; the message says where it was looked for."""


def found(given: Path | None) -> tuple[Path, str]:
    """Path and version of a Chrome that starts. Raises NoBrowser. A path that is set is the only one tried."""
    for path in [given] if given else _usual():
        if version := _version(path):
            return path, version
    if given:
        raise NoBrowser(f"{NO_CHROME}: OMO_BROWSER_PATH is {given}, which does not start")
    raise NoBrowser(f"{NO_CHROME}: install chromium, or set OMO_BROWSER_PATH")


def _usual() -> Iterable[Path]:
    named = (shutil.which(name) for name in NAMES)
    return [Path(path) for path in (*named, *MACOS) if path and Path(path).exists()]


def _version(path: Path) -> str | None:
    """What it calls itself; Ubuntu's package of the name is a stand-in that starts nothing without snap."""
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=ANSWERS_WITHIN_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = asked.stdout.strip().splitlines()
    return said[-1][:120] if asked.returncode == 0 and said else None


def launcher(browser: Path, folder: Path) -> Path:
    """A script that starts Chrome and leaves its process id, so that a Chrome that hangs can be ended from outside.

    It also keeps Chrome from asking its maker's hosts for updates and trials: an ETL asks for data, nothing else.
    """
    path = folder / "chrome.sh"
    offline = "--disable-background-networking --disable-default-apps --disable-domain-reliability"
    lines = ["#!/bin/sh", f"echo $$ > {quote(str(folder / PROCESS))}", f'exec {quote(str(browser))} "$@" {offline}', ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o700)
    return path


def end(folder: Path) -> None:
    """Ends the Chrome that a launcher of this folder started, with all its processes; none is left is fine too."""
    try:
        group = os.getpgid(int((folder / PROCESS).read_text(encoding="ascii")))
        if group != os.getpgrp():
            os.killpg(group, signal.SIGKILL)
    except (OSError, ValueError):
        return
