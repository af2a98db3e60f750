"""All models that can be asked: those of the models file, and those found on this machine while it runs."""

import logging
import threading
import time
from dataclasses import dataclass

from registry.errors import RegistryError
from settings import Settings
from sidecar import models
from sidecar.models import Endpoint, Models
from sidecar.offered import ollama, serving_list
from sidecar.offered.serving_list import Served, State

log = logging.getLogger(__name__)

KEPT_S = 10  # how long an answer is kept: a page asks at every click
NOT_RUNNING = "The models of this machine are not running: start `python -m sidecar` (part of `make run`)."

_kept: dict[tuple[str, ...], tuple[float, Models]] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Serving:
    """How a model of this machine stands."""

    state: State
    sentence: str


def all_models(settings: Settings) -> Models:
    """The models file with what was found beside it. RegistryError where the file itself is wrong."""
    place = (str(settings.sidecar_config), str(settings.live_folder), settings.ollama_url)
    with _guard:
        since, kept = _kept.get(place, (0.0, None))
        if kept is None or time.monotonic() - since > KEPT_S:
            kept = _read(settings)
            _kept[place] = (time.monotonic(), kept)
        return kept


def serving(settings: Settings) -> dict[str, Serving]:
    """Endpoint id -> how it stands, for every model that `python -m sidecar` starts."""
    served = serving_list.read(settings.live_folder)
    if served is None:
        launched = [endpoint for endpoint in models.load(settings.sidecar_config).endpoints if endpoint.launch]
        return {endpoint.id: Serving("failed", NOT_RUNNING) for endpoint in launched}
    return {one.id: Serving(one.state, one.sentence) for one in served}


def _read(settings: Settings) -> Models:
    chosen = models.load(settings.sidecar_config)
    served = serving_list.read(settings.live_folder) or ()
    engines = {one.id: one.endpoint.launch.engine for one in served if one.endpoint and one.endpoint.launch}
    known = tuple(_as_served(endpoint, engines.get(endpoint.id)) for endpoint in chosen.endpoints)
    whole = chosen.model_copy(update={"endpoints": known})
    found = _of_launcher(served)
    if settings.ollama_url:
        found += ollama.endpoints(settings.ollama_url)
    for endpoint in found:
        whole = _with(whole, endpoint)
    return whole


def _as_served(endpoint: Endpoint, engine: str | None) -> Endpoint:
    """Embedded weights are named by their sha256: nothing else is loaded; the engine by what the launcher runs."""
    if endpoint.launch is None:
        return endpoint
    launch = endpoint.launch.model_copy(update={"engine": engine})
    revision = endpoint.revision or f"sha256:{launch.sha256}"
    return endpoint.model_copy(update={"revision": revision, "launch": launch})


def _of_launcher(served: tuple[Served, ...]) -> list[Endpoint]:
    return [one.endpoint for one in served if one.is_found and one.endpoint and one.state != "failed"]


def _with(whole: Models, endpoint: Endpoint) -> Models:
    """One more endpoint, if the models file's rules allow it."""
    try:
        return models.check("found", whole.model_copy(update={"endpoints": (*whole.endpoints, endpoint)}))
    except RegistryError as error:
        log.warning("%s is left out: %s", endpoint.id, error)
        return whole
