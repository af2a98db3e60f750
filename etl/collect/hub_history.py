"""hub_history: the weekly copies of the Hub's counters since July 2024, oldest first, as far as a run's time goes.

Their order matters: the lake keeps what a partition changes against the one before it.
"""

import logging
import re
import time
from collections.abc import Iterator
from datetime import date

from etl.collect.errors import Unavailable
from etl.collect.http import Fetcher, OutOfTime, SourceError
from etl.collect.licence import licence_of
from etl.collect.reduce import Unreadable, reduce
from etl.snapshots import Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

log = logging.getLogger(__name__)

SOURCE_ID = "hub_history"
LISTING = "https://huggingface.co/api/datasets/hfmlsoc/hub_weekly_snapshots/tree/main/models"
URL = "https://huggingface.co/datasets/hfmlsoc/hub_weekly_snapshots/resolve/main/models/{label}/models.parquet"
PARTITION = re.compile(r"models/(\d{4}-\d{2}-\d{2})")

REQUIRED = ("id", "author", "createdAt", "downloads", "likes", "tags", "pipeline_tag", "library_name")
# Came to the table between 2024-10 and 2025-02-27: the copies before are complete without them.
REQUIRED_LATER = ("downloadsAllTime", "baseModels", "safetensors", "cardData")
LATER = date(2025, 3, 3)
OPTIONAL = ("gated",)  # not in the table as of 2026-10


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """A snapshot with `models.parquet` for each weekly partition that is not known yet, oldest first.

    Only columns and rows that we need are kept; the manifest describes the whole file and what was kept of it. A bad
    partition is skipped and named in a SourceError after the good ones. Where the service does not answer, or the time
    budget is used up, the rest waits for later runs: a later partition must not reach the lake before an earlier one.
    """
    fetch = fetch.for_source(SOURCE_ID)
    new = [label for label in _labels(fetch) if label not in known.labels]
    end, failures = time.monotonic() + settings.history_budget_s, dict[str, str]()
    for position, label in enumerate(new):
        if position and time.monotonic() > end:
            log.info("%s: %d partitions are left for the next run", SOURCE_ID, len(new) - position)
            break
        try:
            snapshot = _partition(fetch, store, registry, settings, label)
        except OutOfTime:
            raise
        except Unavailable as error:
            failures[label] = error.reason
            break
        except SourceError as error:
            log.warning("%s: partition %s is skipped: %s", SOURCE_ID, label, error.reason)
            failures[label] = error.reason
            continue
        yield snapshot
    if failures:
        reasons = "; ".join(f"{label}: {reason}" for label, reason in failures.items())
        raise SourceError(SOURCE_ID, f"{len(failures)} of {len(new)} new partitions could not be read: {reasons}")


def _labels(fetch: Fetcher) -> list[str]:
    """Labels of all partitions, oldest first."""
    labels = []
    for page in fetch.pages(LISTING):
        entries = page.json()
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise SourceError(SOURCE_ID, f"expected a list of folders from {page.url}, came something else")
        for entry in entries:
            match = PARTITION.fullmatch(str(entry.get("path")))
            if match and entry.get("type") == "directory" and _is_date(match[1]):
                labels.append(match[1])
    if not labels:
        raise SourceError(SOURCE_ID, f"expected folders models/YYYY-MM-DD from {LISTING}, came none: kept what we had")
    return sorted(set(labels))


def _partition(fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, label: str) -> Snapshot:
    day, everything = date.fromisoformat(label), settings.scope == "hub"
    organisations = None if everything else frozenset(o.organisation_id for o in registry.organisations)
    required = REQUIRED + (REQUIRED_LATER if day >= LATER else ())
    optional = OPTIONAL + (REQUIRED_LATER if day < LATER else ())
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID), label=label, observed_on=day) as draft:
        whole = draft.folder / "whole.parquet"
        answer = fetch.get(URL.format(label=label), into=whole, expect="parquet")
        try:
            columns, rows = reduce(whole, draft.folder / "models.parquet", required, optional, organisations)
        except Unreadable as error:
            raise SourceError(SOURCE_ID, str(error)) from error
        whole.unlink()
        draft.add_part("models.parquet", answer, columns)
        draft.note(f"kept {rows:,} rows: " + ("every model" if everything else "organisations of the registry"))
        return draft.finish()


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
