"""hub_models: what the Hub says today of every model of the organisations in the registry."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from etl.collect.hosts import shown
from etl.collect.http import Answer, Fetcher, NotThere, SourceError
from etl.collect.licence import licence_of
from etl.snapshots import Draft, Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "hub_models"
URL = "https://huggingface.co/api/models"
PAGE_SIZE = 1000  # the largest that the Hub gives; more pages follow by their Link
EXPAND = (
    "author", "createdAt", "downloads", "downloadsAllTime", "likes", "tags", "pipeline_tag", "library_name",
    "cardData", "gated", "baseModels", "safetensors",
)  # fmt: skip
AT_ONCE = 4  # requests in flight: a run of 1 minute instead of 4, and far below the Hub's 500 in 5 minutes


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `<organisation_id>.<page>.json.gz` for every page of every organisation, as received.

    An organisation that is gone or lists nothing is named in the manifest; all of them empty is an error.
    """
    organisations = [o.organisation_id for o in registry.organisations if o.on_hub]
    fetch = fetch.for_source(SOURCE_ID)
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft, _workers(fetch) as workers:
        models = sum(workers.map(lambda organisation: _add_organisation(fetch, draft, organisation), organisations))
        if not models:
            expected = f"expected models of {len(organisations)} organisations"
            raise SourceError(SOURCE_ID, f"{expected}, came none of any: kept what we had")
        snapshot = draft.finish()
    yield snapshot


@contextmanager
def _workers(fetch: Fetcher) -> Iterator[ThreadPoolExecutor]:
    """A few threads; the first failure ends what the others are doing."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=SOURCE_ID) as workers:
        try:
            yield workers
        except BaseException:
            fetch.give_up()
            workers.shutdown(wait=False, cancel_futures=True)
            raise


def _add_organisation(fetch: Fetcher, draft: Draft, organisation: str) -> int:
    """Number of models of one organisation, its pages added to the draft."""
    models = 0
    params = {"author": organisation, "limit": PAGE_SIZE, "expand": EXPAND}
    try:
        for number, page in enumerate(fetch.pages(URL, params), start=1):
            models += _own_models(page, organisation)
            draft.add(f"{organisation}.{number}.json.gz", page)
    except NotThere:
        draft.note(f"{organisation}: the Hub has no such account")
        return 0
    if not models:
        draft.note(
            f"{organisation}: the Hub lists no models of its own: if it was renamed, change registry/organisations.yaml"
        )
    return models


def _own_models(page: Answer, organisation: str) -> int:
    """How many models on a page are the organisation's: a renamed account may answer with those of another.

    Raises SourceError when the page is no list of models.
    """
    rows = page.json()
    if not isinstance(rows, list) or not all(isinstance(r, dict) and isinstance(r.get("id"), str) for r in rows):
        raise SourceError(
            SOURCE_ID, f"expected a list of models with an `id` from {shown(page.url)}, came something else"
        )
    return sum(row["id"].split("/")[0].lower() == organisation.lower() for row in rows)
