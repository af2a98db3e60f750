"""The waiting line alone: who came first starts first, and nobody who passes takes what an earlier one wants."""

import random
from collections import Counter

from sidecar.line import Line


def entered(line: Line, ticket: str, needs: str, slots: int = 1) -> None:
    """A ticket that needs a slot for each letter."""
    line.enter(ticket, Counter(needs), dict.fromkeys(needs, slots))


def test_who_came_first_starts_first() -> None:
    line = Line(at_once=4)
    for ticket in "123":
        entered(line, ticket, "ab")
    assert line.start() == ["1"]
    assert line.places() == {"2": 0, "3": 1}
    line.free("1", "a")
    assert line.start() == []  # b is still taken
    line.free("1", "b")
    assert line.start() == ["2"]
    assert line.places() == {"3": 0}


def test_a_later_one_passes_only_where_it_needs_nothing_that_an_earlier_one_wants() -> None:
    line = Line(at_once=9)
    entered(line, "first", "a")
    assert line.start() == ["first"]
    entered(line, "both", "ab")
    entered(line, "only b", "b")
    entered(line, "only c", "c")
    assert line.start() == ["only c"]  # b is free, but `both` wants it
    line.free("first", "a")
    assert line.start() == ["both"]


def test_all_together_use_no_more_than_the_places_there_are() -> None:
    line = Line(at_once=2)
    for ticket in "1234":
        entered(line, ticket, ticket)
    assert line.start() == ["1", "2"]
    line.free("2", "2")
    assert line.start() == ["3"]


def test_several_slots_let_several_in() -> None:
    line = Line(at_once=9)
    for ticket in "123":
        entered(line, ticket, "a", slots=2)
    assert line.start() == ["1", "2"]


def test_two_panes_of_one_model_with_one_slot_need_that_one() -> None:
    line = Line(at_once=9)
    entered(line, "twice", "aa")
    assert line.start() == ["twice"]
    assert line.slots_of("twice") == Counter(a=1)


def test_who_leaves_gives_the_place_to_the_next() -> None:
    line = Line(at_once=9)
    for ticket in "123":
        entered(line, ticket, "a")
    line.start()
    line.leave("2")
    assert line.places() == {"3": 0}
    line.leave("nobody")
    line.free("1", "a")
    assert line.start() == ["3"]


def test_whatever_happens_nobody_is_overtaken_and_no_slot_is_taken_twice() -> None:
    chance = random.Random(3)
    for _ in range(200):
        _a_random_day(chance)


def _a_random_day(chance: random.Random) -> None:
    """Comings, goings and ends in any order; at every start the rules hold."""
    slots = {name: chance.randint(1, 3) for name in "abc"}
    line, needs, running = Line(at_once=chance.randint(1, 4)), dict[str, Counter[str]](), dict[str, Counter[str]]()
    waiting: list[str] = []
    for number in range(60):
        ticket = str(number)
        needs[ticket] = Counter(chance.choices("abc", k=chance.randint(1, 4)))
        line.enter(ticket, needs[ticket], slots)
        waiting.append(ticket)
        if running and chance.random() < 0.6:
            ended = chance.choice(list(running))
            name = chance.choice(list(running[ended].elements()))
            line.free(ended, name)
            running[ended][name] -= 1
            if not running[ended].total():
                del running[ended]
        if chance.random() < 0.1:
            line.leave(waiting.pop(chance.randrange(len(waiting))))
        for started in line.start():
            earlier = waiting[: waiting.index(started)]
            assert not any(needs[other].keys() & needs[started].keys() for other in earlier)
            waiting.remove(started)
            running[started] = line.slots_of(started)
        taken = sum(running.values(), Counter[str]())
        assert all(taken[name] <= slots[name] for name in slots)
        assert list(line.places()) == waiting
        if waiting and not running:
            raise AssertionError("everything is free and nobody starts")
