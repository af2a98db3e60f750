"""What the registry answers, and what its files must hold."""

import re

import duckdb
import pytest

import registry
from registry import LICENCE_CLASSES, REGIONS, Registry

SOURCE_IDS = {
    "hub_models",
    "hub_history",
    "hub_licence_tags",
    "spdx_licences",
    "lmarena",
    "livebench",
    "open_llm_leaderboard",
}


@pytest.fixture(scope="module")
def decisions() -> Registry:
    return registry.load()


@pytest.mark.parametrize(
    ("organisation_id", "region"),
    [
        ("Qwen", "China"),
        ("qwen", "Unattributed"),
        ("meta-llama", "United States"),
        ("stabilityai", "Europe"),
        ("swiss-ai", "Europe"),
        ("CohereLabs", "Other"),
        ("unsloth", "Unattributed"),
        ("an-account-nobody-listed", "Unattributed"),
    ],
)
def test_the_region_is_that_of_the_head_office(decisions: Registry, organisation_id: str, region: str) -> None:
    assert decisions.region_of(organisation_id) == region


def test_every_region_and_every_licence_class_is_in_use(decisions: Registry) -> None:
    assert {row.region for row in decisions.organisations} == set(REGIONS)
    assert {row.licence_class for row in decisions.licences} == set(LICENCE_CLASSES)


@pytest.mark.parametrize(
    ("label", "organisation_id"),
    [
        ("Alibaba", "Qwen"),
        ("Bytedance", "ByteDance"),
        (" ByteDance ", "ByteDance"),
        ("Zhipu AI", "zai-org"),
        ("Tsinghua", "THUDM"),
        ("Inception AI", "vendor:inception-labs"),
        ("Anthropic", "vendor:anthropic"),
        ("MiniMaxAI", "MiniMaxAI"),
        ("", None),
        (None, None),
        ("Nobody", None),
    ],
)
def test_a_leaderboard_label_finds_its_organisation_in_any_case(
    decisions: Registry, label: str | None, organisation_id: str | None
) -> None:
    assert decisions.organisation_of_label(label) == organisation_id


@pytest.mark.parametrize(
    "label", ["Moonshot", "Z.ai", "Bytedance", "Baidu", "Xiaomi", "Alibaba", "DeepSeek", "MiniMax"]
)
def test_chinese_vendors_count_for_china(decisions: Registry, label: str) -> None:
    organisation_id = decisions.organisation_of_label(label)
    assert organisation_id and decisions.region_of(organisation_id) == "China"


@pytest.mark.parametrize(
    ("model_id", "family_id"),
    [
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek-r"),
        ("deepseek-ai/DeepSeek-V3.2", "deepseek-v"),
        ("Qwen/Qwen2.5-7B-Instruct", "qwen"),
        ("THUDM/CogVideoX-5b", "cog"),
        ("zai-org/CogVLM2-llama3-chat-19B", "glm"),
        ("THUDM/cogvlm2-llama3-chat-19B", "glm"),
        ("someone/Qwen2.5-7B-Instruct-GGUF", None),
    ],
)
def test_a_family_holds_official_repositories_only(decisions: Registry, model_id: str, family_id: str | None) -> None:
    assert decisions.family_of(model_id) == family_id


@pytest.mark.parametrize(
    ("tag", "name", "licence_id"),
    [
        ("mit", None, "mit"),
        ("MIT", None, "mit"),
        ("other", "modified-mit", "modified-mit"),
        ("other", "Modified-MIT", "modified-mit"),
        ("other", "a-name-nobody-read", "other"),
        ("other", None, "other"),
        ("other", "apache-2.0", "apache-2.0"),
        ("unknown", "qwen", "qwen"),
        (None, "mrl", "mrl"),
        ("apache-2.0", "qwen", "apache-2.0"),
    ],
)
def test_the_tag_decides_the_licence_unless_it_says_other(
    decisions: Registry, tag: str | None, name: str | None, licence_id: str
) -> None:
    licence = decisions.licence_of(tag, name)
    assert licence and licence.licence_id == licence_id


def test_a_tag_that_nobody_has_mapped_and_an_absent_one_have_no_licence(decisions: Registry) -> None:
    assert decisions.licence_of("invented-1.0") is None
    assert decisions.licence_of(None) is None


@pytest.mark.parametrize(
    ("label", "licence_class"),
    [
        ("Proprietary", "closed"),
        ("proprietary", "closed"),
        ("Propretary", "closed"),
        ("Apache 2.0", "open"),
        ("Llama 3.1 Community", "community"),
        ("Qianwen LICENSE", "community"),
        ("Gemma license", "responsible-use"),
        ("CC-BY-NC-4.0", "non-commercial"),
        ("open", "unclassified"),
    ],
)
def test_a_licence_label_of_a_board_finds_its_class(decisions: Registry, label: str, licence_class: str) -> None:
    licence = decisions.licence_of_label(label)
    assert licence and licence.licence_class == licence_class
    assert decisions.licence_of_label("") is None


