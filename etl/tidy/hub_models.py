"""hub_models -> model_observations, model_metadata: pages of the Hub's API, exactly as received."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from etl.snapshots import Snapshot
from etl.tidy import models
from etl.tidy.doors import LONGEST_ID, TidyError, need_columns, need_rows, parse_json, refuse_mostly_bad, shown
from etl.tidy.tidied import Refusal, Tidied, plain_totals

NEEDED = ["id", "downloads", "likes", "tags", "createdAt"]


class _BadRow(Exception):
    """A row that cannot be read; the message is the reason."""


def tidy(snapshot: Snapshot) -> Tidied:
    """One row per model. A model without counters, with text for numbers or an impossible id is refused by name."""
    raw = list(_raw_rows(snapshot))
    need_rows("the Hub's answer", len(raw))
    need_columns("the Hub's answer", {key for row in raw for key in row}, NEEDED)
    rows, refused, odd = _readable(raw)
    frames, out_of_range = models.frames([pa.Table.from_pylist(rows, schema=models.RAW)], snapshot)
    refused += out_of_range
    refuse_mostly_bad("the Hub's answer", refused, len(raw))
    notes = tuple(f"{count:,} models with an unreadable {field}, left empty" for field, count in sorted(odd.items()))
    downloads = (row.get("downloads") or 0 for row in raw)
    return Tidied(frames, tuple(refused), plain_totals(downloads, refused, "downloads_30d"), notes)


def _raw_rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for file in snapshot.files:
        page = parse_json(snapshot, file.name)
        if not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
            raise TidyError(f"{file.name}: expected a list of models, came {shown(page)}")
        yield from page


def _readable(raw: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[Refusal], Counter[str]]:
    rows: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    odd: Counter[str] = Counter()
    for number, row in enumerate(raw):
        try:
            rows.append({"row": number, **_row(row, odd)})
        except _BadRow as reason:
            refused.append(Refusal(shown(row.get("id"), LONGEST_ID), str(reason), number))
    return rows, refused, odd


def _row(row: dict[str, Any], odd: Counter[str]) -> dict[str, Any]:
    card = _object(row, "cardData", odd)
    bases = _object(row, "baseModels", odd)
    return {
        "model_id": _text(row, "id"),
        "downloads_30d": _number(row, "downloads"),
        "downloads_all_time": _number(row, "downloadsAllTime"),
        "likes": _number(row, "likes"),
        "created_at": _time(row, "createdAt"),
        "task": _text(row, "pipeline_tag"),
        "library": _text(row, "library_name"),
        "parameters": _parameters(_object(row, "safetensors", odd).get("total")),
        "licence": _first_text(card.get("license")),
        "licence_name": _first_text(card.get("license_name")),
        "licence_link": _first_text(card.get("license_link")),
        "is_gated": _gated(row.get("gated")),
        "base_model_ids": _base_ids(bases),
        "base_relation": _first_text(bases.get("relation")),
        "tags": _texts(row.get("tags")),
    }


def _number(row: dict[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise _BadRow(f"expected a whole number in {key}, came {shown(value)} ({type(value).__name__})")
    return value


def _text(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise _BadRow(f"expected a text in {key}, came {shown(value)}")
    return _encodable(value)


def _time(row: dict[str, Any], key: str) -> datetime | None:
    value = row.get(key)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _BadRow(f"expected a time in {key}, came {shown(value)}") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _object(row: dict[str, Any], key: str, odd: Counter[str]) -> dict[str, Any]:
    """A part that only adds to a model: an object, or one in JSON text; anything else is counted and left empty."""
    value = row.get(key)
    if isinstance(value, str):
        value = _from_json(value)
    if isinstance(value, dict):
        return value
    if value is not None:
        odd[key] += 1
    return {}


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _first_text(value: Any) -> str | None:
    """A text, or the first of a list of texts: `license` may be either."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    return _encodable(value) if isinstance(value, str) else None


def _encodable(text: str | None) -> str | None:
    """Half a surrogate pair, which JSON may smuggle in, cannot be written to a file."""
    return text.encode("utf-8", "replace").decode() if text else text


def _parameters(total: Any) -> int | None:
    return total if isinstance(total, int) and not isinstance(total, bool) and 0 < total < 10**15 else None


def _gated(value: Any) -> bool | None:
    if isinstance(value, str):
        return value in ("auto", "manual")
    return value if isinstance(value, bool) else None


def _base_ids(bases: dict[str, Any]) -> list[str]:
    listed = bases.get("models")
    entries = listed if isinstance(listed, list) else []
    ids = [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return [model_id for model_id in _texts(ids) if "/" in model_id]


def _texts(values: Any) -> list[str]:
    """The texts of a list, as a file can hold them."""
    return [value.encode("utf-8", "replace").decode() for value in values or () if isinstance(value, str)]
