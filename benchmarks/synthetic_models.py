"""Who is on the simulated Hub: ids, births, sizes, licences, base models; what stays while the counters run."""

import re
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

import registry

FIRST_WEEK = date(2024, 7, 24)
SHARE_AT_START = 0.4  # 1.2 of 3 million
SHARE_REGISTERED = 0.005  # models of the registry's accounts: some fifteen thousand of three million
SHARE_WITH_BASE, SHARE_OF_FAMOUS_BASES, SHARE_OF_MISSING_PARENTS = 0.55, 0.75, 0.01
MODELS_PER_CYCLE = 50_000
SHARE_GONE, SHARE_RENAMED, SHARE_SPIKE, SHARE_FALL, SHARE_RELABELLED = 0.03, 0.0005, 0.0005, 0.001, 0.06
NEVER = 10_000  # weeks: later than any history

# Part of strangers' models, of registered ones; weeks in which values change once; downloads a week: median, spread.
SIZES = (
    (0.50, 0.10, 40, 0.15, 1.0),  # tiny
    (0.30, 0.20, 10, 4.0, 1.0),
    (0.15, 0.30, 3, 40.0, 1.2),
    (0.05, 0.40, 1, 1_500.0, 2.0),
)
TASKS = {"text-generation": 38, "text-to-image": 14, "text-classification": 8, "automatic-speech-recognition": 4,
         "image-text-to-text": 4, "feature-extraction": 3, "reinforcement-learning": 3, "image-classification": 3,
         "sentence-similarity": 2, "fill-mask": 1, "": 20}  # fmt: skip
LIBRARIES = {"transformers": 40, "diffusers": 14, "peft": 12, "gguf": 6, "stable-baselines3": 3, "mlx": 2, "": 23}
LICENCES = {"apache-2.0": 26, "mit": 9, "other": 6, "llama3.1": 3, "llama3.2": 2, "llama2": 2, "gemma": 3,
            "creativeml-openrail-m": 4, "openrail": 3, "cc-by-nc-4.0": 4, "cc-by-4.0": 2, "": 36}  # fmt: skip
RELATIONS = {"quantized": 44, "finetune": 30, "adapter": 22, "merge": 4}
ENDINGS = {"": "", "quantized": "-GGUF", "finetune": "-Instruct-ft", "adapter": "-lora", "merge": "-merged"}
BILLIONS = {0.1: 6, 0.5: 10, 1.1: 8, 1.5: 10, 2.6: 5, 3.1: 12, 4.0: 6, 7.2: 12, 8.0: 16, 14.8: 6, 32.8: 4, 70.6: 5}
STEMS = ("my-model", "bert-base-finetuned", "sd-style", "ppo-LunarLander", "whisper-small", "sentiment", "llm-sft",
         "ckpt", "roberta-ner", "flux-lora", "test", "trained-model")  # fmt: skip
ACCOUNTS = (
    "ai",
    "dev",
    "lab",
    "user",
    "nlp",
    "ml",
    "chen",
    "kim",
    "data",
    "the",
    "alex",
    "maria",
    "deep",
    "open",
    "neo",
)

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Keys = NDArray[np.uint64]


