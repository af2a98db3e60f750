"""Bytes of an OpenAI-compatible stream in, events out: bounded, and sceptical of everything that a server may send."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from settings import key
from sidecar.events import Event, Finished, ModelFailed, Said, Thought, Usage
from sidecar.models import Endpoint, Limits

# A token comes as some 300 bytes; a line of this length is no token.
LONGEST_LINE = 64 * 1024
# Head room for the whole body: 4 KiB for each token that was asked for, and this for everything else.
BYTES_PER_TOKEN, BYTES_BESIDE = 4 * 1024, 1024 * 1024
MOST_TOKENS = 1_000_000_000
FIELDS_OF_A_STREAM = (b":", b"event:", b"id:", b"retry:")
OPENING, CLOSING = "<think>", "</think>"

# Control characters but line feed and tab, and marks that turn the direction of the text around them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_TIMING = re.compile(r"[a-z][a-z0-9_]{0,39}")
# What could be an address or a key in a server's own words.
_SECRETS = re.compile(
    r"\w+://\S+|\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b|\b[\w.-]+:\d{2,5}\b|\bBearer\s+\S+|\b(sk|hf|key)[-_]\S+", re.IGNORECASE
)


def clean(text: str) -> str:
    """The text without characters that would act on a screen instead of being read."""
    return _HALF_CHARACTERS.sub("\ufffd", _UNWANTED.sub("", text))


def short(text: object, longest: int = 200) -> str:
    """One clean line of something a server said; empty where it is no text."""
    line = " ".join(clean(text[: 4 * longest]).split()) if isinstance(text, str) else ""
    return line if len(line) <= longest else line[: longest - 1] + "…"


def message_of(error: Any, endpoint: Endpoint) -> str:
    """What a server's error says, in the shapes that servers use: one line without keys and addresses."""
    for name in ("error", "message", "detail"):
        if isinstance(error, dict) and error.get(name):
            error = error[name]
    text = error if isinstance(error, str) else ""
    for word in (key(endpoint.api_key_env), endpoint.host):
        text = text.replace(word, "…") if word else text
    return short(_SECRETS.sub("…", text[:2000]))


