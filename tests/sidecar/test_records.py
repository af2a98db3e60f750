"""Records: what they hold, that they come back as they were, and that nothing else is taken for one."""

import json
import math
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from sidecar.comparison import State
from sidecar.events import Message, ServerFacts, Usage
from sidecar.evidence import records
from sidecar.evidence.canonical import canonical, prompt_sha256, sha256
from sidecar.evidence.records import MAXIMUM_BYTES, RecordError
from tests.sidecar.recorded import ASK, answer, comparison, endpoint, forged, hosted, record

IN_NODE = """
const {createHash} = require("crypto");
const sorted = (value) => Array.isArray(value) ? value.map(sorted)
  : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map(k => [k, sorted(value[k])]))
  : value;
const record = JSON.parse(require("fs").readFileSync(0, "utf8"));
delete record.record_sha256;
console.log(createHash("sha256").update(JSON.stringify(sorted(record))).digest("hex"));
"""


def test_a_record_comes_back_as_it_was() -> None:
    made = record(answer(endpoint(), "谢谢 🙂\n\tשלום"), answer(hosted()))
    assert records.read(records.to_json(made)) == made


def test_a_record_holds_what_decides_an_answer() -> None:
    kept = record(answer(endpoint(revision="main@1"), "Yes.", thoughts=["Hm."])).answers[0]
    assert (kept.hub_model_id, kept.revision, kept.weights_sha256) == (
        "HuggingFaceTB/SmolLM2-135M-Instruct",
        "main@1",
        "ab" * 32,
    )
    assert (kept.engine, kept.engine_version, kept.template_sha256) == ("llama.cpp", "b6123", "cd" * 32)
    assert (kept.seed, kept.temperature, kept.top_p, kept.max_tokens) == (7, 0.0, 1.0, 48)
    assert (kept.text, kept.thinking, kept.text_sha256) == ("Yes.", "Hm.", sha256("Yes."))
    assert (kept.started_at, kept.finish_reason) == ("2026-11-25T04:43:42.000007Z", "stop")
    assert kept.usage is not None and kept.usage.answer_tokens == 21
    assert kept.server_timings == {"predicted_per_second": 149.876543}
    assert kept.went_to == "Runs on our machine; nothing is sent to the model's vendor."


def test_each_answer_has_the_settings_it_was_asked_with() -> None:
    warm = answer(endpoint("warm"))
    warm.ask = replace(ASK, temperature=0.9, seed=8)
    kept = record(answer(endpoint("cold")), warm).answers
    assert [(row.temperature, row.seed) for row in kept] == [(0.0, 7), (0.9, 8)]


def test_the_same_question_has_the_same_hash_in_every_record() -> None:
    made = record()
    assert made.prompt_sha256 == prompt_sha256([{"role": "user", "content": "What is gravity?"}])
    assert made.prompt_sha256 == sha256('[{"content":"What is gravity?","role":"user"}]')


def test_an_unfinished_answer_is_recorded_as_one() -> None:
    stopped = answer(endpoint(), "Half", state=State.stopped, finish_reason=None, usage=None, server=None)
    kept = record(stopped).answers[0]
    assert (kept.state, kept.is_whole, kept.usage, kept.engine) == ("stopped", False, None, None)


def test_what_a_server_says_of_itself_is_bounded_and_cleaned() -> None:
    rude = answer(
        endpoint(),
        "half a pair: \ud83d",
        finish_reason="stop\x1b[2J" + "x" * 10_000,
        usage=Usage(prompt_tokens=-1, answer_tokens=10**30, thinking_tokens=None),
        timings={"<b>": 1.0, "nan": math.nan, "huge": math.inf, "good_ms": 2.5, **{f"t{n}": 1.0 for n in range(90)}},
        server=ServerFacts("e" * 10_000, None, "no hash", True),
    )
    made = record(rude)
    kept = made.answers[0]
    assert kept.finish_reason is not None and len(kept.finish_reason) == 500 and "\x1b" not in kept.finish_reason
    assert (kept.usage, kept.template_sha256, kept.text) == (None, None, "half a pair: \ufffd")
    assert len(kept.server_timings) == 40 and kept.server_timings["good_ms"] == 2.5
    assert "<b>" not in kept.server_timings and "nan" not in kept.server_timings
    assert records.read(records.to_json(made)) == made


def test_the_hash_is_one_that_other_languages_compute() -> None:
    node = shutil.which("node")
    if not node:
        pytest.skip("needs node")
    priced = hosted(price={"input_usd_per_million_tokens": 0.1, "output_usd_per_million_tokens": 0.3} | SEEN)
    made = record(answer(endpoint(), 'ünï "q" \\ / \u2028 \x7f 🙂'), answer(priced))
    asked = subprocess.run([node, "-e", IN_NODE], input=records.to_json(made), capture_output=True, check=True)
    assert asked.stdout.decode().strip() == made.record_sha256


SEEN = {"source_url": "https://example.com/prices", "read_on": "2026-11-01"}


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (-0.0, "0"), (149.5, "149.5"), (1.2e-05, "0.000012"), (1e-07, "1e-7"), (1e12, "1000000000000")],
)
def test_numbers_are_written_as_javascript_does(value: float, written: str) -> None:
    assert canonical(value) == written


