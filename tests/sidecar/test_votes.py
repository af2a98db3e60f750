"""Votes: one for a comparison, kept without prompt and voter, counted with intervals."""

import json
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from settings import Settings
from sidecar.blind import votes
from sidecar.blind.votes import Choice, Side, Vote, VoteRefused
from sidecar.blind.win_rates import finding, left_wins, pairwise, win_rates
from sidecar.comparison import Comparison, State
from sidecar.evidence.canonical import canonical
from tests.sidecar.recorded import ASK, answer, comparison, endpoint, hosted


def finished(number: int = 1) -> Comparison:
    """A comparison of two models, left the embedded one."""
    made = comparison(answer(endpoint()), answer(hosted()))
    made.comparison_id = f"{number:032x}"
    return made


def side(model: str) -> Side:
    return Side(endpoint_id=model.lower(), model=model, revision=None, quantisation=None)


def vote(left: str, right: str, choice: Choice, number: int = 1, **more: Any) -> Vote:
    content = {
        "comparison_id": f"{number:032x}",
        "voted_at": "2026-11-25T04:43:42.000000Z",
        "choice": choice,
        "is_leak": False,
        "prompt_sha256": "0" * 64,
        "session": "f" * 16,
    }
    return Vote(left=side(left), right=side(right), **content | more)


def many(*counted: tuple[str, str, Choice, int]) -> list[Vote]:
    """So many votes of each kind."""
    return [vote(left, right, choice) for left, right, choice, times in counted for _ in range(times)]


def test_a_vote_is_kept_with_both_models_and_their_weights(tmp_path: Path) -> None:
    cast = votes.cast(tmp_path, finished(), "left", is_leak=True, session="abc")
    assert votes.read(tmp_path) == (cast,)
    assert (cast.choice, cast.is_leak) == ("left", True)
    assert cast.left == Side(
        endpoint_id="smollm2", model="HuggingFaceTB/SmolLM2-135M-Instruct", revision="ab" * 32, quantisation="Q4_1"
    )
    assert cast.right.contestant == "deepseek-ai/DeepSeek-V3"
    assert cast.left.contestant == "HuggingFaceTB/SmolLM2-135M-Instruct (abababababab, Q4_1)"


def test_neither_prompt_nor_answer_nor_voter_is_written_down(tmp_path: Path) -> None:
    votes.cast(tmp_path, finished(), "tie", is_leak=False, session="a browser's session")
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (ASK.messages[0].content, "A force.", "a browser's session"):
        assert secret.encode() not in written


def test_a_session_is_one_voter_here_and_nobody_elsewhere(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    assert votes.session_hash(here, "abc") == votes.session_hash(here, "abc")
    assert votes.session_hash(here, "abc") != votes.session_hash(here, "abd")
    assert votes.session_hash(here, "abc") != votes.session_hash(elsewhere, "abc")
    assert (here / "votes.salt").stat().st_mode & 0o777 == 0o600


def test_the_settings_name_the_folder(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    cast = votes.cast(settings, finished(), "both_bad", is_leak=False, session="abc")
    assert votes.read(settings) == votes.read(tmp_path / "live") == (cast,)


def test_a_comparison_has_one_vote(tmp_path: Path) -> None:
    votes.cast(tmp_path, finished(), "left", is_leak=False, session="abc")
    with pytest.raises(VoteRefused, match="has a vote already"):
        votes.cast(tmp_path, finished(), "right", is_leak=False, session="abd")
    votes.cast(tmp_path, finished(2), "right", is_leak=False, session="abc")
    assert [one.choice for one in votes.read(tmp_path)] == ["left", "right"]


def test_a_vote_needs_two_whole_answers_of_two_models(tmp_path: Path) -> None:
    growing = comparison(answer(endpoint()), answer(hosted(), state=State.answering))
    twice = comparison(answer(endpoint()), answer(endpoint("again", quantisation="Q8_0")))
    broken = comparison(answer(endpoint()), answer(hosted(), "Half", state=State.failed))
    for unfit in (growing, broken, twice, comparison(answer(endpoint()))):
        with pytest.raises(VoteRefused):
            votes.cast(tmp_path, unfit, "left", is_leak=False, session="abc")
    assert votes.read(tmp_path) == ()


def test_a_choice_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoteRefused, match="cannot be counted"):
        votes.cast(tmp_path, finished(), "winner", is_leak=False, session="abc")  # type: ignore[arg-type]


def test_no_votes_yet_is_no_error(tmp_path: Path) -> None:
    assert votes.read(tmp_path / "nowhere") == ()


def test_a_line_torn_by_a_crash_costs_no_other_vote(tmp_path: Path) -> None:
    votes.add(tmp_path, vote("A", "B", "left", 1))
    path = tmp_path / "votes.jsonl"
    path.write_bytes(path.read_bytes() + path.read_bytes()[:60])
    votes.add(tmp_path, vote("A", "B", "right", 2))
    assert [one.choice for one in votes.read(tmp_path)] == ["left", "right"]


def test_foreign_lines_are_left_out_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    good = canonical(vote("A", "B", "left").model_dump(mode="json"))
    itself = json.loads(good)
    itself["right"] = itself["left"]
    foreign = [
        "",
        "null",
        "[" * 5000,
        '{"choice": "left"}',
        good.replace('"left"', '"<b>"'),
        json.dumps(itself),
        "\xff",
    ]
    content = b"\n".join([*(line.encode("latin-1") for line in foreign), good.encode(), good.encode()])
    (tmp_path / "votes.jsonl").write_bytes(content + b"x" * 100_000)
    with caplog.at_level(logging.WARNING):
        assert votes.read(tmp_path) == (vote("A", "B", "left"),)
    assert "8 of 9 lines are no votes" in caplog.text


def test_a_full_file_takes_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "MAXIMUM_BYTES", 900)
    votes.add(tmp_path, vote("A", "B", "left", 1))
    with pytest.raises(VoteRefused, match=r"move votes\.jsonl away"):
        for number in range(2, 9):
            votes.add(tmp_path, vote("A", "B", "left", number))
    assert (tmp_path / "votes.jsonl").stat().st_size <= 900


