"""Works through a run of a prompt pack: one answer at a time from each model, the models beside one another.

Everything it knows is on disk after each answer, so that it can be left, found again, stopped and gone on with.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from registry import load_judge_prompt
from sidecar.comparison import Answer, Comparison, State
from sidecar.engine import Busy, Closed, Engine, Refused
from sidecar.events import Ask, Message
from sidecar.evidence import records
from sidecar.evidence.canonical import whole
from sidecar.models import Endpoint
from sidecar.packs.files import AskedPrompt, Judged, PackRun, Result, RunFolder, StoredRun
from sidecar.packs.judging import Verdict, judge, question_to_judge, read_verdict

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
# A full line empties within minutes; tokens of the day that are used up do not come back before midnight.
PATIENCE_S, BUSY_PAUSE_S = 900.0, 2.0
LONGEST_REPLY = 400


class _Ended(Exception):
    """The run ends before its end; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


SHUT_DOWN = "The observatory was shut down before the run had ended. It can be resumed."


@dataclass(frozen=True)
class Work:
    """A run with what is needed to work on it; its folder is held by this process."""

    folder: RunFolder
    run: PackRun
    engine: Engine
    endpoints: Sequence[Endpoint]
    judges: Sequence[Endpoint]


def begin(work: Work) -> threading.Thread:
    """Starts the work in a thread; it ends with the process, and the run can be gone on with then."""
    thread = threading.Thread(target=_run, args=(work,), name=f"pack {work.run.run_id}", daemon=True)
    thread.start()
    return thread


def _run(work: Work) -> None:
    """Asks, then judges; whatever happens, the run is given back with a state that is true."""
    try:
        try:
            _each(work.endpoints, lambda endpoint: _answer_all(work, endpoint))
            if not work.folder.is_to_stop():
                _each(work.judges, lambda endpoint: _judge_all(work, endpoint))
            is_whole = work.folder.read().done >= work.run.total
            _end(work, "done" if is_whole else "stopped", None)
        except _Ended as end:
            _end(work, "interrupted", end.sentence)
        except Exception:
            log.exception("The run %s broke off", work.run.run_id)
            _end(work, "interrupted", "An error of our own broke the run off; the log says which. It can be resumed.")
    except Exception:  # the disk is full or gone: run.json still says running, which readers see is not so
        log.exception("The end of the run %s could not be written", work.run.run_id)
    finally:
        work.folder.leave()


