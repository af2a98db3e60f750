"""One job in the tools that people would take: monthly new downloads by country, from one dense Parquet file per week.

    python -m benchmarks.hub_weekly --share 0.05 --folder FOLDER     writes the files
    python -m benchmarks.hub_peers polars --folder FOLDER            prints seconds and the answer's digest

New downloads of a week are, for each model that is in it and in the week before, the difference of its all-time
counters; they count for the month in which the week begins. Every tool goes from week to week: a window over all weeks
at once is slower in each of them, and needs more memory than a laptop has. Models are numbers in the files, which no
real copy of the Hub offers: the peers are spared the joins on text. Each tool is imported where it answers, so that no
process holds the memory of another one.
"""

import argparse
import hashlib
import json
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.processes import own_peak_mib

Answer = dict[tuple[str, str], int]  # (month, country) -> new downloads
COUNTRIES, DAYS = "countries.parquet", "days.txt"  # beside the weeks; the days are those with all-time counters


def in_duckdb(folder: Path) -> Answer:
    """A scan of the files in DuckDB, without any table of ours."""
    import duckdb

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
    import polars as pl

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
    import pandas as pd

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
    import pandas as pd

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
    return (folder / DAYS).read_text(encoding="utf-8").split()


def _add(answer: Answer, week: Path, new: dict[str, int]) -> None:
    for country, value in new.items():
        place = (week.stem[:7], country)
        answer[place] = answer.get(place, 0) + int(value)


def digest(answer: Answer) -> str:
    """A short name for an answer: equal answers have equal names, whether they say that there was nothing or not."""
    rows = sorted((month, country, value) for (month, country), value in answer.items() if value)
    lines = "\n".join(f"{month} {country} {value}" for month, country, value in rows)
    return f"{len(rows)} values, {hashlib.sha256(lines.encode()).hexdigest()[:12]}"


def in_the_lake(data_dir: Path) -> Answer:
    """The sum of the differences that our lake keeps; accounts become countries beforehand, as in the peers' files."""
    import duckdb

    changes = str(data_dir / "lake/model_changes/*/*.parquet")
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        rows = connection.execute(
            "select strftime(observed_on, '%Y-%m'), country, sum(delta)::bigint from read_parquet($changes) "
            "join read_parquet($countries) using (model_number) where delta is not null group by all",
            {"changes": changes, "countries": str(data_dir / COUNTRIES)},
        ).fetchall()
    return {(month, country): new for month, country, new in rows}


PEERS: dict[str, Callable[[Path], Answer]] = {
    "lake": in_the_lake,
    "duckdb": in_duckdb,
    "polars": in_polars,
    "pandas": in_pandas,
    "pandas_at_once": in_pandas_at_once,
}


def main() -> None:
    """Answer with one tool."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hub_peers", description=__doc__)
    parser.add_argument("act", choices=PEERS)
    parser.add_argument("--folder", type=Path, required=True, help="with a file per week; of `lake` the data folder")
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    seconds, answers = [], set[str]()
    for _ in range(chosen.repeats):
        started = time.perf_counter()
        answers.add(digest(PEERS[chosen.act](chosen.folder)))
        seconds.append(time.perf_counter() - started)
    result: dict[str, Any] = {
        "seconds": statistics.median(seconds),
        "all": seconds,
        "peak_mib": own_peak_mib(),
        "answer": sorted(answers),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
