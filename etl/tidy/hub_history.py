"""hub_history -> model_observations, model_metadata: one weekly partition of the Hub's counters, column by column."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.snapshots import Snapshot
from etl.tidy import models
from etl.tidy.doors import TidyError, need_columns, need_rows, refuse_mostly_bad
from etl.tidy.tidied import Tidied, plain_totals

FILE = "models.parquet"
NEEDED = ["id", "createdAt", "downloads", "likes", "tags", "pipeline_tag", "library_name"]  # the rest came later
ROWS_AT_ONCE = 100_000  # with their tags about 100 MiB; the whole Hub has three million
CARD_KEYS = {"licence": "license", "licence_name": "license_name", "licence_link": "license_link"}


def tidy(snapshot: Snapshot) -> Tidied:
    """One row per model of the partition. Columns that older partitions lack are left empty."""
    partition = pq.ParquetFile(io.BytesIO(snapshot.read(FILE)))
    rows = partition.metadata.num_rows
    need_columns(FILE, partition.schema_arrow.names, NEEDED)
    need_rows(FILE, rows)
    frames, refused = models.frames(_parts(partition), snapshot)
    refuse_mostly_bad(FILE, refused, rows)
    downloads = partition.read(columns=["downloads"])["downloads"].to_pandas().fillna(0)
    return Tidied(frames, tuple(refused), plain_totals(downloads, refused, "downloads_30d"))


def _parts(partition: pq.ParquetFile) -> Iterator[pa.Table]:
    first = 0
    for batch in partition.iter_batches(batch_size=ROWS_AT_ONCE):
        yield _raw(pa.Table.from_batches([batch]), first)
        first += batch.num_rows


def _raw(payload: pa.Table, first: int) -> pa.Table:
    """Rows of the partition, from the given place on, in the columns of models.RAW."""
    rows = payload.num_rows
    bases, relation = _bases(payload)
    columns = {
        "row": pa.array(np.arange(first, first + rows)),
        "model_id": _column(payload, "id", pa.string()),
        "downloads_30d": _column(payload, "downloads", pa.int64()),
        "downloads_all_time": _column(payload, "downloadsAllTime", pa.int64()),
        "likes": _column(payload, "likes", pa.int64()),
        "created_at": _times(payload),
        "task": _column(payload, "pipeline_tag", pa.string()),
        "library": _column(payload, "library_name", pa.string()),
        "parameters": _parameters(payload),
        **_card(payload),
        "is_gated": _gated(payload),
        "base_model_ids": bases,
        "base_relation": relation,
        "tags": _column(payload, "tags", pa.list_(pa.string())),
    }
    return pa.table({name: columns[name] for name in models.RAW.names}, models.RAW)


def _column(payload: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column in the type we keep; empty where the partition has none. Text is never read as a number."""
    if name not in payload.column_names:
        return pa.nulls(payload.num_rows, kind)
    came = payload.schema.field(name).type
    if pa.types.is_integer(kind) and not (
        pa.types.is_integer(came) or pa.types.is_floating(came) or pa.types.is_null(came)
    ):
        raise TidyError(f"{FILE}: expected numbers in {name}, came {came}")
    return _cast(payload[name], name, kind)


def _cast(column: pa.ChunkedArray, name: str, kind: pa.DataType) -> pa.Array:
    try:
        return column.cast(kind).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TidyError(f"{FILE}: expected {kind} in {name}, came {column.type}: {error}") from error


def _times(payload: pa.Table) -> pa.Array:
    """Times without a zone are UTC, also those in ISO text that ends in Z."""
    column, utc = payload["createdAt"], pa.timestamp("us", tz="UTC")
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.replace_substring_regex(column, r"(Z|\+00:00)$", "")
    if not pa.types.is_timestamp(column.type) or column.type.tz is None:
        return _cast(column, "createdAt", pa.timestamp("us")).cast(utc)
    return _cast(column, "createdAt", utc)


def _card(payload: pa.Table) -> dict[str, pa.Array]:
    """Licence, its name and link. Cards repeat: each different one is read once."""
    if "cardData" not in payload.column_names:
        return {name: pa.nulls(payload.num_rows, pa.string()) for name in CARD_KEYS}
    cards = _cast(payload["cardData"], "cardData", pa.string()).dictionary_encode()
    parsed = [_object(text) for text in cards.dictionary.to_pylist()]
    return {
        name: pa.array([_first_text(card.get(key)) for card in parsed], pa.string()).take(cards.indices)
        for name, key in CARD_KEYS.items()
    }


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _first_text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return value if isinstance(value, str) else None


def _parameters(payload: pa.Table) -> pa.Array:
    total = _fields(payload, "safetensors", lambda column: pc.struct_field(column, "total"))
    return pa.nulls(payload.num_rows, pa.int64()) if total is None else total.cast(pa.int64())


def _gated(payload: pa.Table) -> pa.Array:
    """`auto` and `manual` are gates, `false` is none; a column of booleans is taken as it is."""
    if "gated" not in payload.column_names:
        return pa.nulls(payload.num_rows, pa.bool_())
    column = payload["gated"].combine_chunks()
    if pa.types.is_boolean(column.type):
        return column
    words = column.cast(pa.string())
    known = pc.is_in(words, pa.array(["auto", "manual", "false"]))
    return pc.if_else(known, pc.not_equal(words, "false"), pa.scalar(None, pa.bool_()))


def _bases(payload: pa.Table) -> tuple[pa.ListArray, pa.Array]:
    """Ids of the base models and the relation to them, from structs {relation, models: [{_id, id}]}."""
    listed = _fields(payload, "baseModels", lambda column: pc.struct_field(column, "models"))
    relation = _fields(payload, "baseModels", lambda column: pc.struct_field(column, "relation"))
    if listed is None or relation is None:
        empty = np.zeros(payload.num_rows, dtype=np.int64)
        return models.list_of(empty, pa.array([], pa.string())), pa.nulls(payload.num_rows, pa.string())
    counts = pc.fill_null(pc.list_value_length(listed), 0).to_numpy(zero_copy_only=False)
    return models.list_of(counts, pc.struct_field(listed.flatten(), "id")), relation.cast(pa.string())


def _fields(payload: pa.Table, name: str, read: Callable[[pa.Array], pa.Array]) -> pa.Array | None:
    """A part of a struct column; None where the partition has no such column or holds nothing in it."""
    if name not in payload.column_names or pa.types.is_null(payload.schema.field(name).type):
        return None
    column = payload[name].combine_chunks()
    if not pa.types.is_struct(column.type):
        raise TidyError(f"{FILE}: expected a struct in {name}, came {column.type}")
    try:
        return read(column)
    except (pa.ArrowInvalid, KeyError) as error:
        raise TidyError(f"{FILE}: expected other fields in {name}, came {column.type} ({error})") from error
