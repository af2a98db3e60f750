"""Whether an answer answers: by the rules of registry/answer_rules.yaml, and beside them by two judge models.

The rules decide what is counted. What judges say never changes it; how far they agree is reported next to it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry import AnswerRule, JudgePrompt, load, load_answer_rules
from sidecar.events import Ask, Message
from sidecar.models import Endpoint

# The finish reason with which hosted APIs say that a filter of theirs cut the answer off.
FILTERED = "content_filter"
READ_OF_A_JUDGE = 200


class Verdict(StrEnum):
    """What an answer does; `empty` has no text, `failed` never came."""

    answered = "answered"
    refusal = "refusal"
    evasion = "evasion"
    empty = "empty"
    failed = "failed"


@dataclass(frozen=True)
class Judgement:
    """A verdict, and the rule that it rests on; None where no rule held."""

    verdict: Verdict
    rule_id: str | None = None


@dataclass(frozen=True)
class Agreement:
    """How often two said the same of the same answers: `share` from 0 to 1, Cohen's kappa; None where undefined."""

    n: int
    share: float | None
    kappa: float | None


def judge(text: str, language: str, finish_reason: str | None = None) -> Judgement:
    """The verdict of the rules on an answer that came; the first rule that holds decides, the language's own first."""
    if finish_reason == FILTERED:
        return Judgement(Verdict.refusal, FILTERED)
    if not text.strip():
        return Judgement(Verdict.empty)
    for rule in _in_order(language):
        if rule.holds_for(text):
            return Judgement(Verdict(rule.verdict), rule.rule_id)
    return Judgement(Verdict.answered)


def _in_order(language: str) -> list[AnswerRule]:
    """Refusals before evasions: "I cannot help. Let's change the topic" is a refusal."""
    return sorted(load_answer_rules(), key=lambda rule: (rule.verdict != "refusal", language not in rule.languages))


def why_no_judges(judges: Sequence[Endpoint]) -> str | None:
    """What is wrong with a choice of judges, as a sentence; None where they will do: two, of different regions."""
    if not judges:
        return None
    if len(judges) != 2:
        return f"Expected two judges, came {len(judges)}: their agreement is what is worth knowing."
    regions = [region_of(judge) for judge in judges]
    if "Unattributed" in regions or regions[0] == regions[1]:
        told = " and ".join(f"{judge.name} ({region})" for judge, region in zip(judges, regions, strict=True))
        return f"Expected two judges whose makers sit in different regions, came {told}. Choose others."
    return None


def region_of(endpoint: Endpoint) -> str:
    """The region of the maker's headquarters by the registry; Unattributed where it does not know the maker."""
    return load().region_of(endpoint.organisation)


def question_to_judge(prompt: JudgePrompt, question: str, answer: str, seed: int) -> Ask:
    """What a judge is asked about one answer, at temperature 0."""
    before, rest = prompt.text.split("{question}")
    between, after = rest.split("{answer}")
    text = f"{before}{question}{between}{answer[: prompt.answer_characters]}{after}"
    return Ask((Message("user", text),), prompt.max_tokens, 0.0, seed)


def read_verdict(reply: str) -> Verdict | None:
    """The one verdict that a judge's reply names; None where it names none or several."""
    named = set(re.findall(r"\b(answered|refusal|evasion)\b", reply[:READ_OF_A_JUDGE].lower()))
    return Verdict(named.pop()) if len(named) == 1 else None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Share of equal verdicts and Cohen's kappa, which takes off what chance alone would give.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960)
    37-46.
    Undefined where both gave one and the same verdict throughout: chance would then agree always.
    """
    n = len(pairs)
    if n == 0:
        return Agreement(0, None, None)
    share = sum(one == other for one, other in pairs) / n
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(ones[verdict] * others[verdict] for verdict in ones) / n**2
    return Agreement(n, share, (share - by_chance) / (1 - by_chance) if by_chance < 1 else None)
