"""The whole ETL on real figures, served by the mirror beside the checkout: sums, shares, faults, token."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import registry
from etl import lake, pipeline, report
from settings import Settings
from tests.real_data.conftest import TOKEN, RunningMirror, Serve
from warehouse import connect

pytestmark = pytest.mark.real_data
REGISTRY = registry.load()
READINGS = "adoption_hf_models_monthly_osir_2024-11_2025-08.parquet"


def rows_of(data_dir: Path, select: str, **values: Any) -> list[tuple[Any, ...]]:
    release = connect.open_release(data_dir)
    try:
        return release.cursor().execute(select, values or None).fetchall()
    finally:
        release.close()


def test_every_source_has_its_line_and_its_rows(first_pass: tuple[Path, str, RunningMirror]) -> None:
    data_dir, printed, _ = first_pass
    lines = {line.split()[0]: line.split()[1:3] for line in printed.splitlines() if line.split()[1:2] == ["ok"]}
    assert lines == {
        "hub_models": ["ok", "7,196"],
        "hub_history": ["ok", "7,196"],
        "hub_licence_tags": ["ok", "83"],
        "spdx_licences": ["ok", "699"],
        "lmarena": ["ok", "31,352"],
        "livebench": ["ok", "3,808"],
        "open_llm_leaderboard": ["ok", "31,395"],
    }
    assert len(lake.committed(data_dir, "hub_history")) == 10


def test_downloads_by_region_are_the_real_sums_to_the_last_download(
    first_pass: tuple[Path, str, RunningMirror], shared: Path
) -> None:
    expected: dict[str, int] = {}
    for row in pq.read_table(shared / "data" / READINGS).to_pylist():
        if row["snapshot"] == "2025-08-07":
            region = REGISTRY.region_of(row["repo"])
            expected[region] = expected.get(region, 0) + (row["downloads_last_month"] or 0)
    found = rows_of(
        first_pass[0],
        "select region, sum(downloads_30d)::bigint from core_model_observations join core_models using (model_id) "
        "join core_organisations using (organisation_id) "
        "where source_id = 'hub_models' and observed_on = date '2025-08-07' group by 1",
    )
    assert dict(found) == expected
    assert sum(expected.values()) == 677_239_771


SHARE = """
select 100.0 * sum(downloads_30d) filter (region = 'China') / sum(downloads_30d)
from core_model_observations join core_models using (model_id) join core_organisations using (organisation_id)
where source_id = 'hub_history' and observed_on = $day::date and region in ('China', 'United States')
  and list_contains($tasks, task) and model_id <> $without
"""
TEXT = ["text-generation"]
LANGUAGE = [*TEXT, "image-text-to-text"]
FLIPPING = "Qwen/Qwen2-7B-Instruct"


@pytest.mark.parametrize(
    ("day", "tasks", "without", "share"),
    [
        ("2025-06-07", TEXT, "", 40.1),
        ("2025-06-07", LANGUAGE, "", 39.3),
        ("2025-07-07", TEXT, "", 55.3),
        ("2025-07-07", LANGUAGE, "", 53.0),
        ("2025-07-07", TEXT, FLIPPING, 47.9),
        ("2025-07-07", LANGUAGE, FLIPPING, 47.5),
    ],
)
def test_china_passes_the_united_states_in_july_2025_and_one_repository_decides_it(
    first_pass: tuple[Path, str, RunningMirror], day: str, tasks: list[str], without: str, share: float
) -> None:
    found = rows_of(first_pass[0], SHARE, day=day, tasks=tasks, without=without)
    assert found[0][0] == pytest.approx(share, abs=0.1)


def test_the_ragged_and_the_undated_are_named(first_pass: tuple[Path, str, RunningMirror]) -> None:
    data_dir = first_pass[0]
    refused = {
        row["item"]: row["reason"]
        for source_id in ("livebench", "open_llm_leaderboard")
        for commit in lake.committed(data_dir, source_id)
        for row in lake.read(data_dir, "refused_rows", source_id, commit.observed_on).to_pylist()
    }
    assert len(refused) == 13
    assert "a task of Language has no score" in refused["table_2024_11_25.csv phi-3-small-8k-instruct"]
    assert refused["databricks/dbrx-base (float16)"] == "it has no date"


def test_the_token_goes_to_the_hub_alone_and_into_no_output(first_pass: tuple[Path, str, RunningMirror]) -> None:
    data_dir, printed, mirror = first_pass
    with_token = {entry["path"].split("/")[0] for entry in mirror.log if TOKEN in (entry["authorization"] or "")}
    without = {entry["path"].split("/")[0] for entry in mirror.log if not entry["authorization"]}
    assert with_token == {"huggingface.co"}
    assert without == {"api.github.com", "raw.githubusercontent.com"}
    assert TOKEN not in printed
    assert [path for path in data_dir.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []


FAULTS = {
    "429": ("hub_models", "huggingface.co/api/models", "answered 429"),
    "500": ("hub_history", "huggingface.co/api/datasets/hfmlsoc", "answered 500"),
    "slow": ("lmarena", "huggingface.co/datasets/lmarena-ai", "no answer"),
    "truncate": ("open_llm_leaderboard", "huggingface.co/datasets/open-llm-leaderboard", "cut off"),
    "html": ("hub_licence_tags", "huggingface.co/api/models-tags-by-type", "expected json"),
    "empty": ("spdx_licences", "raw.githubusercontent.com/spdx", "expected"),
    "garbage": ("livebench", "raw.githubusercontent.com/LiveBench", "expected"),
    "foreign-link": ("hub_models", "huggingface.co/api/models", "https://evil.example"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_ends_by_itself_keeps_the_last_good_data_and_is_named(
    first_pass: tuple[Path, str, RunningMirror], serve: Serve, tmp_path: Path, kind: str
) -> None:
    source_id, prefix, words = FAULTS[kind]
    data_dir = tmp_path / "data"
    shutil.copytree(first_pass[0], data_dir, symlinks=True)
    before, counted = lake.committed(data_dir, source_id), rows_of(data_dir, COUNTS)
    settings = Settings(
        data_dir=data_dir,
        mirror=serve(f"{kind}:{prefix}:0").url,
        attempts=2,
        connect_timeout_s=1,
        read_timeout_s=1,
        longest_wait_s=3,
    )
    result = pipeline.run(settings, REGISTRY, [source_id])
    assert result.exit_code == 2
    found = {source["source_id"]: source for source in report.status(settings, REGISTRY)["sources"]}
    assert found[source_id]["status"] == "failed"
    assert words in found[source_id]["message"]
    assert {source["status"] for name, source in found.items() if name != source_id} == {"ok"}
    assert lake.committed(data_dir, source_id) == before
    assert rows_of(data_dir, COUNTS) == counted
    assert rows_of(data_dir, "select source_id from meta_sources where status <> 'ok'") == [(source_id,)]


COUNTS = "select (select count(*) from core_model_observations), (select count(*) from core_scores)"


def test_the_status_of_the_command_line_is_that_json(first_pass: tuple[Path, str, RunningMirror]) -> None:
    wanted = {**os.environ, "OMO_DATA_DIR": str(first_pass[0])}
    done = subprocess.run(
        [sys.executable, "-m", "etl", "status", "--json"], env=wanted, capture_output=True, text=True, timeout=60
    )
    facts = json.loads(done.stdout)
    assert done.returncode == 0
    assert facts["release"]["is_simulated"] is False
    assert {source["status"] for source in facts["sources"]} == {"ok"}
