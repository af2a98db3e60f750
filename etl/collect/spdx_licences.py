"""spdx_licences: the SPDX licence list, with its OSI flags (the OSI's own `approved` flag was wrong for most)."""

from collections.abc import Iterator

from etl.collect.http import Fetcher, SourceError
from etl.collect.licence import licence_of
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "spdx_licences"
URL = "https://raw.githubusercontent.com/spdx/license-list-data/main/json/licenses.json"


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `licenses.json`."""
    answer = fetch.for_source(SOURCE_ID).get(URL)
    content = answer.json()
    if not isinstance(content, dict) or not content.get("licenses"):
        raise SourceError(
            SOURCE_ID, f"expected an object with a list `licenses` from {URL}, came none: kept what we had"
        )
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft:
        draft.add("licenses.json", answer)
        yield draft.finish()
