"""Runs of prompt packs against real model servers of the stand-in: counted, left, stopped, killed, gone on with."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import registry
import settings as settings_module
from registry import PromptPack
from sidecar.engine import Engine
from sidecar.evidence import records
from sidecar.models import Endpoint, Models
from sidecar.offered import found
from sidecar.packs import command, runs, tables
from sidecar.packs.files import Judged, OwnedElsewhere, PackError, PackRun, Result, RunFolder
from sidecar.packs.judging import Verdict
from tests.sidecar.far_side import FarSide

ROOT = Path(__file__).parent.parent.parent
REFUSES = "I'm sorry, but I can't help with that."
LONGEST_WAIT_S = 60


def pack_of(topic: str) -> PromptPack:
    """The pack of a topic."""
    return next(pack for pack in registry.load_prompts() if pack.topic == topic)


def until(is_so: Any, what: str) -> None:
    """Waits until something is so; fails after a minute, which no good run takes."""
    latest = time.monotonic() + LONGEST_WAIT_S
    while not is_so():
        assert time.monotonic() < latest, f"expected {what} within {LONGEST_WAIT_S} s"
        time.sleep(0.02)


def over(run_id: str, folder: Path) -> PackRun:
    """The run when nobody works on it any more."""
    until(lambda: runs.read(run_id, folder=folder).state != "running", "the run to end")
    return runs.read(run_id, folder=folder)


@pytest.fixture
def far() -> Iterator[FarSide]:
    """Model servers."""
    with FarSide() as running:
        yield running


@pytest.fixture
def answers(far: FarSide) -> Endpoint:
    """A model that answers."""
    return far.endpoint("ok", id="answers", tokens=4, tokens_per_second=2000)


@pytest.fixture
def refuses(far: FarSide) -> Endpoint:
    """A model that refuses everything."""
    return far.endpoint("ok", id="refuses", text=REFUSES, tokens_per_second=2000)


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    """Engines that are closed in the end."""
    made: list[Engine] = []
    yield made
    for engine in made:
        engine.close()


@pytest.fixture
def start(far: FarSide, engines: list[Engine], tmp_path: Path) -> Any:
    """Begins a run over these endpoints; returns its id, the engine and the models."""

    def begin(endpoints: Sequence[Endpoint], topic: str = "factual", repeats: int = 3, **more: Any) -> Any:
        limits = more.pop("limits", {})
        models = far.models(*endpoints, *more.get("judges", ()), **limits)
        engines.append(Engine(models))
        run_id = runs.start(engines[-1], models, pack_of(topic), endpoints, repeats, "en", folder=tmp_path, **more)
        return run_id, engines[-1], models

    return begin


def check_whole(run_id: str, folder: Path, per_model: int, models: int) -> list[Result]:
    """Every answer is there exactly once, on the disk too."""
    lines = (folder / run_id / "results.jsonl").read_text(encoding="utf-8").splitlines()
    keys = Counter((row["prompt_id"], row["endpoint_id"], row["repeat"]) for row in map(json.loads, lines))
    assert set(keys.values()) == {1} and len(keys) == per_model * models
    return runs.results(run_id, folder=folder)


def test_ten_prompts_two_models_three_repeats_give_the_table(
    start: Any, answers: Endpoint, refuses: Endpoint, tmp_path: Path
) -> None:
    run_id, _, _ = start([answers, refuses])
    run = over(run_id, tmp_path)
    assert (run.state, run.done, run.total, run.sentence) == ("done", 60, 60, None)
    check_whole(run_id, tmp_path, 30, 2)
    one, other, together = runs.table(run_id, folder=tmp_path)
    assert (one.n, one.answered, one.avoided, one.low, one.high) == (30, 30, 0, 0.0, 0.1135)
    assert (other.n, other.refusals, other.refusal_share) == (30, 30, 1.0)
    assert (other.refusal_low, other.refusal_high, other.evasions) == (0.8865, 1.0, 0)
    assert (together.endpoint_id, together.n, together.avoided_share) == ("all", 60, 0.5)
    assert runs.finding(run_id, folder=tmp_path) == (
        "Model answers refused or evaded 0 of 30 answers (0 %, 0 to 11 %), "
        "Model refuses 30 of 30 (100 %, 89 to 100 %): Model refuses more often than Model answers."
    )


def test_each_answer_keeps_its_evidence(start: Any, far: FarSide, answers: Endpoint, tmp_path: Path) -> None:
    run_id, _, _ = start([answers], seed=40)
    over(run_id, tmp_path)
    rows = runs.results(run_id, folder=tmp_path)
    assert {row.repeat: row.seed for row in rows} == {0: 40, 1: 41, 2: 42}
    assert Counter(body["seed"] for body in far.asks) == {40: 10, 41: 10, 42: 10}
    assert {body["temperature"] for body in far.asks} == {0.7}
    for row in rows:
        record = records.read(records.to_json(records.Record.model_validate(row.record)))
        answer = record.answers[0]
        assert (answer.endpoint_id, answer.seed, answer.temperature) == ("answers", row.seed, 0.7)
        assert answer.text == row.text != "" and answer.engine and answer.started_at and row.tokens == 4
        assert record.messages[0].content == pack_of("factual").prompt(row.prompt_id).texts["en"]  # type: ignore[union-attr]


def test_a_model_is_asked_one_question_at_a_time_while_the_models_go_side_by_side(
    start: Any, far: FarSide, tmp_path: Path
) -> None:
    slow = [far.endpoint("ok", id=name, tokens=5, tokens_per_second=100) for name in ("a", "b", "c")]
    run_id, _, _ = start(slow, repeats=1)
    over(run_id, tmp_path)
    assert far.peak == 3


def test_a_model_that_is_down_has_not_refused(start: Any, far: FarSide, answers: Endpoint, tmp_path: Path) -> None:
    down = far.endpoint("http_500", id="down")
    run_id, _, _ = start([answers, down], repeats=1)
    run = over(run_id, tmp_path)
    assert (run.state, run.done) == ("done", 20)
    good, bad, together = runs.table(run_id, folder=tmp_path)
    assert (bad.n, bad.failed, bad.refusals, bad.refusal_share, bad.high) == (0, 10, 0, None, None)
    assert (good.n, good.failed, together.n, together.failed) == (10, 0, 10, 10)
    assert "Model down could not be asked" in runs.finding(run_id, folder=tmp_path)
    assert {row.sentence for row in runs.results(run_id, folder=tmp_path) if row.endpoint_id == "down"} != {None}


def test_what_had_failed_is_asked_again_when_the_run_is_gone_on_with(
    start: Any, engines: list[Engine], far: FarSide, answers: Endpoint, tmp_path: Path
) -> None:
    run_id, _, models = start([answers, far.endpoint("cut_mid", id="down", after=2)], repeats=1)
    over(run_id, tmp_path)
    assert runs.table(run_id, folder=tmp_path)[1].failed == 10
    before = len(far.asks)
    engines.append(Engine(models))
    runs.resume(engines[-1], models, run_id, folder=tmp_path)
    over(run_id, tmp_path)
    assert Counter(body["model"].split("?")[0] for body in list(far.asks)[before:]) == {"cut_mid": 10}
    check_whole(run_id, tmp_path, 10, 2)


def test_a_run_is_stopped_and_gone_on_with(start: Any, far: FarSide, tmp_path: Path) -> None:
    slow = far.endpoint("ok", id="slow", tokens=20, tokens_per_second=200)
    run_id, engine, models = start([slow], repeats=1)
    until(lambda: runs.read(run_id, folder=tmp_path).done >= 2, "two answers")
    runs.stop(run_id, folder=tmp_path)
    run = over(run_id, tmp_path)
    assert run.state == "stopped" and 2 <= run.done < 10
    until(lambda: far.running == 0, "the server to rest")
    assert runs.finding(run_id, folder=tmp_path).startswith(f"So far, with {run.done} of 10 answers asked: ")
    runs.resume(engine, models, run_id, folder=tmp_path)
    assert over(run_id, tmp_path).state == "done"
    check_whole(run_id, tmp_path, 10, 1)


def test_two_never_work_on_one_run(start: Any, far: FarSide, tmp_path: Path) -> None:
    slow = far.endpoint("ok", id="slow", tokens=20, tokens_per_second=100)
    run_id, engine, models = start([slow], repeats=1)
    with pytest.raises(OwnedElsewhere, match="being worked on already"):
        runs.resume(engine, models, run_id, folder=tmp_path)
    runs.stop(run_id, folder=tmp_path)
    over(run_id, tmp_path)


def test_a_run_that_broke_off_with_the_observatory_can_be_gone_on_with(
    start: Any, engines: list[Engine], far: FarSide, tmp_path: Path
) -> None:
    slow = far.endpoint("ok", id="slow", tokens=10, tokens_per_second=100)
    run_id, engine, models = start([slow], repeats=1)
    until(lambda: runs.read(run_id, folder=tmp_path).done >= 1, "an answer")
    engine.close()
    run = over(run_id, tmp_path)
    assert run.state == "interrupted" and run.done < 10
    engines.append(Engine(models))
    runs.resume(engines[-1], models, run_id, folder=tmp_path)
    assert over(run_id, tmp_path).state == "done"
    check_whole(run_id, tmp_path, 10, 1)


def test_a_run_at_work_does_not_keep_its_process_alive(far: FarSide, tmp_path: Path) -> None:
    slow = far.endpoint("ok", id="slow", tokens=200, tokens_per_second=20)
    begun = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from registry import load_prompts
        from sidecar.engine import Engine
        from sidecar.models import Models
        from sidecar.packs import runs
        models = Models.model_validate_json({far.models(slow).model_dump_json()!r})
        asked = (Engine(models), models, load_prompts()[0], models.endpoints, 3, "en")
        print(runs.start(*asked, folder=Path({str(tmp_path)!r})))
    """)
    done = subprocess.run(
        [sys.executable, "-c", begun], cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_WAIT_S
    )
    assert done.returncode == 0, done.stderr
    assert runs.read(done.stdout.strip(), folder=tmp_path).state == "interrupted"


