"""Which models are up, starting or down, and how they are started: said where a visitor would otherwise wonder."""

from collections.abc import Mapping

import streamlit as st

from dashboard.words import paragraph
from settings import settings
from sidecar.models import Endpoint, Models
from sidecar.offered import found
from sidecar.offered.found import Serving

_WORDS = {"starting": "starting", "ready": "ready", "failed": "did not start"}
_EVERY_S = 3.0


def states() -> dict[str, Serving]:
    """How each model of ours stands, by the id of its endpoint."""
    return found.serving(settings())


def is_ready(endpoint: Endpoint, known: Mapping[str, Serving]) -> bool:
    """Whether a model can be asked. Of servers that others run it is only known once they were asked."""
    if endpoint.server != "embedded":
        return True
    return endpoint.id in known and known[endpoint.id].state == "ready"


def ready_first(models: Models) -> list[Endpoint]:
    """All models, those first that can be asked."""
    known = states()
    return sorted(models.endpoints, key=lambda endpoint: not is_ready(endpoint, known))


def label(endpoint: Endpoint, known: Mapping[str, Serving]) -> str:
    """A model in a list of choices: its name, and its state where it is not ready."""
    if is_ready(endpoint, known):
        return endpoint.name
    state = known[endpoint.id].state if endpoint.id in known else None
    return f"{endpoint.name} ({_WORDS[state] if state else 'not running'})"


def show(models: Models) -> None:
    """Which models are not up, and what helps; looks again by itself until all are."""
    if not models.endpoints:
        said = "No model is set up here. Whoever runs this observatory names them in sidecar/models.yaml."
        st.html(paragraph(said, "notice", attributes='role="status"'))
        return
    if sentences := _sentences(models):
        st.fragment(_look_again, run_every=_EVERY_S)(sentences)


def _look_again(before: tuple[str, ...]) -> None:
    """The same sentences for as long as they hold; the whole page once they do not."""
    if _sentences(_models_now()) != before:
        st.rerun()
    st.html("".join(paragraph(sentence, "notice", attributes='role="status"') for sentence in before))


def _models_now() -> Models:
    """The models as they are at this moment."""
    return found.all_models(settings())


def _sentences(models: Models) -> tuple[str, ...]:
    """One sentence for all models that stand alike: `A, B: starting. The weights are being checked.`"""
    known = states()
    alike: dict[str, list[str]] = {}
    for endpoint in models.endpoints:
        if not is_ready(endpoint, known):
            serving = known.get(endpoint.id)
            said = f"{_WORDS[serving.state]}. {serving.sentence}" if serving else "not running."
            alike.setdefault(said.replace("`", "").strip(), []).append(endpoint.name)
    return tuple(f"{', '.join(names)}: {said}" for said, names in alike.items())
