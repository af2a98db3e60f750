"""What a release changes of published figures: found, explained by what the two releases show, carried on, bounded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from tests.warehouse.tiny import TinyRegistry, read_models, read_scores
from warehouse import connect, revisions
from warehouse.publish import publish
from warehouse.revisions import made_of

QWEN, LLAMA, MISTRAL = "Qwen/Qwen3", "meta-llama/Llama-3", "mistralai/Mistral-7B"
COUNTED = "scope=language&period=month&regions=all"


READINGS = {
    day: {QWEN: (400, 1000 + 700 * times), LLAMA: (300, 900 + 70 * times), MISTRAL: (90, 100 + 7 * times)}
    for day, times in (("2025-03-01", 0), ("2025-04-12", 6), ("2025-06-14", 15))
}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Three makers, counted from the beginning of March to the middle of June."""
    for day, counters in READINGS.items():
        read_models(tmp_path, day, counters)
    return tmp_path


def read_again(data_dir: Path, readings: dict[str, Any]) -> None:
    """The lake made anew, as from the snapshots after a partition came late."""
    shutil.rmtree(data_dir / "lake")
    for day in sorted(readings):
        read_models(data_dir, day, readings[day])


def published(data_dir: Path, registry: TinyRegistry | None = None, **more: Any) -> str:
    more = {"code_version": "test", "scope": "tracked"} | more
    return publish(data_dir, registry or TinyRegistry(), **more)


def found(data_dir: Path, select: str, release_id: str | None = None) -> list[tuple[Any, ...]]:
    release = connect.open_release(data_dir, release_id)
    try:
        return release.cursor().execute(select).fetchall()
    finally:
        release.close()


def revised(
    data_dir: Path, what: str = "new_downloads", columns: str = "period_start::varchar, group_name, reason_kinds"
) -> set[Any]:
    """Revisions of the newest release by publisher and month, where nothing else is asked."""
    newest = connect.current_release_id(data_dir)
    select = (
        f"select {columns} from meta_revisions where published_in = '{newest}' and what = '{what}' "
        f"and (what not like '%download%' or definition = 'attribution=publisher&{COUNTED}')"
    )
    return set(found(data_dir, select))


@contextmanager
def changed_by_hand(data_dir: Path) -> Iterator[DuckDBPyConnection]:
    """The current release, to plant another past in it."""
    database = data_dir / "releases" / str(connect.current_release_id(data_dir)) / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        yield connection


def with_region(organisation_id: str, region: str) -> TinyRegistry:
    rows = [dict(row) for row in TinyRegistry().frames()["organisations"]]
    for row in rows:
        if row["organisation_id"] == organisation_id:
            row["region"] = region
    return TinyRegistry({"organisations": rows})


def test_the_same_lake_revises_nothing_and_says_that_it_was_compared(data_dir: Path) -> None:
    first, second = published(data_dir), published(data_dir)
    assert found(data_dir, "from meta_revisions") == []
    compared = found(
        data_dir, "select published_in, compared_with, figures > 20, revised, listed from meta_comparisons"
    )
    assert compared == [(second, first, True, 0, 0)]


def test_the_first_release_has_nothing_to_compare_with(data_dir: Path) -> None:
    published(data_dir)
    assert found(data_dir, "from meta_comparisons") == [] and found(data_dir, "from meta_revisions") == []


def test_only_figures_of_complete_periods_are_published_figures(data_dir: Path) -> None:
    published(data_dir)
    months = found(
        data_dir,
        "select distinct period_start::varchar from meta_figures "
        "where what = 'new_downloads' and period = 'month' order by 1",
    )
    assert months == [("2025-04-01",), ("2025-05-01",)]
    shares = (
        "select round(value, 3) from meta_figures where what = 'download_share' and group_name = 'China' "
        "and definition = 'attribution=publisher&scope=language&period=month&regions=China%2CUnited+States' "
        "and period_start = '2025-05-01'"
    )
    assert found(data_dir, shares) == [(0.909,)]


