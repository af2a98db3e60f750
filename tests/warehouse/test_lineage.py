"""The origin of a model: chains, circles, merges, missing and renamed bases, copies that only their name betrays."""

from pathlib import Path
from typing import Any

from tests.warehouse.tiny import ORGANISATIONS, TinyRegistry, read_models, rows_of

ORIGIN = "select model_id, origin_model_id, origin_organisation_id, lineage_depth, lineage_method from core_models"


def organisation(organisation_id: str, parent: str | None = None) -> dict[str, Any]:
    region, country = ORGANISATIONS.get(organisation_id, ("China", "CN"))
    return {
        "organisation_id": organisation_id, "name": organisation_id, "kind": "company", "region": region,
        "country_code": country, "parent_organisation_id": parent, "on_hub": True, "confidence": "verified",
    }  # fmt: skip


REGISTRY = TinyRegistry(
    {
        "organisations": [
            *map(organisation, ("Qwen", "meta-llama", "openai", "mistralai", "zai-org", "deepseek-ai")),
            organisation("THUDM", "zai-org"),
        ],
        "families": [
            {"family_id": "qwen", "organisation_ids": ["Qwen"], "hub_id_pattern": "^Qwen/Qwen",
             "label_pattern": "^qwen"},
            {"family_id": "llama", "organisation_ids": ["meta-llama"], "hub_id_pattern": "^meta-llama/(Meta-)?Llama",
             "label_pattern": "^llama"},
            {"family_id": "deepseek-r", "organisation_ids": ["deepseek-ai"],
             "hub_id_pattern": "^deepseek-ai/DeepSeek-R1", "label_pattern": "^deepseek-r1"},
        ],
        "family_releases": [{"family_id": "qwen", "name": "Qwen2.5"}, {"family_id": "llama", "name": "Llama 3"}],
        "reuploaders": [{"account": "unsloth"}, {"account": "bartowski"}],
    }
)  # fmt: skip


def read(data_dir: Path, bases: dict[str, list[str]], *others: str) -> None:
    """One reading of these models, each with its bases, and of others that name none."""
    read_models(data_dir, "2025-03-03", dict.fromkeys((*others, *bases), (1, None)), base_model_ids=bases)


def origins(data_dir: Path, bases: dict[str, list[str]], *others: str) -> dict[str, tuple[Any, ...]]:
    """Model -> origin_model_id, origin_organisation_id, lineage_depth, lineage_method."""
    read(data_dir, bases, *others)
    return {row[0]: row[1:] for row in rows_of(data_dir, ORIGIN, REGISTRY)}


def test_the_origin_is_the_root_of_the_chain(tmp_path: Path) -> None:
    read(tmp_path, {"Qwen/B": ["Qwen/A"], "mistralai/C": ["Qwen/B"], "openai/E": ["QWEN/a"]}, "Qwen/A")
    select = """select model_id, origin_model_id, origin_organisation_id, origin_region, lineage_depth, lineage_method
        from core_models"""
    assert rows_of(tmp_path, select) == [
        ("Qwen/A", "Qwen/A", "Qwen", "China", 0, "own"),
        ("Qwen/B", "Qwen/A", "Qwen", "China", 1, "tag"),
        ("mistralai/C", "Qwen/A", "Qwen", "China", 2, "tag"),
        ("openai/E", "Qwen/A", "Qwen", "China", 1, "tag"),  # the Hub does not tell QWEN/a from Qwen/A
    ]


def test_a_base_that_nobody_read_is_an_origin_of_the_account_that_it_names(tmp_path: Path) -> None:
    found = origins(tmp_path, {"Qwen/D": ["stranger/thing"], "openai/F": ["qwen/Qwen2-gone"], "openai/G": ["gpt2"]})
    assert found == {
        "Qwen/D": ("stranger/thing", "stranger", 1, "missing_parent"),
        "openai/F": ("Qwen/Qwen2-gone", "Qwen", 1, "missing_parent"),
        "openai/G": ("gpt2", "unresolved", 1, "missing_parent"),  # no account, so nobody to give it to
    }
    select = "select origin_family_id from core_models where model_id = 'openai/F'"
    assert rows_of(tmp_path, select, REGISTRY) == [("qwen",)]


