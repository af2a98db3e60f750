"""Replays: the same models are asked the same again, and what is different is said."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecar.engine import Engine, Visitor
from sidecar.events import Ask, Message
from sidecar.evidence import differences, records
from sidecar.evidence.records import Record
from sidecar.evidence.replay import Replayed, replay
from sidecar.evidence.replay_command import exit_code
from sidecar.models import Endpoint, Models
from tests.sidecar.far_side import FarSide

ROOT = Path(__file__).parent.parent.parent
QUESTION = (Message("user", "Who decides?"),)
EMBEDDED = {"server": "embedded", "launch": {"file": "a.gguf", "sha256": "ab" * 32}, "hub_model_id": "far/Model-A"}


def recorded(models: Models, *endpoints: Endpoint, temperature: float = 0.0, max_tokens: int = 40) -> Record:
    """A record of really asking these endpoints."""
    engine = Engine(models)
    try:
        ask = Ask(QUESTION, max_tokens=max_tokens, temperature=temperature, seed=5)
        comparison = engine.start(ask, endpoints, None, watched=False)
        engine.wait(comparison, 20)
    finally:
        engine.close()
    return records.read(records.to_json(records.of(comparison)))


def replayed(record: Record, models: Models, **more: Any) -> list[Replayed]:
    engine = Engine(models)
    try:
        return replay(record, engine, models, **more)
    finally:
        engine.close()


def test_a_model_that_answers_the_same_is_identical(far: FarSide) -> None:
    one, two = far.endpoint("ok", id="a"), far.endpoint("reasoning", id="b")
    models = far.models(one, two)
    rows = replayed(recorded(models, one, two), models)
    assert [(row.endpoint_id, row.outcome) for row in rows] == [("a", "identical"), ("b", "identical")]
    assert rows[0].sentence == "The answer is identical." and rows[0].then == rows[0].now != ""
    assert exit_code(rows) == 0


def test_the_same_messages_and_settings_are_asked_again(far: FarSide) -> None:
    models = far.models(far.endpoint("ok", id="a"))
    record = recorded(models, *models.endpoints, temperature=0.7)
    replayed(record, models)
    then, now = far.asks
    names = ("messages", "seed", "temperature", "max_tokens", "top_p", "model")
    assert {name: then[name] for name in names} == {name: now[name] for name in names}


def test_a_different_answer_is_shown_word_by_word(far: FarSide) -> None:
    then = far.endpoint("ok", id="a", text="The capital is Paris today")
    now = far.endpoint("ok", id="a", text="The capital is Lyon today")
    same_name = {"hub_model_id": "far/Model-A"}
    record = recorded(far.models(then.model_copy(update=same_name)), then.model_copy(update=same_name))
    (row,) = replayed(record, far.models(now.model_copy(update=same_name)))
    assert (row.outcome, row.first_difference) == ("different", 15)
    assert row.difference == ["  The capital is ", "- Paris␣", "+ Lyon␣", "  today"]
    assert "different from character 16 on" in row.sentence
    assert "identity is promised only at temperature 0 on an embedded engine" in row.sentence
    assert exit_code([row]) == 2


def test_on_an_embedded_engine_at_temperature_0_nothing_excuses_a_difference(far: FarSide) -> None:
    then = far.endpoint("ok", id="a", text="One", fields=EMBEDDED)
    now = far.endpoint("ok", id="a", text="Two", fields=EMBEDDED)
    (row,) = replayed(recorded(far.models(then), then), far.models(now))
    assert row.sentence.endswith("Nothing that we know of explains it.")


def test_other_weights_are_said_before_the_comparison(far: FarSide) -> None:
    then = far.endpoint("ok", id="a", fields=EMBEDDED)
    others = EMBEDDED | {"launch": {"file": "a.gguf", "sha256": "cd" * 32}, "quantisation": "Q8_0"}
    now = far.endpoint("ok", id="a", fields=others)
    (row,) = replayed(recorded(far.models(then), then), far.models(now))
    assert row.outcome == "other_weights" and exit_code([row]) == 2
    assert row.sentence.startswith(
        "Other weights than then: sha256 abababababababababa… then, cdcdcdcdcdcdcdcdcdc… now"
    )
    assert "quantisation not stated then, Q8_0 now. The answer is identical." in row.sentence


def test_the_same_weights_under_another_id_are_found_before_other_weights(far: FarSide) -> None:
    then = far.endpoint("ok", id="a", fields=EMBEDDED | {"revision": "v1"})
    newer = far.endpoint("ok", id="a", text="New.", fields=EMBEDDED | {"revision": "v2"})
    same = far.endpoint("ok", id="renamed", fields=EMBEDDED | {"revision": "v1"})
    (row,) = replayed(recorded(far.models(then), then), far.models(newer, same))
    assert row.outcome == "identical"


def test_a_model_that_is_gone_is_not_available_and_the_others_are_asked(far: FarSide) -> None:
    gone = far.endpoint("ok", id="gone", tokens=21, fields={"hub_model_id": "far/Gone"})
    here = far.endpoint("ok", id="here")
    rows = replayed(recorded(far.models(gone, here), gone, here), far.models(here))
    assert [row.outcome for row in rows] == ["not_available", "identical"]
    assert "far/Gone: start it, or add it to the models file" in rows[0].sentence
    assert exit_code(rows) == 3


def test_a_model_that_dies_now_is_failed_and_says_why(far: FarSide) -> None:
    same_name = {"hub_model_id": "far/Model-A"}
    then, now = far.endpoint("ok", id="a", fields=same_name), far.endpoint("cut_mid", id="a", fields=same_name)
    (row,) = replayed(recorded(far.models(then), then), far.models(now))
    assert row.outcome == "failed" and row.sentence.startswith("Asked, but not answered: ")
    assert exit_code([row]) == 3


def test_a_server_that_is_down_is_failed() -> None:
    with FarSide() as server:
        models = server.models(server.endpoint("ok", id="a"))
        record = recorded(models, *models.endpoints)
    (row,) = replayed(record, models)
    assert row.outcome == "failed" and exit_code([row]) == 3


def test_an_answer_that_broke_off_then_is_compared_as_far_as_it_was_kept(far: FarSide) -> None:
    same_name = {"hub_model_id": "far/Model-A"}
    then = far.endpoint("cut_mid", id="a", after=5, fields=same_name)
    now = far.endpoint("ok", id="a", fields=same_name)
    record = recorded(far.models(then), then)
    assert not record.answers[0].is_whole and record.answers[0].text
    (row,) = replayed(record, far.models(now))
    length = len(record.answers[0].text)
    assert (row.outcome, row.sentence) == (
        "identical",
        f"The first {length} characters, all that was kept, are identical.",
    )


def test_an_answer_of_which_nothing_was_kept_is_not_called_identical(far: FarSide) -> None:
    same_name = {"hub_model_id": "far/Model-A"}
    then, now = far.endpoint("http_500", id="a", fields=same_name), far.endpoint("ok", id="a", fields=same_name)
    (row,) = replayed(recorded(far.models(then), then), far.models(now))
    assert row.outcome == "not_available" and "holds no answer" in row.sentence


def test_a_lower_limit_is_named_as_a_reason(far: FarSide) -> None:
    endpoint = far.endpoint("ok", id="a", tokens=30)
    record = recorded(far.models(endpoint), endpoint)
    (row,) = replayed(record, far.models(endpoint, answer_tokens=10))
    assert row.outcome == "different"
    assert "at most 40 tokens then, 10 now by the models file; ended with stop then, length now" in row.sentence


def test_a_prompt_that_is_too_long_today_is_refused_for_each_model(far: FarSide) -> None:
    endpoint = far.endpoint("ok", id="a")
    record = recorded(far.models(endpoint), endpoint)
    (row,) = replayed(record, far.models(endpoint, prompt_characters=3))
    assert row.outcome == "failed" and row.sentence.startswith("Not asked: ")


def test_a_visitors_rate_holds_for_replays_too(far: FarSide) -> None:
    endpoint = far.endpoint("ok", id="a")
    models = far.models(endpoint, comparisons_per_session_per_hour=1)
    record = recorded(models, endpoint)
    engine = Engine(models)
    try:
        outcomes = [replay(record, engine, models, Visitor("s"))[0].outcome for _ in range(2)]
    finally:
        engine.close()
    assert outcomes == ["identical", "failed"]


def test_more_answers_than_may_be_asked_at_once_take_turns(far: FarSide) -> None:
    endpoints = [far.endpoint("ok", id=name) for name in "abcd"]
    record = recorded(far.models(*endpoints), *endpoints)
    rows = replayed(record, far.models(*endpoints, panes=2))
    assert [row.outcome for row in rows] == ["identical"] * 4


@pytest.mark.parametrize(
    ("then", "now", "place"), [("a", "a", None), ("abc", "abd", 2), ("ab", "abc", 2), ("", "x", 0), ("法国", "法语", 1)]
)
def test_the_first_difference_is_a_place_in_the_text(then: str, now: str, place: int | None) -> None:
    assert differences.first_difference(then, now) == place


def test_chinese_is_compared_sign_by_sign() -> None:
    assert differences.lines("首都是巴黎。", "首都是里昂。") == ["  首都是", "- 巴黎", "+ 里昂", "  。"]


def test_a_difference_shows_no_escape_sequence_and_no_turned_text() -> None:
    lines = differences.lines("Fine.", "\x1b[2J\x1b]0;owned\x07 \u202eevil \x9b31m\r\n Fine.")
    assert all(line.isprintable() for line in lines)
    assert "<U+001B>[2J" in "".join(lines) and "<U+202E>evil" in "".join(lines)


@pytest.mark.parametrize(
    ("then", "now"),
    [("a " * 20_000, "b a " * 10_000), ("x" * 500_000, "y" * 500_000), ("\n" * 50_000 + "1", "\n" * 50_000)],
)
def test_a_difference_is_bounded_whatever_came(then: str, now: str) -> None:
    lines = differences.lines(then, now)
    assert 0 < len(lines) <= 81 and max(map(len, lines)) <= 102


# ---- the command line


def models_file(folder: Path, *endpoints: Endpoint) -> Path:
    path = folder / "models.yaml"
    rows = [endpoint.model_dump(mode="json", exclude_none=True) for endpoint in endpoints]
    nullable = ("hub_model_id", "revision", "quantisation")
    whole = [dict.fromkeys(nullable) | row for row in rows]
    path.write_text(yaml.safe_dump({"limits": {}, "allow_hosts": ["127.0.0.1"], "endpoints": whole}))
    return path


def command(folder: Path, endpoints: list[Endpoint], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m sidecar replay` with a models file of these endpoints."""
    ours = {
        "OMO_SIDECAR_CONFIG": str(models_file(folder, *endpoints)),
        "OMO_DATA_DIR": str(folder / "data"),
        "OMO_OLLAMA_URL": "http://127.0.0.1:9",
    }
    line = [sys.executable, "-m", "sidecar", "replay", *arguments]
    return subprocess.run(line, cwd=ROOT, env=os.environ | ours, capture_output=True, text=True, timeout=60)


