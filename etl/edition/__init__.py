"""The edition of a release: every chart in its default choice as pictures, slide and numbers, drawn once by the ETL.

    data/releases/<release_id>/.edition-<process>/    half an edition: nobody reads it, the next one removes it
    data/releases/<release_id>/edition/               <chart>.png, @3x.png, -square.png, -social.png, .svg, .pdf,
                                                      .pptx, .csv, and edition.json: what was made and what is
                                                      missing, with the reason

It is made after the release is published, so that figures never wait for pictures, and it is no part of the release's
content: without Chrome the release is the same. What could not be made is made by the next run, or by
`python -m etl edition`.
"""

import hashlib
import json
import logging
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from os import getpid, killpg
from pathlib import Path
from typing import Any

from etl.edition import browser, drawing
from etl.edition.browser import NoBrowser
from settings import Settings
from warehouse import connect
from warehouse.connect import EDITION, NoRelease

log = logging.getLogger(__name__)

ABOUT = "edition.json"
ROOT = Path(__file__).parent.parent.parent
FONTS = ROOT / "charts" / "drawing" / "fonts"
AT_ONCE = 3  # releases of which a run makes what is missing: a pass must end before the next one begins
GIVEN_UP = "given up after"
TAIL = 2000  # letters of what a process said before it failed


def make_missing(settings: Settings) -> list[str]:
    """Makes the editions that the newest releases lack; a sentence on each. None where pictures are switched off.

    Nothing that goes wrong here spoils the run: the release is published. Call it while holding the lock of the ETL.
    """
    ids = [entry["release_id"] for entry in connect.releases(settings.data_dir)]
    for release_id in ids:
        remove_leftovers(settings.data_dir / "releases" / release_id)
    if settings.pictures == "no":
        return []
    chrome = _chrome(settings)
    said: list[str] = []
    for release_id in _lacking(settings.data_dir, ids, chrome)[:AT_ONCE]:
        said.append(_attempt(settings, release_id, chrome))
        if GIVEN_UP in said[-1]:  # the next one would wait as long for nothing
            break
    return said


def make(settings: Settings, release_id: str | None = None) -> str:
    """Makes the edition of a release anew, the current one by default; a sentence on it. Raises NoRelease."""
    folder = connect.release_folder(settings.data_dir, release_id)
    return _make(settings, folder.name, _chrome(settings))


def summary(data_dir: Path, release_id: str | None) -> dict[str, Any] | None:
    """The edition of a release in a few values, for `etl status --json`; None where there is none."""
    about = connect.edition(data_dir, release_id) if release_id else None
    if about is None:
        return None
    named = {name: about[name] for name in ("made_at", "chrome", "plotly", "reason")}
    return {**named, "files": len(about["files"]), "missing": len(about["missing"])}


def state(data_dir: Path, release_id: str | None) -> str:
    """How the edition of a release stands, for `etl status`."""
    about = connect.edition(data_dir, release_id) if release_id else None
    return _in_words(about) if about else "none yet: `python -m etl edition` makes it (OMO_PICTURES=no: none is made)"


def _chrome(settings: Settings) -> tuple[Path, str] | str:
    """Path and version of Chrome, or why there is none."""
    try:
        return browser.found(settings.browser_path)
    except NoBrowser as missing:
        return str(missing)


def _lacking(data_dir: Path, ids: list[str], chrome: tuple[Path, str] | str) -> list[str]:
    """Releases whose edition is not there, or is without pictures for want of a Chrome that is there now."""
    states = {release_id: connect.edition(data_dir, release_id) for release_id in ids}
    return [
        release_id
        for release_id, about in states.items()
        if about is None or (about.get("chrome") is None and not isinstance(chrome, str))
    ]


def _attempt(settings: Settings, release_id: str, chrome: tuple[Path, str] | str) -> str:
    try:
        return _make(settings, release_id, chrome)
    except Exception as error:
        log.exception("edition of %s", release_id)
        return f"Edition of {release_id}: not made ({type(error).__name__}: {str(error)[:200]})"


