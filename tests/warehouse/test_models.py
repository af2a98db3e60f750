"""What is known of a model: newest facts, licence, family, and the root of its chain of bases."""

from pathlib import Path

import pytest

from tests.warehouse.tiny import TinyRegistry, read_models, rows_of


def test_the_hubs_own_answer_describes_a_model_and_the_history_fills_what_it_leaves_out(tmp_path: Path) -> None:
    read_models(
        tmp_path, "2025-02-24", {"Qwen/Qwen3": (1, None)}, task={"Qwen/Qwen3": "other"}, parameters={"Qwen/Qwen3": 8}
    )
    read_models(
        tmp_path, "2025-03-03", {"Qwen/Qwen3": (1, None)}, "hub_models",
        is_gated={"Qwen/Qwen3": True}, licence_tag={"Qwen/Qwen3": "llama3"},
    )  # fmt: skip
    read_models(tmp_path, "2025-03-10", {"Qwen/Qwen3": (1, None)}, task={"Qwen/Qwen3": "other"})
    select = """select task, task_group, is_gated, parameters, licence_tag, licence_class, first_observed_on
        from core_models"""
    assert rows_of(tmp_path, select) == [("text-generation", "text", True, 8, "llama3", "community", "2025-02-24")]


def test_of_one_source_the_newest_statement_counts(tmp_path: Path) -> None:
    for day, tag in (("2025-03-03", "llama3"), ("2025-03-10", None)):
        read_models(
            tmp_path, day, {"Qwen/Qwen3": (1, None)}, licence_tag={"Qwen/Qwen3": tag}, is_gated={"Qwen/Qwen3": True}
        )
    read_models(tmp_path, "2025-03-17", {"Qwen/Qwen3": (1, None)}, licence_tag={"Qwen/Qwen3": None})
    assert rows_of(tmp_path, "select licence_tag, is_gated from core_models") == [(None, True)]


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
