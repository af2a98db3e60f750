"""Parquet files that are kept whole."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.collect.http import Fetcher, SourceError
from etl.snapshots import Draft


def add_parquet(fetch: Fetcher, draft: Draft, name: str, url: str) -> None:
    """Streams a Parquet file into the draft. Raises SourceError if it cannot be read or has no rows."""
    answer = fetch.get(url, into=draft.folder / name, expect="parquet")
    rows = rows_of(draft.folder / name)
    if not rows:
        came = "a file that cannot be read as Parquet" if rows is None else "a table without rows"
        raise SourceError(draft.source_id, f"expected rows from {url}, came {came}: kept what we had")
    draft.add(name, answer)


def rows_of(path: Path) -> int | None:
    """Rows of a Parquet file by its footer; None where it cannot be read."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError):
        return None
