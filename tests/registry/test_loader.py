"""The loader refuses mistakes, and its message names file, entry and key and says what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import registry
from registry import RegistryError
from registry.files import StrictLoader
from registry.loader import FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the registry's files that a test may spoil."""
    for file in FOLDER.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


class InFull(yaml.SafeDumper):
    """Writes what stands twice twice: the loader takes no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def spoil(folder: Path, file: str, name: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Changes the entries of a file in place."""
    path = folder / file
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    change(content[name])
    path.write_text(yaml.dump(content, Dumper=InFull, allow_unicode=True), encoding="utf-8")


def first(**changes: Any) -> Callable[[list[dict[str, Any]]], None]:
    """Changes keys of the first entry."""
    return lambda rows: rows[0].update(changes)


def test_the_files_as_they_are_load_from_any_folder(folder: Path) -> None:
    assert registry.load(folder).organisations == registry.load().organisations


def test_the_default_registry_is_read_once() -> None:
    assert registry.load() is registry.load()


ORGANISATIONS = ("organisations.yaml", "organisations")
FAMILIES = ("model_families.yaml", "model_families")
LICENCES = ("licences.yaml", "licences")
EVENTS = ("policy_events.yaml", "policy_events")
LABELS = ("leaderboard_labels.yaml", "leaderboard_labels")
CORRECTIONS = ("corrections.yaml", "corrections")


@pytest.mark.parametrize(
    ("where", "change", "message"),
    [
        (
            ORGANISATIONS,
            first(contry_code="CN"),
            "'deepseek-ai': key 'contry_code': this key is not known. Known keys: ",
        ),
        (ORGANISATIONS, lambda rows: rows[0].pop("confidence"), "key 'confidence': this key is missing"),
        (ORGANISATIONS, first(kind="firm"), "key 'kind'.*came 'firm'"),
        (ORGANISATIONS, first(country_code="UK"), "expected an ISO 3166-1 .* came 'UK'.*GB"),
        (ORGANISATIONS, first(region="Europe"), "key 'region': this key is not known"),
        (
            ORGANISATIONS,
            first(parent_organisation_id="Deepseek-ai"),
            "expected a known organisation, came 'Deepseek-ai'",
        ),
        (ORGANISATIONS, first(parent_organisation_id="deepseek-ai"), "'deepseek-ai' is itself an alias"),
        (ORGANISATIONS, first(parent_organisation_id="THUDM"), "'THUDM' is itself an alias"),
        (ORGANISATIONS, first(aliases=["deep-seek"]), "key 'aliases': expected a known organisation"),
        (ORGANISATIONS, first(evidence=["hearsay"]), "key 'evidence': expected a known evidence, came 'hearsay'"),
        (ORGANISATIONS, first(kind="vendor"), "prefix 'vendor:'"),
        (ORGANISATIONS, first(labels=["alibaba"]), "'alibaba': key 'labels': expected each value once"),
        (
            ORGANISATIONS,
            lambda rows: rows.append(rows[0]),
            "'deepseek-ai': key 'organisation_id': expected each value once",
        ),
        (FAMILIES, first(organisation_ids=["nobody"]), "expected a known organisation, came 'nobody'"),
        (FAMILIES, first(organisation_ids=[]), "key 'organisation_ids'"),
        (FAMILIES, first(hub_id_pattern="^(a"), "key 'hub_id_pattern': not a regular expression"),
        (FAMILIES, first(hub_id_pattern="^a(?!b)"), "RE2 understands, came .*no lookaround"),
        (FAMILIES, first(label_pattern=r"(a)\1"), "key 'label_pattern': expected a pattern that RE2 understands"),
        (FAMILIES, lambda rows: rows[0]["releases"][0].update(released_on="2204-05-06"), "came 2204-05-06"),
        (
            FAMILIES,
            lambda rows: rows[0]["releases"][0].update(total_b=1),
            "key 'releases.0.total_b': this key is not known",
        ),
        (LICENCES, first(is_osi_approved=False), "expected `open` if and only if OSI-approved"),
        (LICENCES, first(hub_tags=["mit"]), "'mit': key 'hub_tags': expected each value once"),
        (LICENCES, first(licence_names=["Apache"]), "expected lower case, came 'Apache'"),
        (LICENCES, first(licence_class="free"), "key 'licence_class'"),
        (LICENCES, first(reason=""), "key 'reason'"),
        (EVENTS, first(event_date="18.7.2023"), "key 'event_date'.*came '18.7.2023'"),
        (EVENTS, first(organisations=["Meta"]), "key 'organisations': expected a known organisation, came 'Meta'"),
        (EVENTS, first(families=["lama"]), "expected a known family, came 'lama'"),
        (LABELS, first(organisation_id="anthropic"), "expected a known organisation, came 'anthropic'"),
        (LABELS, first(pattern="^claude(?=-)"), "key 'pattern': expected a pattern that RE2 understands"),
        (CORRECTIONS, first(field="released_on"), "key 'field'"),
        (CORRECTIONS, first(right_value="20 December 2025"), r"\(created_at\): key 'right_value': expected a date"),
        (CORRECTIONS, first(upstream_value="2012-12-20"), "key 'upstream_value': expected a date .* since 2018"),
        (CORRECTIONS, first(right_value="2025-12-20"), "expected another value than upstream's"),
        (CORRECTIONS, first(subject="MiniMax-M2.1"), "key 'subject': expected a model as `organisation/name`"),
        (CORRECTIONS, first(evidence=[]), "key 'evidence'"),
        (CORRECTIONS, first(evidence=["hearsay"]), "key 'evidence': expected a known evidence, came 'hearsay'"),
        (CORRECTIONS, first(field="parameters"), "expected a whole number of weights"),
        (CORRECTIONS, first(field="base_model_id", upstream_value=None), "expected a model as `organisation/name`"),
        (CORRECTIONS, first(field="organisation_id"), "key 'right_value': expected a known organisation"),
        (
            CORRECTIONS,
            first(field="organisation_id", right_value="Qwen", upstream_value=None),
            "expected the label that the board prints, came nothing",
        ),
        (CORRECTIONS, lambda rows: rows.append(rows[0]), "key 'subject': expected each value once"),
        (("reuploaders.yaml", "reuploaders"), lambda rows: rows.append(rows[0]), "expected each value once"),
        (("reuploaders.yaml", "reuploaders"), first(reason=""), "key 'reason'"),
        (("metrics.yaml", "metrics"), first(source_ids=["hub"]), "expected a known source, came 'hub'"),
        (("metrics.yaml", "metrics"), first(caveats=[]), "key 'caveats'"),
        (("sources.yaml", "sources"), first(redistribution="maybe"), "key 'redistribution'"),
        (("published_figures.yaml", "published_figures"), first(as_of="March 2026"), "key 'as_of'"),
    ],
)
def test_a_mistake_is_refused_with_file_entry_and_key(
    folder: Path, where: tuple[str, str], change: Callable[[list[dict[str, Any]]], None], message: str
) -> None:
    spoil(folder, *where, change)
    with pytest.raises(RegistryError, match=f"(?s)registry/{where[0]}: .*{message}"):
        registry.load(folder)