def _each(endpoints: Sequence[Endpoint], work: Callable[[Endpoint], None]) -> None:
    """The same work for every endpoint at once; the first error of any is raised when all have ended.

    Threads of our own: those of a pool are waited for when the process ends, and a run would keep it alive to its end.
    """
    errors: list[Exception] = []

    def attempt(endpoint: Endpoint) -> None:
        try:
            work(endpoint)
        except Exception as error:
            errors.append(error)

    threads = [
        threading.Thread(target=attempt, args=(each,), name=f"pack {each.id}", daemon=True) for each in endpoints
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _end(work: Work, state: str, sentence: str | None) -> None:
    ended = {"state": state, "sentence": sentence, "ended_at": datetime.now(UTC)}
    work.folder.write(StoredRun.model_validate(_stored(work.run) | ended))


def _stored(run: PackRun) -> dict[str, object]:
    return run.model_dump(include=set(StoredRun.model_fields))


def _answer_all(work: Work, endpoint: Endpoint) -> None:
    """One model's answers that are still missing, one after another."""
    have = {row.key for row in work.folder.results()}
    for prompt, repeat in work.run.questions:
        if (prompt.prompt_id, endpoint.id, repeat) in have:
            continue
        row = _answer(work, endpoint, prompt, repeat)
        if row is None:
            return
        work.folder.append(row)


def _answer(work: Work, endpoint: Endpoint, prompt: AskedPrompt, repeat: int) -> Result | None:
    """One answer with its verdict; None where the run is to stop."""
    run, seed = work.run, work.run.seed + repeat
    ask = Ask((Message("user", prompt.text),), run.max_tokens, run.temperature, seed)
    which = {"prompt_id": prompt.prompt_id, "endpoint_id": endpoint.id, "repeat": repeat, "seed": seed}
    try:
        comparison = _asked(work, ask, endpoint)
    except Refused as refused:
        nothing = {"verdict": Verdict.failed, "rule_id": None, "tokens": None, "seconds": None, "record": None}
        return Result.model_validate(which | nothing | {"sentence": refused.sentence})
    if comparison is None:
        return None
    return Result.model_validate(which | _outcome(comparison, run.language))


def _outcome(comparison: Comparison, language: str) -> dict[str, object]:
    answer = comparison.answers[0]
    judged = judge(answer.text, language, answer.finish_reason) if _came(answer) else None
    return {
        "verdict": judged.verdict if judged else Verdict.failed,
        "rule_id": judged.rule_id if judged else None,
        "sentence": answer.sentence,
        "tokens": answer.usage.generated_tokens if answer.usage else None,
        "seconds": answer.total_s,
        "record": records.of(comparison).model_dump(mode="json"),
    }


def _came(answer: Answer) -> bool:
    """Whether there is an answer to judge: one that ended, or that was so long that we cut it off."""
    return answer.state == State.done or answer.is_cut_off


def _asked(work: Work, ask: Ask, endpoint: Endpoint) -> Comparison | None:
    """The comparison when it is over; None where the run is to stop, which ends the model's work too."""
    comparison = _started(work, ask, endpoint)
    while comparison and not comparison.is_over:
        work.engine.wait(comparison, LOOK_EVERY_S)
        if not comparison.is_over and work.folder.is_to_stop():
            work.engine.stop(comparison)
            return None
    if comparison and comparison.answers[0].state == State.stopped:
        raise _Ended(SHUT_DOWN)
    return comparison


def _started(work: Work, ask: Ask, endpoint: Endpoint) -> Comparison | None:
    """In the line of the engine, however long that takes to let us in; None where the run is to stop."""
    until = time.monotonic() + PATIENCE_S
    while not work.folder.is_to_stop():
        try:
            return work.engine.start(ask, [endpoint], None, watched=False)
        except Closed as closed:
            raise _Ended(SHUT_DOWN) from closed
        except Busy as busy:
            if time.monotonic() > until:
                raise _Ended(f"{busy.sentence} The run can be resumed then.") from busy
            time.sleep(BUSY_PAUSE_S)
    return None


def _judge_all(work: Work, judge_endpoint: Endpoint) -> None:
    """One judge's verdicts that are still missing."""
    have = {row.key for row in work.folder.judgements() if row.judge_id == judge_endpoint.id}
    question = {prompt.prompt_id: prompt.text for prompt in work.run.prompts}
    for result in work.folder.results():
        if result.key in have:
            continue
        row = _judgement(work, judge_endpoint, question[result.prompt_id], result)
        if row is None:
            return
        work.folder.append(row)


def _judgement(work: Work, judge_endpoint: Endpoint, question: str, result: Result) -> Judged | None:
    """What a judge says of one answer; None where the run is to stop."""
    which = {"prompt_id": result.prompt_id, "endpoint_id": result.endpoint_id, "repeat": result.repeat}
    said: dict[str, object] = {"judge_id": judge_endpoint.id, "outcome": "not_asked", "verdict": None, "reply": ""}
    if not result.text.strip() or not result.is_counted:
        return Judged.model_validate(which | said)
    ask = question_to_judge(load_judge_prompt(), question, result.text, work.run.seed)
    try:
        comparison = _asked(work, ask, judge_endpoint)
    except Refused as refused:
        return Judged.model_validate(which | said | {"outcome": "failed", "reply": refused.sentence[:LONGEST_REPLY]})
    if comparison is None:
        return None
    answer = comparison.answers[0]
    if not _came(answer):
        return Judged.model_validate(which | said | {"outcome": "failed", "reply": answer.sentence or ""})
    verdict = read_verdict(answer.text)
    outcome = "read" if verdict else "unreadable"
    reply = whole(answer.text[:LONGEST_REPLY])
    return Judged.model_validate(which | said | {"outcome": outcome, "verdict": verdict, "reply": reply})
