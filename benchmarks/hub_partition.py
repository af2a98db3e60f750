"""A week of the simulated Hub as the service sends it: one Parquet file of all models, in the real columns."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.synthetic_hub import FIRST_ALL_TIME, SyntheticHub

FIRST_CARD = date(2024, 10, 9)  # copies before that day have no cards
ROWS_AT_ONCE = 100_000
TAGS = 5
# Real cards are as long as this one or longer, and reading them as JSON is a good part of a new week's seconds.
RESULT = '{"task": {"type": "text-generation"}, "metrics": [{"type": "accuracy", "value": 0.71, "verified": false}]}'


def write(hub: SyntheticHub, week: int, path: Path) -> None:
    """Write the file part by part, so that its text is never in memory at once."""
    frames, day, writer = hub.frames(week), hub.day(week), None
    rows = frames["model_metadata"].num_rows
    for first in range(0, rows, ROWS_AT_ONCE):
        part = {name: frame.slice(first, ROWS_AT_ONCE).combine_chunks() for name, frame in frames.items()}
        table = _in_wire_format(part["model_metadata"], part["model_observations"], day)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()


def _in_wire_format(metadata: pa.Table, counters: pa.Table, day: date) -> pa.Table:
    known = {name: metadata[name].combine_chunks() for name in metadata.column_names}
    columns = {
        "id": known["model_id"],
        "author": pc.replace_substring_regex(known["model_id"], "/.*", ""),
        "createdAt": pc.cast(known["created_at"], pa.timestamp("us")),
        "tags": _tags(known),
        "pipeline_tag": known["task"],
        "library_name": known["library"],
        "baseModels": _bases(known["base_model_ids"], known["base_relation"]),
        "safetensors": _safetensors(known["parameters"]),
        "downloads": counters["downloads_30d"],
        "likes": counters["likes"],
    }
    if day >= FIRST_CARD:
        columns["cardData"] = _cards(known)
    if day >= FIRST_ALL_TIME:
        columns["downloadsAllTime"] = counters["downloads_all_time"]
    return pa.table(columns)


def _tags(known: dict[str, pa.Array]) -> pa.ListArray:
    rows = len(known["model_id"])
    licence = pc.coalesce(
        pc.binary_join_element_wise("license:", known["licence_tag"], ""), pa.scalar("endpoints_compatible")
    )
    in_turn = [
        pc.coalesce(known["library"], pa.scalar("pytorch")),
        pa.repeat("safetensors", rows),
        pc.coalesce(known["task"], pa.scalar("en")),
        licence,
        pa.repeat("region:us", rows),
    ]
    mixed = pa.concat_arrays(in_turn).take(pa.array(np.arange(rows * TAGS).reshape(TAGS, rows).T.ravel()))
    return pa.ListArray.from_arrays(pa.array(np.arange(0, rows * TAGS + 1, TAGS, dtype=np.int32)), mixed)


def _bases(listed: pa.ListArray, relation: pa.Array) -> pa.StructArray:
    ids = listed.flatten()
    named = pa.StructArray.from_arrays([pa.nulls(len(ids), pa.string()), ids], ["_id", "id"])
    counts = np.concatenate([[0], np.cumsum(pc.list_value_length(listed).to_numpy(zero_copy_only=False))])
    models = pa.ListArray.from_arrays(pa.array(counts.astype(np.int32)), named)
    has_none = pc.equal(pc.list_value_length(listed), 0)
    return pa.StructArray.from_arrays([relation, models], ["relation", "models"], mask=has_none)


def _safetensors(total: pa.Array) -> pa.StructArray:
    parameters = pc.binary_join_element_wise('{"BF16": ', pc.cast(total, pa.string()), "}", "")
    return pa.StructArray.from_arrays([parameters, total], ["parameters", "total"], mask=pc.is_null(total))


def _cards(known: dict[str, pa.Array]) -> pa.Array:
    """Cards as JSON text: the licence among words that nobody reads here; none where there is no licence."""
    name = pc.coalesce(
        pc.binary_join_element_wise('"license_name": "', known["licence_name"], '", ', ""), pa.scalar("")
    )
    words = f'"language": ["en"], "tags": ["generated_from_trainer"], "model-index": [{", ".join([RESULT] * 3)}]}}'
    return pc.binary_join_element_wise('{"license": "', known["licence_tag"], '", ', name, words, "")