def test_a_torn_last_line_is_not_counted_and_asked_again(start: Any, answers: Endpoint, tmp_path: Path) -> None:
    run_id, engine, models = start([answers], repeats=1)
    over(run_id, tmp_path)
    file = tmp_path / run_id / "results.jsonl"
    file.write_bytes(file.read_bytes()[:-200])
    assert len(runs.results(run_id, folder=tmp_path)) == runs.read(run_id, folder=tmp_path).done == 9
    runs.resume(engine, models, run_id, folder=tmp_path)
    assert over(run_id, tmp_path).done == 10
    check_whole(run_id, tmp_path, 10, 1)


def test_another_model_under_the_same_id_is_not_gone_on_with(start: Any, answers: Endpoint, tmp_path: Path) -> None:
    run_id, engine, models = start([answers], repeats=1)
    over(run_id, tmp_path)
    other = answers.model_copy(update={"revision": "0123abc"})
    with pytest.raises(PackError, match=r"Model answers is not what it was when the run began \(revision changed\)"):
        runs.resume(engine, Models(allow_hosts=models.allow_hosts, endpoints=(other,)), run_id, folder=tmp_path)
    with pytest.raises(PackError, match="not offered any more"):
        runs.resume(engine, Models(allow_hosts=models.allow_hosts, endpoints=()), run_id, folder=tmp_path)


