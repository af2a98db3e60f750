"""Asks the models of a record again, with the same messages, seed and sampling, and says what is different now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sidecar.comparison import Answer
from sidecar.engine import Busy, Engine, Refused, Visitor
from sidecar.events import Ask, Message
from sidecar.evidence import differences
from sidecar.evidence.records import Record, RecordedAnswer
from sidecar.models import Endpoint, Models
from sidecar.visible import on_one_line

Outcome = Literal["identical", "different", "other_weights", "not_available", "failed"]
PROMISE = (
    "An identical answer is only promised at temperature 0 on an embedded engine of the same version; other servers "
    "compute in batches and other temperatures draw lots, so that a difference there is no sign of a changed model."
)
# What may have changed although the weights did not, and how a reader says it.
SURROUNDINGS = {"engine_version": "engine version", "template_sha256": "prompt template"}
# Waiting in the line and the slowest answer, with room.
LONGEST_WAIT_S = 900.0


@dataclass(frozen=True)
class Replayed:
    """What became of one answer. `then`, `now`: the texts compared; `first_difference`: a place in them, from 0."""

    endpoint_id: str
    outcome: Outcome
    sentence: str
    then: str
    now: str
    first_difference: int | None

    @property
    def difference(self) -> list[str]:
        """Lines of the difference, fit for a terminal."""
        return differences.lines(self.then, self.now) if self.first_difference is not None else []


@dataclass(frozen=True)
class Match:
    """The endpoint that stands for a recorded one today, and whether it has the same weights."""

    recorded: RecordedAnswer
    endpoint: Endpoint
    other_weights: str | None


def replay(
    record: Record, engine: Engine, models: Models, visitor: Visitor | None = None, *, only: Sequence[str] = ()
) -> list[Replayed]:
    """One row for each answer of the record, in its order; `only`: endpoint ids to ask, all where empty.

    `visitor` None is the operator, whose rate is not limited. Never raises for a model that fails: its row says so.
    Blocks until the last answer is there.
    """
    wanted = [(place, answer) for place, answer in enumerate(record.answers) if not only or answer.endpoint_id in only]
    rows: dict[int, Replayed] = {}
    matches: list[tuple[int, Match]] = []
    for place, recorded in wanted:
        found = _match(recorded, models)
        if isinstance(found, Match):
            matches.append((place, found))
        else:
            rows[place] = _without_comparison(recorded, "not_available", found)
    panes = models.limits.panes
    for start in range(0, len(matches), panes):
        rows |= _asked_again(record, engine, visitor, matches[start : start + panes])
    return [rows[place] for place in sorted(rows)]


def _match(recorded: RecordedAnswer, models: Models) -> Match | str:
    """Today's endpoint of the same model: best with the same weights and id; a sentence where there is none."""
    if not recorded.is_whole and not recorded.text:
        reason = recorded.sentence or f"it was {recorded.state}"
        return f"The record holds no answer of this model to compare with: {on_one_line(reason, 200)}"
    known = [endpoint for endpoint in models.endpoints if _is_same_model(recorded, endpoint)]
    if not known:
        return f"No model that can be asked today is {_named(recorded)}: start it, or add it to the models file."
    # Who runs a record again has not been told of a new destination.
    same = [endpoint for endpoint in known if endpoint.is_ours or not recorded.has_stayed_here]
    if not same:
        return (
            f"This question stayed on machines of ours, and {_named(recorded)} is only offered elsewhere today: "
            "it was not sent there. Ask it anew on the page if it may leave."
        )
    best = min(
        same, key=lambda endpoint: (_other_weights(recorded, endpoint) is not None, endpoint.id != recorded.endpoint_id)
    )
    return Match(recorded, best, _other_weights(recorded, best))


def _is_same_model(recorded: RecordedAnswer, endpoint: Endpoint) -> bool:
    """By the name on the Hub where both have one, else by the name its server knows, on the same kind of server."""
    if recorded.hub_model_id and endpoint.hub_model_id:
        return recorded.hub_model_id == endpoint.hub_model_id
    return recorded.model == endpoint.model and recorded.server == endpoint.server


def _other_weights(recorded: RecordedAnswer, endpoint: Endpoint) -> str | None:
    """How the weights differ, None where nothing says that they do."""
    sha256 = endpoint.launch.sha256 if endpoint.launch else None
    pairs = {
        "revision": (recorded.revision, endpoint.revision),
        "sha256": (recorded.weights_sha256, sha256),
        "quantisation": (recorded.quantisation, endpoint.quantisation),
    }
    if all((revision or "").startswith("sha256:") for revision in pairs["revision"]):
        del pairs["revision"]  # of weights from a file: it repeats the hash
    changes = [f"{name} {_short(then)} then, {_short(now)} now" for name, (then, now) in pairs.items() if then != now]
    return "; ".join(changes) or None


