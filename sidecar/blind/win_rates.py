"""What blind votes say: how often each model won, with intervals, against all and against each other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sidecar.blind.votes import Vote
from sidecar.intervals import wilson


@dataclass(frozen=True)
class WinRate:
    """One model against all others. `n` = wins + losses; `win_share`, `low`, `high` 0-1 of those (Wilson, 95 %).

    `voters`: different sessions among its counted votes; `leaked`: its votes left out because a name had to be hidden.
    """

    model: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    n: int
    win_share: float | None
    low: float
    high: float
    voters: int
    leaked: int


@dataclass(frozen=True)
class Pairing:
    """One model against one other, from the first one's side; shares as in WinRate."""

    first: str
    second: str
    first_wins: int
    second_wins: int
    ties: int
    both_bad: int
    n: int
    first_share: float | None
    low: float
    high: float


def win_rates(votes: Iterable[Vote]) -> list[WinRate]:
    """A row for every model that was voted on, the highest share of wins first; leaked votes only counted."""
    every = list(votes)
    names = {side.contestant for vote in every for side in (vote.left, vote.right)}
    rows = [_win_rate(name, every) for name in names]
    return sorted(rows, key=lambda row: (row.win_share is None, -(row.win_share or 0), -row.n, row.model))


def _win_rate(name: str, votes: Sequence[Vote]) -> WinRate:
    its = [vote for vote in votes if name in (vote.left.contestant, vote.right.contestant)]
    counted = [vote for vote in its if not vote.is_leak]
    results = Counter(_result(vote, name) for vote in counted)
    n = results["win"] + results["loss"]
    low, high = wilson(results["win"], n)
    return WinRate(
        model=name,
        wins=results["win"],
        losses=results["loss"],
        ties=results["tie"],
        both_bad=results["both_bad"],
        n=n,
        win_share=results["win"] / n if n else None,
        low=low,
        high=high,
        voters=len({vote.session for vote in counted}),
        leaked=len(its) - len(counted),
    )


def _result(vote: Vote, name: str) -> str:
    if vote.choice in ("tie", "both_bad"):
        return vote.choice
    winner = vote.left if vote.choice == "left" else vote.right
    return "win" if winner.contestant == name else "loss"


def pairwise(votes: Iterable[Vote]) -> list[Pairing]:
    """A row for every two models that met, the most votes first; leaked votes left out."""
    met: dict[tuple[str, str], list[Vote]] = {}
    for vote in votes:
        if not vote.is_leak:
            first, second = sorted((vote.left.contestant, vote.right.contestant))
            met.setdefault((first, second), []).append(vote)
    return sorted(
        (_pairing(*names, its) for names, its in met.items()), key=lambda row: (-row.n, row.first, row.second)
    )


def _pairing(first: str, second: str, votes: Sequence[Vote]) -> Pairing:
    results = Counter(_result(vote, first) for vote in votes)
    n = results["win"] + results["loss"]
    low, high = wilson(results["win"], n)
    share = results["win"] / n if n else None
    return Pairing(
        first, second, results["win"], results["loss"], results["tie"], results["both_bad"], n, share, low, high
    )


def left_wins(votes: Iterable[Vote]) -> tuple[int, int]:
    """How often the left side won, of how many decisive votes: sides are by lot, so half is expected."""
    sides = [vote.choice for vote in votes if not vote.is_leak and vote.choice in ("left", "right")]
    return sides.count("left"), len(sides)


def finding(rows: Sequence[WinRate]) -> str:
    """One sentence. `Ahead` is said only where the interval of the first model's share excludes one half."""
    decisive = [row for row in rows if row.win_share is not None]
    if not decisive:
        return "No blind vote has decided for a model yet."
    # There are as many wins as losses, so that some share is one half or more.
    first = max(decisive, key=lambda row: (row.low > 0.5, row.win_share or 0, row.n))
    said = f"{_per_cent(first.win_share or 0)} of its {first.n} decisive blind votes (95 % interval {_interval(first)})"
    if first.low > 0.5:
        return f"{first.model} is ahead: it won {said}."
    return f"Too close to call: {first.model} won {said}."


def _interval(row: WinRate) -> str:
    return f"{round(100 * row.low)} to {_per_cent(row.high)}"


def _per_cent(share: float) -> str:
    return f"{round(100 * share)} %"
