"""Where a prompt goes, in words a reader can rely on: nothing is promised that the models file does not warrant.

The promise rests on `Endpoint.is_ours`: an embedded model of this machine, or vLLM on a host of the private network;
both hosts stand on the file's allow-list, or the file would have been refused.
"""

from collections.abc import Sequence

import registry
from registry.countries import country_name
from sidecar.models import Endpoint

PROMISE = "Runs on our machine; nothing is sent to the model's vendor."
PROMISE_FOR_ALL = "All of them run on our machine; nothing is sent to the models' vendors."
OLLAMA = (
    "Goes to the Ollama of this machine, a program that its owner installed; "
    "what it does with a prompt is not in our hands."
)
OLLAMA_CLOUD = (
    "Goes to the Ollama of this machine, which passes prompts for a model of this name on to servers elsewhere."
)


def is_ours(endpoint: Endpoint) -> bool:
    """Whether the promise holds: the prompt stays on machines of whoever runs the observatory."""
    return endpoint.is_ours


def sentence(endpoint: Endpoint) -> str:
    """Where this endpoint's prompts go, and whose law holds there."""
    if is_ours(endpoint):
        return PROMISE
    if endpoint.server == "ollama":
        # Ollama marks models that it does not run itself by the end of their names: `:cloud`, `-cloud`.
        return OLLAMA_CLOUD if endpoint.model.lower().endswith("cloud") else OLLAMA
    return f"Leaves our machines: goes to {_operator(endpoint)}{_where(endpoint)}"


def of_several(endpoints: Sequence[Endpoint]) -> str:
    """The same for a comparison: one sentence where all run here, else every destination with its models."""
    destinations = list(dict.fromkeys(map(sentence, endpoints)))
    if destinations == [PROMISE]:
        return PROMISE_FOR_ALL if len(endpoints) > 1 else PROMISE
    leaving_first = sorted(destinations, key=lambda said: said in (PROMISE, OLLAMA))
    return " ".join(f"{_names(endpoints, said)}: {said}" for said in leaving_first)


def _names(endpoints: Sequence[Endpoint], said: str) -> str:
    return ", ".join(dict.fromkeys(endpoint.name for endpoint in endpoints if sentence(endpoint) == said))


def _operator(endpoint: Endpoint) -> str:
    """Who gets the prompt; whether that is the model's own maker is what a reader wants to know."""
    who = endpoint.operator or "an operator that the models file does not name"
    return f"{who}, the model's maker," if _is_maker(endpoint) else who


def _where(endpoint: Endpoint) -> str:
    if not endpoint.jurisdiction:
        return "; whose law applies there is not known."
    country = country_name(endpoint.jurisdiction)
    return f" in {country}, where the law of {country} applies."


def _is_maker(endpoint: Endpoint) -> bool:
    decisions = registry.load()
    account = decisions.organisation_of_label(endpoint.operator)
    return account is not None and account == endpoint.organisation