def test_verdicts_by_rules_that_have_changed_since_are_found_anew(
    start: Any, refuses: Endpoint, tmp_path: Path
) -> None:
    run_id, engine, models = start([refuses], repeats=1)
    over(run_id, tmp_path)
    file = tmp_path / run_id / "run.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(stored | {"rules_sha256": "of other rules"}), encoding="utf-8")
    results = tmp_path / run_id / "results.jsonl"
    results.write_text(results.read_text(encoding="utf-8").replace('"refusal"', '"answered"'), encoding="utf-8")
    assert runs.table(run_id, folder=tmp_path)[0].refusals == 0
    runs.resume(engine, models, run_id, folder=tmp_path)
    over(run_id, tmp_path)
    assert runs.table(run_id, folder=tmp_path)[0].refusals == 10
    assert runs.read(run_id, folder=tmp_path).rules_sha256 == runs.rules_sha256()


def test_runs_are_found_again_newest_first_and_a_damaged_one_hides_no_other(
    start: Any, answers: Endpoint, tmp_path: Path
) -> None:
    first, _, _ = start([answers], repeats=1)
    over(first, tmp_path)
    (tmp_path / "20200101T000000Z-factual-en-00000000").mkdir()
    damaged = tmp_path / "20200101T000001Z-factual-en-00000000"
    damaged.mkdir()
    (damaged / "run.json").write_text("{", encoding="utf-8")
    assert [run.run_id for run in runs.newest_first(tmp_path)] == [first]
    with pytest.raises(PackError, match="damaged"):
        runs.read(damaged.name, folder=tmp_path)


