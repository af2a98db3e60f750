"""hub_licence_tags: the licence tags that the Hub knows."""

from collections.abc import Iterator

from etl.collect.http import Fetcher, SourceError
from etl.collect.licence import licence_of
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "hub_licence_tags"
URL = "https://huggingface.co/api/models-tags-by-type"


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `tags.json`: `{"license": [{"id": "license:mit", ...}]}`."""
    answer = fetch.for_source(SOURCE_ID).get(URL, {"type": "license"})
    content = answer.json()
    if not isinstance(content, dict) or not content.get("license"):
        raise SourceError(
            SOURCE_ID, f"expected an object with a list `license` from {URL}, came none: kept what we had"
        )
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft:
        draft.add("tags.json", answer)
        yield draft.finish()
