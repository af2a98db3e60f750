"""Models of the Hub -> model_observations and model_metadata, the same way for API readings and weekly history.

Everything here works on whole columns: a weekly partition of the whole Hub has three million rows.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.lake import SCHEMAS
from etl.snapshots import Snapshot
from etl.tidy.doors import CONTROL_CHARACTERS, EARLIEST, LONGEST_ID, latest_day, shown
from etl.tidy.tidied import Refusal

RAW = pa.schema(
    [
        ("row", pa.int64()),  # place in the payload
        ("model_id", pa.string()),
        ("downloads_30d", pa.int64()),
        ("downloads_all_time", pa.int64()),
        ("likes", pa.int64()),
        ("created_at", pa.timestamp("us", tz="UTC")),
        ("task", pa.string()),
        ("library", pa.string()),
        ("parameters", pa.int64()),
        ("licence", pa.string()),  # of the model card
        ("licence_name", pa.string()),
        ("licence_link", pa.string()),
        ("is_gated", pa.bool_()),
        ("base_model_ids", pa.list_(pa.string())),
        ("base_relation", pa.string()),
        ("tags", pa.list_(pa.string())),
    ]
)
_READING = {"observed_on", "source_id"}
_LAKE = {field.name: field for name in ("model_observations", "model_metadata") for field in SCHEMAS[name]}
_KEPT = pa.schema([RAW.field("row"), *(field for field in _LAKE.values() if field.name not in _READING)])
MOST = 10**12  # a counter beyond this is no counter: the whole Hub serves fewer downloads in a month
LICENCE_TAG = "license:"
BASE_TAG = "^base_model:(?P<relation>adapter|finetune|merge|quantized):(?P<base>.+)$"
MODEL_ID = r"^[^/\s]+/[^/\s]+$"
LINK = r"^(https?://\S+|[^:\s]+)$"  # an address of the web or a file of the repository; no other scheme
_CONTROL = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", CONTROL_CHARACTERS.pattern.replace(r"\ud800-\udfff", ""))  # in RE2


def frames(parts: Iterable[pa.Table], snapshot: Snapshot) -> tuple[dict[str, pa.Table], list[Refusal]]:
    """Both lake tables of a reading, ordered by model, from tables in the RAW columns; and what is refused by name.

    A reading may come in parts, so that no more than one of them is in memory with all its tags.
    """
    kept, refused = [_KEPT.empty_table()], list[Refusal]()
    for part in parts:
        reasons = _reasons(part, latest_day(snapshot))
        refused += _refusals(part, reasons)
        kept.append(_with_tags(part.filter(pc.is_null(reasons)).combine_chunks()))
    whole = pa.concat_tables(kept).sort_by([("model_id", "ascending"), ("row", "ascending")])
    repeated = _repeats_the_one_before(whole["model_id"])
    again = pc.if_else(repeated, "it appears twice, the first is kept", pa.scalar(None, pa.string()))
    refused += _refusals(whole, again)
    columns = _with_reading(whole.filter(pc.invert(repeated)), snapshot)
    tables = ("model_observations", "model_metadata")
    return {name: columns.select(SCHEMAS[name].names) for name in tables}, sorted(refused, key=lambda r: r.row)


def _refusals(models: pa.Table, reasons: pa.ChunkedArray) -> list[Refusal]:
    bad = pc.is_valid(reasons)
    found = [column.filter(bad).to_pylist() for column in (models["model_id"], reasons, models["row"])]
    return [Refusal(shown(item, LONGEST_ID), reason, row) for item, reason, row in zip(*found, strict=True)]


def _repeats_the_one_before(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which rows of an ordered column repeat the row before them."""
    if len(ids) < 2:
        return pa.chunked_array([pa.array([False] * len(ids), pa.bool_())])
    same = pc.equal(ids.slice(1).combine_chunks(), ids.slice(0, len(ids) - 1).combine_chunks())
    return pa.chunked_array([pa.array([False]), same])


def _reasons(raw: pa.Table, latest: date) -> pa.ChunkedArray:
    """Why each row is refused, null where it passes; the first reason that holds counts."""
    ids, downloads = raw["model_id"], raw["downloads_30d"]
    all_time, likes, created = raw["downloads_all_time"], raw["likes"], raw["created_at"]
    checks = [
        (pc.is_null(ids), "it has no id"),
        (pc.greater(pc.utf8_length(ids), LONGEST_ID), f"its id has more than {LONGEST_ID} characters"),
        (pc.match_substring_regex(ids, _CONTROL), "its id holds control characters, or invisible ones"),
        (pc.invert(pc.match_substring_regex(ids, MODEL_ID)), "its id is not organisation/name"),
        (pc.and_(pc.is_null(downloads), pc.is_null(all_time)), "it has no download counter"),
        (_outside(downloads), f"downloads (30 days) is not between 0 and {MOST:,}"),
        (_outside(all_time), f"downloads (all time) is not between 0 and {MOST:,}"),
        (_outside(likes), f"likes is not between 0 and {MOST:,}"),
        (pc.less(created, _utc(EARLIEST)), f"it was created before {EARLIEST}"),
        (pc.greater(created, _utc(latest)), "it was created in the future"),
    ]
    names = pa.array([f"check_{number}" for number in range(len(checks))])
    conditions = pc.make_struct(
        *[pc.fill_null(condition, False) for condition, _ in checks], field_names=names.to_pylist()
    )
    return pc.case_when(conditions, *[pa.scalar(reason) for _, reason in checks], pa.scalar(None, pa.string()))


