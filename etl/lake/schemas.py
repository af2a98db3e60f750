"""The tables of the lake, and of the readings of models that come into it: columns and types."""

from typing import Any

import pyarrow as pa

READING = [("observed_on", pa.date32()), ("source_id", pa.string())]
_FACTS = [
    ("created_at", pa.timestamp("us", tz="UTC")),
    ("task", pa.string()),
    ("library", pa.string()),
    ("parameters", pa.int64()),
    ("licence_tag", pa.string()),
    ("licence_name", pa.string()),
    ("licence_link", pa.string()),
    ("is_gated", pa.bool_()),
    ("base_model_ids", pa.list_(pa.string())),
    ("base_relation", pa.string()),
]
_COUNTERS = [("downloads_30d", pa.int64()), ("downloads_all_time", pa.int64()), ("likes", pa.int64())]

# A whole reading of models, as tidy hands it over: every model with all of its counters and facts.
WHOLE: dict[str, pa.Schema] = {
    "model_observations": pa.schema([("model_id", pa.string()), *READING, *_COUNTERS]),
    "model_metadata": pa.schema([("model_id", pa.string()), *READING, *_FACTS]),
}
# What is kept of it: what differs from the last known values. Three million models in a week are few changes.
CHANGES: dict[str, pa.Schema] = {
    "model_numbers": pa.schema([("model_number", pa.int32()), *READING, ("model_id", pa.string())]),
    "model_changes": pa.schema(
        [("model_number", pa.int32()), *READING, *_COUNTERS, ("delta", pa.int64()), ("from_on", pa.date32())]
    ),
    "metadata_changes": pa.schema([("model_number", pa.int32()), *READING, *_FACTS]),
}
FACTS = tuple(name for name, _ in _FACTS)
KEPT: dict[str, pa.Schema] = {
    **CHANGES,
    "licence_tags": pa.schema([*READING, ("licence_tag", pa.string()), ("label", pa.string())]),
    "spdx_licences": pa.schema(
        [
            *READING,
            ("spdx_id", pa.string()),
            ("name", pa.string()),
            ("is_osi_approved", pa.bool_()),
            ("is_deprecated", pa.bool_()),
            ("reference_url", pa.string()),
            ("list_version", pa.string()),
        ]
    ),
    "scores": pa.schema(
        [
            *READING,
            ("benchmark_id", pa.string()),
            ("benchmark_name", pa.string()),
            ("unit", pa.string()),
            ("higher_is_better", pa.bool_()),
            ("min_score", pa.float64()),
            ("max_score", pa.float64()),
            ("model_label", pa.string()),
            ("published_on", pa.date32()),
            ("model_id", pa.string()),
            ("organisation_label", pa.string()),
            ("licence_label", pa.string()),
            ("score", pa.float64()),
            ("score_low", pa.float64()),
            ("score_high", pa.float64()),
            ("votes", pa.int64()),
            ("rank", pa.int64()),
        ]
    ),
    "refused_rows": pa.schema([*READING, ("item", pa.string()), ("reason", pa.string())]),
    "control_totals": pa.schema([*READING, ("measure", pa.string()), ("value", pa.float64())]),
}
SCHEMAS: dict[str, pa.Schema] = {**WHOLE, **KEPT}
# Measured on a week of 385,000 changes: 2.2 MB, with Parquet's defaults 2.9. Numbers and names come in order; counters
# of models that stand side by side are alike only in their upper bytes, and a creation time is nobody else's.
_ENCODINGS = {"model_number": "DELTA_BINARY_PACKED", "model_id": "DELTA_BYTE_ARRAY"} | dict.fromkeys(
    ("downloads_30d", "downloads_all_time", "likes", "delta", "created_at"), "BYTE_STREAM_SPLIT"
)


def encodings(frame: pa.Table) -> dict[str, Any]:
    """How Parquet writes a table of models; other tables are small, their defaults are good."""
    if "model_number" not in frame.column_names:
        return {}
    chosen = {name: way for name, way in _ENCODINGS.items() if name in frame.column_names}
    leaves = [f"{f.name}.list.element" if pa.types.is_list(f.type) else f.name for f in frame.schema]
    return {"column_encoding": chosen, "use_dictionary": [leaf for leaf in leaves if leaf not in chosen]}