def _make(settings: Settings, release_id: str, chrome: tuple[Path, str] | str) -> str:
    release = settings.data_dir / "releases" / release_id
    remove_leftovers(release)
    with _scratch(release) as folder:
        made = folder / EDITION
        made.mkdir()
        trouble = _draw(settings, release_id, folder, None if isinstance(chrome, str) else chrome[0])
        about = _about(made, release_id, chrome, trouble)
        (made / ABOUT).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        _put_in_place(made, release / EDITION)
    said = f"Edition of {release_id}: {_in_words(about)}"
    (log.warning if about["reason"] else log.info)(said)
    return said


def remove_leftovers(release: Path) -> None:
    """Takes away what a killed process left half made."""
    for leftover in release.glob(f".{EDITION}-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _scratch(release: Path) -> Iterator[Path]:
    folder = release / f".{EDITION}-{getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _draw(settings: Settings, release_id: str, folder: Path, chrome: Path | None) -> str:
    """Lets a process of its own draw; what went wrong, or nothing. It and its Chrome are gone afterwards."""
    started = [browser.launcher(chrome, folder)] if chrome else []
    fonts = drawing.font_settings(FONTS, folder)
    words = ["env", f"FONTCONFIG_FILE={fonts.resolve()}", f"OMO_PUBLIC_URL={settings.public_url}", sys.executable]
    words += ["-m", "etl.edition", *map(str, (settings.data_dir.resolve(), release_id, (folder / EDITION).resolve()))]
    said = folder / "said.txt"
    with said.open("wb") as output:
        child = subprocess.Popen(
            [*words, *(str(path.resolve()) for path in started)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code = child.wait(settings.pictures_deadline_s)
        except subprocess.TimeoutExpired:
            return f"{GIVEN_UP} {settings.pictures_deadline_s:g} seconds: the rest is missing"
        finally:
            _end(child, folder)
    if code:
        log.warning("edition: the process that draws ended with %s: %s", code, _tail(said))
    return f"the process that draws ended with {code}; logs/etl.log has its words" if code else ""


def _end(child: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Child and Chrome, however they are: also when we were told to stop."""
    browser.end(folder)
    if child.poll() is None:
        killpg(child.pid, signal.SIGKILL)
        child.wait()


def _about(made: Path, release_id: str, chrome: tuple[Path, str] | str, trouble: str) -> dict[str, Any]:
    """What edition.json says."""
    notes = _notes(made / drawing.NOTES)
    files = {path.name: _file(path) for path in sorted(made.iterdir()) if not path.name.startswith(".")}
    wanted = {name for names in drawing.expected().values() for name in names}
    reason = "; ".join(part for part in (chrome if isinstance(chrome, str) else "", trouble) if part)
    return {
        "release_id": release_id,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "plotly": version("plotly"),
        "kaleido": version("kaleido"),
        "chrome": None if isinstance(chrome, str) else chrome[1],
        "reason": reason,
        "files": files,
        "missing": {name: _why(name, notes, reason) for name in sorted(wanted - set(files))},
    }


def _why(name: str, notes: drawing.Notes, reason: str) -> str:
    chart_id = next(
        (chart_id for chart_id in notes if name.startswith((f"{chart_id}.", f"{chart_id}@", f"{chart_id}-"))), ""
    )
    said = notes.get(chart_id, {})
    return said.get(name) or said.get("") or reason or "not drawn"


def _notes(path: Path) -> drawing.Notes:
    """What the process that drew noted; it is no file of the edition."""
    try:
        notes: drawing.Notes = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    path.unlink()
    return notes


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _put_in_place(made: Path, place: Path) -> None:
    """Readers see no edition, the one before, or the whole new one."""
    for leftover in made.glob(".*"):
        leftover.unlink()
    if place.exists():
        place.rename(made.parent / "before")
    made.rename(place)


def _in_words(about: dict[str, Any]) -> str:
    pictures = sum(name.endswith(".png") for name in about["files"])
    said = f"{len(about['files'])} files, {pictures} of them pictures"
    return f"{said} ({about['reason']})" if about["reason"] else said


def _tail(path: Path) -> str:
    return path.read_bytes()[-TAIL:].decode("utf-8", "replace").strip()


__all__ = ["NoRelease", "make", "make_missing", "remove_leftovers", "state", "summary"]
