"""The record of a comparison: what was asked, of which weights, by which engine, and what came back; checked when read.

A record's hash is over its canonical JSON without the hash itself, so that any language can compute it again. It shows
that a record was not changed since somebody noted the hash; it is no signature: anyone can make a record with its hash.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from registry.rows import CountryCode, Row
from settings import code_version
from sidecar import destination
from sidecar.comparison import Answer, Comparison
from sidecar.events import Ask, Usage
from sidecar.evidence.canonical import canonical, prompt_sha256, sha256, whole
from sidecar.models import EndpointId, Sha256
from sidecar.visible import on_one_line

# Four answers of 20,000 characters with as much thinking, in a script of four bytes a character, take 640 KB.
MAXIMUM_BYTES = 1_000_000
FORMAT_ADVICE = "Take the file as it was downloaded from the page Compare."

Line = Annotated[str, Field(min_length=1, max_length=500)]
LongText = Annotated[str, Field(max_length=MAXIMUM_BYTES)]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


def _a_real_moment(value: str) -> str:
    """A pattern lets the 31st of February pass; ValueError here."""
    datetime.fromisoformat(value)
    return value


Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"), AfterValidator(_a_real_moment)]
Measured = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Tokens = Annotated[int, Field(ge=0, le=10**9)]
# JavaScript and with it RFC 8785 know whole numbers up to here.
Seed = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
TimingName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,64}$")]


class RecordError(ValueError):
    """A file that is no record, or one that was changed; `sentence` says what was expected, what came, what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class RecordedMessage(Row):
    """One message of the prompt."""

    role: Literal["user", "assistant", "system"]
    content: LongText


class RecordedUsage(Row):
    """Tokens as the server counted them; `thinking_tokens` is null where it does not tell."""

    prompt_tokens: Tokens
    answer_tokens: Tokens
    thinking_tokens: Tokens | None


class RecordedAnswer(Row):
    """One model's answer with all that decides it. Times in seconds, measured by us; `server_timings` by the server."""

    endpoint_id: EndpointId
    name: Line
    model: Line
    hub_model_id: Line | None
    revision: Line | None
    weights_sha256: Sha256 | None
    quantisation: Line | None
    licence: Line
    organisation: Line
    kind: Literal["instruct", "base", "reasoning"]
    is_demonstration: bool
    server: Literal["embedded", "vllm", "ollama", "hosted"]
    operator: Line | None
    jurisdiction: CountryCode | None
    went_to: Line
    engine: Line | None
    engine_version: Line | None
    template_sha256: Sha256 | None
    seed: Seed
    temperature: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]
    top_p: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    max_tokens: Annotated[int, Field(gt=0, le=10**7)]
    started_at: Time | None
    waited_s: Measured | None
    first_token_s: Measured | None
    first_answer_token_s: Measured | None
    total_s: Measured | None
    tokens_per_second: Measured | None
    cost_usd: Measured | None
    usage: RecordedUsage | None
    server_timings: Annotated[dict[TimingName, Measured], Field(max_length=40)]
    state: Literal["waiting", "asked", "thinking", "answering", "done", "stopped", "failed"]
    sentence: Line | None
    failure_kind: Line | None
    finish_reason: Line | None
    fingerprint: Line | None
    is_cut_off: bool
    text: LongText
    thinking: LongText
    text_sha256: Sha256

    @model_validator(mode="after")
    def promised_where_it_can_be_true(self) -> "RecordedAnswer":
        """That nothing was sent is never true of a server that we do not run."""
        if self.has_stayed_here and self.server not in {"embedded", "vllm"}:
            raise ValueError(f"expected another `went_to` for the server {self.server}, which is not ours")
        return self

    @property
    def has_stayed_here(self) -> bool:
        """Whether the prompt went to no machine but those of whoever ran the observatory, by what the record says."""
        return self.went_to == destination.PROMISE

    @property
    def is_whole(self) -> bool:
        """Whether the text is all that the server gave: not stopped, not failed, not too long for us."""
        return self.state == "done"


class Record(Row):
    """One comparison: the messages and every answer."""

    schema_version: Literal[1]
    record_id: Hex
    observatory_version: Line
    release_id: Line | None
    asked_at: Time
    prompt_sha256: Sha256
    messages: Annotated[tuple[RecordedMessage, ...], Field(min_length=1, max_length=64)]
    answers: Annotated[tuple[RecordedAnswer, ...], Field(min_length=1, max_length=4)]
    record_sha256: Sha256


def of(comparison: Comparison, release_id: str | None = None) -> Record:
    """The record of a comparison as it stands; answers that still grow are recorded with their state."""
    messages = [{"role": message.role, "content": whole(message.content)} for message in comparison.ask.messages]
    content = {
        "schema_version": 1,
        "record_id": comparison.comparison_id,
        "observatory_version": code_version(),
        "release_id": release_id,
        "asked_at": _time(comparison.asked_at),
        "prompt_sha256": prompt_sha256(messages),
        "messages": messages,
        "answers": [answer_of(answer) for answer in comparison.answers],
    }
    return Record.model_validate(content | {"record_sha256": sha256(canonical(content))})


def answer_of(answer: Answer, ask: Ask | None = None) -> dict[str, Any]:
    """One answer as the record keeps it: plain values, ready for JSON; `ask` where it is not the answer's own."""
    asked = ask or answer.ask
    text = whole(answer.text)
    row = RecordedAnswer.model_validate(
        _of_endpoint(answer)
        | _of_server(answer)
        | {"seed": asked.seed, "temperature": asked.temperature, "top_p": asked.top_p, "max_tokens": asked.max_tokens}
        | _of_run(answer)
        | {"text": text, "thinking": whole(answer.thinking), "text_sha256": sha256(text)}
    )
    return row.model_dump(mode="json")


