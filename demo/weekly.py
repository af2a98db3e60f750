"""hfmlsoc/hub_weekly_snapshots: one Parquet file of all models a week, made when it is first asked for."""

import io
import threading
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from demo.answers import Answer, file_answer, json_answer, missing
from demo.facts import Edition, as_text, facts
from demo.history import FIRST_ALL_TIME, History
from demo.models import object_id
from demo.planted import planted

FIRST_WEEK = date(2024, 7, 24)
FIRST_CARD = date(2024, 10, 9)  # cardData and trendingScore came with the upstream schema of October 2024
FOLDER = "datasets/hfmlsoc/hub_weekly_snapshots"
LINEAGE = pa.struct(
    [("relation", pa.string()), ("models", pa.list_(pa.struct([("_id", pa.string()), ("id", pa.string())])))]
)
SCHEMA = pa.schema(
    [
        ("_id", pa.string()),
        ("id", pa.string()),
        ("author", pa.string()),
        ("createdAt", pa.timestamp("us")),
        ("lastModified", pa.timestamp("us")),
        ("cardData", pa.string()),
        ("tags", pa.list_(pa.string())),
        ("pipeline_tag", pa.string()),
        ("library_name", pa.string()),
        ("baseModels", LINEAGE),
        ("safetensors", pa.struct([("parameters", pa.string()), ("total", pa.int64())])),
        ("siblings", pa.list_(pa.struct([("rfilename", pa.string())]))),
        ("config", pa.string()),
    ]
)


class WeeklySnapshots:
    """The partitions from FIRST_WEEK, or the last `weeks` of them, to today."""

    def __init__(self, history: History, editions: tuple[Edition, ...], today: date, weeks: int | None) -> None:
        self._history, self._editions = history, editions
        count = max(0, (today - FIRST_WEEK).days // 7 + 1)
        labels = [FIRST_WEEK + timedelta(weeks=week) for week in range(count)]
        self.labels = labels if weeks is None else labels[max(0, count - weeks) :]
        self._static: pa.Table | None = None
        self._files: dict[date, bytes] = {}
        self._lock = threading.Lock()

    def folders(self, query: dict[str, list[str]]) -> Answer:
        """The tree of `models/`: one folder a week."""
        rows = [{"type": "directory", "oid": object_id(f"{d}"), "size": 0, "path": f"models/{d}"} for d in self.labels]
        return json_answer(rows)

    def files(self, query: dict[str, list[str]], label: str) -> Answer:
        """The tree of one week's folder: one file, kept in large file storage."""
        day = self._known(label)
        if day is None:
            return missing(f"models/{label} does not exist on main")
        size = len(self._file(day))
        pointer = {"oid": object_id(label) * 2 + "0" * 16, "size": size, "pointerSize": 134}
        return json_answer(
            [
                {
                    "type": "file",
                    "oid": object_id(label),
                    "size": size,
                    "lfs": pointer,
                    "path": f"models/{label}/models.parquet",
                }
            ]
        )

    def file(self, query: dict[str, list[str]], label: str) -> Answer:
        """One week's Parquet file."""
        day = self._known(label)
        return missing("Entry not found") if day is None else file_answer(self._file(day))

    def _known(self, label: str) -> date | None:
        return next((day for day in self.labels if day.isoformat() == label), None)

    def _file(self, day: date) -> bytes:
        """A week's bytes; a planted repetition has those of the week before."""
        if any(event.on == day for event in planted("repeated_partition")):
            day -= timedelta(weeks=1)
        with self._lock:
            if day not in self._files:
                self._files[day] = self._written(day)
            return self._files[day]

    def _written(self, day: date) -> bytes:
        if self._static is None:
            self._static = pa.Table.from_pylist([_row(edition) for edition in self._editions], schema=SCHEMA)
        chosen = [row for row, edition in enumerate(self._editions) if edition.is_listed(day)]
        places = [self._editions[row].place for row in chosen]
        counters = self._history.counters(day)
        table = self._static.take(chosen)
        table = table.append_column("downloads", pa.array(counters.downloads_30d[places]))
        table = table.append_column("likes", pa.array(counters.likes[places]))
        if day >= FIRST_ALL_TIME:
            table = table.append_column("downloadsAllTime", pa.array(counters.downloads_all_time[places]))
        if day >= FIRST_CARD:
            table = table.append_column(
                "trendingScore", pa.array((counters.downloads_30d[places] ** 0.3).astype("int64"))
            )
        else:
            table = table.drop_columns(["cardData"])
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd")
        return buffer.getvalue()


def _row(edition: Edition) -> dict[str, object]:
    """The facts of a model in the columns of the weekly files: cards and configurations as JSON text."""
    known = facts(edition.model)
    weights = known["safetensors"]
    return {
        **{name: known[name] for name in SCHEMA.names},
        "createdAt": _time(known["createdAt"]),
        "lastModified": _time(known["lastModified"]),
        "cardData": as_text(known["cardData"]),
        "config": as_text(known["config"]),
        "safetensors": weights and {"parameters": as_text(weights["parameters"]), "total": weights["total"]},
    }


def _time(text: str) -> datetime:
    """The Hub's time text without its zone: the files hold UTC without saying so."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.000Z").replace(tzinfo=UTC).replace(tzinfo=None)
