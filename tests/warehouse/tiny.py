"""A lake and a registry small enough to reckon by hand, written the way the ETL writes them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from etl import lake
from warehouse.build import About, building

OLD = "2022-03-02T23:29:04"  # the creation date that the Hub gives to everything older
ABOUT = About("2026-01-01T0000Z", datetime.fromisoformat("2026-01-01T00:00:00"), "test", "tracked")

ORGANISATIONS = {
    "Qwen": ("China", "CN"),
    "deepseek-ai": ("China", "CN"),
    "meta-llama": ("United States", "US"),
    "openai": ("United States", "US"),
    "mistralai": ("Europe", "FR"),
}
LICENCES = {"apache-2.0": "open", "llama3": "community", "deepseek": "responsible-use", "other": "unclassified"}
SOURCES = {
    "hub_models": "observations",
    "hub_history": "observations",
    "hub_licence_tags": "complete",
    "spdx_licences": "complete",
    "lmarena": "complete",
    "livebench": "complete",
    "open_llm_leaderboard": "complete",
}


@dataclass(frozen=True)
class TinyRegistry:
    """Five organisations, two families, four licences, seven sources; `changes` replaces whole tables."""

    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def frames(self) -> dict[str, list[dict[str, Any]]]:
        """The tables, as registry.load().frames() gives them."""
        usual: dict[str, list[dict[str, Any]]] = {
            "organisations": [
                {"organisation_id": name, "name": name, "kind": "company", "region": region, "country_code": country,
                 "parent_organisation_id": None, "on_hub": True, "confidence": "verified"}
                for name, (region, country) in ORGANISATIONS.items()
            ],
            "organisation_labels": [
                {"label": "Alibaba", "organisation_id": "Qwen"}, {"label": "OpenAI", "organisation_id": "openai"},
                {"label": "Meta", "organisation_id": "meta-llama"},
            ],
            "families": [
                {"family_id": "qwen", "organisation_ids": ["Qwen"], "hub_id_pattern": "^Qwen/Qwen"},
                {"family_id": "llama", "organisation_ids": ["meta-llama"], "hub_id_pattern": "(?i)^meta-llama/.*llama"},
            ],
            "licences": [
                {"licence_id": name, "name": name, "licence_class": licence_class,
                 "spdx_id": "Apache-2.0" if name == "apache-2.0" else None, "is_osi_approved": licence_class == "open"}
                for name, licence_class in LICENCES.items()
            ],
            "licence_tags": [{"licence_tag": n, "licence_id": n} for n in ("apache-2.0", "llama3", "other")],
            "licence_names": [{"licence_name": "deepseek", "licence_id": "deepseek"}],
            "licence_labels": [{"licence_label": "Apache 2.0", "licence_id": "apache-2.0", "licence_class": "open"}],
            "leaderboard_labels": [
                {"position": 0, "pattern": "^qwen.*max", "organisation_id": "Qwen", "is_open_weights": False},
                {"position": 1, "pattern": "^qwen", "organisation_id": "Qwen", "is_open_weights": True},
            ],
            "events": [
                {"event_id": "r1", "event_date": date(2025, 1, 20), "title": "DeepSeek-R1", "kind": "release",
                 "confidence": "unverified", "organisations": ["deepseek-ai"], "families": []}
            ],
            "panels": [{"panel_id": "2025-01", "name": "accounts known by January 2025"}],
            "thresholds": [{"threshold_id": "large_model_parameters", "value": 7_000_000_000}],
            "sources": [
                {"source_id": name, "title": name, "publisher": "P", "url": "https://example.org", "licence": "MIT",
                 "reads": reads, "stale_after_days": 7}
                for name, reads in SOURCES.items()
            ],
        }  # fmt: skip
        return usual | self.changes


def read_models(
    data_dir: Path, day: str, counters: Mapping[str, tuple[int | None, int | None]], source_id: str = "hub_history",
    likes: Mapping[str, int] = MappingProxyType({}), **facts: dict[str, Any],
) -> None:  # fmt: skip
    """A reading of the Hub: model -> (downloads_30d, downloads_all_time); likes by model, else 1; facts by column."""
    reading = {"observed_on": date.fromisoformat(day), "source_id": source_id}
    observations = [
        {"model_id": model, **reading, "downloads_30d": window, "downloads_all_time": all_time,
         "likes": likes.get(model, 1)}
        for model, (window, all_time) in counters.items()
    ]  # fmt: skip
    metadata = [{"model_id": model, **reading, **_facts(model, facts)} for model in counters]
    windows = [window for window, _ in counters.values() if window is not None]
    _commit(
        data_dir, source_id, day,
        {"model_observations": observations, "model_metadata": metadata},
        {"rows": len(counters), "downloads_30d": sum(windows)},
    )  # fmt: skip


def read_scores(data_dir: Path, source_id: str, day: str, scores: list[dict[str, Any]]) -> None:
    """A reading of a leaderboard: benchmark_id, published_on, model_label, score and what else differs from empty."""
    reading = {"observed_on": date.fromisoformat(day), "source_id": source_id}
    shape = {"benchmark_name": "Board", "unit": "points", "higher_is_better": True}
    rows = [
        {**reading, **shape, **score, "published_on": date.fromisoformat(score["published_on"])} for score in scores
    ]
    totals = {"rows": len(rows), "score_sum": sum(row["score"] for row in rows)}
    _commit(data_dir, source_id, day, {"scores": rows}, totals)


def read_table(data_dir: Path, source_id: str, day: str, table: str, rows: list[dict[str, Any]]) -> None:
    """A reading of one plain table, such as licence tags or refused rows."""
    reading = {"observed_on": date.fromisoformat(day), "source_id": source_id}
    _commit(data_dir, source_id, day, {table: [{**reading, **row} for row in rows]}, {"rows": len(rows)})


@contextmanager
def built(data_dir: Path, registry: TinyRegistry | None = None, about: About = ABOUT) -> Iterator[DuckDBPyConnection]:
    """The tables of that lake, with the inputs still at hand."""
    with building(data_dir, data_dir / "build", registry or TinyRegistry(), about) as connection:
        yield connection


def rows_of(data_dir: Path, select: str, registry: TinyRegistry | None = None) -> list[tuple[Any, ...]]:
    """Rows of a query on the tables of that lake; dates come as ISO text."""
    with built(data_dir, registry) as connection:
        found = connection.execute(select).fetchall()
    return [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in found]


def _facts(model: str, facts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "created_at": OLD,
        "task": "text-generation",
        "licence_tag": "apache-2.0",
        "base_model_ids": [],
    }
    chosen = usual | {column: by_model[model] for column, by_model in facts.items() if model in by_model}
    return chosen | {"created_at": datetime.fromisoformat(chosen["created_at"]).replace(tzinfo=UTC)}


def _commit(
    data_dir: Path, source_id: str, day: str, tables: dict[str, list[dict[str, Any]]], totals: dict[str, float]
) -> None:
    reading = {"observed_on": date.fromisoformat(day), "source_id": source_id}
    tables["control_totals"] = [{**reading, "measure": name, "value": float(total)} for name, total in totals.items()]
    frames = {
        name: pa.Table.from_pylist(
            [{c: row.get(c) for c in lake.SCHEMAS[name].names} for row in rows], lake.SCHEMAS[name]
        )
        for name, rows in tables.items()
    }
    commit = lake.Commit(source_id, date.fromisoformat(day), "0" * 64, False, len(rows_in(tables)))
    lake.write(data_dir, commit, frames)


def rows_in(tables: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of the first table, which is what a reading is measured by."""
    return next(iter(tables.values()))
