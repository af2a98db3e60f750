"""Where two answers part, word by word, as lines for a terminal or a page; bounded, whatever a model wrote."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain

from sidecar.visible import visible

# A word with the spaces behind it; scripts that write no spaces are compared sign by sign.
WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]\s*|\w+\s*|[^\w\s]\s*|\s+")
# Comparing is quadratic in the words: beyond so many after the first difference, two texts are plainly two texts.
WORDS_COMPARED, WORDS_AROUND, LINES, LINE_WIDTH = 300, 8, 80, 100


def first_difference(then: str, now: str) -> int | None:
    """Position of the first character that differs, from 0; None for equal texts."""
    if then == now:
        return None
    pairs = enumerate(zip(then, now, strict=False))
    return next((place for place, (old, new) in pairs if old != new), min(len(then), len(now)))


def lines(then: str, now: str) -> list[str]:
    """Unified, word-wise: `  ` same, `- ` only then, `+ ` only now, `@ ` what is left out; unseen characters shown."""
    if then == now:
        return []
    old, new = WORDS.findall(then), WORDS.findall(now)
    start = _same_at_the_start(old, new)
    old_part, new_part = old[start : start + WORDS_COMPARED], new[start : start + WORDS_COMPARED]
    left_out = max(len(old) - start - len(old_part), len(new) - start - len(new_part))
    found = list(chain(_start(old[:start]), _parts(old_part, new_part), _rest(left_out)))
    return found if len(found) <= LINES else [*found[:LINES], f"@ {len(found) - LINES} lines more"]


def _same_at_the_start(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(old), len(new)))


def _start(same: Sequence[str]) -> Iterator[str]:
    if len(same) > WORDS_AROUND:
        yield f"@ the first {len(same) - WORDS_AROUND} words are the same"
    yield from _wrapped("  ", same[-WORDS_AROUND:])


def _parts(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            yield from _same(old[old_from:old_to])
        else:
            yield from _wrapped("- ", old[old_from:old_to])
            yield from _wrapped("+ ", new[new_from:new_to])


def _same(words: Sequence[str]) -> Iterator[str]:
    if len(words) <= 3 * WORDS_AROUND:
        yield from _wrapped("  ", words)
        return
    yield from _wrapped("  ", words[:WORDS_AROUND])
    yield f"@ {len(words) - 2 * WORDS_AROUND} words are the same"
    yield from _wrapped("  ", words[-WORDS_AROUND:])


def _rest(words: int) -> Iterator[str]:
    if words:
        yield f"@ {words} words more, not compared"


def _wrapped(mark: str, words: Sequence[str]) -> Iterator[str]:
    """Lines of a bounded width; line breaks and spaces at an end are shown, for they may be the difference."""
    text = visible("".join(words)).replace("\n", "⏎").replace("\t", "⇥")
    if mark != "  ":
        text = re.sub(r" +$", lambda spaces: "␣" * len(spaces[0]), text)
    yield from (mark + text[place : place + LINE_WIDTH] for place in range(0, len(text), LINE_WIDTH))