def _short(value: str | None) -> str:
    return on_one_line(value, 20) if value else "not stated"


def _named(recorded: RecordedAnswer) -> str:
    revision = f" (revision {_short(recorded.revision)})" if recorded.revision else ""
    return f"{on_one_line(recorded.hub_model_id or recorded.model, 100)}{revision}"


def _asked_again(
    record: Record, engine: Engine, visitor: Visitor | None, together: Sequence[tuple[int, Match]]
) -> dict[int, Replayed]:
    asks = [_ask(record, match.recorded) for _, match in together]
    try:
        comparison = engine.start(asks, [match.endpoint for _, match in together], visitor, watched=False)
    except (Busy, Refused) as refusal:
        return {
            place: _without_comparison(match.recorded, "failed", f"Not asked: {refusal.sentence}")
            for place, match in together
        }
    engine.wait(comparison, LONGEST_WAIT_S)
    if not comparison.is_over:
        engine.stop(comparison)
    pairs = zip(together, comparison.answers, strict=True)
    return {place: _compared(match, answer) for (place, match), answer in pairs}


def _ask(record: Record, recorded: RecordedAnswer) -> Ask:
    return Ask(
        messages=tuple(Message(role=message.role, content=message.content) for message in record.messages),
        max_tokens=recorded.max_tokens,
        temperature=recorded.temperature,
        seed=recorded.seed,
        top_p=recorded.top_p,
    )


def _without_comparison(recorded: RecordedAnswer, outcome: Outcome, sentence: str) -> Replayed:
    return Replayed(recorded.endpoint_id, outcome, sentence, recorded.text, "", None)


def _compared(match: Match, answer: Answer) -> Replayed:
    recorded = match.recorded
    if answer.state != "done" and not _is_too_long(answer):
        reason = on_one_line(answer.sentence or f"it was {answer.state}", 300)
        return Replayed(
            recorded.endpoint_id, "failed", f"Asked, but not answered: {reason}", recorded.text, answer.text, None
        )
    then, now, what = _texts(recorded, answer)
    place = differences.first_difference(then, now)
    outcome: Outcome = "other_weights" if match.other_weights else "identical" if place is None else "different"
    said = " ".join(filter(None, [_weights_said(match), _said(what, place), _why(match, answer, place)]))
    return Replayed(recorded.endpoint_id, outcome, said, then, now, place)


def _texts(recorded: RecordedAnswer, answer: Answer) -> tuple[str, str, str]:
    """What to compare: the answers; their beginnings where only that was kept; the thinking where answers are equal."""
    then, now = recorded.text, answer.text
    if not recorded.is_whole:
        now = now[: len(then)]
    if _is_too_long(answer):
        then = then[: len(now)]
    if not recorded.is_whole or _is_too_long(answer):
        return then, now, f"The first {len(then)} characters, all that was kept,"
    if recorded.text == answer.text and recorded.thinking != answer.thinking:
        return recorded.thinking, answer.thinking, "The thinking before the same answer"
    return recorded.text, answer.text, "The answer"


def _is_too_long(answer: Answer) -> bool:
    """Cut off by our own limit, at the same character every time."""
    return answer.failure_kind == "too_long"


def _weights_said(match: Match) -> str:
    return f"Other weights than then: {match.other_weights}." if match.other_weights else ""


def _said(what: str, place: int | None) -> str:
    verb = "are" if "characters" in what else "is"
    return f"{what} {verb} identical." if place is None else f"{what} {verb} different from character {place + 1} on."


def _why(match: Match, answer: Answer, place: int | None) -> str:
    """What may explain a difference: other surroundings, a lower limit, or that nothing was promised."""
    if place is None:
        return ""
    recorded = match.recorded
    reasons = list(_changed_surroundings(recorded, answer))
    if answer.ask.max_tokens < recorded.max_tokens:
        reasons.append(f"at most {recorded.max_tokens} tokens then, {answer.ask.max_tokens} now by the models file")
    if recorded.finish_reason != answer.finish_reason:
        reasons.append(f"ended with {_short(recorded.finish_reason)} then, {_short(answer.finish_reason)} now")
    if recorded.temperature > 0 or recorded.server != "embedded":
        reasons.append("identity is promised only at temperature 0 on an embedded engine")
    return f"Possible reasons: {'; '.join(reasons)}." if reasons else "Nothing that we know of explains it."


def _changed_surroundings(recorded: RecordedAnswer, answer: Answer) -> Iterator[str]:
    facts = answer.server
    now = {"engine_version": facts.version, "template_sha256": facts.template_sha256} if facts else {}
    for name, value in now.items():
        then = getattr(recorded, name)
        if then and value and then != value:
            yield f"{SURROUNDINGS[name]} {_short(then)} then, {_short(value)} now"
