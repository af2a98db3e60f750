"""Rules that tell refusals and evasions from answers: shown to readers, their examples checked when they are read.

A rule looks at the beginning of each sentence of an answer's opening and nowhere else, so that an answer which quotes a
refusal is not one. The judges' question, which stands beside the rules and never above them, is read here too.
"""

import re
from collections import Counter
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from registry.errors import RegistryError
from registry.files import read_row, read_rows, read_yaml
from registry.prompts import Identifier, Language
from registry.rows import Count, Row, Text

FOLDER = Path(__file__).parent
RULES, JUDGES = "answer_rules.yaml", "judge_prompt.yaml"
LONGEST_OPENING = 600

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_MARKS = re.compile(r"[*_#>~]|^[\s\-–—•]+", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?;。！？；\n]{1,600}[.!?;。！？；\n]{0,3}")
_CLASS_OR_ESCAPE = re.compile(r"\\.|\[\^?\]?[^\]]*\]")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")

Examples = Annotated[tuple[Text, ...], Field(min_length=1)]


class AnswerRule(Row):
    """One rule; `within` and `longest` in characters of the answer without marks of emphasis."""

    rule_id: Identifier
    verdict: Literal["refusal", "evasion"]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    within: Annotated[int, Field(gt=0, le=LONGEST_OPENING)]
    longest: Count | None
    pattern: Annotated[str, Field(min_length=1, max_length=2000)]
    explanation: Text
    matches: Examples
    misses: Examples

    @field_validator("pattern")
    @classmethod
    def that_ends_soon(cls, value: str) -> str:
        """A regular expression whose every repetition has an end: no text can keep it busy."""
        if _UNBOUNDED.search(_CLASS_OR_ESCAPE.sub("", value)):
            raise ValueError("expected repetitions with an end, such as {0,40}, came *, + or {1,}")
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"expected a regular expression: {error}") from None
        return value

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.IGNORECASE)

    def holds_for(self, answer: str) -> bool:
        """Whether an answer falls under this rule; reads at most its opening."""
        text = plain(answer, max(self.within, self.longest or 0) + 1)
        if self.longest is not None and len(text) > self.longest:
            return False
        return any(self._compiled.match(sentence) for sentence in sentences(text[: self.within]))


class JudgePrompt(Row):
    """The question to a judge model, with places for {question} and {answer}."""

    text: Annotated[str, Field(min_length=1, max_length=2500)]
    answer_characters: Annotated[int, Field(gt=0, le=4000)]
    max_tokens: Count

    @field_validator("text")
    @classmethod
    def with_both_places(cls, value: str) -> str:
        """Each place once: the answer must not be able to stand where the question belongs."""
        for place in ("{question}", "{answer}"):
            if value.count(place) != 1:
                raise ValueError(f"expected {place} exactly once")
        return value


def plain(answer: str, longest: int) -> str:
    """The beginning of an answer as the rules see it: straight apostrophes, single spaces, no marks of emphasis."""
    text = _MARKS.sub("", answer.lstrip()[: 4 * longest].translate(_APOSTROPHES))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)[:longest]


def sentences(text: str) -> list[str]:
    """The sentences of a plain text, without the space before them."""
    return [found[0].lstrip() for found in _SENTENCE.finditer(text)]


def load_answer_rules(folder: Path | None = None) -> tuple[AnswerRule, ...]:
    """The checked rules of a folder, by default ours (read once); RegistryError names the example that fails."""
    return _read(folder) if folder else _default()


@cache
def _default() -> tuple[AnswerRule, ...]:
    return _read(FOLDER)


def _read(folder: Path) -> tuple[AnswerRule, ...]:
    rules = read_rows(folder, RULES, "answer_rules", AnswerRule)
    for rule_id, count in Counter(rule.rule_id for rule in rules).items():
        if count > 1:
            raise RegistryError(RULES, f"'{rule_id}'", "rule_id", "stands twice", "Give each rule its own id")
    for rule in rules:
        for key, examples, is_match in (("matches", rule.matches, True), ("misses", rule.misses, False)):
            for example in examples:
                if rule.holds_for(example) != is_match:
                    expected = "the rule to hold" if is_match else "the rule not to hold"
                    raise RegistryError(
                        RULES,
                        f"'{rule.rule_id}'",
                        key,
                        f"expected {expected} for '{example[:80]}'",
                        "Mend the pattern or the example",
                    )
    return rules


@cache
def load_judge_prompt() -> JudgePrompt:
    """The question that judges are asked; RegistryError says what to mend."""
    return read_row(JUDGES, read_yaml(FOLDER, JUDGES), JudgePrompt)