class StreamReader:
    """Reads one answer: feed it the bytes as they come, then call `end`.

    Each `data:` line is one event, as every server of this kind sends it. Raises ModelFailed; what came before the
    fault has been given out by then, and `held` gives the last characters that were kept back.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint, self._name = endpoint, endpoint.name
        # Hosted services answer under the full name of an alias; ours say the name that they were asked for.
        self._model = None if endpoint.server == "hosted" else endpoint.model
        self._most_bytes = limits.answer_tokens * BYTES_PER_TOKEN + BYTES_BESIDE
        self._most_characters = limits.answer_characters
        self._said = _InlineThinking() if endpoint.kind == "reasoning" else None
        self._rest = b""
        self._bytes = self._said_characters = self._thought_characters = 0
        self._reason: str | None = None
        self._usage: Usage | None = None
        self._timings: dict[str, float] = {}
        self._fingerprint: str | None = None
        self.is_complete = False

    @property
    def has_reason(self) -> bool:
        """Whether the server has said why the answer ends: only figures can follow."""
        return self._reason is not None

    @property
    def has_words(self) -> bool:
        """Whether the model has begun to speak or to think."""
        return self._said_characters > 0 or self._thought_characters > 0

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events of the next bytes."""
        self._bytes += len(chunk)
        if self._bytes > self._most_bytes:
            self._too_long("sent far more than an answer of the allowed length can be")
        lines = (self._rest + chunk).split(b"\n") if self._rest else chunk.split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line and line != b"\r" and not self.is_complete:
                yield from self._line(line)
        if len(self._rest) > LONGEST_LINE:
            self._too_long("sent a line without an end")

    def end(self) -> Iterator[Event]:
        """The last events of a body that is over; ModelFailed where the answer is not complete."""
        if self._rest and not self.is_complete:
            yield from self._line(self._rest)
        yield from self.held()
        if self._reason is None:
            raise ModelFailed(
                "cut",
                f"The answer of {self._name} breaks off: its server ended it without saying that it was complete. "
                "What came is kept; ask again for the rest.",
            )
        yield Finished(self._reason, self._usage, self._timings, self._fingerprint)

    def held(self) -> Iterator[Event]:
        """Characters that might have become a tag and were kept back."""
        if self._said:
            yield from self._said.end()

    def _line(self, line: bytes) -> Iterator[Event]:
        if len(line) > LONGEST_LINE:
            self._too_long("sent a line longer than any token")
        if line.startswith(b"data:"):
            content = line[5:].strip()
            if content == b"[DONE]":
                self.is_complete = True
            else:
                yield from self._event(self._json(content))
        elif line.startswith(b"error:"):  # llama.cpp reports in a field of its own what goes wrong half way
            self._reported(self._json(line[6:]))
        elif not line.startswith(FIELDS_OF_A_STREAM):
            self._malformed("a line that belongs to no event stream")

    def _json(self, content: bytes) -> Any:
        try:
            return json.loads(content.decode(), parse_constant=_no_number)
        except (ValueError, RecursionError):
            self._malformed("an event that is not JSON")

    def _event(self, data: Any) -> Iterator[Event]:
        if type(data) is not dict:
            self._malformed("an event that is not an object")
        if data.get("error"):
            self._reported(data)
        if self._model is not None and data.get("model", self._model) != self._model:
            self._another_model(data["model"])
        choices = data.get("choices")
        if type(choices) is not list:
            self._malformed("an event without a list of choices")
        if choices:
            yield from self._choice(choices[0])
        if "usage" in data or "timings" in data or "metrics" in data:
            self._figures(data)

    def _choice(self, choice: Any) -> Iterator[Event]:
        if type(choice) is not dict:
            self._malformed("a choice that is not an object")
        delta = choice.get("delta")
        if delta:
            yield from self._delta(delta)
        reason = choice.get("finish_reason")
        if reason is not None:
            if type(reason) is not str:
                self._malformed("a reason for the end that is not text")
            self._reason = short(reason, 40) or "unknown"

    def _delta(self, delta: Any) -> Iterator[Event]:
        if type(delta) is not dict:
            self._malformed("a piece of the answer that is not an object")
        # vLLM says `reasoning`, older versions and others `reasoning_content`, some both: one of them is enough.
        thought = delta.get("reasoning") or delta.get("reasoning_content")
        if thought:
            yield from self._bounded(Thought(self._text(thought)))
        said = delta.get("content")
        if said:
            text = self._text(said)
            if self._said is None:
                yield from self._bounded(Said(text))
            else:
                for event in self._said.feed(text):
                    yield from self._bounded(event)

    def _text(self, value: Any) -> str:
        if type(value) is not str:
            self._malformed("a piece of the answer that is not text")
        return clean(value)

    def _bounded(self, event: Said | Thought) -> Iterator[Event]:
        before = self._thought_characters if type(event) is Thought else self._said_characters
        after = before + len(event.text)
        if type(event) is Thought:
            self._thought_characters = after
        else:
            self._said_characters = after
        if after <= self._most_characters:
            if event.text:
                yield event
            return
        yield type(event)(event.text[: self._most_characters - before])
        self._too_long(f"went on after {self._most_characters:,} characters, the longest answer that is shown here")

    def _figures(self, data: dict[str, Any]) -> None:
        usage = data.get("usage")
        if usage is not None:
            self._usage = self._counted(usage)
        for name in ("timings", "metrics"):
            timings = data.get(name)
            if timings is not None:
                self._timings.update(self._timed(timings))
        self._fingerprint = short(data.get("system_fingerprint"), 100) or self._fingerprint

    def _counted(self, usage: Any) -> Usage | None:
        if type(usage) is not dict:
            self._malformed("token counts that are not an object")
        details = usage.get("completion_tokens_details") or {}
        if type(details) is not dict:
            self._malformed("token counts that are not an object")
        told = [usage.get("prompt_tokens"), usage.get("completion_tokens"), details.get("reasoning_tokens")]
        if any(count is not None and (type(count) is not int or not 0 <= count <= MOST_TOKENS) for count in told):
            self._malformed("token counts that no answer can have")
        prompt, completion, thinking = told
        if prompt is None or completion is None:
            return None
        if thinking is not None and thinking > completion:
            self._malformed("more tokens of thinking than tokens in all")
        return Usage(prompt, completion - (thinking or 0), thinking)

    def _timed(self, timings: Any) -> dict[str, float]:
        if type(timings) is not dict or len(timings) > 64:
            self._malformed("timings that are not an object")
        numbers = {name: value for name, value in timings.items() if type(value) in (int, float)}
        if not all(math.isfinite(value) and abs(value) < 1e15 for value in numbers.values()):
            self._malformed("timings that are not numbers")
        return {name: float(value) for name, value in numbers.items() if _TIMING.fullmatch(name)}

    def _reported(self, data: Any) -> NoReturn:
        said = message_of(data, self._endpoint)
        told = f": “{said}”" if said else ""
        raise ModelFailed("status", f"The server of {self._name} reported an error while it answered{told}.")

    def _another_model(self, name: Any) -> NoReturn:
        """A router in front of several models may send the question to the wrong one."""
        raise ModelFailed(
            "malformed",
            f"Another model answered in the place of {self._name} (“{short(name, 60)}”), so its words are not shown. "
            "Whoever runs this observatory has to look at the router in front of it.",
        )

    def _malformed(self, what: str) -> NoReturn:
        raise ModelFailed(
            "malformed",
            f"The server of {self._name} sent something that cannot be read as an answer ({what}). "
            "What came before is kept; whoever runs this model has to look at its server.",
        )

    def _too_long(self, what: str) -> NoReturn:
        raise ModelFailed("too_long", f"{self._name} {what}, and was cut off. What came before is kept.")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"expected a number, came {name}")


