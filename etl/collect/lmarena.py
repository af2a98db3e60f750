"""lmarena: every published text board of LMArena, with and without style control."""

from collections.abc import Iterator

from etl.collect.http import Fetcher
from etl.collect.licence import licence_of
from etl.collect.tables import add_parquet
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "lmarena"
URL = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main/{config}/full-00000-of-00001.parquet"
CONFIGS = ("text", "text_style_control")


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `text.parquet` and `text_style_control.parquet`, all boards since the first."""
    fetch = fetch.for_source(SOURCE_ID)
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft:
        for config in CONFIGS:
            add_parquet(fetch, draft, f"{config}.parquet", URL.format(config=config))
        yield draft.finish()
