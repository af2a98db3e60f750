"""Each check passes on good tables and catches the fault that it is for."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.warehouse.tiny import ABOUT, TinyRegistry, built, read_models, read_scores, read_table
from warehouse import check
from warehouse.build import About, build

# check -> SQL that plants the fault in tables or inputs that were just built.
FAULTS = {
    "corrections_are_still_needed":
        "insert into meta_corrections (subject, field, status) values ('a', 'parameters', 'upstream changed')",
    "counters_reconcile_with_raw": "delete from core_model_observations where downloads_30d = 20",
    "coverage_did_not_collapse": "insert into input_previous_rows values ('core_models', null, 9)",
    "coverage_did_not_shrink": "insert into input_previous_rows values ('core_model_observations', 'hub_history', 6)",
    "downloads_are_in_range": "update core_download_intervals set new_downloads = -1",
    "falls_and_jumps_are_replaced":
        "update core_download_intervals set flag = 'counter_fall', method = 'all_time_difference'",
    "flagged_weight_is_small": "update out_monthly_downloads set flagged_downloads = new_downloads",
    "keys_are_present": "update core_scores set published_on = null",
    "keys_are_unique": "insert into core_scores from core_scores",
    "licence_tags_are_mapped": "delete from registry_licence_tags where licence_tag = 'apache-2.0'",
    "months_and_weeks_reconcile_with_intervals": "update core_download_intervals set new_downloads = new_downloads + 1",
    "no_dates_lie_in_the_future": "update core_scores set published_on = date '2026-01-03'",
    "open_licences_are_osi_approved": "update core_licences set licence_class = 'open' where licence_id = 'llama3'",
    "origins_reconcile_with_publishers": "update out_lineage set models = models + 1",
    "osi_approved_licences_are_open":
        "update core_licences set licence_class = 'community' where licence_id = 'apache-2.0'",
    "organisations_did_not_vanish": """update core_model_observations set source_id = 'hub_models'
        where observed_on = date '2025-07-07' and model_id = 'meta-llama/Llama-3'""",
    "readings_move": "update core_model_observations set downloads_30d = 1",
    "refused_rows": """create or replace temp view lake_refused_rows as
        select 'livebench' as source_id, date '2025-07-07' as observed_on, 'row 7' as item, '3 fields' as reason""",
    "rows_find_their_parents": "delete from core_models where model_id = 'Qwen/Qwen3'",
    "scores_are_in_range": "update core_scores set score = 101",
    "scores_lie_in_their_interval": "update core_scores set score_low = 60, score_high = 70",
    "scores_reconcile_with_raw": "update core_scores set score = score + 1",
    "shares_add_up_to_one": "delete from out_monthly_downloads where region = 'China' and attribution = 'origin'",
    "unmatched_weight_is_small": "insert into meta_unmatched values ('organisation', 'stranger', 'hub_models', 1, 999)",
    "words_are_known": "update core_licences set licence_class = 'freeish' where licence_id = 'llama3'",
}  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("data")
    for day, count in (("2025-06-07", 10), ("2025-07-07", 20)):
        read_models(data_dir, day, {"Qwen/Qwen3": (count, None), "meta-llama/Llama-3": (count + 5, None)})
    read_scores(
        data_dir, "lmarena", "2025-07-07",
        [{"benchmark_id": "lmarena_text", "published_on": "2025-07-01", "model_label": "a",
          "organisation_label": "OpenAI", "score": 50.0, "min_score": 0.0, "max_score": 100.0, "score_low": 49.0,
          "score_high": 51.0}],
    )  # fmt: skip
    read_table(
        data_dir, "hub_licence_tags", "2025-07-07", "licence_tags", [{"licence_tag": "apache-2.0", "label": "x"}]
    )
    read_table(
        data_dir, "spdx_licences", "2025-07-07", "spdx_licences", [{"spdx_id": "Apache-2.0", "is_osi_approved": True}]
    )
    return data_dir


def test_good_tables_pass_every_check(lake: Path) -> None:
    with built(lake) as connection:
        results = check.run(connection)
        kept = connection.execute("select check_id, passed from meta_checks").fetchall()
    assert [result for result in results if not result.passed] == []
    assert kept == [(result.check_id, True) for result in results]


def test_there_is_a_planted_fault_for_every_check() -> None:
    assert {one.check_id for one in check.all_checks()} == set(FAULTS)


@pytest.mark.parametrize("check_id", FAULTS)
def test_a_check_catches_its_fault_and_names_a_wrong_row(lake: Path, check_id: str) -> None:
    with built(lake) as connection:
        connection.execute(FAULTS[check_id])
        result = next(result for result in check.run(connection) if result.check_id == check_id)
        kept = connection.execute("from meta_checks where check_id = $id", {"id": check_id}).fetchone()
    assert not result.passed
    assert result.failing_rows > 0
    assert "wrong, such as" in result.message
    assert kept is not None
    assert kept[:5] == (check_id, result.severity, result.failing_rows, False, result.message)


def test_an_spdx_list_that_no_longer_approves_stops_an_open_licence(lake: Path) -> None:
    with built(lake) as connection:
        connection.execute("""create or replace temp view lake_spdx_licences as
            select 'Apache-2.0' as spdx_id, false as is_osi_approved""")
        results = {result.check_id: result for result in check.run(connection)}
    assert results["open_licences_are_osi_approved"].stops_the_release


def test_a_release_of_half_the_models_is_stopped_by_the_one_before(lake: Path, tmp_path: Path) -> None:
    before = build(lake, tmp_path / "before", TinyRegistry(), "test", "tracked")
    read_models(tmp_path, "2025-07-14", {"Qwen/Qwen3": (1, None)})
    with built(tmp_path) as connection:
        results = {result.check_id: result for result in check.run(connection, before)}
    assert results["coverage_did_not_collapse"].stops_the_release
    assert "core_scores" in results["coverage_did_not_collapse"].message


def test_a_release_of_another_scope_is_not_compared(lake: Path, tmp_path: Path) -> None:
    before = build(lake, tmp_path / "before", TinyRegistry(), "test", "hub")
    read_models(tmp_path, "2025-07-14", {"Qwen/Qwen3": (1, None)})
    with built(tmp_path) as connection:
        assert [result for result in check.run(connection, before) if not result.passed] == []


def test_a_release_before_that_cannot_be_read_does_not_stop_the_next(lake: Path, tmp_path: Path) -> None:
    broken = tmp_path / "warehouse.duckdb"
    broken.write_bytes(b"no database")
    with built(lake) as connection:
        assert all(result.passed for result in check.run(connection, broken))


def test_today_in_asia_is_not_the_future(lake: Path) -> None:
    about = About(ABOUT.release_id, datetime.fromisoformat("2025-07-06T23:30:00"), "test", "tracked")
    with built(lake, about=about) as connection:
        assert all(result.passed for result in check.run(connection))
