"""What the address of the page Compare says: way of comparing, prompt of a pack, models, settings, run.

Free text of a visitor never goes into the address: addresses are kept by browsers, logs and messages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from registry.prompts import Language
from sidecar.packs.runs import MOST_REPEATS

MODES = {"ask": "Ask", "blind": "Vote blind", "pack": "Run a pack", "record": "Record"}
LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文", "de": "Deutsch"}
SEEDS = 2**31
REPEATS = 3  # of each question of a pack, where nobody says otherwise
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MODELS_NAMED = 8  # more than any limit allows: what is longer was not written by this page


@dataclass(frozen=True)
class Asked:
    """The address, checked for form; whether models, prompts and runs of these names exist is asked elsewhere.

    `temperature` None: each model's own. `again`: the temperature at which each model is asked a second time, None:
    once. `tokens` None: as the limits say. `repeats` of a pack.
    """

    mode: str = "ask"
    prompt_id: str = ""
    language: Language = "en"
    models: tuple[str, ...] = ()
    temperature: float | None = None
    again: float | None = None
    seed: int = 0
    tokens: int | None = None
    pack_id: str = ""
    repeats: int = REPEATS
    run_id: str = ""


def read() -> Asked:
    """What the address says; what cannot be is as if it were not said."""
    query = st.query_params.to_dict()
    mode = query.get("mode", "")
    named = [part for part in query.get("models", "").split(",")[:MODELS_NAMED] if _ID.fullmatch(part)]
    return Asked(
        mode if mode in MODES else "ask",
        _plain(query.get("prompt", "")),
        next((known for known in LANGUAGES if known == query.get("language")), "en"),
        tuple(dict.fromkeys(named)),
        _number(query.get("temperature"), float, 0.0, 2.0),
        _number(query.get("again"), float, 0.0, 2.0),
        int(_number(query.get("seed"), int, 0, SEEDS - 1) or 0),
        _whole(_number(query.get("tokens"), int, 1, 1_000_000)),
        _plain(query.get("pack", "")),
        int(_number(query.get("repeats"), int, 1, MOST_REPEATS) or REPEATS),
        _plain(query.get("run", "")),
    )


def write(**values: object) -> None:
    """Puts values into the address, by their names there; None and the empty text take one out."""
    query = st.query_params.to_dict()
    for name, value in values.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)


def _plain(text: str) -> str:
    """An id in which nothing but letters, digits, dots and dashes stands; else the empty text."""
    return text if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text) else ""


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _number(text: str | None, kind: Callable[[str], float], low: float, high: float) -> float | None:
    try:
        value = kind(text or "")
    except ValueError:
        return None
    return value if low <= value <= high else None  # not a number is in no span