def test_a_new_reading_publishes_new_months_and_revises_no_old_one(data_dir: Path) -> None:
    published(data_dir)
    read_models(data_dir, "2025-07-12", {QWEN: (400, 14_000), LLAMA: (300, 2500), MISTRAL: (90, 240)})
    published(data_dir)
    assert found(data_dir, "from meta_revisions") == []
    assert ("2025-06-01",) in found(data_dir, "select period_start::varchar from meta_figures where period = 'month'")


def test_a_late_partition_is_the_reason_in_the_days_that_it_touches_and_in_no_others(data_dir: Path) -> None:
    published(data_dir)
    late = {QWEN: (400, 5300), LLAMA: (300, 1600), MISTRAL: (90, 170)}
    read_again(data_dir, {**READINGS, "2025-05-10": late})
    published(data_dir)
    months = {(month, kinds) for month, _, kinds in revised(data_dir)}
    assert months == {("2025-04-01", "readings"), ("2025-05-01", "readings")}
    reasons = revised(data_dir, columns="reason")
    assert reasons == {("Readings were added or replaced: hub_history of 2025-05-10 added.",)}


def test_a_country_that_changed_is_named_and_touches_the_two_regions(data_dir: Path) -> None:
    published(data_dir)
    published(data_dir, with_region("mistralai", "China"))
    assert {group for _, group, _ in revised(data_dir)} == {"China", "Europe"}
    assert revised(data_dir, columns="reason") == {
        ("The registry changed: organisation mistralai (region China, before Europe).",)
    }
    gone = revised(data_dir, columns="group_name, value_before, value_after")
    assert {(group, after is None) for group, _, after in gone} == {("China", False), ("Europe", True)}


def test_shares_of_two_are_not_revised_by_a_third_and_those_of_all_are(data_dir: Path) -> None:
    published(data_dir)
    published(data_dir, with_region("mistralai", "Other"))
    definitions = found(
        data_dir, "select distinct definition like '%regions=all' from meta_revisions where what = 'download_share'"
    )
    assert definitions == [(True,)]


def test_a_licence_that_changed_its_class_touches_the_shares_of_licences_alone(data_dir: Path) -> None:
    published(data_dir)
    licences = [
        row | {"licence_class": "community", "is_osi_approved": False} if row["licence_id"] == "apache-2.0" else row
        for row in TinyRegistry().frames()["licences"]
    ]
    published(data_dir, TinyRegistry({"licences": licences}))
    kinds = found(data_dir, "select distinct what, reason_kinds from meta_revisions")
    assert kinds == [("licence_share", "registry")]
    said = "The registry changed: licence apache-2.0 (licence class community, before open)."
    assert found(data_dir, "select distinct reason from meta_revisions") == [(said,)]


def test_a_board_that_says_otherwise_is_the_reason_on_its_own_board(data_dir: Path) -> None:
    row = {
        "benchmark_id": "lmarena_text",
        "published_on": "2025-05-01",
        "model_label": "qwen-3",
        "licence_label": "Apache 2.0",
    }
    other = row | {"benchmark_id": "livebench_overall"}
    read_scores(data_dir, "lmarena", "2025-05-02", [row | {"score": 1400.0}])
    read_scores(data_dir, "livebench", "2025-05-02", [other | {"score": 60.0}])
    published(data_dir)
    read_scores(data_dir, "lmarena", "2025-05-09", [row | {"score": 1410.0}])
    published(data_dir)
    reasons = revised(data_dir, "best_score", "definition, reason")
    assert reasons == {("benchmark=lmarena_text", "Readings were added or replaced: lmarena of 2025-05-09 added.")}


@pytest.mark.parametrize(("factor", "count"), [(1.0005, 0), (1.01, 2)])
def test_what_is_only_rounding_is_no_revision(data_dir: Path, factor: float, count: int) -> None:
    published(data_dir)
    with changed_by_hand(data_dir) as connection:
        connection.execute(
            "update meta_figures set value = value * ? where what = 'new_downloads' and group_name = 'China' "
            f"and definition like '%{COUNTED}' and period_start = '2025-04-01'", [factor],
        )  # fmt: skip
    published(data_dir)
    assert len(found(data_dir, "from meta_revisions")) == count


