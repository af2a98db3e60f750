"""One job in the tools that people would take: monthly new downloads by country, from one dense Parquet file per week.

    python -m benchmarks.hub_peers weekly  --share 0.05 --folder FOLDER     writes the files
    python -m benchmarks.hub_peers polars  --folder FOLDER --repeats 3      prints seconds and the answer's digest

New downloads of a week are, for each model that is in it and in the week before, the difference of its all-time
counters; they count for the month in which the week begins. Every tool goes from week to week: a window over all weeks
at once is slower in each of them, and needs more memory than a laptop has. Models are numbers in the files, which no
real copy of the Hub offers: the peers are spared the joins on text.
"""

import argparse
import hashlib
import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import registry
from benchmarks.synthetic_hub import FIRST_ALL_TIME, WEEKS, SyntheticHub

Answer = dict[tuple[str, str], int]  # (month, country) -> new downloads
COUNTRIES = "countries.parquet"


def write_weekly(folder: Path, share: float, weeks: int = WEEKS) -> None:
    """One file per week with every model, and the country of those whose account the registry knows."""
    folder.mkdir(parents=True, exist_ok=True)
    there = {file.stem for file in folder.glob("2*.parquet")}
    hub = SyntheticHub(share)
    if not (folder / COUNTRIES).exists():
        pq.write_table(_countries(hub), folder / COUNTRIES)
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


def _countries(hub: SyntheticHub) -> pa.Table:
    known = {row.organisation_id: row.country_code for row in registry.load().organisations if row.country_code}
    accounts = pc.replace_substring_regex(hub.models.model_id, "/.*", "")
    place = pc.index_in(accounts, pa.array(list(known)))
    table = pa.table({"model": pa.array(np.arange(hub.models.count, dtype=np.int32)), "place": place})
    found = table.filter(pc.is_valid(table["place"]))
    countries = pa.array(list(known.values())).take(found["place"].combine_chunks())
    return pa.table({"model": found["model"], "country": countries})


def in_duckdb(folder: Path) -> Answer:
    """A scan of the files in DuckDB, without any table of ours."""
    answer: Answer = {}
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        for before, now in _pairs(folder):
            rows = connection.execute(
                "select country, sum(now.downloads_all_time - before.downloads_all_time)::bigint "
                "from read_parquet($now) as now join read_parquet($before) as before using (model) "
                "join read_parquet($countries) using (model) group by country",
                {"now": str(now), "before": str(before), "countries": str(folder / COUNTRIES)},
            ).fetchall()
            _add(answer, now, dict(rows))
    return answer


def in_polars(folder: Path) -> Answer:
    """The same with polars' lazy frames and its streaming engine."""
    answer: Answer = {}
    countries = pl.scan_parquet(folder / COUNTRIES)
    for before, now in _pairs(folder):
        both = pl.scan_parquet(now).join(pl.scan_parquet(before), on="model", suffix="_before")
        gained = (pl.col("downloads_all_time") - pl.col("downloads_all_time_before")).sum()
        frame = (
            both.join(countries, on="model").group_by("country").agg(gained.alias("new")).collect(engine="streaming")
        )
        _add(answer, now, dict(frame.iter_rows()))
    return answer


def in_pandas(folder: Path) -> Answer:
    """The same with pandas, two weeks in memory at a time."""
    answer: Answer = {}
    countries = pd.read_parquet(folder / COUNTRIES)
    for before, now in _pairs(folder):
        weeks = [pd.read_parquet(file, columns=["model", "downloads_all_time"]) for file in (now, before)]
        both = weeks[0].merge(weeks[1], on="model", suffixes=("", "_before")).merge(countries, on="model")
        gained = both["downloads_all_time"] - both["downloads_all_time_before"]
        _add(answer, now, gained.groupby(both["country"]).sum().to_dict())
    return answer