class _InlineThinking:
    """Tells thinking from answer where a model writes `<think>...</think>` at the beginning of its text.

    Only there: a model that speaks about the tag later has not begun to think. A tag may come in pieces.
    """

    def __init__(self) -> None:
        self._held = ""
        self._phase = "beginning"

    def feed(self, text: str) -> Iterator[Said | Thought]:
        """The events of the next text."""
        if self._phase == "answer":
            yield Said(text)
            return
        self._held += text
        if self._phase == "beginning":
            yield from self._begin()
        if self._phase == "thinking":
            yield from self._think()

    def end(self) -> Iterator[Said | Thought]:
        """What was kept back, at the end of the text."""
        if self._held:
            yield Thought(self._held) if self._phase == "thinking" else Said(self._held)
        self._held = ""

    def _begin(self) -> Iterator[Said | Thought]:
        begun = self._held.lstrip()
        if begun.startswith(OPENING):
            self._phase, self._held = "thinking", begun[len(OPENING) :]
        elif not OPENING.startswith(begun) or len(self._held) > 1000:
            self._phase, begun, self._held = "answer", self._held, ""
            yield Said(begun)

    def _think(self) -> Iterator[Said | Thought]:
        thought, tag, said = self._held.partition(CLOSING)
        if tag:
            self._phase, self._held = "answer", ""
            yield from (event for event in (Thought(thought), Said(said)) if event.text)
            return
        kept = _beginning_of(CLOSING, thought)
        self._held = thought[len(thought) - kept :]
        if len(thought) > kept:
            yield Thought(thought[: len(thought) - kept])


def _beginning_of(tag: str, text: str) -> int:
    """How many characters at the end of the text could be the beginning of the tag."""
    return next((length for length in range(len(tag) - 1, 0, -1) if text.endswith(tag[:length])), 0)
