"""A chart as a citation: in plain words, after the APA manual, and for BibTeX."""

import re
from datetime import date, datetime

from charts.chart import Drawn
from charts.provenance import NAME, SIMULATED, data_date, one_line, permalink, sources_in_words
from charts.words import day

# What TeX would obey; the backslash and the braces first become words of their own.
_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {letter: f"\\{letter}" for letter in "&%$#_"}


def citation(drawn: Drawn) -> str:
    """One paragraph that names finding, source, data date, release, hash and address."""
    simulated = f"{SIMULATED} " if drawn.is_simulated else ""
    return (
        f"{simulated}{NAME}, “{drawn.title}”, release {drawn.release_id}, #{drawn.data_hash}. {drawn.finding.sentence} "
        f"{sources_in_words(drawn)}, {data_date(drawn)}. {permalink(drawn)}"
    )


def citations(drawn: Drawn) -> dict[str, str]:
    """The citation in its three forms: `plain`, `apa`, `bibtex`."""
    return {"plain": citation(drawn), "apa": apa(drawn), "bibtex": bibtex(drawn)}


def apa(drawn: Drawn) -> str:
    """As the APA manual (7th edition, section 10.9) cites a data set."""
    on = _published(drawn)
    simulated = f" [{SIMULATED}]" if drawn.is_simulated else ""
    return (
        f"{NAME}. ({on.year}, {on:%B} {on.day}). {one_line(drawn.title)} "
        f"(Release {drawn.release_id}, #{drawn.data_hash}) [Data set].{simulated} {permalink(drawn)}"
    )


def bibtex(drawn: Drawn) -> str:
    """An entry of type @misc, which every style knows."""
    on = _published(drawn)
    note = (
        f"Release {drawn.release_id}, hash {drawn.data_hash}, {data_date(drawn)}. {one_line(sources_in_words(drawn))}"
    )
    fields = {
        "author": f"{{{{{NAME}}}}}",
        "title": f"{{{_tex(one_line(drawn.title))}}}",
        "year": f"{{{on.year}}}",
        "month": f"{on:%b}".lower(),
        "howpublished": f"{{\\url{{{permalink(drawn)}}}}}",
        "note": f"{{{_tex((SIMULATED + ' ' if drawn.is_simulated else '') + note)}}}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    key = re.sub(r"[^A-Za-z0-9]", "", f"omo{drawn.release_id}{drawn.chart.id}{drawn.data_hash}")
    return f"@misc{{{key},\n{lines}\n}}"


def release_day(release_id: str) -> date | None:
    """The day in the id of a release, which is a UTC time."""
    try:
        return datetime.strptime(release_id[:10], "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def released(drawn: Drawn) -> str:
    """The day of the release in words."""
    return day(_published(drawn))


def _published(drawn: Drawn) -> date:
    return release_day(drawn.release_id) or drawn.data_until or date.today()  # noqa: DTZ011


def _tex(text: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in text)
