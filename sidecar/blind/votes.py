"""Votes of blind comparisons: kept on this machine, one line each, without the prompt and without who voted."""

import fcntl
import hmac
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from pydantic import Field, ValidationError, model_validator

from registry.rows import Row
from settings import Settings
from sidecar.blind.sides import are_same_model
from sidecar.comparison import Answer, Comparison, State
from sidecar.evidence.canonical import canonical, prompt_sha256
from sidecar.evidence.records import Hex, Line, Time
from sidecar.models import EndpointId, Sha256
from sidecar.visible import on_one_line

log = logging.getLogger(__name__)

# About 50,000 votes. A file beyond that is either a success to be moved to a database, or somebody's script.
MAXIMUM_BYTES = 40_000_000
LONGEST_LINE = 4096

Choice = Literal["left", "right", "tie", "both_bad"]


class VoteRefused(Exception):
    """A vote that cannot be counted; `sentence` says why, for the voter."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class Side(Row):
    """The model of one side: `model` is its name on the Hub, or the name its server knows."""

    endpoint_id: EndpointId
    model: Line
    revision: Line | None
    quantisation: Line | None

    @property
    def contestant(self) -> str:
        """What wins and loses: a model, at a revision and quantisation where they are known."""
        revision = (self.revision or "").removeprefix("sha256:")[:12]
        details = ", ".join(filter(None, [revision, self.quantisation]))
        return f"{self.model} ({details})" if details else self.model


class Vote(Row):
    """One vote. `session` is a hash with a salt of this machine: it tells one voter from another, not who it is."""

    schema_version: Literal[1] = 1
    comparison_id: Hex
    voted_at: Time
    left: Side
    right: Side
    choice: Choice
    is_leak: bool
    prompt_sha256: Sha256
    session: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]

    @model_validator(mode="after")
    def between_two_models(self) -> "Vote":
        """A model is never against itself."""
        if self.left.model == self.right.model:
            raise ValueError("expected two different models")
        return self


def cast(where: Settings | Path, comparison: Comparison, choice: Choice, *, is_leak: bool, session: str) -> Vote:
    """Counts a vote on a comparison of two whole answers, left and right; VoteRefused says why it cannot be.

    An answer that failed or was stopped says how its server fared, not how good its model is.
    """
    if len(comparison.answers) != 2 or not comparison.is_over:
        raise VoteRefused("A vote needs two finished answers. Wait until both are there.")
    left, right = comparison.answers
    if {left.state, right.state} != {State.done}:
        raise VoteRefused("This vote is not counted: it needs two whole answers, and one was stopped or failed.")
    if are_same_model(left.endpoint, right.endpoint):
        raise VoteRefused("A vote needs two different models: this comparison has the same one twice.")
    messages = [{"role": message.role, "content": message.content} for message in comparison.ask.messages]
    try:
        vote = Vote(
            comparison_id=comparison.comparison_id,
            voted_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            left=_side(left),
            right=_side(right),
            choice=choice,
            is_leak=is_leak,
            prompt_sha256=prompt_sha256(messages),
            session=session_hash(where, session),
        )
    except ValidationError as error:
        raise VoteRefused(f"This vote cannot be counted: {on_one_line(error.errors()[0]['msg'], 100)}.") from None
    add(where, vote)
    return vote


def _side(answer: Answer) -> Side:
    endpoint = answer.endpoint
    sha256 = endpoint.launch.sha256 if endpoint.launch else None
    return Side(
        endpoint_id=endpoint.id,
        model=endpoint.hub_model_id or endpoint.model,
        revision=endpoint.revision or sha256,
        quantisation=endpoint.quantisation,
    )


def add(where: Settings | Path, vote: Vote) -> None:
    """Appends the vote and waits until the disk has it. Raises VoteRefused for a second vote on one comparison."""
    line = canonical(vote.model_dump(mode="json")).encode("utf-8") + b"\n"
    with _locked(_folder(where)) as file:
        content = file.read()
        if f'"comparison_id":"{vote.comparison_id}"'.encode() in content:
            raise VoteRefused("This comparison has a vote already. Start another one to vote again.")
        if len(content) + len(line) > MAXIMUM_BYTES:
            raise VoteRefused("No more votes can be kept. Whoever runs the observatory has to move votes.jsonl away.")
        # A line torn by a crash stays as it is; the next one begins on its own line.
        file.write(line if not content or content.endswith(b"\n") else b"\n" + line)
        file.flush()
        os.fsync(file.fileno())


def read(where: Settings | Path) -> tuple[Vote, ...]:
    """All votes, oldest first; torn and foreign lines are left out, and counted in the log."""
    path = _folder(where) / "votes.jsonl"
    try:
        with path.open("rb") as file:
            lines = file.read(MAXIMUM_BYTES).splitlines()
    except FileNotFoundError:
        return ()
    votes = {vote.comparison_id: vote for line in reversed(lines) if (vote := _parsed(line))}
    if len(votes) < len(lines):
        log.warning("%s: %d of %d lines are no votes and were left out", path, len(lines) - len(votes), len(lines))
    return tuple(reversed(votes.values()))


def _parsed(line: bytes) -> Vote | None:
    try:
        return Vote.model_validate_json(line, strict=True) if len(line) <= LONGEST_LINE else None
    except ValidationError:
        return None


def session_hash(where: Settings | Path, session: str) -> str:
    """16 hexadecimal digits that stand for a browser session in this folder and nowhere else."""
    return hmac.new(_salt(_folder(where)), session.encode("utf-8", "replace"), "sha256").hexdigest()[:16]


def _salt(folder: Path) -> bytes:
    """32 random bytes of this folder, made once, for its owner's eyes only."""
    path = folder / "votes.salt"
    with _locked(folder):
        if not path.is_file() or path.stat().st_size != 32:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
        return path.read_bytes()


@contextmanager
def _locked(folder: Path) -> Iterator[BinaryIO]:
    """The open file of votes, at its beginning, for this process and thread alone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "votes.jsonl").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file


def _folder(where: Settings | Path) -> Path:
    return where if isinstance(where, Path) else where.live_folder