def in_pandas_at_once(folder: Path) -> Answer:
    """As most would write it in pandas: all weeks in one frame, then the difference by model. Needs them in memory."""
    files = [folder / f"{day}.parquet" for day in _days(folder)]
    weeks = [pd.read_parquet(file, columns=["model", "downloads_all_time"]).assign(day=file.stem) for file in files]
    whole = pd.concat(weeks, ignore_index=True).sort_values(["model", "day"], kind="stable")
    whole["new"] = whole.groupby("model")["downloads_all_time"].diff()
    with_country = whole.merge(pd.read_parquet(folder / COUNTRIES), on="model").dropna(subset=["new"])
    sums = with_country.groupby([with_country["day"].str[:7], "country"])["new"].sum()
    return {(str(month), str(country)): int(value) for (month, country), value in sums.items()}


def _pairs(folder: Path) -> list[tuple[Path, Path]]:
    """Each week with all-time counters, after the week before it."""
    return [(folder / f"{before}.parquet", folder / f"{now}.parquet") for before, now in pairwise(_days(folder))]


def _days(folder: Path) -> list[str]:
    days = sorted(file.stem for file in folder.glob("2*.parquet"))
    return [day for day in days if date.fromisoformat(day) >= FIRST_ALL_TIME]


def _add(answer: Answer, week: Path, new: dict[str, int]) -> None:
    for country, value in new.items():
        place = (week.stem[:7], country)
        answer[place] = answer.get(place, 0) + int(value)


def digest(answer: Answer) -> str:
    """A short name for an answer: equal answers have equal names."""
    lines = "\n".join(f"{month} {country} {value}" for (month, country), value in sorted(answer.items()))
    return f"{len(answer)} values, {hashlib.sha256(lines.encode()).hexdigest()[:12]}"


def in_the_lake(data_dir: Path) -> Answer:
    """The sum of the differences that our lake keeps; accounts become countries beforehand, as in the peers' files."""
    changes = str(data_dir / "lake/model_changes/*/*.parquet")
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        rows = connection.execute(
            "select strftime(observed_on, '%Y-%m'), country, sum(delta)::bigint from read_parquet($changes) "
            "join read_parquet($countries) using (model_number) where delta is not null group by all",
            {"changes": changes, "countries": str(data_dir / COUNTRIES)},
        ).fetchall()
    return {(month, country): new for month, country, new in rows}


def prepare_the_lake(data_dir: Path) -> None:
    """Country by model number, for the models whose account the registry knows."""
    known = {row.organisation_id: row.country_code for row in registry.load().organisations if row.country_code}
    names = pq.read_table(data_dir / "lake/model_numbers/hub_history", columns=["model_number", "model_id"])
    place = pc.index_in(pc.replace_substring_regex(names["model_id"], "/.*", ""), pa.array(list(known)))
    found = names.append_column("place", place).filter(pc.is_valid(place))
    countries = pa.array(list(known.values())).take(found["place"].combine_chunks())
    pq.write_table(pa.table({"model_number": found["model_number"], "country": countries}), data_dir / COUNTRIES)


def rows_of(file: Path) -> int:
    """Rows of a Parquet file, from its footer."""
    return int(pq.read_metadata(file).num_rows)


PEERS: dict[str, Callable[[Path], Answer]] = {
    "lake": in_the_lake,
    "duckdb": in_duckdb,
    "polars": in_polars,
    "pandas": in_pandas,
    "pandas_at_once": in_pandas_at_once,
}


def main() -> None:
    """Write the files, or answer with one tool."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_peers", description=__doc__)
    parser.add_argument("act", choices=["weekly", *PEERS])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="data folder with our lake")
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.act == "weekly":
        write_weekly(chosen.folder, chosen.share)
        return
    folder = chosen.folder
    if chosen.act == "lake":
        folder = chosen.data
        prepare_the_lake(folder)
    seconds, answers = [], set[str]()
    for _ in range(chosen.repeats):
        started = time.perf_counter()
        answers.add(digest(PEERS[chosen.act](folder)))
        seconds.append(time.perf_counter() - started)
    result: dict[str, Any] = {"seconds": statistics.median(seconds), "all": seconds, "answer": sorted(answers)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
