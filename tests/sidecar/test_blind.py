"""Blind mode: two different models by lot, names hidden, ordinary words left alone, nothing flashes in growing text."""

from collections import Counter
from random import Random

import pytest

from sidecar import models
from sidecar.blind.naming import groups
from sidecar.blind.sides import HIDDEN, NoPair, are_same_model, mask, names_of, pair
from sidecar.models import Endpoint
from tests.sidecar.recorded import endpoint, hosted


def made(name: str, hub_model_id: str | None, **more: object) -> Endpoint:
    """A vLLM endpoint of that model."""
    organisation = hub_model_id.split("/")[0] if hub_model_id else "unknown"
    plain = models.plain_id(name)
    content = {"name": name, "model": plain, "hub_model_id": hub_model_id, "organisation": organisation}
    return endpoint(plain, **content | {"server": "vllm", "launch": None} | more)


QWEN = made("Qwen 2.5 0.5B Instruct", "Qwen/Qwen2.5-0.5B-Instruct")
LLAMA = made("Llama 3.2 1B", "meta-llama/Llama-3.2-1B-Instruct")
PHI = made("Phi 3.5 mini", "microsoft/Phi-3.5-mini-instruct")
DISTILLED = made("DeepSeek R1 Distill Qwen 7B", "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B")
FROM_OLLAMA = made("phi3.5:latest", None)
CLAUDE = hosted("c", name="Claude", model="claude-x", hub_model_id=None, organisation="vendor:anthropic")
FAMILIES = {
    "qwen": (QWEN, "Qwen Qwen2.5 qwen-2.5-72b QwQ-32B Tongyi Alibaba 通义千问 阿里巴巴 阿里云"),
    "deepseek": (DISTILLED, "DeepSeek DeepSeek-R1 deepseek-ai deepseek_v3 深度求索 Qwen"),
    "kimi": (made("Kimi K2", "moonshotai/Kimi-K2-Instruct"), "Kimi Kimi-K2 MoonshotAI Moonshot 月之暗面"),
    "glm": (made("GLM 4.6", "zai-org/GLM-4.6"), "GLM GLM-4.6 ChatGLM Zhipu Z.ai THUDM 智谱 清华大学"),
    "llama": (LLAMA, "Llama LLaMA Llama-3.1-8B llama3 CodeLlama Meta Facebook"),
    "gemma": (made("Gemma 3 270M", "google/gemma-3-270m"), "Gemma gemma-3 Gemini Google DeepMind 谷歌"),
    "gpt": (made("gpt-oss 20B", "openai/gpt-oss-20b"), "GPT GPT-4o GPTs ChatGPT gpt-oss-20b OpenAI"),
    "claude": (CLAUDE, "Claude Anthropic Claude-3.5"),
    "mistral": (made("Mistral 7B", "mistralai/Mistral-7B-v0.3"), "Mistral Mixtral Mistral-Large mistralai"),
    "smollm": (endpoint(), "SmolLM SmolLM2 SmolLM2-135M-Instruct HuggingFace HuggingFaceTB"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_names_of_model_maker_and_family_are_hidden_in_both_languages(family: str) -> None:
    one, names = FAMILIES[family]
    for name in names.split():
        for sentence in (f"I like {name}.", f"**{name}**: yes", f"这是{name}的回答。", name):
            hidden = mask(sentence, [one, PHI])
            assert hidden.is_leak and HIDDEN in hidden.text, sentence
            assert name.lower() not in hidden.text.lower(), hidden.text


@pytest.mark.parametrize(
    "written",
    [
        "Deep Seek",
        "Deep-Seek",
        "DEEPSEEK",
        "deep seek",
        "D-e-e-p-S-e-e-k",
        "D e e p S e e k",
        "Deep\u200bSeek",
        "D\u200be\u200be\u200bp\u200bSeek",
        "Deep**Seek**",
        "ＤｅｅｐＳｅｅｋ",
        "Deep\nSeek",
        "深 度 求 索",
        "深度\u200b求索",
        "MyDeepSeek",
        "DeepSeek's",
        "_DeepSeek_",
        "(DeepSeek)",
        "DeepSeek-V3.1",
        "DeepSeekR1",
        "deepseek.com",
    ],
)
def test_a_name_that_is_broken_up_or_dressed_up_is_hidden_as_well(written: str) -> None:
    hidden = mask(f"Ask {written} about it.", [DISTILLED])
    assert hidden.is_leak and "seek" not in hidden.text.lower() and "求" not in hidden.text


@pytest.mark.parametrize(
    "text",
    [
        "A meta-analysis of metadata and Metaphysics; meta means beyond. Meta-analysis and Meta-Analyse.",
        "The angle phi, the golden ratio Φ and Phi itself.",
        "Step by step, a ring of seeds; the command line; solar power; Ollama; gemstones; the alphabet.",
        "元宇宙 and 数据 and 字节",
        "Kim I think is here. Qwerty. glmnet fits models.",
    ],
)
def test_ordinary_words_that_happen_to_be_names_stay(text: str) -> None:
    step = made("Step 3", "stepfun-ai/step3")
    glm = made("GLM 4", "zai-org/GLM-4-9B")
    kimi = made("Kimi K2", "moonshotai/Kimi-K2")
    command = made("Command R", "CohereLabs/c4ai-command-r")
    hidden = mask(text, [LLAMA, PHI, step, glm, kimi, command, QWEN])
    assert (hidden.text, hidden.is_leak) == (text, False)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Phi-3 is small, phi3.5 too.", f"{HIDDEN} is small, {HIDDEN} too."),
        ("I am Phi, made by Microsoft.", f"I am {HIDDEN}, made by {HIDDEN}."),
        ("The llama is an animal.", f"The {HIDDEN} is an animal."),
        ("Step 3: think. Step-3 thinks, step3.5 too.", f"Step 3: think. {HIDDEN} thinks, {HIDDEN} too."),
        ("I am Step 3.", f"I am {HIDDEN}."),
        ("Yi 34B by Yi Sang.", f"{HIDDEN} by Yi Sang."),
    ],
)
def test_an_ordinary_word_is_hidden_with_a_version_or_where_the_speaker_is_meant(text: str, masked: str) -> None:
    step, yi = made("Step 3", "stepfun-ai/step3"), made("Yi 34B", "01-ai/Yi-34B")
    assert mask(text, [PHI, LLAMA, step, yi]).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "I'm ChatGPT, a model.",
        "I am a large language model, trained by Google.",
        "As an AI assistant made by Anthropic, I",
        "我是通义千问。",
        "我是由谷歌训练的模型。",
        "作为百度的模型，我",
        "Ich bin ein Sprachmodell von Mistral AI.",
        "My name is Claude.",
    ],
)
def test_a_foreign_name_is_hidden_where_the_speaker_calls_himself_so(text: str) -> None:
    assert mask(text, [PHI, endpoint()]).is_leak