def _outside(counter: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_kleene(pc.less(counter, 0), pc.greater(counter, MOST))


def _utc(day: date) -> pa.Scalar:
    return pa.scalar(datetime(day.year, day.month, day.day, tzinfo=UTC), pa.timestamp("us", tz="UTC"))


def _with_tags(models: pa.Table) -> pa.Table:
    """The columns of the lake, completed from the tags where the card is silent."""
    columns = {name: models[name].combine_chunks() for name in models.column_names}
    base_ids, base_relation = _bases_from_tags(columns["tags"])
    has_base = pc.greater(pc.fill_null(pc.list_value_length(columns["base_model_ids"]), 0), 0)
    licence = pc.coalesce(_clean(columns["licence"]), _clean(_first_tag(columns["tags"], LICENCE_TAG)))
    columns |= {
        "licence_tag": pc.utf8_lower(licence),
        "licence_name": _clean(columns["licence_name"]),
        "licence_link": _clean(columns["licence_link"], LINK),
        "task": _clean(columns["task"]),
        "library": _clean(columns["library"]),
        "base_model_ids": _possible_ids(_either(has_base, columns["base_model_ids"], base_ids)),
        "base_relation": _clean(pc.if_else(has_base, columns["base_relation"], base_relation)),
    }
    return pa.table([columns[name] for name in _KEPT.names], _KEPT)


def _with_reading(models: pa.Table, snapshot: Snapshot) -> pa.Table:
    observed_on = pa.repeat(pa.scalar(snapshot.observed_on, pa.date32()), models.num_rows)
    source_id = pa.repeat(snapshot.source_id, models.num_rows)
    return models.append_column("observed_on", observed_on).append_column("source_id", source_id)


def _clean(text: pa.Array, pattern: str = r"\S") -> pa.Array:
    """Text of strangers: null when empty, overlong, broken by control characters, or not of the pattern."""
    fine = pc.and_(
        pc.and_(pc.match_substring_regex(text, pattern), pc.less_equal(pc.utf8_length(text), LONGEST_ID)),
        pc.invert(pc.match_substring_regex(text, _CONTROL)),
    )
    return pc.if_else(pc.fill_null(fine, False), text, pa.scalar(None, pa.string()))


def _possible_ids(listed: pa.ListArray) -> pa.ListArray:
    """The lists without what cannot be the id of a model."""
    ids, owners = pc.list_flatten(listed), pc.list_parent_indices(listed)
    possible = pc.is_valid(_clean(ids, MODEL_ID))
    counts = np.bincount(owners.filter(possible).to_numpy(zero_copy_only=False), minlength=len(listed))
    return list_of(counts, ids.filter(possible))


def _first_tag(tags: pa.ListArray, prefix: str) -> pa.Array:
    """What follows the prefix in the first tag that begins with it; null without such a tag."""
    texts, rows = pc.list_flatten(tags), pc.list_parent_indices(tags)
    wanted = pc.fill_null(pc.starts_with(texts, prefix), False)
    values = pc.utf8_slice_codeunits(texts.filter(wanted), len(prefix))
    return values.take(_first_of_each(rows.filter(wanted).to_numpy(zero_copy_only=False), len(tags)))


def _bases_from_tags(tags: pa.ListArray) -> tuple[pa.ListArray, pa.Array]:
    """Base models and relation as tags such as `base_model:quantized:Qwen/Qwen3-8B` tell them."""
    texts, rows = pc.list_flatten(tags), pc.list_parent_indices(tags)
    wanted = pc.fill_null(pc.match_substring_regex(texts, BASE_TAG), False)
    parts = pc.extract_regex(texts.filter(wanted), BASE_TAG)
    owners = rows.filter(wanted).to_numpy(zero_copy_only=False)
    relation = pc.struct_field(parts, "relation").take(_first_of_each(owners, len(tags)))
    counts = np.bincount(owners, minlength=len(tags)) if len(owners) else np.zeros(len(tags), dtype=np.int64)
    return list_of(counts, pc.struct_field(parts, "base")), relation


def _first_of_each(owners: np.ndarray, rows: int) -> pa.Array:
    """For each row the position of its first entry; null for a row without entries."""
    present, first = np.unique(owners, return_index=True)
    positions, missing = np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=bool)
    positions[present], missing[present] = first, False
    return pa.array(positions, mask=missing)


def list_of(counts: np.ndarray, values: pa.Array) -> pa.ListArray:
    """A list column from the number of values in each row and all values in a line."""
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values.cast(pa.string()))


def _either(condition: pa.Array, yes: pa.ListArray, no: pa.ListArray) -> pa.ListArray:
    """`if_else` for list columns: rows of `yes` where the condition holds, else of `no`; never null."""
    rows = len(condition)
    order = np.where(condition.to_numpy(zero_copy_only=False), np.arange(rows), np.arange(rows) + rows)
    chosen = pa.concat_arrays([yes, no]).take(pa.array(order))
    counts = pc.fill_null(pc.list_value_length(chosen), 0).to_numpy(zero_copy_only=False)
    return list_of(counts, chosen.flatten())
