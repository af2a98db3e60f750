"""Checks of corrections: each field of a correction has values of its own kind, and is known to what it names."""

import re
from collections.abc import Callable
from datetime import date

from registry.errors import RegistryError
from registry.registry import Registry
from registry.rows import Correction

MODEL_ID = re.compile(r"^[^/\s]+/[^/\s]+$")
FIRST_DAY = date(2018, 1, 1)  # the Hub is not older: an earlier date is a typing error


def check_corrections(registry: Registry) -> None:
    """Refuses a correction that corrects nothing, or whose values are none of its field."""
    organisations = {row.organisation_id for row in registry.organisations}
    for row in registry.corrections:
        _check_values(row)
        if row.field == "organisation_id":
            _need(row, "right_value", row.right_value, "a known organisation", organisations.__contains__)
        else:
            _need(row, "subject", row.subject, "a model as `organisation/name`", MODEL_ID.match)


def _check_values(row: Correction) -> None:
    kinds: dict[str, tuple[str, Callable[[str], object]]] = {
        "created_at": ("a date as YYYY-MM-DD since 2018", _is_day),
        "parameters": ("a whole number of weights, such as 671_000_000_000", _is_count),
        "base_model_id": ("a model as `organisation/name`", MODEL_ID.match),
        "organisation_id": ("a name", str.strip),
    }
    kind, is_one = kinds[row.field]
    _need(row, "right_value", row.right_value, kind, is_one)
    if row.upstream_value is None and row.field == "organisation_id":
        raise _refused(row, "upstream_value", "expected the label that the board prints, came nothing")
    if row.upstream_value is not None:
        _need(row, "upstream_value", row.upstream_value, kind, is_one)
    if row.upstream_value == row.right_value:
        raise _refused(row, "right_value", f"expected another value than upstream's, came '{row.right_value}' twice")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) >= FIRST_DAY
    except ValueError:
        return False


def _is_count(text: str) -> bool:
    return bool(re.fullmatch(r"[1-9][\d_]*", text))


def _need(row: Correction, key: str, value: str, kind: str, is_one: Callable[[str], object]) -> None:
    if not is_one(value):
        raise _refused(row, key, f"expected {kind}, came '{value}'")


def _refused(row: Correction, key: str, problem: str) -> RegistryError:
    return RegistryError(
        "corrections.yaml",
        f"'{row.subject}' ({row.field})",
        key,
        problem,
        "See the file's header; write values as text",
    )
