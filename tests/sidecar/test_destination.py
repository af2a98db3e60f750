"""Where a prompt goes: the promise is made only where it holds."""

import registry
from registry.countries import COUNTRIES, country_name
from sidecar import destination
from sidecar.models import Endpoint
from tests.sidecar.recorded import endpoint, hosted

PROMISE = "Runs on our machine; nothing is sent to the model's vendor."


def vllm(base_url: str, **more: str) -> Endpoint:
    return endpoint("qwen", server="vllm", launch=None, base_url=base_url, **more)


def test_the_promise_is_made_for_embedded_models_and_for_vllm_on_a_private_host() -> None:
    ours = [endpoint(), *(vllm(f"http://{host}:8000/v1") for host in ("vllm-qwen", "10.0.0.7", "gpu.internal"))]
    assert {destination.sentence(one) for one in ours} == {PROMISE}
    assert all(map(destination.is_ours, ours))


def test_the_promise_is_not_made_for_a_vllm_on_a_public_host() -> None:
    said = destination.sentence(vllm("https://gpu.example.com/v1", operator="Rented Cards", jurisdiction="US"))
    assert said == (
        "Leaves our machines: goes to Rented Cards in the United States, where the law of the United States applies."
    )


def test_a_hosted_model_on_a_private_host_is_not_ours_either() -> None:
    assert destination.sentence(hosted(base_url="http://gateway/v1")).startswith("Leaves our machines: ")


def test_a_reader_learns_that_the_prompt_goes_to_the_models_maker() -> None:
    assert destination.sentence(hosted()) == (
        "Leaves our machines: goes to DeepSeek, the model's maker, in China, where the law of China applies."
    )
    assert "maker" not in destination.sentence(hosted(operator="Together AI", jurisdiction="US"))


def test_what_ollama_does_with_a_prompt_is_not_promised() -> None:
    local = endpoint("llama", server="ollama", launch=None, model="llama3.2:1b", base_url="http://127.0.0.1:11434/v1")
    cloud = local.model_copy(update={"model": "gpt-oss:120b-cloud"})
    assert not destination.is_ours(local) and "not in our hands" in destination.sentence(local)
    assert "servers elsewhere" in destination.sentence(cloud)
    assert "servers elsewhere" in destination.sentence(cloud.model_copy(update={"model": "gpt-oss:120B-Cloud"}))


def test_several_that_all_run_here_share_one_promise() -> None:
    assert destination.of_several([endpoint()]) == PROMISE
    assert destination.of_several([endpoint(), endpoint("b")]) == (
        "All of them run on our machine; nothing is sent to the models' vendors."
    )


def test_of_several_those_that_leave_are_named_first() -> None:
    said = destination.of_several([endpoint(), hosted(), hosted("v4", name="DeepSeek V4")])
    assert said.startswith("DeepSeek V3, DeepSeek V4: Leaves our machines: ")
    assert said.endswith(f"SmolLM2 135M Instruct: {PROMISE}")


def test_every_country_of_the_registry_has_a_name() -> None:
    codes = {organisation.country_code for organisation in registry.load().organisations} - {None}
    assert codes <= set(COUNTRIES)
    assert country_name("FR") == "France" and country_name("GB") == "the United Kingdom"


def test_a_country_without_a_name_is_told_by_its_code() -> None:
    assert "in the country XK, where the law of the country XK applies" in destination.sentence(
        hosted(operator="Somebody", jurisdiction="XK")
    )
