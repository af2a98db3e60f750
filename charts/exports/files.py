"""The numbers of a chart as files for programs and spreadsheets: CSV, JSON, Parquet."""

import csv as csv_module
import io
import json as json_module
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from charts.chart import Drawn
from charts.provenance import one_line, provenance

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet recognises a formula


def csv(drawn: Drawn) -> bytes:
    """Every column behind the chart: provenance as lines that begin with #, then header and rows; UTF-8 with LF."""
    return _csv(drawn, drawn.frame.columns, (row.values() for row in rows_of(drawn.frame)))


def csv_shown(drawn: Drawn) -> bytes:
    """What the picture shows, in the same form; shares are parts of one."""
    table = drawn.table
    return _csv(drawn, [column.label for column in table.columns], table.rows)


def tab_separated(drawn: Drawn) -> str:
    """What the picture shows, to be pasted into a spreadsheet or a text; source, release and hash stand below."""
    table = drawn.table
    about = provenance(drawn)
    lines = [[column.label for column in table.columns], *table.rows]
    said = [f"{name}: {one_line(about[name])}" for name in ("source", "release", "hash", "link")]
    cells = ["\t".join(one_line(safe("" if value is None else value)) for value in line) for line in lines]
    return "\n".join([*cells, "", one_line(about.get("warning", "")), *said]).strip("\n")


def json(drawn: Drawn) -> bytes:
    """An object with `about` (provenance) and `data` (a list of rows); dates in ISO form, missing values null."""
    body = {"about": provenance(drawn), "data": rows_of(drawn.frame)}
    return json_module.dumps(body, ensure_ascii=False, indent=1).encode()


def parquet(drawn: Drawn) -> bytes:
    """The frame with its types; provenance stands in the file's own key-value metadata."""
    table = pa.Table.from_pandas(drawn.frame.copy(), preserve_index=False)
    about = {f"omo.{name}": str(value) for name, value in provenance(drawn).items()}
    target = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(about), target, compression="zstd")
    return target.getvalue()


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows with plain values: ISO dates, None for what is missing."""
    return [{str(name): plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def plain(value: Any) -> Any:
    """A cell as JSON and CSV can hold it."""
    if value is None or (not isinstance(value, list) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else value.isoformat()
    return value.item() if hasattr(value, "item") else (value if isinstance(value, bool | int | float) else str(value))


def safe(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _csv(drawn: Drawn, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    for name, value in provenance(drawn).items():
        text.write(f"# {name}: {one_line(value)}\n")
    writer = csv_module.writer(text, lineterminator="\n")
    writer.writerow([safe(name) for name in header])
    for row in rows:
        writer.writerow([safe(value) for value in row])
    return text.getvalue().encode()
