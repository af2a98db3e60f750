"""Draws the files of an edition into a folder: first what needs no browser, then the pictures that do.

It runs in a process of its own (`python -m etl.edition`): a Chrome that hangs or takes the memory is ended from
outside, and what was drawn by then is kept. A file appears under its name only when it is whole.
"""

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import kaleido

from charts import catalogue, exports
from charts.catalogue import CHARTS, Chart, Drawn
from charts.pictures import PICTURES, Picture, framed
from etl.edition.marks import marked
from warehouse import connect
from warehouse.connect import OlderTables, Release

log = logging.getLogger(__name__)

NOTES = "notes.json"  # chart -> file or "" -> why it is not there
VECTORS = ("svg", "pdf")  # by our own drawing where it can, else by Chrome
NUMBERS = ("csv", "pptx")  # they hold the numbers: only where the sources let us pass them on
PAGES_FONT, OWN_FONT = "Source Sans 3", "Observatory Sans"  # the second is the first, as charts/drawing has it
PICTURE_WITHIN_S = 60  # one takes half a second
Notes = dict[str, dict[str, str]]


def draw(data_dir: Path, release_id: str, folder: Path, browser: Path | None) -> None:
    """Fills the folder with every chart of a release in its default choice; without a browser, with the rest."""
    release = connect.open_release(data_dir, release_id)
    notes: Notes = {}
    try:
        for chart in CHARTS:
            notes[chart.id] = _without_browser(release, chart, folder)
            _keep_notes(folder, notes)
        if browser:
            with _chrome(browser):
                for chart in CHARTS:
                    notes[chart.id] |= _with_browser(release, chart, folder)
                    _keep_notes(folder, notes)
    finally:
        release.close()


def expected() -> dict[str, tuple[str, ...]]:
    """The files of a whole edition, by chart."""
    endings = (*(picture.ending for picture in PICTURES), *(f".{kind}" for kind in (*VECTORS, *NUMBERS)))
    return {chart.id: tuple(f"{chart.id}{ending}" for ending in endings) for chart in CHARTS}


def _without_browser(release: Release, chart: Chart, folder: Path) -> dict[str, str]:
    drawn = _drawn(release, chart, "page")
    if isinstance(drawn, str):
        return {"": drawn}
    notes: dict[str, str] = {}
    for kind in (*VECTORS, *NUMBERS):
        name = f"{chart.id}.{kind}"
        if kind in NUMBERS and not exports.permit(drawn).allows_files():
            notes[name] = exports.permit(drawn).sentence
        elif kind in exports.WRITERS:
            writer = exports.csv_shown if kind == "csv" else exports.WRITERS[kind]
            notes |= _attempt(folder / name, lambda writer=writer, drawn=drawn: writer(drawn))  # type: ignore[misc]
    return notes


def _with_browser(release: Release, chart: Chart, folder: Path) -> dict[str, str]:
    notes: dict[str, str] = {}
    by_size = {size: _drawn(release, chart, size) for size in {picture.size for picture in PICTURES}}
    for picture in PICTURES:
        drawn = by_size[picture.size]
        if not isinstance(drawn, str):
            notes |= _attempt(
                folder / f"{chart.id}{picture.ending}",
                lambda drawn=drawn, picture=picture: _png(drawn, picture),  # type: ignore[misc]
            )
    page = by_size["page"]
    for kind in VECTORS:
        path = folder / f"{chart.id}.{kind}"
        if not path.exists() and not isinstance(page, str):
            notes |= _attempt(path, lambda page=page, kind=kind: _rendered(page, PICTURES[0], kind))  # type: ignore[misc]
    return notes


def _drawn(release: Release, chart: Chart, size: str) -> Drawn | str:
    """The chart in its default choice, or why there is nothing to draw."""
    try:
        drawn = catalogue.draw(release, chart, chart.defaults, size=size)
    except OlderTables:
        return "the release was made by an earlier version, whose tables do not hold this chart"
    return drawn.finding.why_empty or "there is nothing to show" if drawn.finding.empty else drawn


def _png(drawn: Drawn, picture: Picture) -> bytes:
    return marked(_rendered(drawn, picture, "png"), exports.provenance(drawn))


def _rendered(drawn: Drawn, picture: Picture, kind: str) -> bytes:
    scale = picture.scale if kind == "png" else 1
    size = {"width": picture.layout_width, "height": picture.layout_height, "scale": scale}
    image: bytes = kaleido.calc_fig_sync(framed(drawn.figure, picture), opts={"format": kind, **size})
    return image


def _attempt(path: Path, write: Callable[[], bytes]) -> dict[str, str]:
    """Writes a file whole or not at all; one that cannot be made does not keep the others from being made."""
    try:
        content = write()
    except Exception as error:
        log.exception("edition: %s", path.name)
        return {path.name: f"could not be drawn ({type(error).__name__}: {str(error)[:200]})"}
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
    return {}


def _keep_notes(folder: Path, notes: Notes) -> None:
    _attempt(folder / NOTES, lambda: json.dumps(notes, ensure_ascii=False).encode())


@contextmanager
def _chrome(browser: Path) -> Iterator[None]:
    """One Chrome for all pictures. It gets Plotly from this machine and no formula typesetting from a foreign host."""
    kaleido.start_sync_server(path=str(browser), mathjax=False, timeout=PICTURE_WITHIN_S, silence_warnings=True)
    try:
        yield
    finally:
        kaleido.stop_sync_server(silence_warnings=True)


def font_settings(fonts: Path, folder: Path) -> Path:
    """A file for fontconfig that adds our own font to those of the machine, so that pictures look as pages do."""
    path = folder / "fonts.conf"
    cache = Path(tempfile.gettempdir()) / "observatory-fonts"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{fonts}</dir><cachedir>{cache}</cachedir>'
        f'<alias binding="same"><family>{PAGES_FONT}</family><prefer><family>{OWN_FONT}</family></prefer></alias>'
        "</fontconfig>",
        encoding="utf-8",
    )
    return path
