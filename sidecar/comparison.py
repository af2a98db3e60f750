"""A comparison while it happens: one prompt, several answers, each with its state, its words and its times."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from sidecar.events import Ask, Event, Finished, Kind, Said, ServerFacts, Thought, Usage
from sidecar.models import Endpoint

# Tokens that came within less time came at once: a rate of them would say nothing about the model.
SHORTEST_SPAN_S = 0.05


class State(StrEnum):
    """Where an answer stands; the last three are its ends."""

    waiting = "waiting"
    asked = "asked"
    thinking = "thinking"
    answering = "answering"
    done = "done"
    stopped = "stopped"
    failed = "failed"


ENDS = frozenset({State.done, State.stopped, State.failed})


@dataclass(eq=False)
class Answer:
    """One model's answer, which grows while it is looked at.

    `entered` (came into our line), `asked`, `first` (first token of either kind), `first_answer`, `last` and `ended`
    are points of the monotonic clock; every duration follows from them, in seconds, and runs on until the end.
    """

    endpoint: Endpoint
    ask: Ask
    state: State = State.waiting
    parts: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    sentence: str | None = None
    failure_kind: Kind | None = None
    started_at: datetime | None = None
    usage: Usage | None = None
    timings: dict[str, float] = field(default_factory=dict)
    finish_reason: str | None = None
    fingerprint: str | None = None
    server: ServerFacts | None = None
    is_cut_off: bool = False
    entered: float | None = None
    asked: float | None = None
    first: float | None = None
    first_answer: float | None = None
    last: float | None = None
    ended: float | None = None

    @property
    def text(self) -> str:
        """The answer so far; hostile: show it as text."""
        return "".join(self.parts)

    @property
    def thinking(self) -> str:
        """The thinking so far; hostile: show it as text."""
        return "".join(self.thoughts)

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDS

    @property
    def waited_s(self) -> float | None:
        """Time in our line, which is not the model's time."""
        return _between(self.entered, self.asked if self.asked is not None else self._now)

    @property
    def first_token_s(self) -> float | None:
        """Time from the question to the first token, of thinking or answer."""
        return _between(self.asked, self.first)

    @property
    def first_answer_token_s(self) -> float | None:
        """Time from the question to the first token of the answer itself."""
        return _between(self.asked, self.first_answer)

    @property
    def total_s(self) -> float | None:
        """Time from the question to the end, or until now."""
        return _between(self.asked, self._now)

    @property
    def tokens_per_second(self) -> float | None:
        """Tokens after the first, as the server counted them, by the time from the first to the last."""
        span = _between(self.first, self.last)
        tokens = self.usage.generated_tokens if self.usage else 0
        return (tokens - 1) / span if span and span >= SHORTEST_SPAN_S and tokens > 1 else None

    @property
    def cost_usd(self) -> float | None:
        """What the answer cost at the endpoint's price; None without a price or without counted tokens."""
        price = self.endpoint.price
        if price is None or self.usage is None:
            return None
        into, out = price.input_usd_per_million_tokens, price.output_usd_per_million_tokens
        return (self.usage.prompt_tokens * into + self.usage.generated_tokens * out) / 1e6

    @property
    def used_tokens(self) -> int:
        """Tokens that this answer took, also where the server did not come to count them."""
        if self.usage:
            return self.usage.prompt_tokens + self.usage.generated_tokens
        return len(self.parts) + len(self.thoughts)

    def begin(self) -> None:
        """The model is asked now."""
        self.asked, self.started_at, self.state = time.monotonic(), datetime.now(UTC), State.asked

    def take(self, event: Event) -> None:
        """Adds what came from the model."""
        if type(event) is Said:
            self._token_came()
            if self.first_answer is None:
                self.first_answer, self.state = self.last, State.answering
            self.parts.append(event.text)
        elif type(event) is Thought:
            self._token_came()
            if self.state is State.asked:
                self.state = State.thinking
            self.thoughts.append(event.text)
        elif type(event) is Finished:
            self.usage, self.timings, self.fingerprint = event.usage, event.timings, event.fingerprint
            self.finish_reason = event.reason
            self.is_cut_off = event.reason in {"length", "content_filter"}

    def stop_clock(self) -> None:
        """The answer is through. Figures that never came were waited for: the model was done with its last word."""
        has_no_figures = self.finish_reason is not None and self.usage is None
        self.ended = self.last if has_no_figures and self.last is not None else time.monotonic()

    def end(self, state: State, sentence: str | None) -> None:
        """Nothing more comes; `sentence` says why where it is not simply done."""
        if self.ended is None:
            self.ended = time.monotonic()
        self.sentence = sentence or self._why_cut_off()
        self.state = state  # last: whoever sees an end sees all of it

    def _token_came(self) -> None:
        self.last = time.monotonic()
        if self.first is None:
            self.first = self.last

    def _why_cut_off(self) -> str | None:
        if self.finish_reason == "content_filter":
            return "Withheld from here on by a content filter of the server."
        if self.finish_reason != "length":
            return None
        spent = ", all of them spent on thinking" if self.thoughts and not self.parts else ""
        return f"Cut off after {self.ask.max_tokens:,} tokens{spent}: the longest answer that was allowed."

    @property
    def _now(self) -> float:
        return self.ended if self.ended is not None else time.monotonic()


@dataclass(eq=False)
class Comparison:
    """One prompt and its answers, in the order of the panes.

    `ask` is the first pane's; `place` in our line, 0 = next, None = not waiting; `seen_at` on the monotonic clock.
    """

    ask: Ask
    answers: list[Answer]
    asked_at: datetime
    comparison_id: str = field(default_factory=lambda: uuid4().hex)
    seen_at: float = field(default_factory=time.monotonic)
    place: int | None = None

    @property
    def is_over(self) -> bool:
        """Whether every answer is."""
        return all(answer.is_over for answer in self.answers)


def _between(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else max(0.0, end - start)