def test_a_merge_has_an_origin_when_all_its_roots_are_of_one_organisation(tmp_path: Path) -> None:
    found = origins(
        tmp_path,
        {"x/near": ["x/step", "Qwen/Qwen3"], "x/step": ["Qwen/Qwen2"], "x/mixed": ["Qwen/Qwen2", "openai/gpt"],
         "x/child-of-mixed": ["x/mixed"], "x/old-and-new": ["THUDM/glm", "zai-org/glm-5"]},
        "Qwen/Qwen2", "Qwen/Qwen3", "openai/gpt", "THUDM/glm", "zai-org/glm-5",
    )  # fmt: skip
    assert found["x/near"] == ("Qwen/Qwen3", "Qwen", 1, "tag")
    assert found["x/mixed"] == (None, "unresolved", 1, "several_origins")
    assert found["x/child-of-mixed"] == (None, "unresolved", 2, "several_origins")
    assert found["x/old-and-new"] == ("THUDM/glm", "THUDM", 1, "tag")


def test_a_circle_has_an_origin_when_all_in_it_are_of_one_organisation(tmp_path: Path) -> None:
    found = origins(
        tmp_path,
        {"Qwen/A": ["Qwen/B"], "Qwen/B": ["Qwen/A"], "x/tail": ["Qwen/B"], "x/tail-of-tail": ["x/tail"],
         "Qwen/P": ["openai/Q"], "openai/Q": ["Qwen/P"], "x/exit": ["Qwen/A", "openai/gpt"],
         "Qwen/Self": ["qwen/self"]},
        "openai/gpt",
    )  # fmt: skip
    assert {found[name] for name in ("Qwen/A", "Qwen/B", "x/tail", "x/tail-of-tail")} == {
        ("Qwen/A", "Qwen", 1, "cycle")
    }
    assert found["Qwen/P"] == found["openai/Q"] == (None, "unresolved", 1, "cycle")
    assert found["x/exit"] == ("openai/gpt", "openai", 1, "tag")  # the way that ends
    assert found["Qwen/Self"] == ("Qwen/Self", "Qwen", 0, "own")


def test_a_chain_may_be_of_any_length(tmp_path: Path) -> None:
    found = origins(tmp_path, {f"x/m{step}": [f"x/m{step - 1}"] for step in range(1, 200)}, "x/m0")
    assert found["x/m199"] == ("x/m0", "x", 199, "tag")


def test_a_base_that_moved_is_found_under_its_new_name(tmp_path: Path) -> None:
    bases = {"x/copy": ["THUDM/glm-4"], "x/other": ["openai/old-name"]}
    created = {"openai/old-name": "2025-01-01T10:11:12.345", "openai/new-name": "2025-01-01T10:11:12.345"}
    counters = dict.fromkeys((*bases, "zai-org/glm-4"), (1, 10))
    read_models(
        tmp_path, "2025-03-03", counters | {"openai/old-name": (9, 20_000)}, base_model_ids=bases, created_at=created
    )
    read_models(
        tmp_path, "2025-03-10", counters | {"openai/new-name": (9, 20_001)}, base_model_ids=bases, created_at=created
    )
    found = {row[0]: row[1:] for row in rows_of(tmp_path, ORIGIN, REGISTRY)}
    assert found["x/copy"] == ("zai-org/glm-4", "zai-org", 1, "tag")
    assert found["x/other"] == ("openai/new-name", "openai", 1, "tag")
    counted = "select renamed_base_models from out_lineage where lineage_method = 'tag'"
    assert rows_of(tmp_path, counted, REGISTRY) == [(2,)]


def test_a_base_that_is_gone_stays_in_the_chain_and_is_counted(tmp_path: Path) -> None:
    bases = {"Qwen/deleted": ["openai/root"], "openai/copy": ["Qwen/deleted"], "openai/other": ["Qwen/gone-root"]}
    first = dict.fromkeys(("openai/root", "Qwen/stays", "Qwen/gone-root", *bases), (1, 10))
    later = {name: counters for name, counters in first.items() if name not in ("Qwen/deleted", "Qwen/gone-root")}
    for day, counters in (("2025-03-03", first), ("2025-03-10", later)):
        read_models(tmp_path, day, counters, base_model_ids=bases)
    found = {row[0]: row[1:] for row in rows_of(tmp_path, ORIGIN, REGISTRY)}
    assert found["openai/copy"] == ("openai/root", "openai", 2, "tag")
    assert found["openai/other"] == ("Qwen/gone-root", "Qwen", 1, "tag")
    select = "select lineage_method, vanished_origin_models from out_lineage"
    assert rows_of(tmp_path, select, REGISTRY) == [("own", 0), ("tag", 1)]


