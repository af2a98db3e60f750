"""What may be asked and how often: each limit refuses with a sentence that says what to change or when to return."""

import pytest

from sidecar.allowances import Allowances, Busy, Refused, Visitor, check_asks
from sidecar.events import Ask, Message
from sidecar.models import Limits
from tests.sidecar.far_side import FarSide

LIMITS = Limits(prompt_characters=100, panes=2)
HOSTS = ("127.0.0.1",)


def ask(text: str = "Why?", max_tokens: int = 10, temperature: float = 0.0, seed: int = 1, top_p: float = 1.0) -> Ask:
    return Ask((Message("user", text),), max_tokens, temperature, seed, top_p)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (ask(""), "Write a question"),
        (ask(" \n"), "Write a question"),
        (Ask((), 10, 0.0, 1), "Write a question"),
        (Ask((Message("assistant", "x"),), 10, 0.0, 1), "Write a question"),
        (ask("x" * 101), "101 characters; at most 100"),
        (ask("half \ud83d"), "half a character"),
        (ask(temperature=2.1), "temperature"),
        (ask(temperature=float("nan")), "temperature"),
        (ask(top_p=0.0), "Top-p"),
        (ask(seed=-1), "seed"),
        (ask(seed=2**31), "seed"),
        (ask(max_tokens=0), "at least one token"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_change(wrong: Ask, says: str) -> None:
    with pytest.raises(Refused) as refused:
        check_asks([wrong], [FarSide(1).endpoint("ok")], LIMITS, HOSTS)
    assert says in refused.value.sentence


def test_the_number_of_panes_is_limited() -> None:
    endpoint = FarSide(1).endpoint("ok")
    check_asks([ask()], [endpoint], LIMITS, HOSTS)
    for count in (0, 3):
        with pytest.raises(Refused, match="between one and 2"):
            check_asks([ask()] * count, [endpoint] * count, LIMITS, HOSTS)


def test_a_host_outside_the_list_is_not_asked() -> None:
    with pytest.raises(Refused, match="may not ask"):
        check_asks([ask()], [FarSide(1).endpoint("ok")], LIMITS, ("10.0.0.1",))


def test_the_whole_conversation_counts_against_the_length() -> None:
    long = Ask((Message("system", "x" * 60), Message("user", "y" * 60)), 10, 0.0, 1)
    with pytest.raises(Refused, match="120 characters"):
        check_asks([long], [FarSide(1).endpoint("ok")], LIMITS, HOSTS)


def test_a_session_may_ask_so_many_times_an_hour() -> None:
    allowances = Allowances(Limits(comparisons_per_session_per_hour=2))
    for _ in range(2):
        allowances.admit(Visitor("a"), 1)
    with pytest.raises(Busy, match=r"This browser .* in 60 minutes"):
        allowances.admit(Visitor("a"), 1)
    allowances.admit(Visitor("b"), 1)
    allowances.admit(None, 1)


@pytest.mark.parametrize(
    ("address", "neighbour"),
    [("8.8.8.8", "8.8.8.8"), ("2a00:1450::1", "2a00:1450::ffff"), ("::ffff:8.8.8.8", "8.8.8.8"), ("odd", "odd")],
)
def test_a_network_may_ask_so_many_times_a_minute_whatever_its_sessions_are(address: str, neighbour: str) -> None:
    allowances = Allowances(Limits(comparisons_per_address_per_minute=1))
    allowances.admit(Visitor("a", address), 1)
    with pytest.raises(Busy, match=r"Your network .* in \d+ seconds"):
        allowances.admit(Visitor("b", neighbour), 1)
    allowances.admit(Visitor("c", "9.9.9.9"), 1)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.7", "::1", "fd00::1", None, ""])
def test_behind_a_proxy_an_address_is_everybody_and_is_not_counted(address: str | None) -> None:
    allowances = Allowances(Limits(comparisons_per_address_per_minute=1))
    for session in "abc":
        allowances.admit(Visitor(session, address), 1)


def test_who_was_turned_away_has_not_used_a_turn() -> None:
    allowances = Allowances(Limits(comparisons_per_address_per_minute=1, comparisons_per_session_per_hour=2))
    allowances.admit(Visitor("a", "8.8.8.8"), 1)
    with pytest.raises(Busy):
        allowances.admit(Visitor("a", "8.8.8.8"), 1)
    allowances.admit(Visitor("a", "9.9.9.9"), 1)


def test_the_tokens_of_a_day_are_reserved_before_and_settled_after() -> None:
    allowances = Allowances(Limits(tokens_per_day=100))
    allowances.admit(None, 60)
    with pytest.raises(Busy, match="tomorrow"):
        allowances.admit(Visitor("a"), 60)
    allowances.settle(60, used=10)
    allowances.admit(Visitor("a"), 90)
    with pytest.raises(Busy):
        allowances.admit(None, 1)


def test_sessions_without_end_are_forgotten_once_they_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecar.allowances.MOST_KEYS", 10)
    clock = iter(float(number * 400) for number in range(1000))
    monkeypatch.setattr("sidecar.allowances.time.monotonic", lambda: next(clock))
    allowances = Allowances(Limits(tokens_per_day=10_000))
    for number in range(200):
        allowances.admit(Visitor(f"session {number}"), 1)
    assert len(allowances._sessions._turns) <= 11


def test_sessions_that_were_turned_away_are_forgotten_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecar.allowances.MOST_KEYS", 2)
    clock = iter((0.0, 0.0, 4000.0, 4000.0, 4000.0))
    monkeypatch.setattr("sidecar.allowances.time.monotonic", lambda: next(clock))
    allowances = Allowances(Limits(tokens_per_day=100))
    for session in "ab":
        allowances.admit(Visitor(session), 10)
    with pytest.raises(Busy, match="tomorrow"):
        allowances.admit(Visitor("a"), 1000)
    allowances.admit(Visitor("c"), 10)
    allowances.admit(Visitor("a"), 10)
    assert set(allowances._sessions._turns) == {"c", "a"}