def hashed(key: Keys, salt: Whole) -> Keys:
    """A number that looks random and is the same for the same key and salt (the mixer of splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = key + salt.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))


def share_of(numbers: Keys) -> Real:
    """Hashed numbers as parts of one, from 0 up to 1."""
    return (numbers >> np.uint64(11)).astype(np.float64) * 2.0**-53


class Models:
    """The models in the order of their ids; every array has one entry per model.

    `key`, `period`, `rate`, `life`, `age`, `charm`, `curve_born` make the counters; `born`, `gone`, `spike`, `fall` and
    `relabelled` are weeks. `model_id` and `base_model_ids` are Arrow arrays.
    """

    def __init__(self, count: int, weeks: int, seed: int) -> None:
        self._draw, self.count = np.random.default_rng(seed), count
        self.born = self._births(weeks)
        is_registered = self._draw.random(count) < SHARE_REGISTERED
        self._put_bases(is_registered)
        self._put_names(is_registered)
        self._put_curves(is_registered)
        self._put_events(weeks)
        self._put_descriptions(weeks)
        self._sort_by_id()

    def metadata(self, places: Whole, week: int) -> dict[str, pa.Array]:
        """What `model_metadata` has of some models in a week, without the columns of the reading."""
        is_new = self.relabelled[places] <= week
        licence = _words(LICENCES, np.where(is_new, self._licence_after[places], self._licence[places]))
        is_other = pc.fill_null(pc.equal(licence, "other"), False)
        return {
            "created_at": pa.array(self._created_s[places] * 1_000_000, pa.timestamp("us", tz="UTC")),
            "task": _words(TASKS, self._task[places]),
            "library": _words(LIBRARIES, self._library[places]),
            "parameters": pa.array(self._parameters[places], mask=self._parameters[places] == 0),
            "licence_tag": licence,
            "licence_name": pc.if_else(is_other, pa.scalar("qwen"), pa.scalar(None, pa.string())),
            "licence_link": pa.nulls(len(places), pa.string()),
            "is_gated": pa.nulls(len(places), pa.bool_()),  # the weekly copies do not tell
            "base_model_ids": self.base_model_ids.take(pa.array(places)),
            "base_relation": _words({"": 0, **RELATIONS}, self._relation[places]),
        }

    def _births(self, weeks: int) -> Whole:
        """Week of the first sight: of the models at the start 0, then as many new ones every week."""
        later = np.linspace(1, weeks, self.count - round(self.count * SHARE_AT_START), endpoint=False).astype(np.int64)
        return np.concatenate([np.zeros(self.count - len(later), np.int64), later])

    def _put_bases(self, is_registered: NDArray[np.bool_]) -> None:
        """Place of the base model, of a second one for merges, and the relation: one born before; -1 for none."""
        draw, count = self._draw, self.count
        places, famous = np.arange(count), np.flatnonzero(is_registered)
        known = np.searchsorted(famous, places)  # famous models that are older
        of_famous = famous[np.minimum((known * draw.random(count) ** 3).astype(np.int64), max(len(famous) - 1, 0))]
        of_strangers = (places * draw.random(count)).astype(np.int64)
        base = np.where((draw.random(count) < SHARE_OF_FAMOUS_BASES) & (known > 0), of_famous, of_strangers)
        has_base = (draw.random(count) < np.where(is_registered, 0.2, SHARE_WITH_BASE)) & (places > 0)
        self._base = np.where(has_base, base, -1)
        self._relation = np.where(has_base, 1 + _drawn(RELATIONS, count, draw), 0)
        is_merge = self._relation == 1 + list(RELATIONS).index("merge")
        self._second = np.where(is_merge & (known > 0), of_strangers, -1)
        circling = np.arange(1, count - 1, MODELS_PER_CYCLE)
        self._base[circling], self._base[circling + 1] = circling + 1, circling
        self._relation[circling] = self._relation[circling + 1] = 2

    def _put_names(self, is_registered: NDArray[np.bool_]) -> None:
        draw, count = self._draw, self.count
        stems_of = _stems_of_the_registry()
        official = np.array([(account, stem) for account, stems in stems_of.items() for stem in stems], dtype=object)
        chosen = (len(official) * draw.random(count) ** 1.5).astype(np.int64)
        stem = np.where(is_registered, len(STEMS) + chosen, draw.integers(len(STEMS), size=count))
        stem = np.where(self._base >= 0, stem[self._base], stem)  # a derivative is called after its base
        stem = np.where(is_registered, len(STEMS) + chosen, stem)
        number = (count / 6 * draw.random(count) ** 3).astype(np.int64)
        strangers = pc.binary_join_element_wise(
            pa.array(ACCOUNTS).take(pa.array(number % len(ACCOUNTS))), pc.cast(pa.array(number), pa.string()), ""
        )
        accounts = pc.if_else(
            pa.array(is_registered), pa.array(official[:, 0].tolist()).take(pa.array(chosen)), strangers
        )
        names = pa.array([*STEMS, *official[:, 1].tolist()]).take(pa.array(stem))
        endings = pa.array(list(ENDINGS.values())).take(pa.array(self._relation))
        endings = pc.binary_join_element_wise(endings, pc.cast(pa.array(np.arange(count)), pa.string()), "-")
        self.model_id = pc.binary_join_element_wise(pc.binary_join_element_wise(accounts, names, "/"), endings, "")
        self._put_base_ids()

    def _put_base_ids(self) -> None:
        """Ids of the bases as lists; some cards name a parent that is not there."""
        both = np.stack([self._base, self._second], axis=1).ravel()
        ids = self.model_id.take(pa.array(np.maximum(both, 0)))
        is_missing = self._draw.random(len(both)) < SHARE_OF_MISSING_PARENTS
        ids = pc.if_else(pa.array(is_missing), pc.binary_join_element_wise(ids, "gone", "-"), ids)
        offsets = np.concatenate([[0], np.cumsum((both >= 0).reshape(-1, 2).sum(axis=1))]).astype(np.int32)
        self.base_model_ids = pa.ListArray.from_arrays(pa.array(offsets), ids.filter(pa.array(both >= 0)))

    def _put_curves(self, is_registered: NDArray[np.bool_]) -> None:
        draw, count = self._draw, self.count
        strangers, registered, periods, medians, spreads = (np.array(column) for column in zip(*SIZES, strict=True))
        limits = np.where(is_registered[:, None], registered.cumsum(), strangers.cumsum())
        size = np.minimum((draw.random(count)[:, None] >= limits).sum(axis=1), len(SIZES) - 1)
        self.key = draw.integers(2**63, size=count).astype(np.uint64)
        self.period = periods[size]
        self.rate = np.minimum(medians[size] * np.exp(draw.normal(size=count) * spreads[size]), 3e7)
        self.life = 40 * np.exp(draw.normal(size=count) * 0.7) + 4
        self.age = np.where(self.born == 0, draw.integers(0, 90, count), 0)
        self.charm = 0.02 * np.exp(draw.normal(size=count))
        self.curve_born = self.born.copy()

    def _put_events(self, weeks: int) -> None:
        draw, count = self._draw, self.count
        weeks_ahead = np.maximum(weeks - self.born, 1)
        sometime = lambda share: np.where(  # noqa: E731 - four weeks drawn in the same way
            draw.random(count) < share, self.born + 1 + (draw.random(count) * weeks_ahead).astype(np.int64), NEVER
        )
        self.gone, self.spike, self.fall = sometime(SHARE_GONE), sometime(SHARE_SPIKE), sometime(SHARE_FALL)
        self.relabelled = sometime(SHARE_RELABELLED)
        new = np.flatnonzero((self.born > 1) & (draw.random(count) < SHARE_RENAMED))
        old = (self.count * SHARE_AT_START * draw.random(len(new))).astype(np.int64)
        for curve in (self.key, self.period, self.rate, self.life, self.age, self.charm, self.curve_born):
            curve[new] = curve[old]
        self.gone[old] = self.born[new]

    def _put_descriptions(self, weeks: int) -> None:
        draw, count = self._draw, self.count
        first = int(datetime.fromisoformat(f"{FIRST_WEEK}T00:00:00+00:00").timestamp())
        before = np.where(self.born == 0, 870 * draw.random(count), 6 * draw.random(count))  # days; of 2022 the oldest
        self._created_s = first + self.born * 604_800 - (before * 86_400).astype(np.int64)
        self._task, self._library = _drawn(TASKS, count, draw), _drawn(LIBRARIES, count, draw)
        self._licence, self._licence_after = _drawn(LICENCES, count, draw), _drawn(LICENCES, count, draw)
        billions = np.array(list(BILLIONS))[_drawn(BILLIONS, count, draw)]
        self._parameters = np.where(draw.random(count) < 0.4, (billions * 1e9).astype(np.int64), 0)

    def _sort_by_id(self) -> None:
        order = pc.sort_indices(self.model_id)
        self.model_id, self.base_model_ids = self.model_id.take(order), self.base_model_ids.take(order)
        del self._base, self._second, self._draw
        for name, values in vars(self).items():
            if isinstance(values, np.ndarray):
                setattr(self, name, values[order.to_numpy()])


def _drawn(weights: dict[str, int] | dict[float, int], count: int, draw: np.random.Generator) -> NDArray[np.int8]:
    """Positions in the table of weights, as often as the weights say."""
    limits = np.cumsum(list(weights.values())) / sum(weights.values())
    return np.searchsorted(limits, draw.random(count), side="right").astype(np.int8)


def _words(words: dict[str, int], codes: NDArray[np.int8]) -> pa.Array:
    """Codes as text; the empty word is null."""
    return pa.array([word or None for word in words], pa.string()).take(pa.array(codes))


def _stems_of_the_registry() -> dict[str, list[str]]:
    """Names of models by account of the registry: releases that their family's pattern knows, else its own."""
    known = registry.load()
    stems = {organisation.organisation_id: list[str]() for organisation in known.organisations if organisation.on_hub}
    for family in known.families:
        for account in set(family.organisation_ids) & set(stems):
            names = [release.name.split(" (")[0].replace(" ", "-") for release in family.releases]
            stems[account] += [name for name in names if re.search(family.hub_id_pattern, f"{account}/{name}")]
    return {account: names or [account.replace(":", "-")] for account, names in sorted(stems.items())}
