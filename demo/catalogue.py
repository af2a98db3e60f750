"""Reads catalogue.yaml: the named models, the stems of invented ones, the accounts that re-publish."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from demo.models import Model
from demo.planted import PLANTED, planted

FILE = Path(__file__).with_name("catalogue.yaml")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader halves the start-up time


@dataclass(frozen=True)
class Quantiser:
    """An account that re-publishes other people's models, and how it names them."""

    account: str
    pattern: str
    relation: str
    weight: float


@dataclass(frozen=True)
class Stem:
    """How an account's invented models are called, and their number in proportion."""

    account: str
    stem: str
    weight: float


@dataclass(frozen=True)
class Catalogue:
    """What can be published, whatever the day."""

    named: tuple[Model, ...]
    stems: tuple[Stem, ...]
    quantisers: tuple[Quantiser, ...]


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    content = yaml.load(FILE.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - a safe loader, in C
    accounts = content["accounts"]
    named = [
        model for account, entry in accounts.items() for line in entry["models"] for model in _models(account, line)
    ]
    bases = content["bases"]
    based = [
        replace(m, base_model_id=bases[m.model_id][0], base_relation=bases[m.model_id][1]) if m.model_id in bases else m
        for m in named
    ]
    return Catalogue(
        named=tuple(_with_planted(based)),
        stems=tuple(Stem(account, entry["stem"], entry["minor"]) for account, entry in accounts.items()),
        quantisers=tuple(Quantiser(*line) for line in content["quantisers"]),
    )


def parameters_of(name: str) -> int | None:
    """Parameters that a model's name states, `8B`, `1_6b` or `300m`; None where it states none."""
    found = re.search(r"(?<![A-Za-z0-9.])E?(\d+(?:[._]\d+)?)([BbMmT])(?![a-z])", name)
    if not found:
        return None
    scale = {"b": 1e9, "m": 1e6, "t": 1e12}[found[2].lower()]
    return int(float(found[1].replace("_", ".")) * scale)


def _models(account: str, line: list[Any]) -> list[Model]:
    """The models of one line: names with braces expanded, small sizes more in demand than large ones."""
    pattern, created_on, weight, licence, *task = line
    names = _expanded(pattern)
    return [
        Model(
            model_id=f"{account}/{name}",
            created_on=created_on,
            weight=float(weight) * _demand(name, len(names)),
            licence=licence,
            task=task[0] if task else "text-generation",
            parameters=parameters_of(name),
        )
        for name in names
    ]


def _expanded(pattern: str) -> list[str]:
    """`a{b,c}` -> ab, ac."""
    parts = re.split(r"\{([^}]*)\}", pattern)
    return ["".join(choice) for choice in product(*(p.split(",") if i % 2 else [p] for i, p in enumerate(parts)))]


def _demand(name: str, siblings: int) -> float:
    """Share of the line's weight: the large sizes of a line are downloaded less."""
    parameters = parameters_of(name)
    if siblings == 1 or not parameters:
        return 1.0
    return float(min(1.0, (4e9 / parameters) ** 0.45))


def _with_planted(named: list[Model]) -> list[Model]:
    """The named models with the ends and the renamed copies that planted events ask for."""
    old_names = [
        Model("CohereForAI/aya-expanse-8b", date(2024, 10, 23), 80, "cc-by-nc-4.0", parameters=8_000_000_000),
        Model(
            "vikhyatk/moondream2", date(2024, 3, 4), 400, "apache-2.0", "image-text-to-text", parameters=1_900_000_000
        ),
    ]
    by_id = {model.model_id: model for model in [*named, *old_names]}
    for event in planted("vanished"):
        by_id[event.model_id] = replace(by_id[event.model_id], listed_until=event.on)
    for event in planted("rename"):
        old = by_id[event.model_id]
        by_id[old.model_id] = replace(old, listed_until=event.on)
        renamed = replace(old, model_id=event.new_id, listed_from=event.on, continues=old.model_id)
        by_id[event.new_id] = replace(renamed, created_on=event.on) if event.created_anew else renamed
    missing = [event.model_id for event in PLANTED if event.model_id and event.model_id not in by_id]
    assert not missing, f"planted events name models that catalogue.yaml lacks: {missing}"
    return list(by_id.values())