def saved(folder: Path, record: Record) -> str:
    path = folder / "record.json"
    path.write_bytes(records.to_json(record))
    return str(path)


def test_the_command_prints_identical_and_ends_with_0(far: FarSide, tmp_path: Path) -> None:
    endpoint = far.endpoint("ok", id="a")
    file = saved(tmp_path, recorded(far.models(endpoint), endpoint))
    done = command(tmp_path, [endpoint], file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "a: identical\n  The answer is identical." in done.stdout
    assert "only promised at temperature 0 on an embedded engine" in done.stdout


def test_the_command_prints_the_difference_and_ends_with_2(far: FarSide, tmp_path: Path) -> None:
    same_name = {"hub_model_id": "far/Model-A"}
    then = far.endpoint("ok", id="a", text="Taipei is a city", fields=same_name)
    now = far.endpoint("ok", id="a", text="Taipei \x1b[31mis a \u202etown", fields=same_name)
    done = command(tmp_path, [now], saved(tmp_path, recorded(far.models(then), then)))
    assert done.returncode == 2
    assert "a: different" in done.stdout and "    - city\n    + town" in done.stdout
    assert "\x1b" not in done.stdout and "\u202e" not in done.stdout


def test_the_command_ends_with_3_where_a_model_could_not_be_asked(far: FarSide, tmp_path: Path) -> None:
    endpoint = far.endpoint("ok", id="a")
    other = far.endpoint("ok", id="b", tokens=21, fields={"hub_model_id": "far/B"})
    file = saved(tmp_path, recorded(far.models(endpoint, other), endpoint, other))
    done = command(tmp_path, [endpoint], file, "--json")
    assert done.returncode == 3
    answers = json.loads(done.stdout)["answers"]
    assert [answer["outcome"] for answer in answers] == ["identical", "not_available"]
    assert command(tmp_path, [endpoint], file, "--endpoint", "a").returncode == 0


@pytest.mark.parametrize("content", [b"{}", b"[" * 100_000, b"\x00\xff" * 400_000, None])
def test_the_command_ends_with_1_for_what_is_no_record(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    if content is not None:
        path.write_bytes(content)
    done = command(tmp_path, [], str(path))
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.count("\n") == 1


def test_the_command_names_the_endpoints_that_a_record_has(far: FarSide, tmp_path: Path) -> None:
    endpoint = far.endpoint("ok", id="a")
    done = command(tmp_path, [endpoint], saved(tmp_path, recorded(far.models(endpoint), endpoint)), "--endpoint", "b")
    assert done.returncode == 1 and "holds no answer of 'b'; it has: a." in done.stderr


def test_a_question_that_stayed_here_is_not_sent_elsewhere_when_it_is_run_again(far: FarSide) -> None:
    here = far.endpoint("ok", id="a", fields={"hub_model_id": "far/Model-A"})
    outside = {"hub_model_id": "far/Model-A", "server": "hosted", "operator": "Somebody", "jurisdiction": "CN"}
    elsewhere = far.endpoint("ok", id="b", fields=outside)
    record, asked_before = recorded(far.models(here), here), len(far.asks)
    (row,) = replayed(record, far.models(elsewhere))
    assert row.outcome == "not_available" and "it was not sent there" in row.sentence
    assert len(far.asks) == asked_before
    (row,) = replayed(record, far.models(elsewhere, here))
    assert row.outcome == "identical"
    gone_out = recorded(far.models(elsewhere), elsewhere)
    assert replayed(gone_out, far.models(elsewhere))[0].outcome == "identical"