def _of_endpoint(answer: Answer) -> dict[str, Any]:
    endpoint = answer.endpoint
    said = ("name", "model", "hub_model_id", "revision", "quantisation", "licence", "organisation", "operator")
    return {name: _line(getattr(endpoint, name)) for name in said} | {
        "endpoint_id": endpoint.id,
        "weights_sha256": endpoint.launch.sha256 if endpoint.launch else None,
        "kind": endpoint.kind,
        "is_demonstration": endpoint.is_demonstration,
        "server": endpoint.server,
        "jurisdiction": endpoint.jurisdiction,
        "went_to": _line(destination.sentence(endpoint)),
    }


def _of_server(answer: Answer) -> dict[str, Any]:
    """What the server says of itself, which is hostile: bounded, and left out where it has no known form."""
    facts = answer.server
    template = facts.template_sha256 if facts else None
    return {
        "engine": _line(facts.engine if facts else None),
        "engine_version": _line(facts.version if facts else None),
        "template_sha256": template if re.fullmatch(r"[0-9a-f]{64}", template or "") else None,
        "finish_reason": _line(answer.finish_reason),
        "fingerprint": _line(answer.fingerprint),
        "usage": _usage(answer.usage),
        "server_timings": _timings(answer.timings or {}),
    }


def _of_run(answer: Answer) -> dict[str, Any]:
    measured = ("waited_s", "first_token_s", "first_answer_token_s", "total_s", "tokens_per_second", "cost_usd")
    return {name: _measured(getattr(answer, name)) for name in measured} | {
        "started_at": _time(answer.started_at) if answer.started_at else None,
        "state": str(answer.state),
        "sentence": _line(answer.sentence),
        "failure_kind": _line(answer.failure_kind),
        "is_cut_off": answer.is_cut_off,
    }


def _usage(usage: Usage | None) -> dict[str, int | None] | None:
    counts = {name: getattr(usage, name, None) for name in RecordedUsage.model_fields}
    is_told = all(count is None or 0 <= count <= 10**9 for count in counts.values())
    return counts if usage is not None and is_told else None


def _timings(timings: Mapping[str, Any]) -> dict[str, float]:
    told = ((name, _measured(value)) for name, value in timings.items() if re.fullmatch(r"[A-Za-z0-9_]{1,64}", name))
    return dict([(name, value) for name, value in told if value is not None][:40])


def _measured(value: Any) -> float | None:
    """Rounded to a microsecond, or to the sixth place; None for what is no amount."""
    is_amount = isinstance(value, int | float) and 0 <= value <= 1e12
    return round(float(value), 6) if is_amount else None


def _line(text: str | None) -> str | None:
    return on_one_line(whole(text), 500) or None if text else None


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_json(record: Record) -> bytes:
    """The file to download: indented for people; RecordError where it would be too long to be read again."""
    raw = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1).encode("utf-8")
    if len(raw) > MAXIMUM_BYTES:
        raise RecordError(
            f"This record would have {len(raw):,} bytes, more than the {MAXIMUM_BYTES:,} that can be read again. "
            "Ask for shorter answers, or lower `answer_characters` in the models file."
        )
    return raw


def file_name(record: Record) -> str:
    """A name for the download that sorts by time."""
    return f"comparison-{record.asked_at[:19].replace(':', '')}Z-{record.record_id[:8]}.json"


def read(raw: bytes) -> Record:
    """The record of a file that anybody may have made or changed; RecordError says what is wrong with it."""
    if len(raw) > MAXIMUM_BYTES:
        raise RecordError(f"Expected a record of at most {MAXIMUM_BYTES:,} bytes, came more. {FORMAT_ADVICE}")
    try:
        text = raw.decode("utf-8-sig")
        content = json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"This is no record: not readable as JSON ({_reason(error)}). {FORMAT_ADVICE}") from None
    _check_version(content)
    try:
        record = Record.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise RecordError(f"This is no record as we write them: {_first_mistake(error)}. {FORMAT_ADVICE}") from None
    _check_hashes(record)
    return record


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _reason(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else on_one_line(str(error), 120)


def _check_version(content: Any) -> None:
    version = content.get("schema_version") if isinstance(content, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version > 1:
        raise RecordError(
            f"Expected a record of schema version 1, came {on_one_line(str(version), 20)}: "
            "it was made by a newer observatory. Read it with that one."
        )


def _first_mistake(error: ValidationError) -> str:
    """Key, expected, came; nothing of a hostile file is repeated at length."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(on_one_line(str(part), 40) for part in first["loc"][:6]) or "the whole"
    came = "" if first["type"] in {"missing", "extra_forbidden"} else f", came {on_one_line(repr(first['input']), 60)}"
    return f"{where}: {on_one_line(first['msg'], 120)}{came}"


def _check_hashes(record: Record) -> None:
    content = record.model_dump(mode="json", exclude={"record_sha256"})
    try:
        found = {
            "record_sha256": (sha256(canonical(content)), record.record_sha256),
            "prompt_sha256": (prompt_sha256(content["messages"]), record.prompt_sha256),
        } | {
            f"text_sha256 of {answer.endpoint_id}": (sha256(answer.text), answer.text_sha256)
            for answer in record.answers
        }
    except UnicodeEncodeError:
        raise RecordError(f"This record holds characters that are no Unicode text. {FORMAT_ADVICE}") from None
    for name, (computed, written) in found.items():
        if computed != written:
            raise RecordError(
                f"This record was changed after it was written: {name} is {written[:12]}…, "
                f"its content gives {computed[:12]}…. Take the file from where it was first published."
            )
