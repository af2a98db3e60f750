"""A release with a handful of literal rows in the tables that charts read: figures that can be added up in the head."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connect import Release

ROLLING, COUNTED = "rolling_window", "all_time_difference"
TABLES = """
create table out_monthly_downloads (attribution varchar, month_start date, method varchar, region varchar,
    organisation_id varchar, family_id varchar, is_language boolean, is_mainline boolean, is_large boolean,
    panel varchar, new_downloads bigint, squared_downloads double, models bigint, flagged_downloads bigint,
    marked_downloads bigint, squared_unmarked double, period_end date, is_complete boolean);
create table out_weekly_downloads (attribution varchar, week_start date, method varchar, region varchar,
    organisation_id varchar, family_id varchar, is_language boolean, is_mainline boolean, is_large boolean,
    panel varchar, new_downloads bigint, squared_downloads double, models bigint, flagged_downloads bigint,
    marked_downloads bigint, squared_unmarked double, period_end date, is_complete boolean);
create table out_monthly_top_models (attribution varchar, month_start date, model_id varchar, region varchar,
    organisation_id varchar, family_id varchar, is_language boolean, is_mainline boolean, is_large boolean,
    panel varchar, new_downloads bigint, marked_downloads bigint);
create table out_weekly_top_models (attribution varchar, week_start date, model_id varchar, region varchar,
    organisation_id varchar, family_id varchar, is_language boolean, is_mainline boolean, is_large boolean,
    panel varchar, new_downloads bigint, marked_downloads bigint);
create table out_frontier (benchmark_id varchar, published_on date, group_kind varchar, group_name varchar,
    best_score double, best_score_low double, best_score_high double, best_model_label varchar, models bigint);
create table out_licence_share (month_start date, region varchar, licence_class varchar, is_language boolean,
    is_mainline boolean, is_large boolean, new_models bigint, new_downloads bigint);
create table core_benchmarks (benchmark_id varchar, name varchar, source_id varchar, unit varchar,
    higher_is_better boolean, min_score double, max_score double);
create table core_scores (benchmark_id varchar, model_label varchar, published_on date, model_id varchar,
    organisation_id varchar, region varchar, is_open_weights boolean, score double, score_low double, score_high double,
    votes bigint, rank bigint, licence_label varchar);
create table core_families (family_id varchar, name varchar);
create table core_organisations (organisation_id varchar, name varchar, parent_organisation_id varchar, region varchar,
    confidence varchar);
create table core_policy_events (event_id varchar, event_date date, date_precision varchar, title varchar, kind varchar,
    jurisdiction varchar, summary varchar, source_title varchar, source_url varchar, confidence varchar);
create table meta_sources (source_id varchar, title varchar, publisher varchar, licence varchar, status varchar,
    data_until date, rows bigint);