def test_votes_of_many_at_once_are_all_kept_whole(tmp_path: Path) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 10):
            votes.cast(tmp_path, finished(number), "left", is_leak=False, session=str(number))

    threads = [threading.Thread(target=work, args=(100 * place,)) for place in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(votes.read(tmp_path)) == 40
    assert (tmp_path / "votes.salt").stat().st_size == 32


def test_of_many_votes_on_one_comparison_at_once_one_counts(tmp_path: Path) -> None:
    refused: list[VoteRefused] = []

    def work() -> None:
        try:
            votes.add(tmp_path, vote("A", "B", "left", 7))
        except VoteRefused as error:
            refused.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(votes.read(tmp_path)) == 1 and len(refused) == 7


def shares(rows: Sequence[Any]) -> dict[str, float | None]:
    return {row.model: row.win_share for row in rows}


def test_wins_are_counted_for_the_model_whichever_side_it_was_on() -> None:
    rows = win_rates(many(("A", "B", "left", 3), ("B", "A", "right", 3), ("A", "B", "right", 2), ("A", "B", "tie", 4)))
    assert [(row.model, row.wins, row.losses, row.ties, row.n) for row in rows] == [
        ("A", 6, 2, 4, 8),
        ("B", 2, 6, 4, 8),
    ]
    assert shares(rows) == {"A": 0.75, "B": 0.25}
    # Wilson's interval for 6 of 8, as tables have it: 0.409 to 0.929.
    assert (round(rows[0].low, 3), round(rows[0].high, 3)) == (0.409, 0.929)


def test_leaked_votes_are_left_out_and_counted() -> None:
    leaked = vote("A", "B", "left", is_leak=True)
    rows = win_rates([leaked, leaked, vote("A", "B", "right"), vote("A", "B", "both_bad", session="a" * 16)])
    assert [(row.model, row.wins, row.losses, row.both_bad, row.leaked, row.voters) for row in rows] == [
        ("B", 1, 0, 1, 2, 2),
        ("A", 0, 1, 1, 2, 2),
    ]


def test_a_model_with_only_ties_has_no_share() -> None:
    (first, second) = win_rates(many(("A", "B", "tie", 3)))
    assert (first.win_share, first.n, first.low, first.high, second.ties) == (None, 0, 0, 1, 3)


def test_each_two_models_have_a_row() -> None:
    rows = pairwise(many(("A", "B", "left", 2), ("B", "A", "left", 1), ("C", "A", "left", 4), ("B", "C", "tie", 1)))
    assert [(row.first, row.second, row.first_wins, row.second_wins, row.ties) for row in rows] == [
        ("A", "C", 0, 4, 0),
        ("A", "B", 2, 1, 0),
        ("B", "C", 0, 0, 1),
    ]
    assert rows[0].first_share == 0 and rows[2].first_share is None


def test_sides_are_counted_to_see_that_they_do_not_matter() -> None:
    assert left_wins(many(("A", "B", "left", 3), ("B", "A", "right", 2), ("A", "B", "tie", 5))) == (3, 5)


def test_ahead_is_said_only_where_the_interval_excludes_one_half() -> None:
    clear = finding(win_rates(many(("A", "B", "left", 40), ("A", "B", "right", 10))))
    close = finding(win_rates(many(("A", "B", "left", 6), ("A", "B", "right", 2))))
    assert clear == "A is ahead: it won 80 % of its 50 decisive blind votes (95 % interval 67 to 89 %)."
    assert close == "Too close to call: A won 75 % of its 8 decisive blind votes (95 % interval 41 to 93 %)."
    assert finding([]) == finding(win_rates(many(("A", "B", "tie", 9)))) == "No blind vote has decided for a model yet."


def test_many_losses_are_no_lead() -> None:
    rows = win_rates(many(("A", "B", "right", 480), ("A", "B", "left", 400), ("A", "C", "left", 1)))
    assert finding(rows).startswith("B is ahead")
    rows = win_rates(
        many(("A", "B", "right", 45), ("A", "C", "left", 45), ("B", "C", "left", 1), ("C", "B", "left", 1))
    )
    assert "A is ahead" not in finding(rows)
