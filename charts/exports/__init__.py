"""A drawn chart to take away; each form carries finding, definition, source, licence, dates, link and hash."""

import csv as csv_module
import io
import json as json_module
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from charts import hashes
from charts.catalogue import Drawn
from charts.words import short_day
from settings import settings
from warehouse import queries
from warehouse.filters import definition_name, definition_sentence

NAME = "Open Model Observatory"
SIMULATED = "SIMULATED DATA: the organisations are real, the figures are invented. Do not quote."
COUNTS_DOWNLOADS = {"download_share", "download_concentration", "family_share"}  # metrics that a definition applies to
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet recognises a formula


def csv(drawn: Drawn) -> bytes:
    """Provenance as lines that begin with #, then header and rows; UTF-8 with LF."""
    text = io.StringIO()
    for name, value in provenance(drawn).items():
        text.write(f"# {name}: {_one_line(value)}\n")
    writer = csv_module.writer(text, lineterminator="\n")
    writer.writerow(drawn.frame.columns)
    for row in _rows(drawn.frame):
        writer.writerow([_safe(value) for value in row.values()])
    return text.getvalue().encode()


def json(drawn: Drawn) -> bytes:
    """An object with `about` (provenance) and `data` (a list of rows); dates in ISO form, missing values null."""
    body = {"about": provenance(drawn), "data": _rows(drawn.frame)}
    return json_module.dumps(body, ensure_ascii=False, indent=1).encode()


def parquet(drawn: Drawn) -> bytes:
    """The frame with its types; provenance stands in the file's own key-value metadata."""
    table = pa.Table.from_pandas(drawn.frame.copy(), preserve_index=False)
    about = {f"omo.{name}": str(value) for name, value in provenance(drawn).items()}
    target = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(about), target, compression="zstd")
    return target.getvalue()


def citation(drawn: Drawn) -> str:
    """One paragraph that names finding, source, data date, release, hash and address."""
    simulated = f"{SIMULATED} " if drawn.is_simulated else ""
    return (
        f"{simulated}{NAME}, “{drawn.title}”, release {drawn.release_id}, #{drawn.data_hash}. {drawn.finding.sentence} "
        f"{_sources_in_words(drawn)}, {_data_date(drawn)}. {permalink(drawn)}"
    )


def permalink(drawn: Drawn, public_url: str | None = None) -> str:
    """The address of the chart's page with these filters, pinned to the release."""
    query = {**drawn.filters.to_query(drawn.chart.defaults), "release": drawn.release_id}
    start = (public_url or settings().public_url).rstrip("/")
    return f"{start}/{drawn.chart.page}?{urlencode(query)}"


def sql(drawn: Drawn) -> str:
    """The query behind the chart with its values: runs as it is in DuckDB's own shell on the release's file."""
    values = queries.values(drawn.chart.query.__name__, drawn.filters)
    about = [f"-- {drawn.title}", f"-- Release {drawn.release_id}, #{drawn.data_hash}. {permalink(drawn)}"]
    about += [f"-- {SIMULATED}"] if drawn.is_simulated else []
    given = ", ".join(f"{name} := {_literal(value)}" for name, value in values.items())
    query = queries.sql(drawn.chart.query_name).strip()
    return "\n".join([*about, "prepare chart as", f"{query};", "", f"execute chart({given});", ""])


def data_hash(drawn: Drawn) -> str:
    """The short fingerprint of numbers and choice."""
    return hashes.data_hash(drawn.frame, drawn.chart.id, drawn.filters)


def provenance(drawn: Drawn) -> dict[str, Any]:
    """What every form carries; the values are text, so that all forms can hold them."""
    simulated = {"warning": SIMULATED} if drawn.is_simulated else {}
    return simulated | {
        "title": drawn.title,
        "unit": drawn.subtitle,
        "finding": drawn.finding.sentence,
        "selection": drawn.filters.sentence(drawn.chart.filters),
        **_counted(drawn),
        "definition": drawn.metric.definition,
        "caveats": " ".join(drawn.metric.caveats),
        "source": _sources_in_words(drawn),
        "licence": "; ".join(dict.fromkeys(f"{source.title}: {source.licence}" for source in drawn.sources)),
        "data date": str(drawn.data_until or ""),
        "release": drawn.release_id,
        "link": permalink(drawn),
        "hash": drawn.data_hash,
    }


def _counted(drawn: Drawn) -> dict[str, str]:
    """Name and sentence of what is counted and how, where downloads are."""
    if drawn.chart.metric_id not in COUNTS_DOWNLOADS:
        return {}
    return {"counted as": definition_name(drawn.filters), "counted how": definition_sentence(drawn.filters)}


def _sources_in_words(drawn: Drawn) -> str:
    return (
        "; ".join(dict.fromkeys(f"{source.attribution} ({source.url})" for source in drawn.sources)) or "no source read"
    )


def _data_date(drawn: Drawn) -> str:
    return f"data to {short_day(drawn.data_until)}" if drawn.data_until else "no data date"


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """A cell as JSON and CSV can hold it."""
    if value is None or (not isinstance(value, list) and pd.isna(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}" if value == value.normalize() else value.isoformat()
    return value.item() if hasattr(value, "item") else (value if isinstance(value, bool | int | float) else str(value))


def _safe(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_literal(part) for part in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return f"date '{value}'"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
