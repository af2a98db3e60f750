"""Comparisons as a page runs them: panes together, each with its own fate, in a fair line, ended when nobody looks."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from sidecar.client import Ask, Message, ServerFacts, Usage
from sidecar.comparison import Answer, Comparison, State
from sidecar.engine import Busy, Engine, Refused, Visitor
from sidecar.models import Endpoint, Price
from tests.sidecar.far_side import FAULTS, FarSide, until

ASK = Ask((Message("user", "What is a licence?"),), max_tokens=64, temperature=0.0, seed=7)
VISITOR = Visitor("session", "127.0.0.1")
WHOLE = {"ok", "slow", "no_usage", "no_done", "reasoning", "reasoning_content", "inline_think"}
WHOLE |= {"html_injection", "image_markdown"}
Start = Callable[..., Engine]


@pytest.fixture
def engine_for(far: FarSide) -> Iterator[Start]:
    """Makes engines with limits of their own, and closes them."""
    engines: list[Engine] = []

    def make(**limits: Any) -> Engine:
        engines.append(Engine(far.models(**limits)))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


def finished(engine: Engine, comparison: Comparison, within_s: float = 30) -> Comparison:
    """The comparison when it is over."""
    engine.wait(comparison, within_s)
    assert comparison.is_over, [(answer.endpoint.id, answer.state) for answer in comparison.answers]
    return comparison


def test_panes_are_asked_at_once_and_keep_their_order(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("ok", id=name, tokens=20, tokens_per_second=50) for name in "abcd"]
    comparison = finished(engine, engine.start(ASK, panes, VISITOR, watched=False))
    assert [answer.endpoint.id for answer in comparison.answers] == ["a", "b", "c", "d"]
    assert far.peak == 4
    for answer in comparison.answers:
        assert (answer.state, answer.finish_reason, answer.sentence) == (State.done, "stop", None)
        assert answer.usage == Usage(9, 20, None)
        assert len(answer.text.split()) == 20
        assert answer.server == ServerFacts("vLLM", "0.33.0-far", None, True)
        assert answer.started_at and answer.started_at.tzinfo and answer.started_at >= comparison.asked_at


def test_the_times_of_an_answer_follow_one_another(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    endpoint = far.endpoint("reasoning", thoughts=5, tokens=10, tokens_per_second=50, first_token_s=0.2)
    answer = finished(engine, engine.start(ASK, [endpoint], VISITOR, watched=False)).answers[0]
    assert answer.waited_s is not None and answer.first_token_s is not None
    assert answer.first_answer_token_s is not None and answer.total_s is not None
    assert 0.2 <= answer.first_token_s < answer.first_answer_token_s < answer.total_s
    assert answer.usage == Usage(9, 10, 5)
    span = answer.last - answer.first  # type: ignore[operator]
    assert answer.tokens_per_second == pytest.approx(14 / span)
    assert answer.thinking.split() == [f"thought{number}" for number in range(5)]
    total = answer.total_s
    assert answer.total_s == total, "expected the time to stand still once the answer is over"


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"slow"}))
def test_one_panes_fault_leaves_the_other_whole(far: FarSide, engine_for: Start, fault: str) -> None:
    engine = engine_for(silence_s=1, total_s=2)
    good, bad = far.endpoint("ok", id="good", tokens=60, tokens_per_second=100), far.endpoint(fault, id="bad")
    comparison = finished(engine, engine.start(ASK, [bad, good], VISITOR, watched=False))
    fault_answer, whole = comparison.answers
    assert whole.state is State.done and len(whole.text.split()) == 60
    assert fault_answer.state is (State.done if fault in WHOLE else State.failed)
    assert (fault_answer.failure_kind is None) == (fault in WHOLE)
    assert (fault_answer.sentence is None) == (fault in WHOLE)
    assert until(lambda: far.running == 0)
    assert far.leaks == []


def test_a_fault_half_way_keeps_the_text_and_says_what_happened(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    answer = finished(engine, engine.start(ASK, [far.endpoint("cut_mid", after=6)], None)).answers[0]
    assert (answer.state, answer.failure_kind) == (State.failed, "cut")
    assert len(answer.text.split()) == 6
    assert answer.sentence and "breaks off" in answer.sentence
    assert answer.tokens_per_second is None and answer.usage is None


def test_an_answer_longer_than_allowed_is_cut_off_and_says_so(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(answer_tokens=8, answer_characters=500)
    panes = [far.endpoint("ok", id="a", tokens=50), far.endpoint("ten_megabytes_answer", id="b")]
    by_tokens, by_characters = finished(engine, engine.start(ASK, panes, VISITOR, watched=False)).answers
    assert far.asks[0]["max_tokens"] == 8
    assert (by_tokens.state, by_tokens.is_cut_off, by_tokens.finish_reason) == (State.done, True, "length")
    assert by_tokens.sentence == "Cut off after 8 tokens: the longest answer that was allowed."
    assert (by_characters.state, by_characters.is_cut_off) == (State.failed, True)
    assert len(by_characters.text) == 500


def test_stop_ends_the_work_of_the_servers_and_keeps_what_came(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("endless", id="a"), far.endpoint("hang_before", id="b"), far.endpoint("hang_mid", id="c")]
    comparison = engine.start(ASK, panes, VISITOR)
    assert until(lambda: far.running == 3 and comparison.answers[0].text)
    engine.stop(comparison)
    assert [answer.state for answer in comparison.answers] == [State.stopped] * 3
    assert {answer.sentence for answer in comparison.answers} == {"Stopped by the reader."}
    assert comparison.answers[0].text
    assert until(lambda: far.running == 0 and far.aborted == 3)


def test_stop_leaves_what_is_done_as_it_is(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("ok", id="a", tokens=2), far.endpoint("endless", id="b")]
    comparison = engine.start(ASK, panes, VISITOR)
    assert until(lambda: comparison.answers[0].is_over)
    engine.stop(comparison)
    engine.stop(comparison)
    assert [answer.state for answer in comparison.answers] == [State.done, State.stopped]


def test_a_stop_right_after_the_start_frees_every_slot(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    endpoint = far.endpoint("endless", fields={"slots": 1})
    for _ in range(30):
        engine.stop(engine.start(ASK, [endpoint], None))
    assert until(lambda: far.running == 0)
    finished(engine, engine.start(ASK, [far.endpoint("ok", fields={"slots": 1})], None))


def test_what_nobody_looks_at_ends_by_itself_also_while_it_waits(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(unseen_s=0.5)
    endpoint = far.endpoint("endless", fields={"slots": 1})
    left, waiting = engine.start(ASK, [endpoint], VISITOR), engine.start(ASK, [endpoint], VISITOR)
    for comparison in (waiting, left):
        finished(engine, comparison, within_s=1.5)
        assert comparison.answers[0].state is State.stopped
        assert comparison.answers[0].sentence == "Stopped, because nobody was looking any more."
    assert until(lambda: far.running == 0)


def test_what_is_looked_at_or_runs_without_a_viewer_goes_on(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(unseen_s=0.5)
    panes = [far.endpoint("ok", tokens=40, tokens_per_second=25)]
    seen, unwatched = engine.start(ASK, panes, VISITOR), engine.start(ASK, panes, None, watched=False)

    def looked_at_until_over() -> bool:
        engine.seen(seen)
        return seen.is_over

    assert until(looked_at_until_over)
    assert [seen.answers[0].state, finished(engine, unwatched).answers[0].state] == [State.done, State.done]


def test_twenty_at_once_on_one_slot_all_finish_in_the_order_they_came(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("ok", id=name, tokens=5, fields={"slots": 1}) for name in "ab"]
    asks = [replace(ASK, seed=seed) for seed in range(20)]
    comparisons = [engine.start(ask, panes, None, watched=False) for ask in asks]
    assert [comparison.place for comparison in comparisons] == [None, *range(19)]
    for comparison in comparisons:
        finished(engine, comparison)
        assert [answer.state for answer in comparison.answers] == [State.done, State.done]
        assert comparison.place is None
    assert [body["seed"] for body in far.asks] == [seed for seed in range(20) for _ in "ab"]
    waits = [comparison.answers[0].waited_s or 0 for comparison in comparisons]
    assert waits == sorted(waits)
    assert max(comparison.answers[0].first_token_s or 0 for comparison in comparisons) < waits[-1]


def test_twenty_sessions_that_ask_from_threads_of_their_own_are_all_answered(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("ok", id=name, tokens=5, fields={"slots": 1}) for name in "ab"]
    comparisons: list[Comparison] = []

    def visit(number: int) -> None:
        comparison = engine.start(ASK, panes, Visitor(f"session {number}"))
        comparisons.append(comparison)
        while not comparison.is_over:
            engine.seen(comparison)
            engine.wait(comparison, 0.2)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [answer.state for comparison in comparisons for answer in comparison.answers] == [State.done] * 40


def test_who_stops_while_waiting_gives_the_place_to_the_next(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    endpoint = far.endpoint("endless", fields={"slots": 1})
    running, second, third = (engine.start(ASK, [endpoint], None, watched=False) for _ in range(3))
    assert (running.place, second.place, third.place) == (None, 0, 1)
    engine.stop(second)
    assert second.is_over and second.place is None and third.place == 0
    assert second.answers[0].total_s is None and second.answers[0].waited_s is not None
    engine.stop(running)
    assert until(lambda: third.answers[0].text)


def test_a_pane_that_ends_early_frees_its_model_for_the_next_in_line(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    one_slot = {"slots": 1}
    broken, endless = (
        far.endpoint("http_500", id="x", fields=one_slot),
        far.endpoint("endless", id="y", fields=one_slot),
    )
    first = engine.start(ASK, [broken, endless], None, watched=False)
    second = engine.start(ASK, [far.endpoint("ok", id="x", fields=one_slot)], None, watched=False)
    assert finished(engine, second).answers[0].state is State.done
    assert not first.is_over


def test_one_model_in_two_panes_is_asked_twice_with_settings_of_their_own(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    for slots, peak in ((1, 1), (2, 2)):
        far.peak = 0
        endpoint = far.endpoint("ok", tokens_per_second=50, fields={"slots": slots})
        asks = [ASK, replace(ASK, temperature=0.9, seed=3)]
        comparison = finished(engine, engine.start(asks, [endpoint, endpoint], None))
        assert [answer.ask.temperature for answer in comparison.answers] == [0.0, 0.9]
        assert comparison.answers[0].text != comparison.answers[1].text
        assert far.peak == peak
        far.asks.clear()


def test_the_same_seed_reaches_every_server_and_gives_the_same_words_again(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    panes = [far.endpoint("ok", id=name) for name in "ab"]
    ask = replace(ASK, temperature=0.8, seed=99)
    texts = [
        [answer.text for answer in finished(engine, engine.start(ask, panes, None)).answers]
        for _ in range(2)
    ]  # fmt: skip
    assert texts[0] == texts[1]
    assert [body["seed"] for body in far.asks] == [99] * 4


def test_limits_are_held_where_the_prompt_is_sent(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(prompt_characters=30, comparisons_per_session_per_hour=1)
    endpoint = far.endpoint("ok")
    with pytest.raises(Refused, match="Shorten it"):
        engine.start(Ask((Message("user", "x" * 31),), 5, 0.0, 1), [endpoint], VISITOR)
    with pytest.raises(Refused, match="models"):
        engine.start(ASK, [endpoint] * 5, VISITOR)
    elsewhere = Endpoint.model_validate(endpoint.model_dump() | {"base_url": "http://10.0.0.1/v1"})
    with pytest.raises(Refused, match="may not ask"):
        engine.start(ASK, [elsewhere], VISITOR)
    finished(engine, engine.start(ASK, [endpoint], VISITOR))
    with pytest.raises(Busy, match="This browser"):
        engine.start(ASK, [endpoint], VISITOR)
    assert len(far.asks) == 1


def test_a_full_line_says_so_and_takes_the_next_when_there_is_room(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(comparisons_waiting=2)
    endpoint = far.endpoint("endless", fields={"slots": 1})
    running, *_ = [engine.start(ASK, [endpoint], VISITOR, watched=False) for _ in range(3)]
    with pytest.raises(Busy, match="2 comparisons are waiting"):
        engine.start(ASK, [endpoint], VISITOR)
    engine.stop(running)
    engine.start(ASK, [endpoint], VISITOR)


def test_the_tokens_of_the_day_are_counted_as_the_servers_count_them(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(tokens_per_day=150)
    for _ in range(2):  # 64 reserved, 9 + 20 used each time
        finished(engine, engine.start(ASK, [far.endpoint("ok", tokens=20)], VISITOR))
    finished(engine, engine.start(ASK, [far.endpoint("ok", tokens=20)], VISITOR))
    with pytest.raises(Busy, match="tomorrow"):
        engine.start(ASK, [far.endpoint("ok", tokens=20)], VISITOR)


def test_an_answer_costs_what_its_price_says_and_nothing_is_made_up(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    price = Price(
        input_usd_per_million_tokens=2, output_usd_per_million_tokens=10, source_url="https://x", read_on="2026"
    )
    priced = far.endpoint("reasoning", id="a", thoughts=5, tokens=10, fields={"price": price})
    panes = [priced, far.endpoint("no_usage", id="b", fields={"price": price}), far.endpoint("ok", id="c")]
    costs = [answer.cost_usd for answer in finished(engine, engine.start(ASK, panes, None)).answers]
    assert costs == [pytest.approx((9 * 2 + 15 * 10) / 1e6), None, None]


def test_a_server_that_hangs_when_asked_what_it_is_answers_all_the_same(far: FarSide, engine_for: Start) -> None:
    far.facts_s = 3600
    engine = engine_for()
    answer = finished(engine, engine.start(ASK, [far.endpoint("ok")], None)).answers[0]
    assert (answer.state, answer.server) == (State.done, ServerFacts(None, None, None, False))
    far.facts_s = 0
    answer = finished(engine, engine.start(ASK, [far.endpoint("ok")], None)).answers[0]
    assert answer.server == ServerFacts("vLLM", "0.33.0-far", None, True)


def test_after_a_storm_of_faults_and_stops_every_slot_is_free(far: FarSide, engine_for: Start) -> None:
    engine = engine_for(silence_s=0.3, total_s=0.6, comparisons_waiting=500)
    faults = sorted(set(FAULTS) - {"slow", "flood", "ten_megabytes_line", "ten_megabytes_answer"})
    names = "abcd"

    def visit(number: int) -> None:
        chance = random.Random(number)
        for _ in range(8):
            panes = [
                far.endpoint(chance.choice(faults), id=name, fields={"slots": 1})
                for name in chance.choices(names, k=chance.randint(1, 4))
            ]
            comparison = engine.start(ASK, panes, None, watched=False)
            if chance.random() < 0.5:
                engine.wait(comparison, chance.random() * 0.2)
                engine.stop(comparison)
            finished(engine, comparison)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert until(lambda: far.running == 0)
    panes = [far.endpoint("ok", id=name, fields={"slots": 1}) for name in names]
    after = engine.start(ASK, panes, None, watched=False)
    assert after.place is None, "expected that nothing is held any more"
    assert [answer.state for answer in finished(engine, after).answers] == [State.done] * 4


def test_closing_ends_everything_also_what_waits(far: FarSide) -> None:
    engine = Engine(far.models())
    endpoint = far.endpoint("endless", fields={"slots": 1})
    comparisons = [engine.start(ASK, [endpoint], None, watched=False) for _ in range(3)]
    assert until(lambda: far.running == 1)
    engine.close()
    engine.close()
    for comparison in comparisons:
        assert comparison.answers[0].state is State.stopped
        assert comparison.answers[0].sentence == "Stopped, because the observatory was shut down."
    assert until(lambda: far.running == 0)
    assert len(far.asks) == 1


def test_a_rate_is_only_given_where_tokens_were_counted_and_came_over_time() -> None:
    endpoint = FarSide(1).endpoint("ok")

    def rate(usage: Usage | None, last: float) -> float | None:
        return Answer(endpoint, ASK, usage=usage, asked=0.0, first=1.0, last=last).tokens_per_second

    assert rate(Usage(5, 21, None), 3.0) == 10.0
    assert rate(Usage(5, 11, 10), 3.0) == 10.0
    assert rate(None, 3.0) is None
    assert rate(Usage(5, 1, None), 3.0) is None
    assert rate(Usage(5, 500, None), 1.001) is None, "expected no rate for a whole answer that came at once"


def test_the_wait_for_figures_that_never_come_is_not_the_models_time(far: FarSide, engine_for: Start) -> None:
    engine = engine_for()
    quick = far.endpoint("no_done", tokens=5)
    answer = finished(engine, engine.start(ASK, [quick], VISITOR, watched=False)).answers[0]
    assert (answer.state, answer.finish_reason, answer.usage) == (State.done, "stop", None)
    assert answer.ended == answer.last and answer.last is not None


def test_an_engine_that_has_ended_says_so_at_once(far: FarSide) -> None:
    engine = Engine(far.models())
    engine.close()
    with pytest.raises(Busy, match="start it again"):
        engine.start(ASK, [far.endpoint()], VISITOR)


def test_an_error_while_one_viewers_leaving_is_handled_does_not_end_the_watch_over_the_others(
    far: FarSide, engine_for: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(unseen_s=0.2)
    end, calls = engine._end, iter(range(1000))

    def fails_first(comparison_id: str, why: str) -> None:
        if next(calls) == 0:
            raise RuntimeError("expected by this test")
        end(comparison_id, why)

    monkeypatch.setattr(engine, "_end", fails_first)
    comparison = finished(engine, engine.start(ASK, [far.endpoint("endless", tokens_per_second=10)], VISITOR))
    assert comparison.answers[0].state is State.stopped and "nobody was looking" in (
        comparison.answers[0].sentence or ""
    )