@pytest.mark.parametrize(
    ("label", "organisation_id", "is_open_weights"),
    [
        ("qwen2.5-max", "Qwen", False),
        ("qwen3-max-2025-09-23", "Qwen", False),
        ("Qwen3-235B-A22B-Instruct-2507", "Qwen", True),
        ("qwen2.5-72b-instruct-turbo", "Qwen", True),
        ("mistral-large-2402", "mistralai", False),
        ("mistral-large-2411", "mistralai", True),
        ("mistral-medium-2505", "mistralai", False),
        ("mistral-small-2402", "mistralai", False),
        ("mistral-small-2503", "mistralai", True),
        ("gpt-oss-120b", "openai", True),
        ("gpt-5.1-codex-max", "openai", False),
        ("gemma-3-27b-it", "google", True),
        ("gemini-3-pro-preview-11-2025-high", "google", False),
        ("llama-3.1-nemotron-70b-instruct", "nvidia", True),
        ("deepseek-r1-distill-llama-70b", "deepseek-ai", True),
        ("grok-2", "xai-org", False),
        ("step-2-16k-202411", "stepfun-ai", False),
        ("glm-4.5-air", "zai-org", True),
        ("glm-4-air", "zai-org", False),
        ("azerogpt", "vendor:azerogpt", None),
    ],
)
def test_closed_versions_of_open_families_are_told_apart(
    decisions: Registry, label: str, organisation_id: str, is_open_weights: bool | None
) -> None:
    row = decisions.organisation_of_model_label(label)
    assert row and (row.organisation_id, row.is_open_weights) == (organisation_id, is_open_weights)


def test_every_pattern_reads_the_same_in_duckdb(decisions: Registry) -> None:
    patterns = [row.hub_id_pattern for row in decisions.families] + [
        row.pattern for row in decisions.leaderboard_labels
    ]
    patterns += [row.label_pattern for row in decisions.families if row.label_pattern]
    words = ["zai-org/CogVideoX", "zai-org/CogVLM2", "zai-org/Cog", "Qwen/Qwen3-8B", "qwen3-max", "o1-mini", "grok-1"]
    connection = duckdb.connect()
    for pattern in patterns:
        for word in words:
            found = connection.execute("select regexp_matches($1, $2)", [word, pattern]).fetchone()
            assert found == (bool(re.search(pattern, word)),), (pattern, word)


def test_aliases_and_their_main_accounts_name_one_another(decisions: Registry) -> None:
    for row in decisions.organisations:
        for alias in row.aliases:
            account = decisions.organisation(alias)
            assert account, alias
            main = account.parent_organisation_id
            assert main in (row.organisation_id, row.parent_organisation_id), alias


def test_vendors_and_spellings_without_an_account_are_not_asked_for_on_the_hub(decisions: Registry) -> None:
    not_asked = {row.organisation_id for row in decisions.organisations if not row.on_hub}
    assert {"Yi", "tencent-hunyuan", "vendor:anthropic"} <= not_asked
    assert all(row.kind == "vendor" or not row.labels for row in decisions.organisations if not row.on_hub)


def test_what_is_verified_has_evidence_and_a_day_of_checking(decisions: Registry) -> None:
    for row in decisions.organisations:
        assert (row.checked_on is None) == (row.confidence == "unverified"), row.organisation_id
        assert row.confidence == "unverified" or row.evidence_url, row.organisation_id
    for event in decisions.events:
        assert event.confidence == "unverified" or event.source_title, event.event_id


def test_the_seven_sources_and_ten_metrics_are_declared(decisions: Registry) -> None:
    assert {row.source_id for row in decisions.sources} == SOURCE_IDS
    assert len(decisions.metrics) == 10
    assert decisions.metric("capability_gap").unit == "points of the benchmark"
    assert decisions.source("lmarena").licence == "CC-BY-4.0"


def test_events_are_in_the_order_of_their_dates(decisions: Registry) -> None:
    months = [event.event_date.strftime("%Y-%m") for event in decisions.events]
    assert months == sorted(months)


def test_month_precise_dates_carry_the_first_of_the_month(decisions: Registry) -> None:
    dated = [(event.event_date, event.date_precision) for event in decisions.events]
    dated += [(row.released_on, row.date_precision) for family in decisions.families for row in family.releases]
    assert all(day.day == 1 for day, precision in dated if precision == "month")


def test_frames_hold_plain_rows_for_the_warehouse(decisions: Registry) -> None:
    frames = decisions.frames()
    assert len(frames["organisations"]) == len(decisions.organisations)
    assert {"organisation_id", "region", "country_code", "evidence_url", "checked_on"} <= set(
        frames["organisations"][0]
    )
    assert {row["licence_tag"]: row["licence_id"] for row in frames["licence_tags"]}["llama3.1"] == "llama3.1"
    assert {row["licence_name"]: row["licence_id"] for row in frames["licence_names"]}["modified-mit"] == "modified-mit"
    assert {"licence_label": "Propretary", "licence_id": "proprietary", "licence_class": "closed"} in frames[
        "licence_labels"
    ]
    assert [row["position"] for row in frames["leaderboard_labels"]] == list(range(len(decisions.leaderboard_labels)))
    assert "releases" not in frames["families"][0]
    labels = [row["label"].lower() for row in frames["organisation_labels"]]
    assert len(labels) == len(set(labels))