@pytest.mark.parametrize(
    "text",
    [
        "OpenAI and Google were founded in the United States.",
        "通义千问是阿里巴巴的模型。",
        "I am sure. OpenAI is a company.",
        "Claude Monet painted it.",
        "I am not allowed to compare companies such as Baidu.",
    ],
)
def test_foreign_names_in_an_answer_about_something_stay(text: str) -> None:
    assert not mask(text, [PHI, endpoint()]).is_leak


def test_a_distillation_gives_both_its_makers_away() -> None:
    names = {name.lower() for name in names_of(DISTILLED)}
    assert {"deepseek", "qwen", "深度求索", "通义千问"} <= names
    assert "distill" not in names and "7b" not in names


def test_a_model_of_an_ollama_is_known_by_the_words_of_its_name() -> None:
    assert {"Microsoft", "Phi"} <= set(names_of(FROM_OLLAMA))


TALK = (
    "Hello! I am Qwen2.5, created by Alibaba Cloud, not Llama-3.2 by Meta AI. 我是通义千问，由阿里云开发。 "
    "D e e p S e e k and Deep-Seek wait; a meta-analysis, a quick qua; OpenAI? I'm ChatGPT, trained by OpenAI. "
    "Phi-3.5 or phi: open question"
)


def test_no_name_flashes_while_the_text_grows() -> None:
    endpoints = [QWEN, LLAMA, PHI, DISTILLED]
    whole = mask(TALK, endpoints).text
    shown = [mask(TALK[:length], endpoints, is_final=False).text for length in range(len(TALK) + 1)]
    assert all(whole.startswith(text.removesuffix(HIDDEN)) for text in shown), "what is shown once stays"
    assert all(after.startswith(before) for before, after in zip(shown, shown[1:], strict=False))
    assert len(whole) - len(shown[-1]) < 20


