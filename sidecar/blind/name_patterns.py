"""Regular expressions that find names as models write them: broken up, spelled out, with a version, in full width.

Every repetition is bounded, so that no text makes a search slow.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sidecar.blind.naming import SHORTEST_NAME, Names, squashed

HAN = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# What may stand between any two letters without being seen: zero-width signs and marks of Markdown.
UNSEEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff*_~`]{0,8}"
BETWEEN = "[\\s\\-_.·\u2010-\u2014]"
LETTERS = "A-Za-z\u00c0-\u024f\uff21-\uff3a\uff41-\uff5a"
SMALL = "a-z\u00df-\u00f6\u00f8-\u00ff\uff41-\uff5a"
# A name begins a word, or a capital inside one: CodeQwen, but not Ollama.
BEFORE = f"(?:(?<![{LETTERS}])|(?<=[{SMALL}])(?=[A-Z]))"
AFTER = f"(?:s(?![{LETTERS}]))?(?![{SMALL}])"
VERSION = f"(?:{BETWEEN}?[A-Za-z]?\\d{{1,5}}(?:\\.\\d{{1,3}}){{0,3}}[A-Za-z]{{0,2}}(?![{LETTERS}]))"
# Behind an ordinary word, `Step 1` is none; `Step-3`, `Phi 3.5` and `Yi 34B` are.
TELLING_VERSION = (
    f"(?:[\\-_\u2010\u2011]?[A-Za-z]?\\d{{1,5}}(?:\\.\\d{{1,3}}){{0,3}}[A-Za-z]{{0,2}}"
    f"|\\s[A-Za-z]?\\d{{1,5}}\\.\\d{{1,3}}[A-Za-z]{{0,2}}|\\s\\d{{1,5}}[bBmM])(?![{LETTERS}])"
)
BEGUN_VERSION = re.compile(f"{BETWEEN}?[A-Za-z]?(?:\\d{{1,5}}(?:\\.\\d{{0,3}}){{0,3}})?[A-Za-z]{{0,2}}")
# Behind a hyphen, only these continue a name; `Meta-analysis` is a word of its own.
PRODUCTS = "AI|Pro|Flash|Ultra|Nano|Large|Medium|Small|Nemo|Sonnet|Opus|Haiku|Instant|Chat|Code|Instruct"
NO_COMPOUND = f"(?![-\u2010\u2011](?!(?:{PRODUCTS})(?![{LETTERS}]))[{LETTERS}])"
LONGEST_SPELLED = 24


def names_alone(names: Names) -> re.Pattern[str]:
    """Finds what gives a model away wherever it stands."""
    return _any_of(
        [
            *(_broken(name) for name in names.anywhere),
            *(_as_written(name) for name in names.capitalised),
            *(_with_version(name) for name in names.ordinary),
            *(_spelled(name) for name in names.anywhere | names.capitalised if _can_be_spelled(name)),
        ]
    )


def names_in_speech(names: Names) -> re.Pattern[str]:
    """Finds every name as it is usually written, ordinary words included: for sentences that speak of their speaker."""
    plain = [_plain(name, is_exact=False) for name in names.anywhere]
    return _any_of(plain + [_plain(name, is_exact=True) for name in names.capitalised | names.ordinary])


@dataclass(frozen=True)
class Alternative:
    """A pattern, cut behind its first sign: those with the same one are tried together, which is ten times as fast."""

    first: str
    rest: str
    is_han: bool


def _any_of(alternatives: Iterable[Alternative]) -> re.Pattern[str]:
    """Longest first; without any alternative it finds nothing."""
    ordered = sorted(set(alternatives), key=lambda one: (-len(one.rest), one.first, one.rest))
    latin = _by_first(one for one in ordered if not one.is_han)
    han = _by_first(one for one in ordered if one.is_han)
    return re.compile(f"{BEFORE}(?:{latin})|(?:{han})")


def _by_first(alternatives: Iterable[Alternative]) -> str:
    rests: dict[str, list[str]] = {}
    for one in alternatives:
        rests.setdefault(one.first, []).append(one.rest)
    return "|".join(f"{first}(?:{'|'.join(together)})" for first, together in rests.items()) or "(?!)"


def _broken(name: str) -> Alternative:
    """In upper and lower case, with a space or hyphen where a word of the name ends: DeepSeek, deep seek, Deep-Seek."""
    if _is_han(name):
        return _han(name, "{0,3}")
    words = [[_either_case(letter) for letter in word] for word in _words(name)]
    return _latin(name, words, f"{VERSION}{{0,3}}{AFTER}")


def _as_written(name: str) -> Alternative:
    if _is_han(name):
        return _han(name, "{0,3}")
    words = [[_as_it_is(letter) for letter in word] for word in re.findall(r"[^\W_]+", name)]
    return _latin(name, words, f"{VERSION}{{0,3}}{AFTER}{NO_COMPOUND}")


def _plain(name: str, is_exact: bool) -> Alternative:
    """As usually written: without signs between letters, which would make the search for all names slow to prepare."""
    if _is_han(name):
        return _han(name, "{0,3}")
    whole = f"{BETWEEN}{{0,2}}".join(map(re.escape, re.findall(r"[^\W_]+", name) if is_exact else _words(name)))
    first, rest = whole[0], whole[1:]
    end = f"{VERSION}{{0,3}}{AFTER}"
    if is_exact:
        return Alternative(_as_it_is(first), f"{rest}{end}{NO_COMPOUND}", False)
    return Alternative(_either_case(first), f"(?i:{rest}){end}", False)


def _with_version(name: str) -> Alternative:
    """Phi-3, phi3.5, Yi 34B: the word alone is not meant."""
    if _is_han(name):
        return _han(name, "{1,3}")
    words = [[_either_case(letter) for letter in word] for word in re.findall(r"[^\W_]+", name)]
    return _latin(name, words, f"{TELLING_VERSION}{VERSION}{{0,3}}{AFTER}")


def _spelled(name: str) -> Alternative:
    """D-e-e-p-S-e-e-k, G P T: exactly one sign between any two letters."""
    first, *rest = map(_either_case, squashed(name))
    gap = f"{UNSEEN}{BETWEEN}{UNSEEN}"
    return Alternative(first, "".join(gap + letter for letter in rest) + f"{VERSION}{{0,3}}{AFTER}", False)


def _can_be_spelled(name: str) -> bool:
    return SHORTEST_NAME <= len(squashed(name)) <= LONGEST_SPELLED and not _is_han(name)


def _han(name: str, versions: str) -> Alternative:
    """Chinese is written without spaces: a name may stand anywhere, and a space inside it hides nothing."""
    first, *rest = map(_either_case, re.findall(r"[^\W_]", name))
    return Alternative(first, "".join(f"{UNSEEN}\\s?{UNSEEN}{sign}" for sign in rest) + f"{VERSION}{versions}", True)


def _latin(name: str, words: list[list[str]], end: str) -> Alternative:
    """Unseen signs may stand between letters, up to two seen ones between words; no digit before a leading one."""
    gap = f"{UNSEEN}{BETWEEN}{{0,2}}{UNSEEN}"
    whole = gap.join(UNSEEN.join(word) for word in words)
    first = words[0][0]
    no_digit_before = r"(?<!\d.)" if name[0].isdigit() else ""
    return Alternative(first, no_digit_before + whole.removeprefix(first) + end, False)


def _is_han(name: str) -> bool:
    return bool(re.search(f"[{HAN}]", name))


def _words(name: str) -> list[str]:
    """The parts that a writer may set apart: Deep Seek, Chat GPT, AI 21; a single letter stays with its neighbour."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+", name)
    return parts if all(len(part) > 1 for part in parts) else re.findall(r"[^\W_]+", name)


def _either_case(letter: str) -> str:
    forms = {letter.lower(), letter.upper(), _full_width(letter.lower()), _full_width(letter.upper())}
    return f"[{''.join(sorted(form for form in forms if len(form) == 1))}]"


def _as_it_is(letter: str) -> str:
    return f"[{letter}{_full_width(letter)}]"


def _full_width(letter: str) -> str:
    """The same letter as Chinese type sets it beside its own signs."""
    return chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter
