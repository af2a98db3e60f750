"""A drawn chart to take away; each form carries finding, definition, source, licence, dates, link and hash."""

from collections.abc import Callable

from charts.chart import Drawn
from charts.drawing import pdf_file, svg_file
from charts.exports.citing import citation, citations
from charts.exports.embedding import embed_address, embed_code
from charts.exports.files import csv, csv_shown, json, parquet, tab_separated
from charts.exports.query import sql
from charts.exports.slides import pptx
from charts.exports.workbook import xlsx
from charts.permits import Permit, permit
from charts.provenance import NAME, SIMULATED, explore, permalink, provenance

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
    "svg": svg_file,
    "pdf": pdf_file,
    "sql": lambda drawn: sql(drawn).encode(),
    "tsv": lambda drawn: tab_separated(drawn).encode(),
}
