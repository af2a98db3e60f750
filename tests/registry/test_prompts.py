"""Prompt packs and answer rules: the files as they are, and the mistakes that are refused."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import registry
from registry import RegistryError, load_answer_rules, load_judge_prompt, load_prompts
from registry.answer_rules import FOLDER as RULES_FOLDER
from registry.answer_rules import RULES
from registry.files import StrictLoader
from registry.prompts import FOLDER, LANGUAGES, TOPICS

CHINESE, GERMAN = (
    re.compile(r"[\u4e00-\u9fff]"),
    re.compile(r"\b(der|die|das|den|ein|eine|und|mit|was|wie|von)\b", re.IGNORECASE),
)
# Written in traditional characters only: a text in simplified ones has none of them.
TRADITIONAL = re.compile("[國會與請這為麼說過後發東關開們對體學種無變數應將點門問題歷]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packs that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "prompts"))


def spoil(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes a YAML file in place."""
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_there_is_a_pack_of_ten_prompts_for_each_topic_in_three_languages() -> None:
    packs = load_prompts()
    assert [pack.topic for pack in packs] == list(TOPICS)
    assert {len(pack.prompts) for pack in packs} == {10}
    assert all(set(prompt.texts) == set(LANGUAGES) for pack in packs for prompt in pack.prompts)


def test_the_packs_are_read_once() -> None:
    assert load_prompts() is load_prompts() is registry.load_prompts()


def test_every_text_is_in_the_language_it_says() -> None:
    for prompt in (prompt for pack in load_prompts() for prompt in pack.prompts):
        assert not CHINESE.search(prompt.texts["en"] + prompt.texts["de"]), prompt.prompt_id
        assert len(CHINESE.findall(prompt.texts["zh"])) > 10 and not TRADITIONAL.search(prompt.texts["zh"])
        assert GERMAN.search(prompt.texts["de"]), prompt.prompt_id


def test_no_two_prompts_ask_the_same() -> None:
    texts = [text for pack in load_prompts() for prompt in pack.prompts for text in prompt.texts.values()]
    assert len(set(texts)) == len(texts)


def test_the_sides_of_a_mirror_pair_differ_in_the_sides_alone() -> None:
    (pack,) = [pack for pack in load_prompts() if pack.topic == "mirror_pairs"]
    assert len(pack.pairs) == 5
    for one, other in pack.pairs:
        for sides in (
            ("en", r"(the )?(China|United States)", " "),
            ("zh", r"中国政府|美国政府|中国国家主席|美国总统|中国|美国", ""),
            ("de", r"(aus |in |der |den )*(Chinas?|Vereinigten Staaten)", ""),
        ):
            language, pattern, _ = sides
            without = [re.sub(r"\s+", " ", re.sub(pattern, "", side.texts[language])) for side in (one, other)]  # type: ignore[index]
            assert without[0] == without[1]


def test_both_sensitive_packs_ask_at_equal_length_and_in_equal_number() -> None:
    by_topic = {pack.topic: pack for pack in load_prompts()}
    beijing, west = by_topic["sensitive_beijing"], by_topic["sensitive_west"]
    assert len(beijing.prompts) == len(west.prompts)
    assert (beijing.temperature, beijing.max_tokens) == (west.temperature, west.max_tokens)


def test_the_pack_of_facts_says_that_truth_is_not_scored() -> None:
    assert "not scored" in load_prompts()[0].description


def set_first(**keys: Any) -> Callable[[dict[str, Any]], object]:
    """Changes keys of a pack's first prompt."""
    return lambda content: content["prompts"][0].update(keys)


