"""`python -m warehouse`: one SELECT on a release, in four formats, and sentences instead of tracebacks."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.warehouse.tiny import TinyRegistry, read_models
from warehouse.publish import publish

ROOT = Path(__file__).parents[2]
QUERY = "select model_id, created_at::date as created_on, family_id from core_models"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    read_models(folder, "2025-03-03", {"Qwen/Qwen3": (1, 1), "openai/a, b": (1, 1)})
    publish(folder, TinyRegistry(), code_version="test", scope="tracked")
    return folder


def warehouse(data_dir: Path, *arguments: str) -> tuple[int, bytes, str]:
    command = [sys.executable, "-m", "warehouse", *arguments]
    done = subprocess.run(command, cwd=ROOT, env={"OMO_DATA_DIR": str(data_dir)}, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def test_rows_are_printed_as_a_table(data_dir: Path) -> None:
    status, out, err = warehouse(data_dir, "sql", QUERY)
    assert (status, err) == (0, "")
    assert out.decode().splitlines() == [
        "model_id     created_on  family_id",
        "-----------  ----------  ---------",
        "Qwen/Qwen3   2022-03-02  qwen",
        "openai/a, b  2022-03-02",
        "(2 rows)",
    ]


def test_shares_are_printed_by_reading_with_what_they_are_of(data_dir: Path) -> None:
    status, out, err = warehouse(data_dir, "shares")
    assert (status, err) == (0, "")
    assert out.decode().startswith("Per cent of China + United States that China has. New downloads of language models")
    rows = json.loads(warehouse(data_dir, "shares", "--format", "json")[1])
    # Both accounts were read in March first: the panel of January holds nobody.
    assert [(row["panel"], row["is_panel_whole"], row["share"]) for row in rows] == [("all", True, 50.0)]


def test_shares_of_what_nobody_knows_are_refused(data_dir: Path) -> None:
    status, _, err = warehouse(data_dir, "shares", "--scope", "everything", "--regions", "Atlantis")
    assert (status, err) == (1, "Not understood: scope=everything, regions=Atlantis\n")


def test_rows_are_printed_as_csv(data_dir: Path) -> None:
    _, out, _ = warehouse(data_dir, "sql", QUERY, "--format", "csv")
    assert out == b'model_id,created_on,family_id\nQwen/Qwen3,2022-03-02,qwen\n"openai/a, b",2022-03-02,\n'


def test_rows_are_printed_as_json(data_dir: Path) -> None:
    _, out, _ = warehouse(data_dir, "sql", QUERY, "--format", "json")
    assert json.loads(out)[0] == {"model_id": "Qwen/Qwen3", "created_on": "2022-03-02", "family_id": "qwen"}


def test_rows_are_printed_as_parquet(data_dir: Path) -> None:
    _, out, _ = warehouse(data_dir, "sql", QUERY, "--format", "parquet")
    assert pq.read_table(io.BytesIO(out)).column("model_id").to_pylist() == ["Qwen/Qwen3", "openai/a, b"]


@pytest.mark.parametrize(
    "query", ["describe core_models", "show tables", "with a as (select 1) from a", "from core_models"]
)
def test_other_ways_to_read_are_allowed(data_dir: Path, query: str) -> None:
    assert warehouse(data_dir, "sql", query)[0] == 0


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("delete from core_models", "Expected one SELECT"),
        ("select 1; select 2", "Expected one SELECT"),
        ("", "Expected one SELECT"),
        ("select nothing from core_models", "The query failed: Binder Error"),
        ("selct 1", "The query failed: Parser Error"),
        ("from read_csv('/etc/passwd')", "The query failed: Permission Error"),
        ("set memory_limit = '90GB'", "Expected one SELECT"),
    ],
)
def test_a_mistake_is_answered_in_one_sentence(data_dir: Path, query: str, sentence: str) -> None:
    status, out, err = warehouse(data_dir, "sql", query)
    assert (status, out) == (1, b"")
    assert err.startswith(sentence)
    assert err.count("\n") == 1


def test_without_a_release_the_command_says_what_to_do(tmp_path: Path) -> None:
    for arguments in (["sql", "select 1"], ["releases"]):
        status, out, err = warehouse(tmp_path, *arguments)
        assert (status, out) == (1, b"")
        assert "run `python -m etl run`" in err
        assert err.count("\n") == 1


def test_an_unknown_release_is_named_with_those_that_are_known(data_dir: Path) -> None:
    status, _, err = warehouse(data_dir, "sql", "select 1", "--release", "2020-01-01T0000Z")
    assert status == 1
    assert "no release '2020-01-01T0000Z'" in err


def test_releases_are_listed_with_the_current_one_marked(data_dir: Path) -> None:
    status, out, _ = warehouse(data_dir, "releases")
    assert status == 0
    assert out.decode().rstrip().endswith("current")
