"""The definitions under which China's share is shown side by side, and whose published figures each is nearest to."""

from dataclasses import fields, replace
from typing import Any

from warehouse.filters import Filters

# id -> what differs from the usual definition; the order is that of the picture.
_CHANGES: dict[str, dict[str, Any]] = {
    "two_countries": {},
    "panel_2025_01": {"panel": "2025-01"},
    "without_top_three": {"without_top": 3},
    "by_origin": {"attribution": "origin"},
    "main_releases": {"scope": "mainline"},
    "large_models": {"scope": "large"},
    "known_countries": {"scope": "all", "denominator": "country"},
    "everything": {"scope": "all", "denominator": "everything"},
}
CHOSEN = "chosen"  # the reader's own, where it is none of these
# Figure of the registry -> the definition here that comes nearest to its own.
PUBLISHED_BESIDE = {"eoi-cn": "everything", "hf-cn-41": "known_countries"}
_COUNTED_BY = ("scope", "attribution", "denominator", "panel", "without_top", "marked")


def named(chosen: Filters) -> dict[str, Filters]:
    """The definitions by their id, the reader's own first where it is another; sides and months are the reader's."""
    usual = {entry.name: entry.default for entry in fields(Filters) if entry.name in _COUNTED_BY}
    definitions = {name: replace(chosen, **{**usual, **changes}) for name, changes in _CHANGES.items()}
    return definitions if chosen in definitions.values() else {CHOSEN: chosen, **definitions}


def parameters(chosen: Filters) -> dict[str, list[Any]]:
    """The definitions as the SQL gets them: a list for each property."""
    definitions = named(chosen)
    lists = {f"{name}s": [getattr(filters, name) for filters in definitions.values()] for name in _COUNTED_BY}
    return {"definition_ids": list(definitions), **lists}
