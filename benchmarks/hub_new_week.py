"""A new week of the Hub, from the service into the lake: `python -m benchmarks.hub_new_week`, measured from outside.

Asks the mirror of OMO_MIRROR for the partitions that the lake of OMO_DATA_DIR has not, with the ETL's own collector,
tidies and keeps them; prints the seconds of each of both steps. No release is built.
"""

import json
import time
from contextlib import closing
from datetime import date, timedelta

import registry
from benchmarks.processes import own_peak_mib
from benchmarks.synthetic_hub import SOURCE_ID
from etl import lake, readings
from etl.collect import COLLECTORS, Known
from etl.collect.http import Fetcher
from etl.snapshots import SnapshotStore
from settings import settings


def main() -> None:
    """Fetch, tidy, keep."""
    given, known = settings(), registry.load()
    newest = lake.committed(given.data_dir, SOURCE_ID)[-1].observed_on
    labels = frozenset(str(date(2024, 7, 1) + timedelta(days=n)) for n in range((newest - date(2024, 7, 1)).days + 1))
    with closing(Fetcher(given)) as fetch:
        started = time.perf_counter()
        store = SnapshotStore(given.data_dir)
        for snapshot in COLLECTORS[SOURCE_ID](fetch, store, known, given, Known(labels)):
            fetched = time.perf_counter()
            kept = readings.keep(given.data_dir, snapshot)
            seconds = {"fetch": fetched - started, "keep": time.perf_counter() - fetched, "rows": kept.rows}
            print(json.dumps({**seconds, "peak_mib": own_peak_mib()}), flush=True)
            started = time.perf_counter()


if __name__ == "__main__":
    main()