def test_a_file_that_was_only_indented_anew_is_the_same_record() -> None:
    made = record()
    assert records.read(json.dumps(json.loads(records.to_json(made)), sort_keys=True).encode()) == made
    assert records.read(b"\xef\xbb\xbf" + records.to_json(made)) == made


def without_hash(field: str) -> bytes:
    content = json.loads(records.to_json(record()))
    content["answers"][0][field] = "changed"
    return json.dumps(content).encode()


@pytest.mark.parametrize("field", ["text", "thinking", "model", "went_to", "finish_reason"])
def test_a_changed_record_is_told_by_its_hash(field: str) -> None:
    with pytest.raises(RecordError, match="changed after it was written"):
        records.read(without_hash(field))


@pytest.mark.parametrize("name", ["text_sha256", "prompt_sha256"])
def test_inner_hashes_have_to_fit_as_well(name: str) -> None:
    content = json.loads(records.to_json(record()))
    (content if name in content else content["answers"][0])[name] = "0" * 64
    del content["record_sha256"]
    raw = json.dumps(content | {"record_sha256": sha256(canonical(content))}).encode()
    with pytest.raises(RecordError, match=name):
        records.read(raw)


def in_answer(**values: Any) -> bytes:
    return forged(lambda content: content["answers"][0].update(values))


HOSTILE = {
    "nothing": b"",
    "no JSON": b"<html>",
    "a list": b"[]",
    "a number": b"17",
    "no UTF-8": b'{"a": "\xff"}',
    "too long": b" " * (MAXIMUM_BYTES + 1),
    "ten megabytes": b'{"a": "' + b"x" * 10_000_000 + b'"}',
    "nested deeply": b"[" * 400_000,
    "nested deeply and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "a huge whole number": b'{"schema_version": ' + b"9" * 500_000 + b"}",
    "another version": b'{"schema_version": 2}',
    "a version that is no number": b'{"schema_version": true}',
    "NaN": in_answer().replace(b'"top_p": 1.0', b'"top_p": NaN'),
    "Infinity": in_answer().replace(b'"top_p": 1.0', b'"top_p": Infinity'),
    "a number beyond all": in_answer().replace(b'"top_p": 1.0', b'"top_p": 1e999'),
    "a key twice": records.to_json(record()).replace(
        b'"schema_version": 1', b'"schema_version": 1, "schema_version": 1'
    ),
    "an unknown key": in_answer(extra=1),
    "an unknown key outside": forged(lambda content: content.update(extra=1)),
    "a missing key": forged(lambda content: content["answers"][0].pop("kind")),
    "a number as text": in_answer(seed="7"),
    "true as a number": in_answer(seed=True),
    "a huge seed": in_answer(seed=10**300),
    "a negative time": in_answer(total_s=-1.0),
    "no such day": forged(lambda content: content.update(asked_at="2026-02-31T00:00:00.000000Z")),
    "another kind of server": in_answer(server="ours"),
    "a long name": in_answer(name="x" * 501),
    "no answers": forged(lambda content: content.update(answers=[])),
    "a thousand answers": forged(lambda content: content.update(answers=content["answers"] * 1000)),
    "a role that is not": forged(lambda content: content["messages"][0].update(role="tool")),
    "a timing with a mark": in_answer(server_timings={"<script>": 1.0}),
    "half a pair": in_answer().replace(b"A force.", b"\\ud83d"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_record_is_refused_with_one_short_sentence(name: str) -> None:
    with pytest.raises(RecordError) as caught:
        records.read(HOSTILE[name])
    sentence = caught.value.sentence
    assert len(sentence) < 600 and sentence.isprintable() and sentence.endswith(".")


def test_a_forged_record_with_fitting_hashes_is_read_since_hashes_are_no_signature() -> None:
    assert records.read(in_answer(text="Invented.")).answers[0].text == "Invented."


def test_a_record_too_long_to_be_read_again_is_not_given_out() -> None:
    with pytest.raises(RecordError, match="Ask for shorter answers"):
        records.to_json(record(*[answer(endpoint(), "長" * 100_000) for _ in range(4)]))


def test_the_longest_answers_of_the_default_limits_fit() -> None:
    longest = "\U00020000" * 20_000
    made = record(*[answer(endpoint(), longest, thoughts=[longest]) for _ in range(4)])
    assert records.read(records.to_json(made)) == made


def test_the_name_of_the_file_sorts_by_time() -> None:
    assert records.file_name(record()) == "comparison-2026-11-25T044342Z-01234567.json"


def test_a_conversation_is_kept_whole() -> None:
    turns = (
        Message("system", "Be brief."),
        Message("user", "Hello"),
        Message("assistant", "Yes?"),
        Message("user", "Why?"),
    )
    made = records.of(comparison(ask=replace(ASK, messages=turns)))
    assert [message.role for message in made.messages] == ["system", "user", "assistant", "user"]
    assert made.release_id is None


def test_a_record_that_promises_for_a_server_which_is_not_ours_is_refused() -> None:
    def promised(content: dict[str, Any]) -> None:
        content["answers"][0]["went_to"] = "Runs on our machine; nothing is sent to the model's vendor."

    assert records.read(forged(promised, answer(endpoint()))).answers[0].has_stayed_here
    with pytest.raises(RecordError, match="expected another `went_to` for the server hosted"):
        records.read(forged(promised, answer(hosted())))