def test_a_figure_without_a_recorded_cause_is_called_unexplained(data_dir: Path) -> None:
    published(data_dir)
    with changed_by_hand(data_dir) as connection:
        connection.execute("update meta_figures set value = 2 * value where what = 'new_downloads'")
    published(data_dir, code_version="newer")
    reasons = found(data_dir, "select distinct reason_kinds, reason from meta_revisions where period = 'month'")
    assert [kinds for kinds, _ in reasons] == ["unexplained"]
    assert reasons[0][1].endswith("The version of the code is newer, before test.")


def test_sql_that_changed_below_a_figure_is_the_reason(data_dir: Path) -> None:
    published(data_dir)
    with changed_by_hand(data_dir) as connection:
        connection.execute("update meta_figures set value = value / 2 where what in ('new_downloads', 'best_score')")
        connection.execute(
            "update meta_inputs set content = 'other' where name in ('tables/_intervals.sql', 'tables/_boards.sql')"
        )
    published(data_dir)
    assert revised(data_dir, columns="reason") == {("The method changed: tables/_intervals.sql changed.",)}


def test_a_table_stands_on_the_files_that_its_sql_names() -> None:
    behind = made_of.files_behind("frontier")
    assert {"queries/frontier.sql", "tables/out_frontier.sql", "tables/_boards.sql", "tables/core_scores.sql"} <= behind
    assert "tables/core_download_intervals.sql" not in behind


def test_a_comment_in_sql_is_no_change_of_method() -> None:
    assert made_of.plain("-- why\nselect 1\n") == made_of.plain("select\n    1 -- because\n") == "select 1"


def test_a_macro_is_a_part_of_the_method() -> None:
    assert "macros/spread" in made_of.files_behind("downloads_over_time")


def test_another_scope_is_a_reason_for_everything(data_dir: Path) -> None:
    published(data_dir)
    with changed_by_hand(data_dir) as connection:
        connection.execute("update meta_figures set value = 0 where what = 'new_downloads'")
    published(data_dir, scope="hub")
    assert revised(data_dir, columns="reason") == {("The scope changed: from tracked to hub.",)}


def test_revisions_go_on_from_release_to_release_and_can_be_undone(data_dir: Path) -> None:
    ids = [published(data_dir), published(data_dir, with_region("mistralai", "China")), published(data_dir)]
    rows = found(data_dir, "select published_in, count(*) from meta_revisions group by all order by all")
    assert {release_id for release_id, _ in rows} == set(ids[1:])  # ids of one minute and the next sort otherwise
    chain = found(data_dir, "select published_in, compared_with from meta_comparisons order by built_at")
    assert chain == [(ids[1], ids[0]), (ids[2], ids[1])]


def test_the_list_is_bounded_and_says_how_many_there_were(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "LISTED", 5)
    monkeypatch.setattr(revisions, "KEPT", 12)
    for region in ("Europe", "China", "Europe", "China"):
        published(data_dir, with_region("mistralai", region))
    assert found(data_dir, "select listed, revised > 5 from meta_comparisons order by built_at") == [(5, True)] * 3
    assert found(data_dir, "select count(*), count(distinct published_in) from meta_revisions") == [(10, 2)]
    assert found(data_dir, "select distinct period from meta_revisions") == [("month",)], "weeks are left out first"


def test_a_release_is_compared_with_the_one_published_last_also_after_current_was_moved_back(data_dir: Path) -> None:
    first, second = published(data_dir), published(data_dir)
    (data_dir / "releases" / "current").unlink()
    (data_dir / "releases" / "current").symlink_to(first)
    published(data_dir)
    assert found(data_dir, "select compared_with from meta_comparisons order by built_at desc limit 1") == [(second,)]


@pytest.mark.parametrize("damage", ["drop table meta_figures", "drop table core_models", None])
def test_a_release_before_that_cannot_be_compared_stops_nothing(data_dir: Path, damage: str | None) -> None:
    release_id = published(data_dir)
    if damage:
        with changed_by_hand(data_dir) as connection:
            connection.execute(damage)
    else:
        (data_dir / "releases" / release_id / "warehouse.duckdb").write_text("no database", encoding="utf-8")
    published(data_dir, with_region("mistralai", "China"))
    assert bool(found(data_dir, "from meta_comparisons")) is (damage == "drop table core_models")
