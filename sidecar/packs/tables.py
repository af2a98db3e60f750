"""What a run of a pack says in numbers: shares with Wilson intervals, prompts, mirror pairs, judges, and one sentence.

n is the answers that came; answers that failed are counted apart. "Avoided" is refused or evaded.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sidecar.intervals import difference, wilson
from sidecar.packs.files import AskedModel, Judged, PackRun, Result
from sidecar.packs.judging import Agreement, Verdict, agreement

AVOIDED = frozenset({Verdict.refusal, Verdict.evasion})
ALL = "all"
PLACES = 4  # of a share: page, CSV and JSON show the same number


@dataclass(frozen=True)
class ShareRow:
    """One model, or all; shares and ends of their 95 % intervals from 0 to 1, None where n is 0."""

    endpoint_id: str
    name: str
    n: int
    answered: int
    refusals: int
    evasions: int
    empty: int
    failed: int
    refusal_share: float | None
    refusal_low: float | None
    refusal_high: float | None
    evasion_share: float | None
    evasion_low: float | None
    evasion_high: float | None
    avoided: int
    avoided_share: float | None
    low: float | None
    high: float | None
    prompts: int
    prompts_avoided: int


@dataclass(frozen=True)
class PromptRow:
    """One prompt and model; `n` of its repeats came."""

    prompt_id: str
    text: str
    endpoint_id: str
    n: int
    answered: int
    refusals: int
    evasions: int
    empty: int
    failed: int


@dataclass(frozen=True)
class PairRow:
    """A mirror pair and a model; `avoided_side` is the prompt of the side avoided alone, None where both are alike."""

    endpoint_id: str
    prompt_id: str
    n: int
    avoided: int
    mirror_id: str
    mirror_n: int
    mirror_avoided: int
    is_known: bool
    avoided_side: str | None


@dataclass(frozen=True)
class JudgesTable:
    """Two judges beside the rules; `unreadable` and `failed` verdicts of each are left out of the agreements."""

    judge_ids: tuple[str, str]
    unreadable: tuple[int, int]
    failed: tuple[int, int]
    between: Agreement
    with_rules: tuple[Agreement, Agreement]


def shares(run: PackRun, results: Sequence[Result]) -> list[ShareRow]:
    """A row for each model in the order of the run, and one for all where there are several."""
    rows = [_share(model.endpoint_id, model.name, _of(results, model)) for model in run.models]
    return rows if len(rows) == 1 else [*rows, _share(ALL, "All models", results)]


def _of(results: Iterable[Result], model: AskedModel) -> list[Result]:
    return [row for row in results if row.endpoint_id == model.endpoint_id]


def _share(endpoint_id: str, name: str, results: Sequence[Result]) -> ShareRow:
    counts = Counter(row.verdict for row in results)
    n = len(results) - counts[Verdict.failed]
    avoided = sum(counts[verdict] for verdict in AVOIDED)
    refused, evaded, both = (
        _with_interval(count, n) for count in (counts[Verdict.refusal], counts[Verdict.evasion], avoided)
    )
    avoided_prompts, prompts = _prompts_avoided(results)
    return ShareRow(
        endpoint_id,
        name,
        n,
        counts[Verdict.answered],
        counts[Verdict.refusal],
        counts[Verdict.evasion],
        counts[Verdict.empty],
        counts[Verdict.failed],
        *refused,
        *evaded,
        avoided,
        *both,
        prompts,
        avoided_prompts,
    )


def _with_interval(count: int, n: int) -> tuple[float | None, float | None, float | None]:
    if n == 0:
        return None, None, None
    low, high = wilson(count, n)
    return round(count / n, PLACES), round(low, PLACES), round(high, PLACES)


def _prompts_avoided(results: Iterable[Result]) -> tuple[int, int]:
    """Prompts of which most answers were avoided, and prompts with an answer; of several models, each by itself."""
    by_prompt: dict[tuple[str, str], list[bool]] = {}
    for row in results:
        if row.is_counted:
            by_prompt.setdefault((row.endpoint_id, row.prompt_id), []).append(row.verdict in AVOIDED)
    return sum(_mostly(sum(came), len(came)) for came in by_prompt.values()), len(by_prompt)


def _mostly(avoided: int, n: int) -> bool:
    return 2 * avoided > n


def by_prompt(run: PackRun, results: Sequence[Result]) -> list[PromptRow]:
    """A row for each prompt and model, in the order of the pack."""
    rows = []
    for prompt in run.prompts:
        for endpoint_id in run.endpoint_ids:
            counts = _counts(results, prompt.prompt_id, endpoint_id)
            n = counts.total() - counts[Verdict.failed]
            each = (counts[verdict] for verdict in Verdict)
            rows.append(PromptRow(prompt.prompt_id, prompt.text, endpoint_id, n, *each))
    return rows


def _counts(results: Iterable[Result], prompt_id: str, endpoint_id: str) -> Counter[Verdict]:
    return Counter(row.verdict for row in results if (row.prompt_id, row.endpoint_id) == (prompt_id, endpoint_id))


def pairs(run: PackRun, results: Sequence[Result]) -> list[PairRow]:
    """A row for each pair and model; which of two prompts comes first is the order of the pack."""
    order = [prompt.prompt_id for prompt in run.prompts]
    found = [
        (prompt.prompt_id, prompt.mirror_of)
        for prompt in run.prompts
        if prompt.mirror_of in order and order.index(prompt.prompt_id) < order.index(prompt.mirror_of or "")
    ]
    return [
        _pair(results, endpoint_id, one, other) for one, other in found for endpoint_id in run.endpoint_ids if other
    ]


def _pair(results: Sequence[Result], endpoint_id: str, one: str, other: str) -> PairRow:
    (avoided, n), (mirror_avoided, mirror_n) = (_avoided(results, side, endpoint_id) for side in (one, other))
    is_known = n > 0 and mirror_n > 0
    side = one if _mostly(avoided, n) else other
    is_one_sided = is_known and _mostly(avoided, n) != _mostly(mirror_avoided, mirror_n)
    return PairRow(
        *(endpoint_id, one, n, avoided, other, mirror_n, mirror_avoided), is_known, side if is_one_sided else None
    )


def _avoided(results: Sequence[Result], prompt_id: str, endpoint_id: str) -> tuple[int, int]:
    counts = _counts(results, prompt_id, endpoint_id)
    return sum(counts[verdict] for verdict in AVOIDED), counts.total() - counts[Verdict.failed]


def judges(run: PackRun, results: Sequence[Result], judged: Sequence[Judged]) -> JudgesTable | None:
    """The two judges' agreement with one another and with the rules, each over the answers that both have read."""
    if len(run.judges) != 2:
        return None
    first, second = run.judges
    read: dict[str, dict[tuple[str, str, int], str]] = {first: {}, second: {}}
    for row in judged:
        if row.verdict is not None and row.judge_id in read:
            read[row.judge_id][row.key] = row.verdict.value
    rules = {row.key: row.verdict.value for row in results if row.verdict not in (Verdict.failed, Verdict.empty)}
    return JudgesTable(
        judge_ids=(first, second),
        unreadable=(_outcomes(judged, first, "unreadable"), _outcomes(judged, second, "unreadable")),
        failed=(_outcomes(judged, first, "failed"), _outcomes(judged, second, "failed")),
        between=_agreement(read[first], read[second]),
        with_rules=(_agreement(read[first], rules), _agreement(read[second], rules)),
    )


