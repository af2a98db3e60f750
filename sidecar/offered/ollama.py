"""The models of an Ollama on this machine, as endpoints; those that it only passes on to its cloud are left out.

Wire format: https://github.com/ollama/ollama/blob/main/docs/api.md (/api/tags); asked through its OpenAI API at /v1.
"""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from sidecar import client
from sidecar.models import Endpoint, is_loopback, plain_id
from sidecar.offered import makers

log = logging.getLogger(__name__)

MOST_MODELS = 24
CONTEXT = 4096  # what Ollama gives a model unless its owner says otherwise
LARGEST_ANSWER, WAITS_S = 2 << 20, 1.0
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(:[A-Za-z0-9._-]{1,60})?")
CLOUD = re.compile(r"[:-]cloud$", re.IGNORECASE)


def endpoints(url: str) -> list[Endpoint]:
    """What the Ollama at an address of this machine offers; nothing where none answers."""
    if not is_loopback(urlsplit(url).hostname or ""):
        log.warning("OMO_OLLAMA_URL: expected an address of this machine, came %s: left out", url)
        return []
    try:
        answer = client.fetch_json(f"{url}/api/tags", LARGEST_ANSWER, WAITS_S)
    except client.ModelFailed as error:
        if error.kind != "unreachable":  # that there is none is the usual case
            log.warning("The Ollama at %s is left out: %s", url, error)
        return []
    listed = answer.get("models") if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        log.warning("The Ollama at %s is left out: expected a list of `models`", url)
        return []
    chosen = [entry for entry in listed if isinstance(entry, dict) and _answers_here(entry)]
    return [_endpoint(entry, url) for entry in chosen[:MOST_MODELS]]


def _answers_here(entry: dict[str, Any]) -> bool:
    """Whether a model runs on this machine and writes text."""
    name = entry.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name) or entry.get("remote_model") or entry.get("remote_host"):
        return False
    abilities = entry.get("capabilities")
    writes = "completion" in abilities if isinstance(abilities, list) and abilities else "embed" not in name
    return writes and not CLOUD.search(name)


def _endpoint(entry: dict[str, Any], url: str) -> Endpoint:
    name = entry["name"]
    abilities, details = entry.get("capabilities"), entry.get("details")
    quantisation = details.get("quantization_level") if isinstance(details, dict) else None
    thinks = "thinking" in abilities if isinstance(abilities, list) and abilities else makers.is_reasoning(name)
    return Endpoint(
        id=plain_id(f"ollama-{name}"),
        name=f"{name} (Ollama)",
        base_url=f"{url}/v1",
        model=name,
        hub_model_id=None,
        revision=_revision(entry.get("digest")),
        organisation=makers.maker_of(name),
        licence="not stated by Ollama",
        kind="reasoning" if thinks else "instruct",
        server="ollama",
        quantisation=makers.bounded(quantisation, 20) if isinstance(quantisation, str) and quantisation else None,
        context=CONTEXT,
        note=makers.FROM_THE_NAME,
    )


def _revision(digest: object) -> str | None:
    """The sha256 of Ollama's manifest, which names the weights by theirs."""
    plain = str(digest).removeprefix("sha256:")
    return f"manifest sha256:{plain}" if re.fullmatch(r"[0-9a-f]{64}", plain) else None