def test_a_non_commercial_licence_cannot_allow_commercial_use(folder: Path) -> None:
    def allow(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["licence_class"] == "non-commercial")["allows_commercial_use"] = True

    spoil(folder, *LICENCES, allow)
    with pytest.raises(RegistryError, match="expected false for a non-commercial licence, came True"):
        registry.load(folder)


def test_a_country_stands_in_one_region_only(folder: Path) -> None:
    path = folder / "regions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("China: [CN]", "China: [CN, TW]"), encoding="utf-8")
    with pytest.raises(RegistryError, match="regions.yaml: 'TW'.*once"):
        registry.load(folder)


def test_a_region_without_its_list_is_missed(folder: Path) -> None:
    path = folder / "regions.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  China: [CN]\n", ""), encoding="utf-8")
    with pytest.raises(RegistryError, match="key 'China': this region is missing"):
        registry.load(folder)


def test_a_key_that_stands_twice_is_refused_instead_of_the_last_one_winning(folder: Path) -> None:
    path = folder / "organisations.yaml"
    text = path.read_text(encoding="utf-8").replace("    name: DeepSeek\n", "    name: DeepSeek\n    name: Other\n", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match="organisations.yaml: line .*key 'name' stands twice"):
        registry.load(folder)


def test_norway_is_a_country_and_not_the_word_no(folder: Path) -> None:
    spoil(folder, *ORGANISATIONS, first(country_code="FR"))
    path = folder / "organisations.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("country_code: FR", "country_code: NO", 1), encoding="utf-8"
    )
    assert {row.region for row in registry.load(folder).organisations if row.country_code == "NO"} == {"Europe"}


@pytest.mark.parametrize(
    ("text", "message"), [("- a\n", "expected a mapping"), ("a: [\n", "not readable"), ("", "mapping")]
)
def test_a_file_that_is_not_a_mapping_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=message):
        registry.load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "metrics.yaml").unlink()
    with pytest.raises(RegistryError, match="registry/metrics.yaml: file.*found none"):
        registry.load(folder)


def test_entries_cannot_be_changed_after_loading() -> None:
    with pytest.raises(ValueError, match="frozen"):
        registry.load().organisations[0].name = "Another"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: &a [x, x]\npolicy_events: [*a, *a]\n", r"line 2.*\*a repeats another part"),
        ("policy_events: &a\n- *a\n", r"line 2.*\*a repeats another part"),
        ("policy_events: " + "[" * 5000 + "]" * 5000, "not readable: maximum recursion depth"),
        ("policy_events:\n- {event_id: a, event_date: 2024-13-45}\n", "not readable: month must be in"),
        (b"policy_events: \xe9", "not readable: 'utf-8' codec"),
        ("policy_events:\n- event_id: " + "9" * 6000, "not readable: Exceeds the limit"),
    ],
)
def test_what_would_swallow_the_memory_or_is_no_text_is_refused(
    folder: Path, content: str | bytes, message: str
) -> None:
    (folder / "policy_events.yaml").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(RegistryError, match=f"policy_events.yaml: .*{message}"):
        registry.load(folder)
