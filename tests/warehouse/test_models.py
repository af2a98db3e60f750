"""What is known of a model: newest facts, licence, family, and the root of its chain of bases."""

from pathlib import Path

import pytest

from tests.warehouse.tiny import TinyRegistry, read_models, rows_of


def test_the_newest_reading_describes_a_model_and_keeps_what_only_older_ones_told(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)}, "hub_models",
        task={"Qwen/Qwen3": "other"}, is_gated={"Qwen/Qwen3": True}, parameters={"Qwen/Qwen3": 8},
        licence_tag={"Qwen/Qwen3": "llama3"},
    )  # fmt: skip
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (1, None)}, licence_tag={"Qwen/Qwen3": None})
    select = """select task, task_group, is_gated, parameters, licence_tag, licence_class, first_observed_on,
        last_observed_on from core_models"""
    assert rows_of(tmp_path, select) == [
        ("text-generation", "text", True, 8, None, "unclassified", "2025-03-03", "2025-03-10")
    ]


@pytest.mark.parametrize(
    ("tag", "name", "licence_id", "licence_class"),
    [
        ("apache-2.0", "deepseek", "apache-2.0", "open"),
        ("Apache-2.0", None, "apache-2.0", "open"),
        ("other", "DeepSeek", "deepseek", "responsible-use"),
        (None, "deepseek", "deepseek", "responsible-use"),
        ("other", "homemade", "other", "unclassified"),
        ("brand-new", None, None, "unclassified"),
        (None, None, None, "unclassified"),
    ],
)
def test_the_tag_decides_the_licence_and_the_name_where_the_tag_says_other(
    tmp_path: Path, tag: str | None, name: str | None, licence_id: str | None, licence_class: str
) -> None:
    read_models(
        tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)},
        licence_tag={"Qwen/Qwen3": tag}, licence_name={"Qwen/Qwen3": name},
    )  # fmt: skip
    assert rows_of(tmp_path, "select licence_id, licence_class from core_models") == [(licence_id, licence_class)]


def test_a_family_takes_only_models_of_its_own_accounts(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", dict.fromkeys(("Qwen/Qwen3", "Qwen/Wan", "openai/Qwen/Qwen3"), (1, None)))
    assert rows_of(tmp_path, "select model_id, family_id from core_models") == [
        ("Qwen/Qwen3", "qwen"), ("Qwen/Wan", None), ("openai/Qwen/Qwen3", None),
    ]  # fmt: skip


def test_the_origin_is_the_root_of_the_chain_of_first_bases(tmp_path: Path) -> None:
    bases = {
        "Qwen/B": ["Qwen/A"],
        "mistralai/C": ["Qwen/B", "openai/X"],
        "Qwen/D": ["stranger/thing"],
        "openai/E": ["QWEN/a"],
    }
    read_models(tmp_path, "2025-03-03", dict.fromkeys(("Qwen/A", *bases), (1, None)), base_model_ids=bases)
    select = "select model_id, origin_model_id, origin_organisation_id, origin_region, lineage_depth from core_models"
    assert rows_of(tmp_path, select) == [
        ("Qwen/A", "Qwen/A", "Qwen", "China", 0),
        ("Qwen/B", "Qwen/A", "Qwen", "China", 1),
        ("Qwen/D", "stranger/thing", "stranger", "Unattributed", 1),
        ("mistralai/C", "Qwen/A", "Qwen", "China", 2),
        ("openai/E", "Qwen/A", "Qwen", "China", 1),  # the Hub does not tell QWEN/a from Qwen/A
    ]


def test_a_chain_that_bites_its_tail_ends(tmp_path: Path) -> None:
    bases = {"Qwen/A": ["Qwen/B"], "Qwen/B": ["Qwen/A"], "Qwen/Self": ["qwen/self"]}
    read_models(tmp_path, "2025-03-03", dict.fromkeys(bases, (1, None)), base_model_ids=bases)
    assert rows_of(tmp_path, "select model_id, origin_model_id, lineage_depth from core_models") == [
        ("Qwen/A", "Qwen/B", 1), ("Qwen/B", "Qwen/A", 1), ("Qwen/Self", "Qwen/Self", 0),
    ]  # fmt: skip


def test_a_chain_is_followed_for_twenty_steps(tmp_path: Path) -> None:
    bases = {f"Qwen/M{step:02}": [f"Qwen/M{step - 1:02}"] for step in range(1, 25)}
    read_models(tmp_path, "2025-03-03", dict.fromkeys(("Qwen/M00", *bases), (1, None)), base_model_ids=bases)
    select = (
        "select origin_model_id, lineage_depth from core_models where model_id in ('Qwen/M20', 'Qwen/M24') order by 1"
    )
    assert rows_of(tmp_path, select) == [("Qwen/M00", 20), ("Qwen/M04", 20)]


def test_a_licence_is_noted_at_the_first_reading_and_when_it_changes(tmp_path: Path) -> None:
    for day, tag in [("03", "other"), ("10", "other"), ("17", "apache-2.0"), ("24", "apache-2.0"), ("31", None)]:
        read_models(tmp_path, f"2025-03-{day}", {"Qwen/Qwen3": (1, None)}, licence_tag={"Qwen/Qwen3": tag})
    assert rows_of(tmp_path, "select observed_on, licence_tag from core_licence_observations") == [
        ("2025-03-03", "other"), ("2025-03-17", "apache-2.0"), ("2025-03-31", None),
    ]  # fmt: skip


def test_what_the_registry_does_not_know_is_listed_with_its_weight(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-03-03",
        {"stranger/A": (100, None), "stranger/B": (50, None), "Qwen/C": (7, None), "Qwen/D": (3, None),
         "Qwen/E": (2, None)},
        licence_tag={"stranger/B": "brand-new", "Qwen/C": "other", "Qwen/D": "other", "Qwen/E": None},
        licence_name={"Qwen/C": "homemade", "Qwen/D": "deepseek"},
        base_model_ids={"Qwen/C": ["elsewhere/base"]},
    )  # fmt: skip
    assert rows_of(tmp_path, "select kind, name, occurrences, weight from meta_unmatched") == [
        ("licence", "brand-new", 1, 50), ("licence", "homemade", 1, 7),
        ("organisation", "elsewhere", 1, 7), ("organisation", "stranger", 2, 150),
    ]  # fmt: skip


def test_an_unverified_event_carries_its_confidence(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"Qwen/A": (1, None)})
    assert rows_of(tmp_path, "select event_id, confidence from core_policy_events") == [("r1", "unverified")]


def test_two_names_that_differ_only_in_case_are_two_organisations(tmp_path: Path) -> None:
    read_models(tmp_path, "2025-03-03", {"qwen/Qwen3": (1, None)})
    select = "select organisation_id, family_id from core_models"
    assert rows_of(tmp_path, select, TinyRegistry()) == [("qwen", None)]
