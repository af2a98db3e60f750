"""What is written is true: settings, commands, tables, sources, metrics and links of the documents match the code."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from pydantic import SecretStr

import registry
from settings import Settings
from warehouse import build

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {".py", ".md", ".sql", ".yaml", ".yml", ".toml", ".css", ".js", ""}
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" * 3, "coming " + "soon", "lorem " + "ipsum")
FOLDERS_OF_SOMEBODY = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")


def text_of(name: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def tracked_files() -> Iterator[Path]:
    """Every text file that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    yield from (ROOT / name for name in listed if Path(name).suffix in TEXTS and (ROOT / name).is_file())


def table_rows(text: str) -> list[list[str]]:
    """Cells of every row of every Markdown table, marks of code removed; an escaped bar stays in its cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def section(text: str, heading: str) -> str:
    """The part of a document under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"expected a section {heading!r}"
    return found[1]


def settings_with_defaults() -> dict[str, str]:
    """Environment variable -> default as README prints it."""
    documented = {}
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias if isinstance(field.validation_alias, str) else f"OMO_{name.upper()}"
        documented[variable] = "" if field.default in (None, "") else str(field.default)
    return documented


def test_every_setting_is_documented_with_its_default() -> None:
    rows = table_rows(section(text_of("README.md"), "Settings"))[2:]
    assert {row[0]: row[1] for row in rows} == settings_with_defaults()


def test_no_setting_holds_a_secret_as_default() -> None:
    assert [name for name, field in Settings.model_fields.items() if isinstance(field.default, SecretStr)] == []


def documented_commands(module: str) -> set[str]:
    """Subcommands of `python -m MODULE` in the README."""
    commands = [row[0] for row in table_rows(section(text_of("README.md"), "Command line"))]
    return {match[1] for command in commands if (match := re.match(rf"python -m {module} (\w+)", command))}


@pytest.mark.parametrize("module", ["etl", "sidecar", "warehouse", "web"])
def test_the_command_line_is_documented_whole(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    help_text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    choices = re.search(r"\{([\w,]+)\}", help_text)
    commands = choices[1].split(",") if choices else re.findall(r"^    (\w+)(?:  |$)", help_text, re.MULTILINE)
    assert commands and documented_commands(module) == set(commands)


@pytest.mark.parametrize("module", ["demo", "benchmarks"])
def test_a_module_that_can_be_run_explains_itself(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    help_text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"python -m {module}" in help_text and f"python -m {module}" in text_of("README.md")


def test_every_target_of_make_is_explained() -> None:
    makefile = text_of("Makefile")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE))
    assert targets - explained == {"chromium"}, "expected `target: ## what it does`; chromium is a part of test"
    # Under `make test` the inner make would inherit the outer one's flags and talk of folders.
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    listed = subprocess.run(["make"], cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} == explained


def test_every_source_is_described_as_the_registry_has_it() -> None:
    text = text_of("docs/sources.md")
    for source in registry.load().sources:
        described = section(text, source.source_id)
        assert f"<{source.url}>" in described, f"{source.source_id}: expected the address {source.url}"
        assert f"Licence: {source.licence}" in described, f"{source.source_id}: expected the licence {source.licence}"
        assert source.title.split(",")[0] in described, f"{source.source_id}: expected the title {source.title}"


def test_no_source_is_described_that_is_not_read() -> None:
    described = set(re.findall(r"^## ([a-z_]+)$", text_of("docs/sources.md"), re.MULTILINE))
    assert described == {source.source_id for source in registry.load().sources}


def test_every_metric_is_explained_in_the_method() -> None:
    method = text_of("docs/method.md")
    assert [metric.metric_id for metric in registry.load().metrics if f"`{metric.metric_id}`" not in method] == []


def documented_tables() -> dict[str, str]:
    """Table -> what the page says about it."""
    parts = re.split(r"^## (\w+)\n", text_of("docs/tables.md"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def empty_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """A release built from a lake with one reading that holds nothing: all tables are there, and their columns."""
    data_dir = tmp_path_factory.mktemp("data")
    marker = {"source_id": "spdx_licences", "observed_on": "2026-01-01", "snapshot": "", "snapshot_sha256": "0" * 64}
    committed = data_dir / "lake" / "_committed" / "spdx_licences" / "2026-01-01.json"
    committed.parent.mkdir(parents=True)
    committed.write_text(
        json.dumps(marker | {"is_simulated": True, "rows": 0, "scope": "tracked", "tables": [], "accounts": []}),
        encoding="utf-8",
    )
    database = build.build(data_dir, data_dir / "release", registry.load(), "test", "tracked")
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


def test_every_table_of_a_release_is_described() -> None:
    assert set(documented_tables()) == {*build.PUBLIC_TABLES, "meta_checks"}


@pytest.mark.parametrize("table", build.PUBLIC_TABLES)
def test_columns_and_key_of_a_table_are_described(table: str, empty_release: DuckDBPyConnection) -> None:
    described = documented_tables()[table]
    columns = [row[0] for row in empty_release.execute(f"describe {table}").fetchall()]
    assert [row[0] for row in table_rows(described)[2:]] == columns
    assert f"Key: `{', '.join(build.KEYS[table])}`" in described


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_exist(document: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|sql|yaml|toml|md))`", document.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_nothing_is_left_unfinished() -> None:
    wrong = {
        f"{file.relative_to(ROOT)}: {word}"
        for file in tracked_files()
        for word in UNFINISHED
        if re.search(rf"\b{re.escape(word)}\b", file.read_text(encoding="utf-8", errors="replace"))
    }
    assert wrong == set()


def test_nobodys_own_folders_are_named() -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for file in tracked_files()
        if FOLDERS_OF_SOMEBODY.search(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert wrong == []
