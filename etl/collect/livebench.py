"""livebench: every dated table of LiveBench and the categories of its tasks, as its site publishes them."""

import re
from collections.abc import Iterator

from etl.collect.http import Fetcher, SourceError
from etl.collect.licence import licence_of
from etl.snapshots import Draft, Known, Snapshot, SnapshotStore
from registry import Registry
from settings import Settings

SOURCE_ID = "livebench"
LISTING = "https://api.github.com/repos/LiveBench/livebench.github.io/contents/public"
RAW = "https://raw.githubusercontent.com/LiveBench/livebench.github.io/"
TABLE = re.compile(r"table_(\d{4}_\d{2}_\d{2})\.csv")


def collect(
    fetch: Fetcher, store: SnapshotStore, registry: Registry, settings: Settings, known: Known
) -> Iterator[Snapshot]:
    """One snapshot with `table_YYYY_MM_DD.csv` and `categories_YYYY_MM_DD.json` of every release.

    A table without its categories is kept and named in the manifest: its means cannot be computed.
    """
    fetch = fetch.for_source(SOURCE_ID)
    addresses = _addresses(fetch)
    dates = sorted(match[1] for name in addresses if (match := TABLE.fullmatch(name)))
    if not dates:
        raise SourceError(
            SOURCE_ID, f"expected table_YYYY_MM_DD.csv in the listing {LISTING}, came {len(addresses)} others"
        )
    with store.draft(SOURCE_ID, licence_of(registry, SOURCE_ID)) as draft:
        for day in dates:
            _add_table(fetch, draft, f"table_{day}.csv", addresses)
            _add_categories(fetch, draft, f"categories_{day}.json", addresses)
        yield draft.finish()


def _addresses(fetch: Fetcher) -> dict[str, str]:
    """File name -> canonical address, as GitHub's listing of the folder names them."""
    answer = fetch.get(LISTING)
    entries = answer.json()
    if not isinstance(entries, list) or not all(
        isinstance(e, dict) and isinstance(e.get("name"), str) for e in entries
    ):
        raise SourceError(SOURCE_ID, f"expected a list of files from {LISTING}, came something else: kept what we had")
    addresses = {
        entry["name"]: fetch.canonical(entry["download_url"], answer.url)
        for entry in entries
        if entry.get("type") == "file" and isinstance(entry.get("download_url"), str)
    }
    wanted = {name: url for name, url in addresses.items() if name.startswith(("table_", "categories_"))}
    for name, url in wanted.items():
        if not url.startswith(RAW) or "/.." in url:
            raise SourceError(SOURCE_ID, f"expected the address of {name} to begin with {RAW}, came another: not asked")
    return wanted


def _add_table(fetch: Fetcher, draft: Draft, name: str, addresses: dict[str, str]) -> None:
    answer = fetch.get(addresses[name], expect="csv")
    lines = (answer.body or b"").decode("utf-8-sig").split("\n", 1)
    if lines[0].split(",")[0].strip().strip('"') != "model" or not "".join(lines[1:]).strip():
        raise SourceError(SOURCE_ID, f"expected a header `model,...` and rows in {name}, came {lines[0][:60]!r}")
    draft.add(name, answer)


def _add_categories(fetch: Fetcher, draft: Draft, name: str, addresses: dict[str, str]) -> None:
    if name not in addresses:
        draft.note(f"expected {name} in the listing, came none: its table has no category means")
        return
    answer = fetch.get(addresses[name])
    if not isinstance(answer.json(), dict) or not answer.json():
        raise SourceError(SOURCE_ID, f"expected an object of categories in {name}, came none: kept what we had")
    draft.add(name, answer)
