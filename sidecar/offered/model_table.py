"""`python -m sidecar models`: every model that can be asked, where, and whether it answers now."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from settings import Settings
from sidecar import client
from sidecar.destination import is_ours
from sidecar.models import Endpoint
from sidecar.offered import found

HEAD = ("id", "model", "made by", "kind", "weights", "served by", "stays here", "state")
NO_ANSWER = "does not answer"


@dataclass(frozen=True)
class Table:
    """A line per model, then a sentence for each that is not ready."""

    lines: list[str]
    all_answer: bool


def read(settings: Settings, only_here: bool = False) -> Table:
    """The table as it is now; of all models, or only of those that `python -m sidecar` starts. Raises RegistryError."""
    serving = found.serving(settings)
    endpoints = [one for one in found.all_models(settings).endpoints if not only_here or one.id in serving]
    up = asyncio.run(_up(endpoints))
    rows = [_row(endpoint, serving.get(endpoint.id), is_up) for endpoint, is_up in zip(endpoints, up, strict=True)]
    told = [f"{one}: {how.sentence}" for one, how in serving.items() if how.state != "ready"]
    return Table([*_aligned([HEAD, *rows]), *([""] if told else []), *told], all(up) and not told)


async def _up(endpoints: Sequence[Endpoint]) -> list[bool]:
    """Whether each answers, all asked at once."""
    async with client.new_client() as http:
        facts = await asyncio.gather(*(client.describe(http, endpoint) for endpoint in endpoints))
    return [fact.is_up for fact in facts]


def _row(endpoint: Endpoint, serving: found.Serving | None, is_up: bool) -> tuple[str, ...]:
    state = "answers" if is_up else serving.state if serving and serving.state != "ready" else NO_ANSWER
    stays = "yes" if is_ours(endpoint) else "no"
    return (
        endpoint.id,
        endpoint.name,
        endpoint.organisation,
        endpoint.kind,
        endpoint.quantisation or "-",
        endpoint.server,
        stays,
        state,
    )


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
