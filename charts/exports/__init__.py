"""A drawn chart to take away; each form carries finding, definition, source, licence, dates, link and hash."""

from collections.abc import Callable

from charts.chart import Drawn
from charts.exports.citing import citation, citations
from charts.exports.embedding import embed_address, embed_code
from charts.exports.files import csv, csv_shown, json, parquet, tab_separated
from charts.exports.permits import Permit, permit
from charts.exports.provenance import NAME, SIMULATED, explore, permalink, provenance
from charts.exports.query import sql
from charts.exports.slides import pptx
from charts.exports.workbook import xlsx

__all__ = [
    "NAME",
    "SIMULATED",
    "WRITERS",
    "Permit",
    "citation",
    "citations",
    "csv",
    "csv_shown",
    "embed_address",
    "embed_code",
    "explore",
    "json",
    "parquet",
    "permalink",
    "permit",
    "pptx",
    "provenance",
    "sql",
    "tab_separated",
    "xlsx",
]

# Ending of a file -> what writes it.
WRITERS: dict[str, Callable[[Drawn], bytes]] = {
    "csv": csv,
    "json": json,
    "parquet": parquet,
    "xlsx": xlsx,
    "pptx": pptx,
}


def pdf(drawn: Drawn) -> bytes:
    """A sheet with finding, chart and provenance. Imported late, for a drawing names the provenance of its numbers."""
    from charts.drawing import pdf_file

    return pdf_file(drawn)


def svg(drawn: Drawn) -> bytes:
    """The chart as a drawing of its own."""
    from charts.drawing import svg_file

    return svg_file(drawn)


WRITERS |= {
    "svg": svg,
    "pdf": pdf,
    "sql": lambda drawn: sql(drawn).encode(),
    "tsv": lambda drawn: tab_separated(drawn).encode(),
}