OFFICIAL = (
    "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen-7B", "Qwen/Qwen3", "meta-llama/Meta-Llama-3-8B", "deepseek-ai/DeepSeek-R1",
)  # fmt: skip


COPIES = {
    "anyone/Qwen2.5-7B-Instruct": "Qwen/Qwen2.5-7B-Instruct",
    "anyone/my_qwen2.5_7b_instruct_lora": "Qwen/Qwen2.5-7B-Instruct",
    "bartowski/Qwen_Qwen2.5-7B-Instruct-GGUF": "Qwen/Qwen2.5-7B-Instruct",
    "unsloth/llama-3-8b-bnb-4bit": "meta-llama/Meta-Llama-3-8B",
    "bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF": "meta-llama/Meta-Llama-3-8B",  # and on from there by its tag
    "unsloth/DeepSeek-R1-GGUF": "deepseek-ai/DeepSeek-R1",
    "bartowski/deepseek-ai_DeepSeek-R1-Q4_K_M-GGUF": "deepseek-ai/DeepSeek-R1",
}
FALSE_FRIENDS = (
    "anyone/TinyLlama-3-8B",  # a word that only ends like a name
    "anyone/DeepSeek-R1",  # not telling enough for an account that trains models of its own
    "anyone/Qwen3",
    "unsloth/DeepSeek-R1-Zero-GGUF",  # another model, whose original nobody has read
    "anyone/Infinity-7B-Instruct",
    "anyone/3-8b",  # what is left of a name without its maker
    "anyone/Qwen2.5-7B-Instruct-x-Meta-Llama-3-8B",  # two makers
    "anyone/Qwen2.5-7B",  # not the name of anything official
)


def test_a_copy_without_a_tag_is_recognised_by_the_whole_name_of_the_original(tmp_path: Path) -> None:
    distilled = {"deepseek-ai/DeepSeek-R1-Distill-Llama-8B": ["meta-llama/Meta-Llama-3-8B"]}
    found = origins(tmp_path, distilled, *OFFICIAL, *COPIES)
    assert {name: found[name][0] for name in COPIES} == COPIES
    assert {found[name][3] for name in COPIES} == {"name"}


def test_false_friends_stay_their_own(tmp_path: Path) -> None:
    found = origins(tmp_path, {}, *OFFICIAL, "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", *FALSE_FRIENDS)
    assert {name: found[name] for name in FALSE_FRIENDS} == {
        name: (name, name.split("/")[0], 0, "own") for name in FALSE_FRIENDS
    }


def test_of_a_copier_at_least_the_family_is_recognised(tmp_path: Path) -> None:
    bases = {"x/tuned": ["unsloth/Qwen2.5-0.5B-bnb-4bit"]}  # neither the copy nor the original was ever read
    read(tmp_path, bases, "unsloth/Qwen2.5-1.5B", "unsloth/Llama-guard", "anyone/Qwen2.5-1.5B")
    select = """select model_id, origin_model_id, origin_organisation_id, origin_family_id, lineage_depth,
        lineage_method from core_models"""
    assert rows_of(tmp_path, select, REGISTRY) == [
        ("anyone/Qwen2.5-1.5B", "anyone/Qwen2.5-1.5B", "anyone", None, 0, "own"),
        ("unsloth/Llama-guard", "unsloth/Llama-guard", "unsloth", None, 0, "own"),
        ("unsloth/Qwen2.5-1.5B", None, "Qwen", "qwen", 1, "name"),
        ("x/tuned", None, "Qwen", "qwen", 2, "name"),
    ]


def test_what_hangs_on_each_way_of_finding_an_origin_adds_up(tmp_path: Path) -> None:
    bases = {"x/tuned": ["Qwen/Qwen3"], "x/mixed": ["Qwen/Qwen3", "openai/gpt"], "x/lost": ["gone/model"]}
    names = (*bases, "Qwen/Qwen3", "openai/gpt")
    for day, count in (("2025-03-03", 100), ("2025-03-10", 110)):
        counters = {name: (1, count + place) for place, name in enumerate(names)}
        read_models(tmp_path, day, counters, base_model_ids=bases)
    select = "select lineage_method, models, new_downloads, unresolved_models, unresolved_downloads from out_lineage"
    assert rows_of(tmp_path, select, REGISTRY) == [
        ("missing_parent", 1, 10, 0, 0), ("own", 2, 20, 0, 0), ("several_origins", 1, 10, 1, 10), ("tag", 1, 10, 0, 0),
    ]  # fmt: skip
