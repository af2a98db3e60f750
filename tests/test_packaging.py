"""Packaging: the locks hold what pyproject.toml asks for, hashed; CI runs what a person runs."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_architecture import imports_of

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PROJECT["project"]["dependencies"]
DEVELOPMENT = PROJECT["dependency-groups"]["dev"]
PINNED = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pinned(lock: str) -> dict[str, set[str]]:
    """Package name -> pinned versions (more than one where Python versions differ)."""
    versions: dict[str, set[str]] = {}
    for name, version in PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
        versions.setdefault(name, set()).add(version)
    return versions


@pytest.mark.parametrize(
    ("lock", "wanted"), [("requirements.txt", RUNTIME), ("requirements-dev.txt", RUNTIME + DEVELOPMENT)]
)
def test_every_direct_dependency_is_pinned_within_its_bounds(lock: str, wanted: list[str]) -> None:
    versions = pinned(lock)
    for text in wanted:
        requirement = Requirement(text)
        found = versions.get(requirement.name.lower().replace("_", "-"), set())
        assert found, f"{lock}: expected {requirement.name}, found none: run `make lock`"
        assert all(version in requirement.specifier for version in found), (
            f"{lock}: {text} but {found}: run `make lock`"
        )


@pytest.mark.parametrize("group", ["sidecar", "sidecar-gemma"])
def test_the_lock_of_the_live_models_holds_just_its_group_with_hashes(group: str) -> None:
    lock = f"requirements-{group}.txt"
    wanted = {Requirement(text).name: Requirement(text) for text in PROJECT["dependency-groups"][group]}
    versions = pinned(lock)
    assert set(versions) == set(wanted), "their dependencies are left out on purpose: run `make lock`"
    assert all(version in wanted[name].specifier for name, found in versions.items() for version in found)
    assert (ROOT / lock).read_text(encoding="utf-8").count("--hash=sha256:") >= len(versions)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_package_carries_hashes(lock: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9._-]+==)", (ROOT / lock).read_text(encoding="utf-8"))[1:]
    assert len(blocks) > 30
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_both_locks_agree_on_the_versions_they_share() -> None:
    runtime, development = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert {
        name: (runtime[name], development.get(name)) for name in runtime if runtime[name] != development.get(name)
    } == {}


def test_every_package_the_code_imports_from_outside_is_a_direct_dependency() -> None:
    """A package that only comes along with another one may leave with it."""
    folders = ["charts", "dashboard", "demo", "etl", "pages", "registry", "sidecar", "warehouse", "web"]
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")] + list(ROOT.glob("*.py"))
    imported = {name.split(".")[0] for file in files for name in imports_of(file)}
    packages = {"yaml": "pyyaml", "pydantic_settings": "pydantic-settings", "pptx": "python-pptx"}
    outside = (
        {packages.get(name, name) for name in imported} - set(sys.stdlib_module_names) - {*folders, "settings", "app"}
    )
    direct = {Requirement(text).name for text in [*RUNTIME, *PROJECT["dependency-groups"]["sidecar"]]}
    assert outside - direct == set(), "expected these in pyproject.toml; add them and run `make lock`"


def test_continuous_integration_runs_what_a_person_runs() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    assert re.findall(r"^make (\w+)", script, re.MULTILINE) == ["check", "test"]
