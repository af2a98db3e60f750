"""What happens to a comparison, in plain sentences: headline, state of each pane, figures, why an answer ended."""

from collections.abc import Sequence

from charts.words import said_list
from dashboard.words import moment
from sidecar.comparison import Answer, Comparison, State
from sidecar.evidence.records import RecordedAnswer

QUESTION = "How do two models answer the same question?"
BLIND_QUESTION = "Which answer is better when you do not know whose it is?"
HIDDEN = ("Left", "Right")
DEMONSTRATION = (
    "Demonstration models, far too small to stand for open models. Their answers say nothing about open models."
)
KEPT = "No prompt and no answer is stored here: the server forgets them about two minutes after this page is closed."
KEPT_OF_PACK = "The questions are public, and so is the run: every answer is kept here and can be read by anybody."
_NUMBERS = ("No", "One", "Two", "Three", "Four")
_ENDS = {"stop": "stopped by itself", "content_filter": "stopped by a filter of its server"}
_ONGOING = {
    State.asked: "Asked, nothing came yet",
    State.thinking: "Thinking",
    State.answering: "Answering",
}


def names(answers: Sequence[Answer]) -> list[str]:
    """The models' names; the temperature is added where one model stands twice."""
    plain = [answer.endpoint.name for answer in answers]
    return [
        f"{name} (temperature\u00a0{answer.ask.temperature:g})" if plain.count(name) > 1 else name
        for name, answer in zip(plain, answers, strict=True)
    ]


def headline(comparison: Comparison | None, hidden: Sequence[str] = ()) -> str:
    """`A answered in 2.1 s, B in 1.4 s.`; before any run the question of the page."""
    if comparison is None:
        return BLIND_QUESTION if hidden else QUESTION
    called = list(hidden) or names(comparison.answers)
    if not comparison.is_over:
        if all(answer.state is State.waiting for answer in comparison.answers):
            return f"Waiting: {place(comparison.place)}."
        return f"{_NUMBERS[len(called)]} answers are being written."
    return _over(called, comparison.answers)


def _over(called: Sequence[str], answers: Sequence[Answer]) -> str:
    ended = [(name, answer) for name, answer in zip(called, answers, strict=True) if answer.state is State.done]
    done = [(name, answer) for name, answer in ended if not answer.is_cut_off]
    parts = []
    if len(done) > 2:
        quick, slow = min(done, key=_time), max(done, key=_time)
        spans = [f"{name} in {seconds(answer.total_s)}" for name, answer in (quick, slow)]
        parts.append(f"{_NUMBERS[len(done)]} answers, the quickest by {spans[0]}, the slowest by {spans[1]}")
    elif done:
        first, *others = [(name, seconds(answer.total_s)) for name, answer in done]
        parts.append(said_list([f"{first[0]} answered in {first[1]}", *(f"{name} in {time}" for name, time in others)]))
    cut = [f"{name} was cut off after {seconds(answer.total_s)}" for name, answer in ended if answer.is_cut_off]
    parts += [said_list(cut)] if cut else []
    for state, verb in ((State.stopped, "stopped"), (State.failed, "failed")):
        which = [name for name, answer in zip(called, answers, strict=True) if answer.state is state]
        if which:
            was = "was stopped" if len(which) == 1 else "were stopped"
            parts.append(f"{said_list(which)} {was if verb == 'stopped' else verb}")
    return f"{'; '.join(parts)}."


def _time(named: tuple[str, Answer]) -> float:
    return named[1].total_s or 0.0


def source(comparison: Comparison, release_id: str) -> str:
    """The line below the panes."""
    when = moment(comparison.asked_at)
    return f"Written by the models, {when}; checked by nobody. Origin, licence, downloads: release {release_id}."


def place(ahead: int | None) -> str:
    """The place in the line: `3 comparisons before yours`."""
    if not ahead:
        return "yours is the next"
    return "one comparison before yours" if ahead == 1 else f"{ahead} comparisons before yours"


def state(answer: Answer, ahead: int | None) -> str:
    """What a pane is doing, or how it ended."""
    if answer.state is State.waiting:
        return "Waiting until the model is free" if ahead is None else f"Waiting: {place(ahead)}"
    if answer.state in _ONGOING:
        return _ONGOING[answer.state]
    if answer.state is State.stopped:
        return "Stopped before its end" if answer.text else "Stopped"
    if answer.state is State.failed:
        return "Failed; what had come is kept" if answer.text else "Failed"
    return f"Done: {ending(answer.finish_reason, answer.ask.max_tokens, answer.is_cut_off)}"


def ending(finish_reason: str | None, max_tokens: int, is_cut_off: bool = False) -> str:
    """The server's reason to finish, in plain words."""
    if finish_reason == "length":
        return f"reached the limit of {max_tokens:,} tokens"
    if is_cut_off:
        return "cut off here, it was longer than an answer may be"
    return _ENDS.get(finish_reason or "", f"ended for the reason “{(finish_reason or 'none')[:40]}”")


def figures(answer: Answer) -> list[tuple[str, str]]:
    """Label and value of what was measured; what is not known yet is left out."""
    usage = answer.usage
    known: list[tuple[str, str | None]] = [
        ("waited in line", seconds(answer.waited_s) if answer.waited_s and answer.waited_s >= 0.05 else None),
        ("first token", seconds(answer.first_token_s)),
        ("first word of the answer", _after_thinking(answer)),
        ("tokens a second", rate(answer.tokens_per_second)),
        ("tokens", f"{usage.answer_tokens:,}" if usage else None),
        ("of thinking", f"{usage.thinking_tokens:,}" if usage and usage.thinking_tokens else None),
        ("cost", dollars(answer.cost_usd)),
        ("in all", seconds(answer.total_s)),
    ]
    return [(label, value) for label, value in known if value is not None]


def _after_thinking(answer: Answer) -> str | None:
    """Told apart from the first token only where thinking came before."""
    return seconds(answer.first_answer_token_s) if answer.thinking else None


def thinking(answer: Answer) -> str:
    """The title that the thinking is folded behind."""
    if answer.usage and answer.usage.thinking_tokens:
        return f"Thinking: {answer.usage.thinking_tokens:,} tokens"
    return f"Thinking: {len(answer.thinking):,} characters"


def seconds(value: float | None) -> str | None:
    """`2.1 s`; two digits below a second."""
    if value is None:
        return None
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s" if value < 60 else f"{value:.0f} s"


def rate(value: float | None) -> str | None:
    """Tokens a second in whole numbers, below ten with one digit."""
    return None if value is None else f"{value:.1f}" if value < 10 else f"{value:,.0f}"


def dollars(value: float | None) -> str | None:
    """US dollars; an answer costs fractions of a cent."""
    if value is None:
        return None
    return "under $0.0001" if 0 < value < 0.0001 else f"${value:.4f}"


def recorded_state(answer: RecordedAnswer) -> str:
    """How a recorded answer ended."""
    if answer.state == "done":
        return ending(answer.finish_reason, answer.max_tokens, answer.is_cut_off)
    return "failed" if answer.state == "failed" else "stopped before its end"


def recorded_figures(answer: RecordedAnswer) -> list[tuple[str, str]]:
    """Label and value of what was measured then."""
    known = [
        ("first token", seconds(answer.first_token_s)),
        ("tokens a second", rate(answer.tokens_per_second)),
        ("tokens", f"{answer.usage.answer_tokens:,}" if answer.usage else None),
        ("cost", dollars(answer.cost_usd)),
        ("in all", seconds(answer.total_s)),
    ]
    return [(label, value) for label, value in known if value is not None]
