"""open_llm_leaderboard: the Open LLM Leaderboard v2, frozen in March 2025."""

from collections.abc import Iterator

from etl.collect.http import Fetcher
from etl.collect.licence import licence_of
from etl.collect.tables import add_parquet
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "open_llm_leaderboard"
URL = "https://huggingface.co/datasets/open-llm-leaderboard/contents/resolve/main/data/train-00000-of-00001.parquet"


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `contents.parquet`."""
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft:
        add_parquet(fetch.for_source(SOURCE_ID), draft, "contents.parquet", URL)
        yield draft.finish()
