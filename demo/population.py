"""Who is there: named models, invented ones and derivatives, as many as asked for, the same for the same seed.

Nothing here depends on today: a model is drawn with its creation day, and is left out before that day. So the
answers of tomorrow continue those of today. `count` is about how many models exist on the REFERENCE day.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from demo.catalogue import Catalogue, Quantiser, catalogue
from demo.models import Model
from demo.planted import PLANTED, new_releases
from registry import Registry

REFERENCE = date(2026, 11, 24)
INVENTED_FROM, INVENTED_UNTIL = date(2022, 6, 1), date(2031, 6, 1)
CREATION_SKEW = 0.4  # below 1: ever more models a month
EXISTING = ((REFERENCE - INVENTED_FROM) / (INVENTED_UNTIL - INVENTED_FROM)) ** (1 / CREATION_SKEW)

NAMED_SHARE, DERIVED_SHARE = 0.45, 0.5  # of all models at most; of the rest after the named ones

# Licences of invented models, by region: how often each is drawn. Growth is per year after 2023.
LICENCE_MIX: dict[str, dict[str, tuple[float, float]]] = {
    "China": {
        "apache-2.0": (50, 9),
        "mit": (14, 8),
        "other:modified-mit": (16, -2),
        "other:demo-community": (6, 0),
        "cc-by-nc-4.0": (7, -1),
        "": (7, 0),
    },
    "United States": {
        "apache-2.0": (36, 6),
        "mit": (16, 2),
        "other:nvidia-open-model-license": (8, 2),
        "other:demo-open-model": (4, 0),
        "llama3.1": (12, -2),
        "gemma": (9, -1),
        "cc-by-nc-4.0": (12, -1),
        "": (8, 0),
    },
    "Europe": {
        "apache-2.0": (44, 5),
        "cc-by-nc-4.0": (18, -1),
        "other:demo-research": (14, 1),
        "openrail": (8, -2),
        "mit": (8, 1),
        "": (8, 0),
    },
    "Other": {
        "apache-2.0": (34, 5),
        "other:demo-community": (24, 1),
        "cc-by-nc-4.0": (18, 0),
        "mit": (10, 1),
        "": (14, 0),
    },
}
LATE_LICENCES = {"openmdw-1.1": date(2026, 6, 6), "llama3.1": date(2024, 7, 23), "gemma": date(2024, 2, 21)}
TASK_MIX = {
    "text-generation": 54,
    "image-text-to-text": 18,
    "feature-extraction": 6,
    "text-to-image": 6,
    "automatic-speech-recognition": 5,
    "text-to-speech": 4,
    "image-classification": 4,
    "text-to-video": 3,
}
SIZES = ("0.5B", "1.5B", "3B", "4B", "7B", "8B", "12B", "14B", "32B", "70B")


def population(seed: int, count: int, registry: Registry) -> tuple[Model, ...]:
    """Every model that there is or will be, about `count` of them created by REFERENCE."""
    named = _chosen(catalogue(), count, registry)
    rest = max(0, count - len(named))
    derived = round(rest * DERIVED_SHARE)
    models = [
        *named,
        *_releases(count),
        *_derivatives(np.random.default_rng([seed, 1]), named, derived),
        *_invented(np.random.default_rng([seed, 2]), rest - derived, registry),
    ]
    return tuple({model.model_id: model for model in models}.values())


def _chosen(source: Catalogue, count: int, registry: Registry) -> list[Model]:
    """The named models to take: those with planted events, then the most downloaded of every region in turn."""
    planted_ids = {event.model_id for event in PLANTED} | {event.new_id for event in PLANTED}
    must = [model for model in source.named if model.model_id in planted_ids]
    ranked = _ranked([model for model in source.named if model.model_id not in planted_ids], registry)
    return [*must, *ranked[: max(0, round(count * NAMED_SHARE) - len(must))]]


def _ranked(models: list[Model], registry: Registry) -> list[Model]:
    """By weight within region and kind, then interleaved, so that the first few stand for all."""
    places: dict[tuple[str, bool], int] = {}
    ranks: dict[str, tuple[int, float]] = {}
    for model in sorted(models, key=lambda model: -model.weight):
        group = (registry.region_of(model.account), model.is_language)
        places[group] = places.get(group, 0) + 1
        ranks[model.model_id] = (places[group] if model.is_language else 3 * places[group], -model.weight)
    return sorted(models, key=lambda model: ranks[model.model_id])


def _releases(count: int) -> Iterator[Model]:
    """The fortnightly previews; a small population takes every fourth only."""
    every = 1 if count >= 500 else 4
    for turn, event in enumerate(new_releases(INVENTED_UNTIL)):
        if turn % every == 0:
            yield Model(event.model_id, event.on, 60.0, "apache-2.0", parameters=8_000_000_000)


def _invented(rng: np.random.Generator, count: int, registry: Registry) -> Iterator[Model]:
    """Invented minor models of real accounts; every name carries `Demo`."""
    stems = catalogue().stems
    regions = [registry.region_of(stem.account) for stem in stems]
    span = (INVENTED_UNTIL - INVENTED_FROM).days
    for _ in range(round(count / EXISTING)):
        day = INVENTED_FROM + timedelta(days=int(span * rng.random() ** CREATION_SKEW))
        weights = [s.weight * _rise(r, day) for s, r in zip(stems, regions, strict=True)]
        place = int(rng.choice(len(stems), p=np.array(weights) / sum(weights)))
        size, task = str(rng.choice(SIZES)), _drawn(rng, dict(TASK_MIX))
        number = int(rng.integers(10, 100))
        yield Model(
            model_id=f"{stems[place].account}/{stems[place].stem}-{size}-{day:%y%m}-{number}",
            created_on=day,
            weight=float(rng.lognormal(1.4, 1.8)),
            licence=_licence(rng, regions[place], day),
            task=task,
            parameters=_size(size),
        )


def _rise(region: str, day: date) -> float:
    """China publishes an ever larger part of the new models."""
    years = (day - INVENTED_FROM).days / 365
    return min(2.2, 0.5 + 0.3 * years) if region == "China" else 1.0


def _licence(rng: np.random.Generator, region: str, day: date) -> str:
    """A licence of the region's mix, none that did not exist yet."""
    years = max(0, min(3, day.year - 2023))
    mix = {
        name: max(1.0, now + years * growth)
        for name, (now, growth) in LICENCE_MIX.get(region, LICENCE_MIX["Other"]).items()
    }
    if region == "United States":
        mix["openmdw-1.1"] = 10.0
    return _drawn(rng, {name: w for name, w in mix.items() if day >= LATE_LICENCES.get(name, INVENTED_FROM)})


