"""Runs of prompt packs on disk: what is asked, every answer as it comes, who works on it; readable by any process.

`<live folder>/pack_runs/<run_id>/` holds run.json (replaced whole), results.jsonl and judgements.jsonl (grown line by
line, each line synced), `lock` (held by the process at work, given back by the system when it dies) and `stop` (there
when somebody asked it to stop). A line that a crash has torn is not counted, and what it held is asked again.
"""

import fcntl
import logging
import os
import re
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TextIO, TypeVar

from pydantic import ValidationError

from registry.prompts import Language, Topic
from registry.rows import Row
from settings import settings
from sidecar.models import Endpoint
from sidecar.packs.judging import Verdict

log = logging.getLogger(__name__)
RowType = TypeVar("RowType", bound=Row)

RUN_ID = re.compile(r"^\d{8}T\d{6}Z-[a-z0-9_]{2,60}-[a-z]{2}-[0-9a-f]{8}$")
# A process that only looks whether the lock is held has it for an instant; who wants to work tries again.
LOCK_ATTEMPTS, LOCK_PAUSE_S = 20, 0.05
# Each is read whole to see how far it is; older ones are found by their id.
MOST_LISTED = 100

State = Literal["running", "done", "stopped", "interrupted"]


class PackError(Exception):
    """A run that cannot be begun, found or gone on with; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class OwnedElsewhere(PackError):
    """Another process, or another thread of this one, works on the run."""


class AskedModel(Row):
    """A model as it was when the run began; another revision under the same id is another model."""

    endpoint_id: str
    name: str
    model: str
    hub_model_id: str | None
    revision: str | None
    weights_sha256: str | None
    quantisation: str | None
    licence: str
    organisation: str
    kind: str
    server: str
    is_demonstration: bool

    @classmethod
    def of(cls, endpoint: Endpoint) -> "AskedModel":
        """What identifies the model behind an endpoint."""
        same = {name: getattr(endpoint, name) for name in cls.model_fields if hasattr(endpoint, name)}
        weights = endpoint.launch.sha256 if endpoint.launch else None
        return cls.model_validate(same | {"endpoint_id": endpoint.id, "weights_sha256": weights})


class AskedPrompt(Row):
    """A prompt as it was asked: a run can be read after its pack has changed."""

    prompt_id: str
    text: str
    mirror_of: str | None


class StoredRun(Row):
    """run.json. Times in UTC; `sentence` says why a run ended before its end."""

    schema_version: Literal[1] = 1
    run_id: str
    pack_id: str
    pack_name: str
    topic: Topic
    language: Language
    models: tuple[AskedModel, ...]
    judge_models: tuple[AskedModel, ...]
    prompts: tuple[AskedPrompt, ...]
    repeats: int
    seed: int
    temperature: float
    max_tokens: int
    rules_sha256: str
    started_at: datetime
    ended_at: datetime | None = None
    state: State = "running"
    sentence: str | None = None

    @property
    def endpoint_ids(self) -> tuple[str, ...]:
        """Ids of the models asked, in the order they were chosen."""
        return tuple(model.endpoint_id for model in self.models)

    @property
    def judges(self) -> tuple[str, ...]:
        """Ids of the judges; none or two."""
        return tuple(model.endpoint_id for model in self.judge_models)

    @property
    def answers_wanted(self) -> int:
        """Prompts times models times repeats."""
        return len(self.prompts) * len(self.models) * self.repeats

    @property
    def total(self) -> int:
        """Steps in all: every answer, and every answer once more for each judge."""
        return self.answers_wanted * (1 + len(self.judge_models))

    @property
    def questions(self) -> list[tuple[AskedPrompt, int]]:
        """What each model is asked, with the repeat: every prompt once before any comes again."""
        return [(prompt, repeat) for repeat in range(self.repeats) for prompt in self.prompts]


class PackRun(StoredRun):
    """A run as it stands: `done` of `total` steps; interrupted where nobody works on it though it is not over."""

    done: int = 0


Key = tuple[str, str, int]


class Result(Row):
    """One answer with its verdict; `record` as in sidecar.evidence.records, whole, None where nothing was sent."""

    prompt_id: str
    endpoint_id: str
    repeat: int
    seed: int
    verdict: Verdict
    rule_id: str | None
    sentence: str | None
    tokens: int | None
    seconds: float | None
    record: dict[str, Any] | None

    @property
    def key(self) -> Key:
        """Which of the wanted answers this is."""
        return self.prompt_id, self.endpoint_id, self.repeat

    @property
    def text(self) -> str:
        """The answer in full; hostile: show it as text."""
        return str(self.record["answers"][0]["text"]) if self.record else ""

    @property
    def is_counted(self) -> bool:
        """Whether it belongs to n: a model that could not be asked has not refused."""
        return self.verdict != Verdict.failed


class Judged(Row):
    """What one judge said of one answer; `not_asked` where there was no text to judge."""

    prompt_id: str
    endpoint_id: str
    repeat: int
    judge_id: str
    outcome: Literal["read", "unreadable", "failed", "not_asked"]
    verdict: Verdict | None
    reply: str

    @property
    def key(self) -> Key:
        """Which answer was judged."""
        return self.prompt_id, self.endpoint_id, self.repeat


class RunFolder:
    """One run's folder."""

    def __init__(self, run_id: str, runs_folder: Path | None = None) -> None:
        if not RUN_ID.match(run_id):
            raise PackError("This is no id of a run. Take one from the list of runs.")
        self.run_id = run_id
        self.path = (runs_folder or folder()) / run_id
        self._appending = threading.Lock()
        self._lock_file: TextIO | None = None

    def take(self) -> None:
        """Holds the run for this process until `leave`; OwnedElsewhere where somebody has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / "lock").open("a", encoding="utf-8")
        except OSError as error:
            raise PackError(
                f"Runs cannot be kept in {self.path.parent} ({error.strerror}). Mend OMO_LIVE_DIR."
            ) from error
        for _ in range(LOCK_ATTEMPTS):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(LOCK_PAUSE_S)
            else:
                self._lock_file = file
                return
        file.close()
        raise OwnedElsewhere(f"The run {self.run_id} is being worked on already. Wait for it, or stop it first.")

    def leave(self) -> None:
        """Gives the run back."""
        if self._lock_file:
            self._lock_file.close()
            self._lock_file = None

    def is_owned(self) -> bool:
        """Whether a process that is alive works on it."""
        try:
            with (self.path / "lock").open(encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def write(self, run: StoredRun) -> None:
        """Replaces run.json."""
        _replace(self.path / "run.json", run.model_dump_json(include=set(StoredRun.model_fields), indent=1) + "\n")

    def read(self) -> PackRun:
        """The run as it stands; PackError where there is none."""
        try:
            stored = StoredRun.model_validate_json((self.path / "run.json").read_bytes())
        except FileNotFoundError:
            raise PackError(f"There is no run {self.run_id}. Take one from the list of runs.") from None
        except (OSError, ValidationError) as error:
            log.warning("run.json of %s cannot be read: %s", self.run_id, error)
            raise PackError(f"The run {self.run_id} cannot be read: its run.json is damaged.") from error
        state = stored.state
        if state == "running" and not self.is_owned():
            # It may have ended between the two looks.
            state = StoredRun.model_validate_json((self.path / "run.json").read_bytes()).state
            state = "interrupted" if state == "running" else state
        done = sum(self._lines(name) for name in ("results.jsonl", "judgements.jsonl"))
        return PackRun.model_validate(stored.model_dump() | {"state": state, "done": min(done, stored.total)})

    def _lines(self, name: str) -> int:
        try:
            return (self.path / name).read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def results(self) -> list[Result]:
        """Every answer so far, each once."""
        return list({row.key: row for row in self._rows("results.jsonl", Result)}.values())

    def judgements(self) -> list[Judged]:
        """Every judge's verdict so far, each once."""
        return list({(*row.key, row.judge_id): row for row in self._rows("judgements.jsonl", Judged)}.values())

    def _rows(self, name: str, row_type: type[RowType]) -> Iterable[RowType]:
        try:
            lines = (self.path / name).read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for line in lines[:-1]:  # what stands after the last line break is being written, or was torn
            try:
                yield row_type.model_validate_json(line)
            except ValidationError:
                log.warning("%s of %s holds a line that is no %s", name, self.run_id, row_type.__name__)

    def append(self, row: Result | Judged) -> None:
        """Adds a line and returns when it is on the disk."""
        name = "results.jsonl" if isinstance(row, Result) else "judgements.jsonl"
        with self._appending, (self.path / name).open("ab") as file:
            file.write(row.model_dump_json().encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def rewrite(self, results: Iterable[Result], judgements: Iterable[Judged]) -> None:
        """Replaces both files by these rows: before work goes on, without what was torn or has to be asked again."""
        for name, rows in (("results.jsonl", results), ("judgements.jsonl", judgements)):
            _replace(self.path / name, "".join(f"{row.model_dump_json()}\n" for row in rows))

    def ask_to_stop(self) -> None:
        """Whoever works on it looks for this between two answers and while it waits for one."""
        (self.path / "stop").touch()

    def is_to_stop(self) -> bool:
        """Whether somebody asked."""
        return (self.path / "stop").exists()

    def forget_stop(self) -> None:
        """Before work goes on."""
        (self.path / "stop").unlink(missing_ok=True)


def folder() -> Path:
    """Where runs are kept."""
    return settings().live_folder / "pack_runs"


def all_runs(runs_folder: Path | None = None) -> list[PackRun]:
    """The newest runs that can be read, newest first."""
    where = runs_folder or folder()
    names = sorted((path.name for path in where.glob("*") if RUN_ID.match(path.name)), reverse=True)[:MOST_LISTED]
    found = []
    for name in names:
        try:
            found.append(RunFolder(name, where).read())
        except PackError:
            continue
    return found


def _replace(path: Path, text: str) -> None:
    """Writes a file so that readers see the old one or the new one, also after a power cut."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    entry = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