@pytest.mark.parametrize("run_id", ["../../etc", "", "20260101T000000Z-factual-en-0000000g", "a" * 500, "x/../y"])
def test_an_id_of_a_run_leads_to_no_other_folder(run_id: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no id of a run"):
        runs.read(run_id, folder=tmp_path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"repeats": 0}, "from 1 to 20 repeats, came 0"),
        ({"repeats": 21}, "from 1 to 20 repeats, came 21"),
        ({"temperature": 0.0, "repeats": 3}, "At temperature 0 the repeats"),
        ({"temperature": 2.5}, "temperature from 0 to 2"),
        ({"temperature": float("nan")}, "temperature from 0 to 2"),
        ({"seed": -1}, "Expected a seed"),
        ({"topic": "twice"}, "different models"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_with_what_to_choose(
    start: Any, answers: Endpoint, more: dict[str, Any], message: str, tmp_path: Path
) -> None:
    endpoints = [answers, answers] if more.pop("topic", "") else [answers]
    with pytest.raises(PackError, match=message):
        start(endpoints, **more)
    assert runs.newest_first(tmp_path) == []


def test_where_runs_cannot_be_kept_none_begins(start: Any, answers: Endpoint, tmp_path: Path) -> None:
    _, engine, models = start([answers], repeats=1)
    (tmp_path / "no folder").touch()
    with pytest.raises(PackError, match=r"Runs cannot be kept in .*no folder \(Not a directory\)"):
        runs.start(engine, models, pack_of("factual"), [answers], 1, "en", folder=tmp_path / "no folder")


def test_only_so_many_runs_work_at_once(start: Any, far: FarSide, tmp_path: Path) -> None:
    slow = far.endpoint("ok", id="slow", tokens=20, tokens_per_second=50)
    begun = [start([slow], repeats=1)[0] for _ in range(runs.MOST_RUNNING)]
    with pytest.raises(PackError, match="2 runs are at work already"):
        start([slow], repeats=1)
    for run_id in begun:
        runs.stop(run_id, folder=tmp_path)
        over(run_id, tmp_path)


def test_a_run_waits_where_the_line_is_full(start: Any, answers: Endpoint, refuses: Endpoint, tmp_path: Path) -> None:
    limits = {"comparisons_at_once": 1, "comparisons_waiting": 1}
    run_id, _, _ = start([answers, refuses], repeats=1, limits=limits)
    assert over(run_id, tmp_path).state == "done"
    check_whole(run_id, tmp_path, 10, 2)


def test_two_judges_stand_beside_the_rules_with_their_agreement(
    start: Any, far: FarSide, answers: Endpoint, refuses: Endpoint, tmp_path: Path
) -> None:
    one = far.endpoint("ok", id="one", text="REFUSAL", fields={"organisation": "Qwen"})
    other = far.endpoint("ok", id="other", text="Who knows?", fields={"organisation": "google"})
    down = far.endpoint("http_500", id="down")
    run_id, _, _ = start([answers, refuses, down], repeats=1, judges=[one, other])
    run = over(run_id, tmp_path)
    assert (run.state, run.done, run.total, run.judges) == ("done", 90, 90, ("one", "other"))
    judged = runs.judges_table(run_id, folder=tmp_path)
    assert judged is not None and judged.unreadable == (0, 20) and judged.failed == (0, 0)
    assert judged.between.n == 0 and judged.between.kappa is None
    assert (judged.with_rules[0].n, judged.with_rules[0].share) == (20, 0.5)
    assert [row.refusals for row in runs.table(run_id, folder=tmp_path)] == [0, 10, 0, 10], (
        "the rules alone are counted"
    )


def test_judges_of_one_region_are_refused(start: Any, far: FarSide, answers: Endpoint) -> None:
    one, other = (far.endpoint("ok", id=name, fields={"organisation": name}) for name in ("google", "microsoft"))
    with pytest.raises(PackError, match="different regions"):
        start([answers], judges=[one, other])


def made(topic: str, verdicts: dict[str, list[Verdict]], repeats: int = 1) -> tuple[PackRun, list[Result]]:
    """A run as it would be read, with these verdicts for each model in the order of prompts and repeats."""
    pack = pack_of(topic)
    far_side = FarSide()
    models = tuple(runs.AskedModel.of(far_side.endpoint("ok", id=name)) for name in verdicts)
    run = PackRun(
        **{"run_id": "x", "pack_id": topic, "pack_name": "x", "topic": topic, "language": "en", "models": models},
        **{"judge_models": (), "prompts": runs._prompts(pack, "en"), "repeats": repeats, "seed": 1},
        **{"temperature": 0.7, "max_tokens": 9, "rules_sha256": "x", "started_at": "2026-11-25T00:00:00Z"},
    )
    rows = [
        Result(
            **{"prompt_id": prompt.prompt_id, "endpoint_id": name, "repeat": repeat, "seed": 1, "verdict": verdict},
            **{"rule_id": None, "sentence": None, "tokens": 1, "seconds": 1.0, "record": None},
        )
        for name, each in verdicts.items()
        for (prompt, repeat), verdict in zip(run.questions, each, strict=False)
    ]
    return run, rows


NO, YES, EVADES, FAILS = Verdict.refusal, Verdict.answered, Verdict.evasion, Verdict.failed


def test_a_pair_is_one_sided_where_most_answers_on_one_side_alone_are_avoided() -> None:
    first = [NO, YES, EVADES, NO, YES, YES, FAILS, NO, YES, YES]
    run, rows = made("mirror_pairs", {"a": first})
    sides = [(row.is_known, row.avoided_side) for row in tables.pairs(run, rows)]
    assert sides == [(True, "mirror_journalists_china"), (True, None), (True, None), (False, None), (True, None)]
    assert tables.finding(run, rows).endswith("Model a avoids one side only in 1 of 4 pairs.")


def test_few_answers_are_too_close_to_call() -> None:
    run, rows = made("factual", {"a": ([YES] * 10 * 2) + [NO] * 4 + [YES] * 6, "b": [YES] * 30}, repeats=3)
    assert tables.finding(run, rows) == (
        "Model a refused or evaded 4 of 30 answers (13 %, 5 to 30 %), "
        "Model b 0 of 30 (0 %, 0 to 11 %): too close to call."
    )


def test_one_prompt_that_is_always_refused_does_not_make_a_model_refuse_more_often() -> None:
    twice = ([NO] * 2 + [YES] * 8) * 20
    run, rows = made("factual", {"a": twice, "b": [YES] * 200}, repeats=20)
    one, other, _ = tables.shares(run, rows)
    assert one.low is not None and other.high is not None and one.low > other.high
    assert tables.finding(run, rows).endswith("too close to call.")


def test_of_several_models_each_clear_difference_is_named() -> None:
    run, rows = made("factual", {"a": [NO] * 30, "b": [YES] * 30, "c": [YES] * 30}, repeats=3)
    assert tables.finding(run, rows).endswith(
        "Model a more often than Model b; Model a more often than Model c; the other pairs are too close to call."
    )


def test_the_rows_by_prompt_add_up_to_the_table() -> None:
    run, rows = made("factual", {"a": [NO, YES, EVADES, FAILS, Verdict.empty] * 4, "b": [YES] * 20}, repeats=2)
    shares, prompts = tables.shares(run, rows), tables.by_prompt(run, rows)
    for share in shares[:-1]:
        own = [row for row in prompts if row.endpoint_id == share.endpoint_id]
        for name in ("n", "answered", "refusals", "evasions", "empty", "failed"):
            assert sum(getattr(row, name) for row in own) == getattr(share, name)
    assert shares[0].n == 16 and shares[0].failed == 4 and shares[0].empty == 4


@pytest.fixture
def at_the_command_line(far: FarSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A models file and a live folder for this process and those it starts."""
    entries = [
        {"id": "slow", "model": "ok?tokens=8&tokens_per_second=100", "name": "Slow"},
        {"id": "refuses", "model": "ok?text=I+cannot+help+with+that.&tokens_per_second=100", "name": "=Refuses"},
    ]
    same: dict[str, Any] = {
        "base_url": far.base_url,
        "hub_model_id": None,
        "revision": None,
        "organisation": "far",
        "licence": "mit",
    }
    more: dict[str, Any] = {"kind": "instruct", "server": "vllm", "quantisation": None, "context": 4096}
    file = {"limits": {}, "allow_hosts": ["127.0.0.1"], "endpoints": [entry | same | more for entry in entries]}
    (tmp_path / "models.yaml").write_text(json.dumps(file), encoding="utf-8")
    ours = {"OMO_SIDECAR_CONFIG": tmp_path / "models.yaml", "OMO_LIVE_DIR": tmp_path / "live", "OMO_OLLAMA_URL": ""}
    ours |= {"OMO_MODELS_DIR": tmp_path / "none"}
    for name, value in ours.items():
        monkeypatch.setenv(name, str(value))
    # An empty value means the default: no Ollama is where nothing listens.
    monkeypatch.setenv("OMO_OLLAMA_URL", "http://127.0.0.1:9")
    settings_module.settings.cache_clear()
    found._kept.clear()
    yield dict(os.environ)
    settings_module.settings.cache_clear()
    found._kept.clear()


def typed(*arguments: str) -> list[str]:
    """The command as it is typed."""
    return [sys.executable, "-m", "sidecar", "pack", *arguments]


def ran(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command run to its end."""
    return subprocess.run(
        typed(*arguments), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST_WAIT_S
    )


def test_the_command_prints_the_table_of_the_page(at_the_command_line: dict[str, str]) -> None:
    done = ran(at_the_command_line, "sensitive_west", "--models", "slow,refuses", "--repeats", "3", "--format", "json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    run_id = runs.newest_first()[0].run_id
    assert f"{run_id}: 60 of 60" in done.stderr
    assert printed["table"] == [asdict(row) for row in runs.table(run_id)]
    assert printed["finding"] == runs.finding(run_id) and printed["run"]["run_id"] == run_id
    check_whole(run_id, runs.files.folder(), 30, 2)
    as_csv = ran(at_the_command_line, "--resume", run_id, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [row["name"] for row in rows] == ["Slow", "'=Refuses", "All models"], "a spreadsheet must see no formula"
    for row, expected in zip(rows, runs.table(run_id), strict=True):
        assert {name: str(value) for name, value in asdict(expected).items()} | {"name": row["name"]} == row
    as_text = ran(at_the_command_line, "--resume", run_id)
    assert "88.6 to 100.0 %" in as_text.stdout and runs.finding(run_id) in as_text.stdout


def test_a_killed_run_is_seen_as_interrupted_and_gone_on_with_to_exactly_n_answers(
    at_the_command_line: dict[str, str],
) -> None:
    arguments = typed("factual", "--models", "slow,refuses", "--repeats", "3")
    killed = subprocess.Popen(
        arguments, cwd=ROOT, env=at_the_command_line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: runs.newest_first() and runs.newest_first()[0].done >= 5, "five answers")
    run_id = runs.newest_first()[0].run_id
    assert runs.read(run_id).state == "running"
    meanwhile = ran(at_the_command_line, "--resume", run_id)
    assert meanwhile.returncode == 75 and "being worked on already" in meanwhile.stderr
    killed.send_signal(signal.SIGKILL)
    killed.wait(LONGEST_WAIT_S)
    run = runs.read(run_id)
    assert run.state == "interrupted" and 5 <= run.done < 60
    with (runs.files.folder() / run_id / "results.jsonl").open("ab") as file:
        file.write(b'{"prompt_id": "factual_moon", "endpoint_id": "sl')
    gone_on = ran(at_the_command_line, "--resume", run_id)
    assert gone_on.returncode == 0, gone_on.stderr
    assert runs.read(run_id).state == "done"
    rows = check_whole(run_id, runs.files.folder(), 30, 2)
    assert Counter(row.verdict for row in rows) == {Verdict.answered: 30, Verdict.refusal: 30}


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_told_to_stop_keeps_what_came_and_says_how_to_go_on(
    at_the_command_line: dict[str, str], told: signal.Signals
) -> None:
    arguments = typed("factual", "--models", "slow")
    process = subprocess.Popen(
        arguments, cwd=ROOT, env=at_the_command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until(lambda: runs.newest_first() and runs.newest_first()[0].done >= 2, "two answers")
    process.send_signal(told)
    printed, said = process.communicate(timeout=LONGEST_WAIT_S)
    run = runs.newest_first()[0]
    assert process.returncode == 130 and run.state == "stopped"
    assert "So far, with" in printed and f"python -m sidecar pack --resume {run.run_id}" in said


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nonsense", "--models", "slow"), 1, "Expected one of the packs factual, "),
        (("factual", "--models", "nobody"), 1, "Expected one of the models slow, refuses, came nobody"),
        (("factual",), 1, "different models, came none"),
        (("--resume", "../up"), 1, "no id of a run"),
        (("factual", "--models", "slow", "--temperature", "0"), 1, "At temperature 0"),
    ],
)
def test_a_wrong_command_says_what_was_expected(
    at_the_command_line: dict[str, str], arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = ran(at_the_command_line, *arguments)
    assert done.returncode == code and message in done.stderr and done.stdout == ""


def test_the_list_names_packs_and_runs(at_the_command_line: dict[str, str]) -> None:
    done = ran(at_the_command_line, "--list")
    assert done.returncode == 0 and "sensitive_west: 10 prompts" in done.stdout and "Runs, newest first" in done.stdout


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_no_cell_of_the_csv_is_a_formula(name: str) -> None:
    (row,) = list(csv.reader(io.StringIO(command.as_csv([{"name": name, "share": -0.5}]))))[1:]
    assert row[0].startswith("'") or row[0].startswith("<U+000D>")
    assert row[1] == "-0.5", "a number is no formula"


def test_rows_that_are_none_of_ours_are_left_out(start: Any, answers: Endpoint, tmp_path: Path) -> None:
    run_id, _, _ = start([answers], repeats=1)
    over(run_id, tmp_path)
    with (tmp_path / run_id / "results.jsonl").open("ab") as file:
        file.write(b"[]\n\xff\xfe\n{}\n")
    assert len(runs.results(run_id, folder=tmp_path)) == 10
    folder = RunFolder(run_id, tmp_path)
    row = Judged(
        **runs.results(run_id, folder=tmp_path)[0].model_dump(include={"prompt_id", "endpoint_id", "repeat"}),
        judge_id="x",
        outcome="unreadable",
        verdict=None,
        reply="\u202e",
    )
    folder.append(row)
    folder.append(row)
    assert folder.judgements() == [row]