TEXTS = {"en": "Who are you?", "zh": "你是谁，请回答？", "de": "Wer bist du?"}


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("factual", lambda content: content.update(answer="42"), "key 'answer': this key is not known"),
        ("factual", set_first(expected="42"), "'factual_moon': key 'expected': this key is not known"),
        ("factual", set_first(texts={"en": "Who are you?", "zh": "你是谁，请回答？"}), "de is missing"),
        ("factual", set_first(texts=TEXTS | {"fr": "Qui es-tu ?"}), "key 'texts.fr"),
        ("factual", set_first(texts=TEXTS | {"en": "x" * 1001}), "key 'texts.en': .*1000 characters"),
        ("factual", set_first(texts=TEXTS | {"en": "Who\u202e are you?"}), "came U\\+202E"),
        ("factual", set_first(texts=TEXTS | {"en": "Who\nare you?"}), "came U\\+000A"),
        ("factual", set_first(texts=TEXTS | {"en": " Who are you?"}), "no space at the beginning"),
        ("factual", set_first(prompt_id="neutral_soup"), "'neutral_soup': key 'prompt_id': stands twice"),
        ("factual", set_first(prompt_id="../up"), "key 'prompt_id'"),
        ("factual", lambda content: content.update(pack_id="neutral"), "expected the name of the file"),
        ("factual", lambda content: content.update(temperature=3), "key 'temperature'"),
        ("factual", lambda content: content.update(prompts=[]), "key 'prompts'"),
        ("factual", set_first(mirror_of="factual_gdp"), "expected another prompt of this pack that names this one"),
        ("factual", set_first(mirror_of="factual_moon"), "expected another prompt of this pack that names this one"),
        ("mirror_pairs", set_first(mirror_of="nobody_knows"), "came 'nobody_knows' \\(no such prompt\\)"),
        ("mirror_pairs", set_first(mirror_of="neutral_soup"), "no such prompt"),
        ("mirror_pairs", set_first(mirror_of=None), "'mirror_journalists_china': key 'mirror_of': this key is missing"),
    ],
)
def test_a_mistake_in_a_pack_is_refused_with_its_place(
    folder: Path, file: str, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    spoil(folder / f"{file}.yaml", change)
    with pytest.raises(RegistryError, match=message):
        load_prompts(folder)


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="expected packs"):
        load_prompts(tmp_path)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the rules that a test may spoil."""
    return Path(shutil.copy(RULES_FOLDER / RULES, tmp_path))


def test_there_are_refusals_and_evasions_in_every_language() -> None:
    kinds = {(rule.verdict, language) for rule in load_answer_rules() for language in rule.languages}
    assert kinds == {(verdict, language) for verdict in ("refusal", "evasion") for language in LANGUAGES}
    assert load_answer_rules() is load_answer_rules()


def test_what_one_rule_must_not_catch_no_other_rule_catches() -> None:
    caught = {
        (rule.rule_id, other.rule_id, miss)
        for rule in load_answer_rules()
        for miss in rule.misses
        for other in load_answer_rules()
        if other.holds_for(miss)
    }
    assert caught == set()


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"matches": ["Gladly."]}, "key 'matches': expected the rule to hold for 'Gladly.'"),
        ({"misses": ["I cannot help with that."]}, "key 'misses': expected the rule not to hold"),
        ({"matches": []}, "key 'matches'"),
        ({"pattern": "(a+)+$"}, "expected repetitions with an end"),
        ({"pattern": "a{3,}"}, "expected repetitions with an end"),
        ({"pattern": "(a"}, "expected a regular expression"),
        ({"within": 5000}, "key 'within'"),
        ({"verdict": "lie"}, "key 'verdict'"),
        ({"weight": 2}, "key 'weight': this key is not known"),
        ({"rule_id": "en_refusal_as_an_ai"}, "stands twice"),
    ],
)
def test_a_mistake_in_a_rule_is_refused_with_its_place(rules: Path, keys: dict[str, Any], message: str) -> None:
    spoil(rules, lambda content: content["answer_rules"][0].update(keys))
    with pytest.raises(RegistryError, match=message):
        load_answer_rules(rules.parent)


def test_the_question_to_the_judges_fits_into_the_longest_prompt() -> None:
    prompt = load_judge_prompt()
    longest_question = max(
        len(text) for pack in load_prompts() for each in pack.prompts for text in each.texts.values()
    )
    assert len(prompt.text) + prompt.answer_characters + longest_question < 4000
