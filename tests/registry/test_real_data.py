"""The registry against the real files beside the checkout: nothing that they name stays without a decision."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import registry
from registry import Registry

pytestmark = pytest.mark.real_data

EUROPE = {"FR", "DE", "CH", "ES", "GB", "NL", "PT", "LV", "SE", "PL"}
FAMILY_TAGS = {"bsd", "gpl", "lgpl"}  # tags of licence families whose usual members are OSI-approved


@pytest.fixture(scope="module")
def decisions() -> Registry:
    return registry.load()


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(shared: Path, file: str) -> dict[str, Any]:
    return yaml.safe_load((shared / "facts" / file).read_text(encoding="utf-8"))


def region_of_country(country: str | None) -> str:
    if country is None:
        return "Unattributed"
    return {"CN": "China", "US": "United States"}.get(country) or ("Europe" if country in EUROPE else "Other")


def test_every_organisation_of_the_facts_keeps_its_region(shared: Path, decisions: Registry) -> None:
    entries = facts(shared, "organisations.yaml")["organisations"]
    assert len(entries) == 170
    for entry in entries:
        row = decisions.organisation(entry["hub_id"])
        assert row and row.country_code == entry["country"] and row.confidence == entry["confidence"], entry["hub_id"]
        assert row.region == region_of_country(entry["country"]), entry["hub_id"]
        assert all(decisions.organisation(alias) for alias in entry["aliases"]), entry["hub_id"]


def test_every_hub_tag_has_a_licence_and_open_means_osi_approved(shared: Path, decisions: Registry) -> None:
    tags = table(shared / "data" / "hf_license_spdx_map.csv")
    assert len(tags) == 83
    assert sorted(tag for row in decisions.licences for tag in row.hub_tags) == sorted(row["hf_id"] for row in tags)
    for row in tags:
        licence = decisions.licence_of(row["hf_id"])
        assert licence, row["hf_id"]
        approved = row["osi_approved_spdx"] == "True" or row["hf_id"] in FAMILY_TAGS
        assert (licence.licence_class == "open") == licence.is_osi_approved == approved, row["hf_id"]
        assert (licence.spdx_id or "") == row["spdx_id"], row["hf_id"]


def test_osi_approval_agrees_with_the_spdx_list(shared: Path, decisions: Registry) -> None:
    listed = json.loads((shared / "data" / "spdx_licenses_3.27.0.json").read_text(encoding="utf-8"))["licenses"]
    approved = {row["licenseId"]: row["isOsiApproved"] for row in listed}
    for licence in decisions.licences:
        if licence.spdx_id in approved:
            assert licence.is_osi_approved == approved[licence.spdx_id], licence.licence_id


def test_family_patterns_find_the_same_models_as_the_facts(shared: Path, decisions: Registry) -> None:
    ids = [row["modelId"] for name in ("models", "extra_models") for row in table(shared / "data" / f"atom_{name}.csv")]
    for entry in facts(shared, "model_families.yaml")["families"]:
        family = decisions.family(entry["id"])
        assert family, entry["id"]
        assert len(family.releases) == len(entry["releases"])
        expected = {model_id for model_id in ids if re.search(entry["hub_id_regex"], model_id)}
        assert {model_id for model_id in ids if re.search(family.hub_id_pattern, model_id)} == expected, entry["id"]


def test_a_model_belongs_to_one_family_at_most_and_its_account_is_listed_there(
    shared: Path, decisions: Registry
) -> None:
    for row in table(shared / "data" / "atom_models.csv"):
        families = [family for family in decisions.families if re.search(family.hub_id_pattern, row["modelId"])]
        assert len(families) <= 1, row["modelId"]
        assert all(row["modelId"].split("/")[0] in family.organisation_ids for family in families), row["modelId"]


def test_every_vendor_of_the_arena_files_is_known(shared: Path, decisions: Registry) -> None:
    vendors = {row["vendor"] for row in table(shared / "data" / "arena_ai_daily_2026-03-19_2026-04-05.csv")}
    history = table(shared / "data" / "lmarena_text_history_2024-06_2025-07.csv")
    april = json.loads((shared / "data" / "arena_ai_text_2026-04-19.json").read_text(encoding="utf-8"))["models"]
    vendors |= {row["organization"] for row in history} | {row["vendor"] for row in april}
    assert {vendor for vendor in vendors if not decisions.organisation_of_label(vendor)} == set()


def test_every_licence_label_of_the_arena_history_is_known(shared: Path, decisions: Registry) -> None:
    labels = {row["license"] for row in table(shared / "data" / "lmarena_text_history_2024-06_2025-07.csv")}
    assert {label for label in labels if not decisions.licence_of_label(label)} <= {"", "N/A"}


def test_every_label_of_the_livebench_tables_is_known(shared: Path, decisions: Registry) -> None:
    tables = sorted((shared / "data").glob("livebench_table_*.csv"))
    labels = {row["model"] for path in tables for row in table(path)}
    assert len(labels) == 250
    assert {label for label in labels if not decisions.organisation_of_model_label(label)} == set()


@pytest.mark.parametrize(
    ("date", "closed_over_open", "us_over_china"),
    [("2026-03-19", 45, 41), ("2026-03-25", 47, 38), ("2026-03-31", 48, 39), ("2026-04-05", 48, 37)],
)
def test_the_gaps_on_the_arena_are_those_computed_by_hand(
    shared: Path, decisions: Registry, date: str, closed_over_open: int, us_over_china: int
) -> None:
    rows = table(shared / "data" / "arena_ai_daily_2026-03-19_2026-04-05.csv")
    board = [row for row in rows if row["snapshot_date"] == date and row["leaderboard"] == "text"]

    def is_open(row: dict[str, str]) -> bool:
        licence = decisions.licence_of_label(row["license"])
        return licence is not None and licence.licence_class != "closed"

    def region(row: dict[str, str]) -> str:
        return decisions.region_of(decisions.organisation_of_label(row["vendor"]) or "")

    def best(belongs: Callable[[dict[str, str]], bool]) -> int:
        return max(int(row["score"]) for row in board if belongs(row))

    assert best(lambda row: not is_open(row)) - best(is_open) == closed_over_open
    us, china = best(lambda row: region(row) == "United States"), best(lambda row: region(row) == "China")
    assert us - china == us_over_china


def test_events_and_figures_of_the_facts_are_carried_over_with_their_confidence(
    shared: Path, decisions: Registry
) -> None:
    events = {row.event_id: row for row in decisions.events}
    for entry in facts(shared, "policy_events.yaml")["events"]:
        assert events[entry["id"]].confidence == entry["confidence"]
        assert events[entry["id"]].event_date.isoformat().startswith(entry["date"])
    figures = {row.figure_id: row for row in decisions.published_figures}
    for entry in facts(shared, "published_figures.yaml")["figures"]:
        assert figures[entry["id"]].confidence == entry["confidence"]
        assert figures[entry["id"]].as_of == str(entry["as_of"])


def test_known_release_dates_are_those_of_the_shared_list_but_for_one_that_its_maker_contradicts(
    shared: Path, decisions: Registry
) -> None:
    text = (shared / "data" / "atom_release_date_corrections.csv").read_text(encoding="utf-8")
    listed = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    ours = {
        row.subject: (row.upstream_value, row.right_value) for row in decisions.corrections if row.field == "created_at"
    }
    theirs = {row["model_id"]: (row["hf_created_at"], row["actual_release_date"]) for row in listed}
    assert set(theirs) - set(ours) == {"Qwen/Qwen3-235B-A22B-Instruct-2507"}
    assert {model for model in ours if ours[model] != theirs[model]} == {"moonshotai/Kimi-K3"}  # the weights came later


def test_corrected_sizes_are_those_of_the_shared_list(shared: Path, decisions: Registry) -> None:
    listed = {
        row["model_id"]: float(row["total_params_b"]) for row in table(shared / "data" / "atom_model_parameters.csv")
    }
    ours = {row.subject: int(row.right_value) / 1e9 for row in decisions.corrections if row.field == "parameters"}
    assert ours == {model: listed[model] for model in ours}