def _derivatives(rng: np.random.Generator, named: list[Model], count: int) -> Iterator[Model]:
    """Re-published, fine-tuned and merged models; one in ten stands on another derivative."""
    quantisers = catalogue().quantisers
    chance = np.array([q.weight for q in quantisers])
    bases = [m for m in named if m.is_language and not m.continues and m.created_on >= date(2023, 1, 1)]
    heavy = np.array([base.weight**0.5 * (1 + max(0, base.created_on.year - 2023)) ** 1.5 for base in bases])
    reuploads: list[Model] = []
    made: set[str] = set()
    for _ in range(count * 12):
        if len(made) >= count:
            return
        quantiser = quantisers[int(rng.choice(len(quantisers), p=chance / chance.sum()))]
        base = bases[int(rng.choice(len(bases), p=heavy / heavy.sum()))]
        if reuploads and rng.random() < 0.1:
            base = reuploads[int(rng.integers(len(reuploads)))]
        model = _derivative(rng, quantiser, base)
        if model is None or model.model_id in made:
            continue
        made.add(model.model_id)
        if quantiser.account == "unsloth" and "GGUF" not in model.model_id:
            reuploads.append(model)
        yield model


def _derivative(rng: np.random.Generator, quantiser: Quantiser, base: Model) -> Model | None:
    """One derivative; None where the account was not active when the base appeared."""
    day = max(base.created_on, date(2023, 9, 1)) + timedelta(days=1 + int(min(900, rng.lognormal(3.4, 1.6))))
    wanted = rng.lognormal(-3.2, 1.2)
    lies = rng.random() < 0.04
    if (quantiser.account == "TheBloke") != (day < date(2024, 2, 1)) or quantiser.account == base.account:
        return None
    name = quantiser.pattern.format(base=base.model_id.split("/")[1])
    return Model(
        model_id=f"{quantiser.account}/{name}",
        created_on=day,
        weight=max(0.2, float(base.weight * wanted)),
        licence="apache-2.0" if lies else base.licence,
        task=base.task,
        parameters=None if "GGUF" in name else base.parameters,
        base_model_id=base.model_id,
        base_relation=quantiser.relation,
    )


def _drawn(rng: np.random.Generator, mix: dict[str, float]) -> str:
    """One key, with its weight as chance."""
    weights = np.array(list(mix.values()), dtype=float)
    return list(mix)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _size(size: str) -> int:
    """`1.5B` -> 1500000000."""
    return int(float(size.removesuffix("B")) * 1e9)