def _outcomes(judged: Iterable[Judged], judge_id: str, outcome: str) -> int:
    return sum(row.judge_id == judge_id and row.outcome == outcome for row in judged)


def _agreement(one: dict[tuple[str, str, int], str], other: dict[tuple[str, str, int], str]) -> Agreement:
    return agreement([(one[key], other[key]) for key in one if key in other])


def finding(run: PackRun, results: Sequence[Result]) -> str:
    """One sentence with its numbers; "more often" stands only where chance and a few prompts cannot explain it."""
    rows = [row for row in shares(run, results) if row.endpoint_id != ALL]
    counted = [row for row in rows if row.n]
    if not counted:
        return "No model has answered: there is nothing to count yet."
    came = len(results)
    begun = "" if came >= run.answers_wanted else f"So far, with {came} of {run.answers_wanted} answers asked: "
    told = [_told(counted[0], "refused or evaded", " answers"), *(_told(row, "", "") for row in counted[1:])]
    missing = [f"{row.name} could not be asked" for row in rows if not row.n]
    ends = [_compared(counted)] if len(counted) > 1 else []
    sentence = f"{begun}{', '.join(told + missing)}{''.join(f': {end}' for end in ends)}."
    return f"{sentence} {_one_sided(run, results)}".strip()


def _told(row: ShareRow, verb: str, noun: str) -> str:
    share, low, high = (round(100 * (value or 0)) for value in (row.avoided_share, row.low, row.high))
    return f"{' '.join(filter(None, (row.name, verb)))} {row.avoided} of {row.n}{noun} ({share} %, {low} to {high} %)"


def _compared(rows: Sequence[ShareRow]) -> str:
    """Which model avoids more than which; the more pairs are compared, the surer each has to be (Bonferroni)."""
    couples = list(combinations(rows, 2))
    level = 1 - 0.05 / len(couples)
    clear = []
    for one, other in couples:
        if _is_more(one, other, level):
            clear.append(f"{one.name} more often than {other.name}")
        elif _is_more(other, one, level):
            clear.append(f"{other.name} more often than {one.name}")
    if not clear:
        return "too close to call"
    return "; ".join(clear) + ("" if len(clear) == len(couples) else "; the other pairs are too close to call")


def _is_more(one: ShareRow, other: ShareRow, level: float) -> bool:
    """Whether the difference is above zero counted by answer and by prompt.

    Repeats of a prompt resemble one another: by answer alone, one prompt asked twenty times would look like twenty.
    """
    by_answer = difference(one.avoided, one.n, other.avoided, other.n, level)
    by_prompt = difference(one.prompts_avoided, one.prompts, other.prompts_avoided, other.prompts, level)
    return by_answer[0] > 0 and by_prompt[0] > 0


def _one_sided(run: PackRun, results: Sequence[Result]) -> str:
    """How many pairs each model treats differently, for a pack of pairs."""
    known = [row for row in pairs(run, results) if row.is_known]
    told = []
    for model in run.models:
        own = [row for row in known if row.endpoint_id == model.endpoint_id]
        if own:
            told.append(
                f"{model.name} avoids one side only in {sum(bool(row.avoided_side) for row in own)} of {len(own)} pairs"
            )
    return f"{', '.join(told)}." if told else ""