@pytest.mark.parametrize("family", FAMILIES)
def test_no_beginning_of_a_name_is_shown_while_it_may_become_one(family: str) -> None:
    one, _ = FAMILIES[family]
    for name in names_of(one):
        text = f"I am {name}"
        shown = [mask(text[:length], [one], is_final=False).text for length in range(len(text) + 1)]
        assert set(shown) <= {"", "I", "I ", "I a", "I am", "I am ", f"I am {HIDDEN}"}, name


def test_the_end_that_was_held_back_is_shown_when_the_text_is_whole() -> None:
    assert mask("It is a q", [QWEN], is_final=False).text == "It is a "
    assert mask("It is a q", [QWEN]).text == "It is a q"


@pytest.mark.parametrize(
    "text",
    [
        "I am " * 4000,
        "GPT " * 5000,
        "Q\u200b" * 10_000,
        "q w e " * 3300,
        "Q*_*_*_*_" * 2200,
        "Q 1 1 1 1" * 2200,
        "千" * 20_000,
        "by GPT, as " * 1800,
        "\u202e\x00<" * 6000,
    ],
)
def test_a_hostile_text_is_masked_all_the_same(text: str) -> None:
    hidden = mask(text, [QWEN, LLAMA, PHI, DISTILLED], is_final=False)
    assert len(hidden.text) <= 4 * len(text)


def test_nothing_is_hidden_twice() -> None:
    once = mask(TALK, [QWEN, LLAMA, DISTILLED])
    assert not mask(once.text, [QWEN, LLAMA, DISTILLED]).is_leak


def test_an_empty_text_is_masked_too() -> None:
    assert mask("", [QWEN]).text == mask("", [], is_final=False).text == ""


def test_each_pair_and_each_side_comes_about_equally_often() -> None:
    random = Random(7)
    drawn = Counter(tuple(one.id for one in pair([QWEN, LLAMA, PHI], random)) for _ in range(6000))
    assert len(drawn) == 6 and all(850 < times < 1150 for times in drawn.values())


def test_a_model_is_never_against_itself_whatever_serves_it() -> None:
    again = made("Another name", "Qwen/Qwen2.5-0.5B-Instruct", quantisation="Q8_0")
    local = endpoint("local", name="my model", model="m", hub_model_id=None)
    same_file = endpoint("copy", name="its copy", model="n", hub_model_id=None)
    served = made("Q", None, model="Qwen/qwen2.5-0.5b-instruct")
    assert are_same_model(QWEN, again) and are_same_model(local, same_file) and are_same_model(QWEN, served)
    assert not are_same_model(QWEN, LLAMA)
    random = Random(1)
    assert all(LLAMA in pair([QWEN, again, LLAMA], random) for _ in range(50))


@pytest.mark.parametrize("endpoints", [[], [QWEN], [QWEN, QWEN]])
def test_without_two_different_models_there_is_no_blind_mode(endpoints: list[Endpoint]) -> None:
    with pytest.raises(NoPair, match="needs two different models"):
        pair(endpoints, Random(1))


def test_every_group_of_names_is_known_once() -> None:
    ids = [group.group_id for group in groups()]
    accounts = [account for group in groups() for account in group.organisations]
    assert len(ids) == len(set(ids)) and len(accounts) == len(set(accounts))


def test_what_comes_with_the_project_gives_itself_away_by_name() -> None:
    for one in models.load(models.default_file()).endpoints:
        assert mask(f"I am {one.name}.", [one]).text.startswith(f"I am {HIDDEN}")
