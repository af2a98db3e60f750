"""Events planted in the simulated histories, each of which a reader of the figures should find again.

Their dates are fixed, not counted back from today: tomorrow's answers continue today's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal[
    "viral_spike",
    "spike",
    "recount",
    "fall",
    "rename",
    "stalled",
    "licence",
    "vanished",
    "repeated_partition",
    "new_release",
]


@dataclass(frozen=True)
class Planted:
    """One event: what happens to which model from which day on, and what a reader should find."""

    kind: Kind
    model_id: str
    on: date
    finding: str
    until: date | None = None
    new_id: str = ""
    new_licence: str = ""
    created_anew: bool = False  # a rename that does not keep the creation time


PLANTED = (
    Planted(
        "viral_spike",
        "Qwen/Qwen2.5-1.5B-Instruct",
        date(2025, 7, 1),
        "China leads the United States in July 2025 with this repository, and does not without each side's largest.",
        until=date(2025, 7, 31),
    ),
    Planted(
        "spike",
        "mistralai/Mistral-7B-Instruct-v0.2",
        date(2024, 11, 16),
        "One 30-day window, before all-time counters, stands far above its neighbours; likes do not follow.",
        until=date(2024, 12, 9),
    ),
    Planted(
        "spike",
        "google/gemma-3-12b-it",
        date(2026, 3, 5),
        "The all-time counter gains ten months of downloads in two weeks, then goes on as before; likes do not follow.",
        until=date(2026, 3, 15),
    ),
    Planted(
        "recount",
        "meta-llama/Llama-3.2-1B-Instruct",
        date(2025, 11, 12),
        "The all-time counter jumps up; the 30-day counter does not move.",
    ),
    Planted(
        "recount",
        "openai/gpt-oss-120b",
        date(2026, 10, 14),
        "The all-time counter jumps up; the 30-day counter does not move.",
    ),
    Planted(
        "fall",
        "mistralai/Mistral-7B-Instruct-v0.2",
        date(2026, 9, 23),
        "The all-time counter falls and goes on from the lower level.",
    ),
    Planted(
        "stalled",
        "Qwen/Qwen3-8B",
        date(2026, 9, 30),
        "The all-time counter stands still for four weeks, then catches up; the 30-day counter goes on.",
        until=date(2026, 10, 28),
    ),
    Planted(
        "rename",
        "CohereForAI/aya-expanse-8b",
        date(2025, 4, 16),
        "The old id vanishes; the new id begins with its all-time count and creation time.",
        new_id="CohereLabs/aya-expanse-8b",
    ),
    Planted(
        "rename",
        "vikhyatk/moondream2",
        date(2026, 10, 7),
        "The old id vanishes; the new id begins with its all-time count and likes, but a creation time of its own.",
        new_id="moondream/moondream2",
        created_anew=True,
    ),
    Planted(
        "licence",
        "deepseek-ai/DeepSeek-V3",
        date(2025, 3, 26),
        "The licence changes from other (deepseek) to mit.",
        new_licence="mit",
    ),
    Planted(
        "licence",
        "google/gemma-3-12b-it",
        date(2026, 9, 16),
        "The licence tag changes from gemma to apache-2.0.",
        new_licence="apache-2.0",
    ),
    Planted(
        "vanished",
        "stabilityai/stablelm-2-1_6b-chat",
        date(2026, 9, 9),
        "The repository is gone from one week to the next.",
    ),
    Planted(
        "repeated_partition",
        "",
        date(2025, 5, 14),
        "The weekly partition of this date repeats the one before it, byte for byte.",
    ),
    Planted(
        "repeated_partition",
        "",
        date(2026, 10, 21),
        "The weekly partition of this date repeats the one before it, byte for byte.",
    ),
)

# Every second Wednesday one of these accounts publishes a preview: any day has releases of its last weeks.
RELEASE_ACCOUNTS = ("Qwen", "google", "mistralai", "zai-org", "nvidia", "moonshotai", "allenai", "MiniMaxAI")
FIRST_RELEASE = date(2024, 8, 7)


def new_releases(until: date) -> Iterator[Planted]:
    """The fortnightly preview releases up to a day."""
    day, turn = FIRST_RELEASE, 0
    while day <= until:
        account = RELEASE_ACCOUNTS[turn % len(RELEASE_ACCOUNTS)]
        yield Planted(
            "new_release",
            f"{account}/Demo-Preview-8B-{day:%Y%m%d}",
            day,
            "A release with its launch burst; it counts as new in its month.",
        )
        day, turn = day + timedelta(days=14), turn + 1


def planted(kind: Kind) -> tuple[Planted, ...]:
    """The planted events of one kind."""
    return tuple(event for event in PLANTED if event.kind == kind)
