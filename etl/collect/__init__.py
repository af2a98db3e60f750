"""Collect: network in, raw bytes out. One module per source; nothing is cleaned here.

`COLLECTORS[source_id](fetch, store, registry, settings, known)` yields finished snapshots and raises SourceError, one
sentence, where the source did not give what it should.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from etl.collect import (
    hub_history,
    hub_licence_tags,
    hub_models,
    livebench,
    lmarena,
    open_llm_leaderboard,
    spdx_licences,
)
from etl.collect.http import Fetcher
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

__all__ = ["COLLECTORS", "Collector", "Known"]

Collector: TypeAlias = Callable[[Fetcher, SnapshotStore, Registry, Settings, Known], Iterator[Snapshot]]

COLLECTORS: dict[str, Collector] = {
    hub_models.SOURCE_ID: hub_models.collect,
    hub_history.SOURCE_ID: hub_history.collect,
    hub_licence_tags.SOURCE_ID: hub_licence_tags.collect,
    spdx_licences.SOURCE_ID: spdx_licences.collect,
    lmarena.SOURCE_ID: lmarena.collect,
    livebench.SOURCE_ID: livebench.collect,
    open_llm_leaderboard.SOURCE_ID: open_llm_leaderboard.collect,
}
