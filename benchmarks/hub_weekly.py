"""The simulated Hub as one dense Parquet file per week, and models' countries: what the peers of the benchmark read.

    python -m benchmarks.hub_weekly --share 0.05 --folder FOLDER [--data FOLDER]

With `--data` also the countries of the models in that folder's lake, so that our own sum is spared the same joins.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import registry
from benchmarks.hub_peers import COUNTRIES, DAYS
from benchmarks.synthetic_hub import FIRST_ALL_TIME, WEEKS, SyntheticHub


def main() -> None:
    """Write what is not there yet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_weekly", description=__doc__)
    parser.add_argument("--share", type=float, required=True, help="part of three million models")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="data folder with a lake")
    chosen = parser.parse_args()
    write_weekly(chosen.folder, chosen.share)
    if chosen.data:
        write_countries_of_the_lake(chosen.data)


def write_weekly(folder: Path, share: float, weeks: int = WEEKS) -> None:
    """One file per week with every model, and the country of those whose account the registry knows."""
    folder.mkdir(parents=True, exist_ok=True)
    there = {file.stem for file in folder.glob("2*.parquet")}
    hub = SyntheticHub(share)
    if not (folder / COUNTRIES).exists():
        numbers = pa.array(np.arange(hub.models.count, dtype=np.int32))
        pq.write_table(_countries(numbers, hub.models.model_id, "model"), folder / COUNTRIES)
    days = [f"{hub.day(week)}" for week in range(weeks) if hub.day(week) >= FIRST_ALL_TIME]
    (folder / DAYS).write_text("\n".join(days), encoding="utf-8")
    for week in range(weeks):
        if hub.day(week).isoformat() not in there:
            counters = hub.counters(week)
            rows = len(counters.places)
            all_time = counters.downloads_all_time
            columns = {
                "model": pa.array(counters.places.astype(np.int32)),
                "downloads_30d": pa.array(counters.downloads_30d),
                "downloads_all_time": pa.nulls(rows, pa.int64()) if all_time is None else pa.array(all_time),
                "likes": pa.array(counters.likes),
            }
            partial = folder / "week.partial"
            pq.write_table(pa.table(columns), partial, compression="zstd")
            partial.rename(folder / f"{hub.day(week)}.parquet")


def write_countries_of_the_lake(data_dir: Path) -> None:
    """Country by model number, for the models whose account the registry knows."""
    names = pq.read_table(data_dir / "lake/model_numbers/hub_history", columns=["model_number", "model_id"])
    pq.write_table(_countries(names["model_number"], names["model_id"], "model_number"), data_dir / COUNTRIES)


def _countries(numbers: pa.Array, ids: pa.Array, name: str) -> pa.Table:
    known = {row.organisation_id: row.country_code for row in registry.load().organisations if row.country_code}
    place = pc.index_in(pc.replace_substring_regex(ids, "/.*", ""), pa.array(list(known)))
    found = pa.table({name: numbers, "place": place}).filter(pc.is_valid(place))
    countries = pa.array(list(known.values())).take(found["place"].combine_chunks())
    return pa.table({name: found[name], "country": countries})


if __name__ == "__main__":
    main()
