"""What changed since last week: what matters comes first, dated, with its maker, country and licence in plain words."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import registry
from registry import LICENCE_CLASSES
from tests.warehouse.small_release import small_release
from warehouse import changes, queries
from warehouse.connect import Release

READ = date(2026, 11, 24)
TABLES = """
create or replace table core_organisations (organisation_id varchar, name varchar, parent_organisation_id varchar,
    region varchar, country_code varchar);
insert into core_organisations values ('Qwen', 'Qwen (Alibaba Cloud)', null, 'China', 'CN'),
    ('openai', 'OpenAI', null, 'United States', 'US'), ('naver', 'Naver', null, 'Other', 'KR');
create table core_licences (licence_id varchar, name varchar);
insert into core_licences values ('apache-2.0', 'Apache License 2.0'), ('other', 'Another licence');
create or replace table out_latest_models (model_id varchar, organisation_id varchar, created_at timestamp,
    licence_id varchar, licence_tag varchar, licence_name varchar, licence_class varchar, base_relation varchar,
    last_observed_on date, downloads_30d bigint);
create table core_licence_observations (model_id varchar, observed_on date, licence_tag varchar, licence_name varchar);
delete from out_frontier;
delete from core_scores;
insert into core_benchmarks values ('livebench_if', 'LiveBench, IF', 'livebench', 'points', true, null, null);
"""


@pytest.fixture
def release(tmp_path: Path) -> Iterator[Release]:
    """A release of an old model; tests add what is new."""
    opened = small_release(tmp_path)
    opened.connection.execute(TABLES)
    put_model(opened, "Qwen/old", 500, created=date(2025, 1, 1))
    yield opened
    opened.close()


def put_model(
    release: Release, model_id: str, downloads: int, created: date = READ - timedelta(days=2), **more: Any
) -> None:
    """Adds a model under the Apache licence, unless `more` says otherwise."""
    stated = {"id": "apache-2.0", "tag": "apache-2.0", "name": None, "class": "open", "relation": None} | more
    row = [model_id, model_id.split("/")[0], created, *stated.values(), READ, downloads]
    release.connection.execute("insert into out_latest_models values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def put_best(release: Release, day: date, label: str, score: float, board: str = "lmarena_text") -> None:
    """Adds the best open model of a board, by Qwen; the interval is five points to each side."""
    row: list[Any] = [board, day, "weights", "open", score, score - 5, score + 5, label, 3]
    release.connection.execute("insert into out_frontier values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    put_score(release, day, label, score, board)


def put_score(release: Release, day: date, label: str, score: float, board: str = "lmarena_text") -> None:
    """Adds a score to a board, by Qwen."""
    row = [board, label, day, None, "Qwen", "China", True, score, score - 5, score + 5, 1, 1, None]
    release.connection.execute(f"insert into core_scores values ({', '.join('?' * len(row))})", row)


def put_licence(release: Release, model_id: str, day: date, tag: str | None) -> None:
    """Adds what a model stated on a day."""
    release.connection.execute("insert into core_licence_observations values (?, ?, ?, null)", [model_id, day, tag])


def said(release: Release) -> list[str]:
    """The list, as the page shows it."""
    return list(queries.changes_since_last_week(release)["sentence"])


def test_a_new_model_is_told_with_maker_country_downloads_and_licence(release: Release) -> None:
    put_model(release, "openai/gpt-x", 91_228)
    assert said(release) == [
        "New from OpenAI, United States: gpt-x, published on 22 November 2026, downloaded 91,200 times by "
        "24 November 2026; licence: Apache License 2.0 (OSI-approved: free to use, change and pass on)."
    ]


def test_a_licence_of_the_makers_own_is_called_by_its_own_name(release: Release) -> None:
    other = {"id": "other", "tag": "other", "class": "unclassified"}
    put_model(release, "naver/seed", 9_000, **other | {"name": "hyperclova"})
    put_model(release, "Qwen/bare", 8_000, id=None, tag=None, **{"class": "unclassified"})
    named, bare = said(release)
    assert named.startswith("New from Naver, South Korea: seed")
    assert named.endswith("licence: hyperclova (its terms are not classified).")
    assert bare.endswith("no licence stated.")


def test_conversions_and_models_that_nobody_fetches_are_no_news_and_no_maker_has_more_than_two(
    release: Release,
) -> None:
    put_model(release, "naver/x-GGUF", 900_000, relation="quantized")
    put_model(release, "naver/empty", 0)
    for place in range(4):
        put_model(release, f"Qwen/q{place}", 1_000 - place)
    assert [line.split(", ")[1] for line in said(release)] == ["China: q0", "China: q1"]


def test_the_list_has_six_items_with_new_leaders_first_and_licences_next(release: Release) -> None:
    for place, maker in enumerate(["openai", "openai", "Qwen", "Qwen", "naver", "naver"]):
        put_model(release, f"{maker}/m{place}", 10_000 - place)
    put_model(release, "Qwen/used", 50_000, created=date(2025, 1, 1))
    put_licence(release, "Qwen/used", READ - timedelta(days=30), "qwen-research")
    put_licence(release, "Qwen/used", READ - timedelta(days=1), "apache-2.0")
    put_best(release, READ - timedelta(days=14), "old-best", 1450)
    put_best(release, READ - timedelta(days=1), "new-best", 1480)
    put_score(release, READ - timedelta(days=1), "old-best", 1450)
    lines = said(release)
    assert lines[:2] == [
        "New best open-weight model on the LMArena text board of 23 November 2026: new-best (Qwen, China) with 1,480, "
        "in place of old-best (1,450).",
        "Qwen/used (Qwen, China; 50,000 downloads in the 30 days to 24 November 2026) changed its licence from "
        "qwen-research to apache-2.0 (OSI-approved: free to use, change and pass on), seen on 23 November 2026.",
    ]
    assert len(lines) == 6


def test_a_new_leader_within_the_interval_of_the_old_one_is_too_close_to_call(release: Release) -> None:
    put_best(release, READ - timedelta(days=14), "old-best", 1450)
    put_best(release, READ - timedelta(days=1), "new-best", 1453)
    put_score(release, READ - timedelta(days=1), "old-best", 1450)
    assert said(release)[0].endswith("in place of old-best (1,450); the two are too close to call.")


def test_minor_boards_and_boards_that_stopped_long_ago_are_no_news(release: Release) -> None:
    put_best(release, READ - timedelta(days=14), "a", 60, board="livebench_if")
    put_best(release, READ - timedelta(days=1), "b", 70, board="livebench_if")
    put_best(release, date(2025, 5, 30), "a", 1400)
    put_best(release, date(2025, 11, 25), "b", 1450)
    assert said(release) == []


def test_a_licence_of_a_model_that_few_use_or_that_was_never_stated_before_is_no_news(release: Release) -> None:
    put_model(release, "openai/used", 50_000, created=date(2025, 1, 1))
    for model_id, before in (("Qwen/old", "mit"), ("openai/used", None)):
        put_licence(release, model_id, READ - timedelta(days=30), before)
        put_licence(release, model_id, READ - timedelta(days=1), "apache-2.0")
    assert said(release) == []


def test_every_class_and_every_country_of_the_registry_has_words() -> None:
    assert set(changes.LICENCE_WORDS) == set(LICENCE_CLASSES)
    codes = {organisation.country_code for organisation in registry.load().organisations} - {None}
    assert codes <= set(changes.COUNTRIES)
