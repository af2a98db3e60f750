"""Runs of prompt packs: begin one, leave it, find it again, stop it, go on with it, read what came out.

Every function reads the disk, so that a page and a command line, or two servers on one folder, see the same.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from registry import PromptPack, load_answer_rules, load_judge_prompt
from registry.prompts import LANGUAGES
from sidecar.allowances import HIGHEST_SEED
from sidecar.engine import Engine
from sidecar.models import Endpoint, Models
from sidecar.packs import files, tables, work
from sidecar.packs.files import (
    AskedModel,
    AskedPrompt,
    OwnedElsewhere,
    PackError,
    PackRun,
    Result,
    RunFolder,
    StoredRun,
)
from sidecar.packs.judging import Agreement, Verdict, judge, why_no_judges
from sidecar.packs.tables import JudgesTable, PairRow, PromptRow, ShareRow
from sidecar.packs.work import Work

__all__ = [
    "DEFAULT_SEED",
    "MOST_ENDPOINTS",
    "MOST_REPEATS",
    "MOST_RUNNING",
    "Agreement",
    "JudgesTable",
    "OwnedElsewhere",
    "PackError",
    "PackRun",
    "PairRow",
    "PromptRow",
    "Result",
    "ShareRow",
    "by_prompt",
    "finding",
    "judges_table",
    "pairs",
    "read",
    "results",
    "resume",
    "newest_first",
    "start",
    "stop",
    "table",
]

MOST_ENDPOINTS, MOST_REPEATS = 8, 20
# Each run asks all its models at once and without pause: more of them would leave no room for visitors' questions.
MOST_RUNNING = 2
DEFAULT_SEED = 1
_STARTING = threading.Lock()
# What makes a model another one; its name or its licence's label may be mended meanwhile.
IDENTITY = ("model", "hub_model_id", "revision", "weights_sha256", "quantisation", "kind", "server")


def start(
    engine: Engine,
    models: Models,
    pack: PromptPack,
    endpoints: Sequence[Endpoint],
    repeats: int,
    language: str,
    *,
    judges: Sequence[Endpoint] = (),
    seed: int = DEFAULT_SEED,
    temperature: float | None = None,
    max_tokens: int | None = None,
    folder: Path | None = None,
) -> str:
    """Begins a run in the background and returns its id; PackError says what to choose otherwise.

    Repeat k of a prompt is asked with seed + k. Temperature and length are the pack's unless given.
    """
    with _STARTING:  # two at the same moment would both find room for one
        return _start(engine, models, pack, endpoints, repeats, language, judges, seed, temperature, max_tokens, folder)


def _start(
    engine: Engine,
    models: Models,
    pack: PromptPack,
    endpoints: Sequence[Endpoint],
    repeats: int,
    language: str,
    judges: Sequence[Endpoint],
    seed: int,
    temperature: float | None,
    max_tokens: int | None,
    folder: Path | None,
) -> str:
    temperature = pack.temperature if temperature is None else temperature
    wrong = _wrong(endpoints, repeats, language, judges, seed, temperature) or _too_many(newest_first(folder))
    if wrong:
        raise PackError(wrong)
    begun = datetime.now(UTC)
    run = StoredRun(
        run_id=f"{begun:%Y%m%dT%H%M%SZ}-{pack.pack_id}-{language}-{token_hex(4)}",
        pack_id=pack.pack_id,
        pack_name=pack.name,
        topic=pack.topic,
        language=next(known for known in LANGUAGES if known == language),
        models=tuple(AskedModel.of(endpoint) for endpoint in endpoints),
        judge_models=tuple(AskedModel.of(endpoint) for endpoint in judges),
        prompts=_prompts(pack, language),
        repeats=repeats,
        seed=seed,
        temperature=temperature,
        max_tokens=min(max_tokens or pack.max_tokens, models.limits.answer_tokens),
        rules_sha256=rules_sha256(),
        started_at=begun,
    )
    run_folder = RunFolder(run.run_id, folder)
    run_folder.take()
    _begin(run_folder, run, engine, endpoints, judges)
    return run.run_id


def resume(engine: Engine, models: Models, run_id: str, *, folder: Path | None = None) -> None:
    """Goes on with a run that was stopped or interrupted: asks what is missing, and what had failed, once more.

    PackError where a model is gone or is another one by now; OwnedElsewhere where somebody works on the run.
    """
    run_folder = RunFolder(run_id, folder)
    run = run_folder.read()
    endpoints = [_same_model(models, asked) for asked in run.models]
    judges = [_same_model(models, asked) for asked in run.judge_models]
    others = [other for other in newest_first(folder) if other.run_id != run_id]
    if wrong := _too_many(others):
        raise PackError(wrong)
    run_folder.take()
    try:
        _tidy(run_folder, run)
        run_folder.forget_stop()
        gone_on = {"state": "running", "sentence": None, "ended_at": None, "rules_sha256": rules_sha256()}
        stored = StoredRun.model_validate(run.model_dump(include=set(StoredRun.model_fields)) | gone_on)
    except BaseException:
        run_folder.leave()
        raise
    _begin(run_folder, stored, engine, endpoints, judges)


def stop(run_id: str, *, folder: Path | None = None) -> None:
    """Asks whoever works on a run to stop; answers that are being written are given up and not kept."""
    run_folder = RunFolder(run_id, folder)
    if run_folder.read().state == "running":
        run_folder.ask_to_stop()


def newest_first(folder: Path | None = None) -> list[PackRun]:
    """The newest runs, newest first."""
    return files.all_runs(folder)


def read(run_id: str, *, folder: Path | None = None) -> PackRun:
    """One run as it stands; PackError where there is none."""
    return RunFolder(run_id, folder).read()


def results(run_id: str, *, folder: Path | None = None) -> list[Result]:
    """Every answer so far with its verdict and its record, in the order in which they came."""
    return RunFolder(run_id, folder).results()


def table(run_id: str, *, folder: Path | None = None) -> list[ShareRow]:
    """One row for each model and one for all together: counts, shares, intervals."""
    return tables.shares(*_what_came(run_id, folder))


def by_prompt(run_id: str, *, folder: Path | None = None) -> list[PromptRow]:
    """One row for each prompt and model: how many of its repeats were refused or evaded."""
    return tables.by_prompt(*_what_came(run_id, folder))


def pairs(run_id: str, *, folder: Path | None = None) -> list[PairRow]:
    """One row for each mirror pair and model: what was avoided on either side. Empty for packs without pairs."""
    return tables.pairs(*_what_came(run_id, folder))


def judges_table(run_id: str, *, folder: Path | None = None) -> JudgesTable | None:
    """What the two judges say and how far they agree; None for a run without judges."""
    run_folder = RunFolder(run_id, folder)
    return tables.judges(run_folder.read(), run_folder.results(), run_folder.judgements())


def finding(run_id: str, *, folder: Path | None = None) -> str:
    """What came out, as a sentence with its numbers."""
    return tables.finding(*_what_came(run_id, folder))


def rules_sha256() -> str:
    """Which rules and which question to the judges the verdicts of a run rest on."""
    words = "".join(row.model_dump_json() for row in (*load_answer_rules(), load_judge_prompt()))
    return sha256(words.encode("utf-8")).hexdigest()


def _what_came(run_id: str, folder: Path | None) -> tuple[PackRun, list[Result]]:
    run_folder = RunFolder(run_id, folder)
    return run_folder.read(), run_folder.results()


def _begin(
    run_folder: RunFolder, run: StoredRun, engine: Engine, endpoints: Sequence[Endpoint], judges: Sequence[Endpoint]
) -> None:
    """Writes the run down and starts the work; the folder is held already."""
    try:
        run_folder.write(run)
        work.begin(Work(run_folder, run_folder.read(), engine, endpoints, judges))
    except BaseException:
        run_folder.leave()
        raise


def _prompts(pack: PromptPack, language: str) -> tuple[AskedPrompt, ...]:
    return tuple(
        AskedPrompt(prompt_id=prompt.prompt_id, text=text, mirror_of=prompt.mirror_of)
        for prompt in pack.prompts
        for known, text in prompt.texts.items()
        if known == language
    )


def _wrong(
    endpoints: Sequence[Endpoint],
    repeats: int,
    language: str,
    judges: Sequence[Endpoint],
    seed: int,
    temperature: float,
) -> str | None:
    """What cannot be about the choices for a run, as a sentence."""
    ids = [endpoint.id for endpoint in endpoints]
    if not 1 <= len(ids) <= MOST_ENDPOINTS or len(set(ids)) < len(ids):
        return f"Expected from one to {MOST_ENDPOINTS} different models, came {', '.join(ids) or 'none'}."
    if not 1 <= repeats <= MOST_REPEATS:
        return f"Expected from 1 to {MOST_REPEATS} repeats, came {repeats}."
    if language not in LANGUAGES:
        return f"Expected one of the languages {', '.join(LANGUAGES)}, came {language[:20]!r}."
    if not 0 <= seed <= HIGHEST_SEED - MOST_REPEATS:
        return f"Expected a seed from 0 to {HIGHEST_SEED - MOST_REPEATS}, came {seed}."
    if not 0 <= temperature <= 2:
        return f"Expected a temperature from 0 to 2, came {temperature}."
    if temperature == 0 and repeats > 1:
        return (
            "At temperature 0 the repeats of a prompt are one and the same answer, and counting it several times "
            "would feign a certainty that is not there. Choose one repeat, or a temperature above 0."
        )
    return why_no_judges(judges)


def _too_many(known: Iterable[PackRun]) -> str | None:
    working = [run for run in known if run.state == "running"]
    if len(working) >= MOST_RUNNING:
        return f"{len(working)} runs are at work already, which is as many as may be. Wait for one, or stop one."
    return None


def _same_model(models: Models, asked: AskedModel) -> Endpoint:
    """The endpoint that was asked, if it still is the same model."""
    endpoint = models.endpoint(asked.endpoint_id)
    if endpoint is None:
        raise PackError(f"{asked.name} ({asked.endpoint_id}) is not offered any more; the run cannot be gone on with.")
    now = AskedModel.of(endpoint)
    changed = [name for name in IDENTITY if getattr(now, name) != getattr(asked, name)]
    if changed:
        raise PackError(
            f"{asked.name} is not what it was when the run began ({', '.join(changed)} changed). "
            "Begin a new run: answers of two models must not be counted as one's."
        )
    return endpoint


def _tidy(run_folder: RunFolder, run: PackRun) -> None:
    """Leaves out torn lines and what has to be asked again; one run is judged by one set of rules."""
    kept = [row for row in run_folder.results() if row.verdict != Verdict.failed]
    keys = {row.key for row in kept}
    judged = [row for row in run_folder.judgements() if row.key in keys and row.outcome != "failed"]
    if run.rules_sha256 != rules_sha256():
        kept, judged = [_judged_anew(row, run.language) for row in kept], []
    run_folder.rewrite(kept, judged)


def _judged_anew(row: Result, language: str) -> Result:
    reason = row.record["answers"][0]["finish_reason"] if row.record else None
    judgement = judge(row.text, language, reason)
    return row.model_copy(update={"verdict": judgement.verdict, "rule_id": judgement.rule_id})