"""


def small_release(folder: Path, is_simulated: bool = False) -> Release:
    """An open release made of the rows below; the caller closes it."""
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    connection.execute(TABLES)
    for table, rows in ROWS.items():
        for row in rows:
            connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row))
    built_at = datetime(2026, 11, 24, 21, 54)  # noqa: DTZ001 - DuckDB gives UTC without a zone
    return Release("2026-11-24T2154Z", folder, is_simulated, built_at, date(2025, 8, 7), connection)


def _month(month: date, region: str, organisation: str, family: str, downloads: int, **more: Any) -> tuple[Any, ...]:
    """A row of downloads: two models of equal size, where nothing else is said."""
    models, marked = more.get("models", 2), more.get("marked", 0)
    squares = (downloads**2 / models, (downloads - marked) ** 2 / models)
    counts = (downloads, squares[0], models, marked, marked, squares[1])
    return (
        *("publisher", month, more.get("method", ROLLING), region, organisation, family, *_kind(more)),
        *(*counts, month.replace(day=7), more.get("is_complete", True)),
    )


def _kind(more: dict[str, Any]) -> tuple[bool, bool, bool, str]:
    """Language model, main release, large, first panel of the publisher."""
    is_language, is_mainline = more.get("is_language", True), more.get("is_mainline", False)
    return is_language, is_mainline, more.get("is_large", False), more.get("panel", "2025-01")


JUNE, JULY, AUGUST = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)
BOARD_DAYS = (date(2025, 1, 1), date(2025, 6, 1), date(2026, 3, 1))


def _top(month: date, region: str, model: str, family: str, downloads: int, **more: Any) -> tuple[Any, ...]:
    organisation = model.split("/")[0]
    counts = (downloads, more.get("marked", 0))
    return ("publisher", month, model, region, organisation, family, *_kind(more), *counts)


def _best(day: date, kind: str, group: str, score: float, label: str) -> tuple[Any, ...]:
    return ("lmarena_text", day, kind, group, score, score - 5, score + 5, label, 3)


ROWS: dict[str, list[tuple[Any, ...]]] = {
    "out_monthly_downloads": [
        _month(JUNE, "China", "Qwen", "qwen", 390),
        _month(JUNE, "United States", "meta-llama", "llama", 600),
        _month(JUNE, "United States", "facebook", "none", 10),
        _month(JULY, "China", "Qwen", "qwen", 500),
        _month(JULY, "China", "deepseek-ai", "deepseek-v", 30),
        _month(JULY, "United States", "meta-llama", "llama", 470),
        _month(JULY, "Europe", "mistralai", "mistral", 100),
        _month(JULY, "United States", "openai", "none", 9000, is_language=False),
        _month(AUGUST, "China", "Qwen", "qwen", 70, is_complete=False),
        _month(AUGUST, "United States", "meta-llama", "llama", 30, is_complete=False),
    ],
    "out_monthly_top_models": [
        _top(JUNE, "China", "Qwen/Qwen2-7B-Instruct", "qwen", 50),
        _top(JULY, "China", "Qwen/Qwen2-7B-Instruct", "qwen", 110),
        _top(JULY, "China", "Qwen/Qwen3-8B", "qwen", 60),
        _top(JULY, "United States", "meta-llama/Llama-3.1-8B", "llama", 47),
        _top(JULY, "United States", "openai/whisper", "none", 8000, is_language=False),
    ],
    "core_families": [("deepseek-v", "DeepSeek-V"), ("llama", "Llama"), ("mistral", "Mistral"), ("qwen", "Qwen")],
    "core_organisations": [
        ("Qwen", "Qwen (Alibaba Cloud)", None, "China", "verified"),
        ("deepseek-ai", "DeepSeek", None, "China", "verified"),
        ("meta-llama", "Meta", None, "United States", "verified"),
        ("facebook", "Meta AI", "meta-llama", "United States", "verified"),
        ("mistralai", "Mistral AI", None, "Europe", "verified"),
        ("openai", "OpenAI", None, "United States", "verified"),
    ],
    "core_benchmarks": [("lmarena_text", "LMArena text", "lmarena", "rating points", True, None, None)],
    "out_frontier": [
        _best(BOARD_DAYS[0], "weights", "closed", 1450, "gpt-1"),
        _best(BOARD_DAYS[0], "weights", "open", 1400, "llama"),
        _best(BOARD_DAYS[1], "weights", "closed", 1480, "gpt-2"),
        _best(BOARD_DAYS[1], "weights", "open", 1440, "qwen"),
        _best(BOARD_DAYS[2], "weights", "closed", 1504, "claude"),
        _best(BOARD_DAYS[2], "weights", "open", 1456, "glm-5"),
        _best(BOARD_DAYS[2], "region", "China", 1467, "qwen-max"),
        _best(BOARD_DAYS[2], "region", "United States", 1504, "claude"),
        _best(BOARD_DAYS[2], "region", "Europe", 1420, "mistral"),
    ],
    "core_scores": [
        ("lmarena_text", label, day, None, "Qwen", "China", is_open, score, score - 5, score + 5, 100, None, None)
        for label, day, is_open, score in (
            ("early", date(2026, 3, 1), True, 1500.0),
            ("claude", date(2026, 3, 31), False, 1504.0),
            ("glm-5", date(2026, 3, 31), True, 1456.0),
            ("unknown", date(2026, 3, 31), None, 1490.0),
        )
    ],
    "out_licence_share": [
        (month, region, licence_class, True, False, False, new_models, new_downloads)
        for month, region, licence_class, new_models, new_downloads in (
            (JULY, "China", "open", 60, 600),
            (JULY, "China", "community", 40, 0),
            (JULY, "United States", "open", 20, 100),
            (JULY, "United States", "unclassified", 80, 300),
            (AUGUST, "China", "open", 1, 1),
        )
    ],
    "core_policy_events": [
        ("seen", date(2025, 7, 11), "day", "Kimi K2", "release", "CN", "", "", "", "secondary"),
        ("rumour", date(2025, 7, 12), "day", "A rumour", "release", "CN", "", "", "", "unverified"),
    ],
    "meta_sources": [
        ("hub_models", "Hugging Face Hub", "Hugging Face", "Terms", "ok", date(2025, 8, 7), 10),
        ("lmarena", "LMArena", "LMArena", "CC-BY-4.0", "ok", date(2026, 3, 31), 10),
    ],
}
