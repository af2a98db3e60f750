"""Tidy: raw snapshots in, frames of the lake out. Pure functions: no network, no database, no clock."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from etl.snapshots import Snapshot
from etl.tidy import (
    hub_history,
    hub_models,
    licence_tags,
    livebench,
    lmarena,
    open_llm_leaderboard,
    spdx_licences,
)
from etl.tidy.doors import TidyError
from etl.tidy.tidied import Refusal, Tidied

__all__ = ["TIDIERS", "Refusal", "Tidied", "TidyError", "tidy"]

TIDIERS: Mapping[str, Callable[[Snapshot], Tidied]] = MappingProxyType(
    {
        "hub_models": hub_models.tidy,
        "hub_history": hub_history.tidy,
        "hub_licence_tags": licence_tags.tidy,
        "spdx_licences": spdx_licences.tidy,
        "lmarena": lmarena.tidy,
        "livebench": livebench.tidy,
        "open_llm_leaderboard": open_llm_leaderboard.tidy,
    }
)


def tidy(snapshot: Snapshot) -> Tidied:
    """The frames of a snapshot. Raises TidyError, one sentence, when the payload as a whole is refused."""
    return TIDIERS[snapshot.source_id](snapshot)
