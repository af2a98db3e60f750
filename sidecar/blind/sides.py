"""Blind mode: two different models by lot, their names hidden in what they say, and a mark where that was needed.

What is hidden: every name of the two models and their makers, wherever it stands; any other model's name where the
sentence speaks of its speaker ("I am ChatGPT"), since a wrong name sways a judge as well. What cannot be hidden: style,
knowledge, refusals typical of a maker, names in other scripts. So a vote on a text with something hidden is marked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from random import Random

from sidecar.blind.name_patterns import BEGUN_VERSION, HAN, LETTERS, SMALL, names_alone, names_in_speech
from sidecar.blind.naming import Names, everybodys_names, names_of, squashed
from sidecar.models import Endpoint

__all__ = ["HIDDEN", "Masked", "NoPair", "are_same_model", "mask", "names_of", "pair"]

HIDDEN = "[name hidden]"
# Somebody speaks of himself ...
SPEAKER = re.compile(
    r"\b(?:(?:I am|I'm|I’m)(?! (?:not|sorry|un\w+|able|happy|glad|aware|afraid|sure|here)\b)|I was|I have been"
    r"|my (?:name|creators?|developers?|makers?|training|company|team)"
    r"|as an? (?:[\w-]+ ){0,4}?(?:AI|assistant|model|chatbot)|ich bin|ich wurde|ich heiße|mein Name"
    r"|meine? (?:Entwickler|Hersteller)\w*|als (?:[\w-]+ ){0,2}?(?:KI|Sprachmodell|Assistent)\w*)\b"
    r"|我(?:是|叫|由|被|来自|的名字|的开发)|作为",
    re.IGNORECASE,
)
# ... and the next word is what he is, or whose.
LEADS_TO_NAME = re.compile(
    r"(?:(?:\b(?:am|I'm|I’m|is|by|from|of|at|for|called|named|(?<!such )as|an?|the|and|assistant|model|company"
    r"|bin|heiße|ist|von|namens|als|durch|der|die|das|ein|eine|einer|und)|[是叫由为自被的和,:：，、])[\s\"'“”‘’「（(*_]*)$",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?]\s|[。！？\n]")
SPEECH_LENGTH = 120
# The longest part of a name that is held back at the end of a growing text, unseen signs between its letters included.
LONGEST_BEGINNING = 90


class NoPair(Exception):
    """There are no two different models to choose from; `sentence` says so to the reader."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Masked:
    """A text to show, and whether a name had to be hidden in it."""

    text: str
    is_leak: bool


def pair(endpoints: Sequence[Endpoint], random: Random) -> tuple[Endpoint, Endpoint]:
    """Two endpoints of different models, every such pair and side equally likely; NoPair where there are none."""
    pairs = [two for two in combinations(endpoints, 2) if not are_same_model(*two)]
    if not pairs:
        raise NoPair("Blind mode needs two different models. Start another, or add one to the models file.")
    left, right = random.sample(random.choice(pairs), 2)
    return left, right


def are_same_model(one: Endpoint, other: Endpoint) -> bool:
    """Whether two endpoints serve one model, whatever its quantisation or server."""
    return bool(_identities(one) & _identities(other))


def _identities(endpoint: Endpoint) -> set[str]:
    names = {endpoint.model, endpoint.hub_model_id or "", endpoint.name}
    weights = {endpoint.launch.sha256} if endpoint.launch else set()
    return {squashed(name.rsplit("/", 1)[-1].removesuffix(".gguf")) for name in names if name} | weights


def mask(text: str, endpoints: Sequence[Endpoint], is_final: bool = True) -> Masked:
    """The text with names hidden. While it grows (`is_final=False`), what may become a name is held back at its end."""
    own = _all_names(tuple(endpoints))
    spans = _merged(_found(text, own))
    end = len(text) if is_final else _held_back_from(text, own, spans)
    return Masked("".join(_pieces(text, spans, end)), bool(spans))


def _pieces(text: str, spans: Sequence[tuple[int, int]], end: int) -> Iterator[str]:
    place = 0
    for start, stop in spans:
        if start >= end:
            break
        yield text[place:start]
        yield HIDDEN
        place = stop
    yield text[place : max(place, end)]


def _found(text: str, own: Names) -> Iterator[tuple[int, int]]:
    alone, in_speech = _patterns(own)
    yield from (found.span() for found in alone.finditer(text))
    for pattern in (in_speech, _everybodys_pattern()):
        yield from (found.span() for found in pattern.finditer(text) if _is_about_speaker(text, found.start()))


def _merged(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _is_about_speaker(text: str, place: int) -> bool:
    """Whether the sentence before a name is one in which somebody says who he is or who made him."""
    before = SENTENCE_END.split(text[max(0, place - SPEECH_LENGTH) : place])[-1]
    return bool(LEADS_TO_NAME.search(before) and SPEAKER.search(before))


def _held_back_from(text: str, own: Names, spans: Sequence[tuple[int, int]]) -> int:
    """Where the end begins that may still become a name, or a longer one; the text's length where nothing does."""
    last = spans[-1][1] if spans else len(text)
    end = last if BEGUN_VERSION.fullmatch(text, last) else len(text)
    stops, covered = dict(spans), {place for start, stop in spans for place in range(start + 1, stop)}
    for place in range(max(0, len(text) - LONGEST_BEGINNING), end):
        if place not in covered and _may_begin(text, place) and _may_become_name(text, place, own):
            return stops.get(place, place)
    return end


def _may_become_name(text: str, place: int, own: Names) -> bool:
    letters = squashed(text[place:])
    return _is_beginning(letters, own) or (
        _is_beginning(letters, everybodys_names()) and _is_about_speaker(text, place)
    )


def _may_begin(text: str, place: int) -> bool:
    letter, before = text[place], text[place - 1 : place]
    if re.match(f"[{HAN}]", letter):
        return True
    return letter.isalnum() and not (re.match(f"[{LETTERS}]", before) and not _is_capital_inside(before, letter))


def _is_capital_inside(before: str, letter: str) -> bool:
    return bool(re.match(f"[{SMALL}]", before)) and letter.isupper()


def _is_beginning(letters: str, names: Names) -> bool:
    """Whether these may grow into a name; an ordinary word alone may still get a version behind it."""
    beginnings, ordinary = _beginnings(names)
    return letters in beginnings or letters in ordinary


@lru_cache(maxsize=64)
def _beginnings(names: Names) -> tuple[frozenset[str], frozenset[str]]:
    whole = {squashed(name) for name in names}
    begun = {name[:length] for name in whole for length in range(1, len(name))}
    return frozenset(begun), frozenset(map(squashed, names.ordinary))


@lru_cache(maxsize=64)
def _all_names(endpoints: tuple[Endpoint, ...]) -> Names:
    every = [names_of(endpoint) for endpoint in endpoints]
    return Names(
        frozenset().union(*(names.anywhere for names in every)),
        frozenset().union(*(names.capitalised for names in every)),
        frozenset().union(*(names.ordinary for names in every)),
    )


@lru_cache(maxsize=64)
def _patterns(own: Names) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return names_alone(own), names_in_speech(Names(frozenset(), frozenset(), own.capitalised | own.ordinary))


@cache
def _everybodys_pattern() -> re.Pattern[str]:
    return names_in_speech(everybodys_names())
