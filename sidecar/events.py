"""What is asked of a model and what comes back: the words that client, engine and pages share. No network."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["unreachable", "silent", "slow", "cut", "status", "malformed", "too_long", "redirected", "refused_key"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation; text only, never parts with addresses."""

    role: Literal["user", "assistant", "system"]
    content: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What one model is asked, with everything that decides its answer."""

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float
    seed: int
    top_p: float = 1.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; `answer_tokens` without the thinking where the server tells it apart."""

    prompt_tokens: int
    answer_tokens: int
    thinking_tokens: int | None

    @property
    def generated_tokens(self) -> int:
        """Everything the model wrote, thinking included."""
        return self.answer_tokens + (self.thinking_tokens or 0)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The head of the answer is here; `at` in seconds of the monotonic clock."""

    at: float


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of a reasoning model's thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The server says that the answer is complete, and why it ended there."""

    reason: str
    usage: Usage | None = None
    timings: dict[str, float] = field(default_factory=dict)
    fingerprint: str | None = None


Event = Accepted | Thought | Said | Finished


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server tells about itself; None where it tells nothing."""

    engine: str | None
    version: str | None
    template_sha256: str | None
    is_up: bool


class ModelFailed(Exception):
    """A model did not answer as it should; `sentence` is for readers and holds neither keys nor addresses."""

    def __init__(self, kind: Kind, sentence: str) -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence
