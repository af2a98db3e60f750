"""Which models are asked, and how: the widgets of that choice, whose memory is the address."""

from collections.abc import Sequence

import streamlit as st

from dashboard.live import address, serving
from dashboard.live.address import Asked
from dashboard.live.session import Pane
from sidecar.events import Ask, Message
from sidecar.models import Endpoint, Models

AGAIN = 0.9  # warm enough that a second answer of the same model differs
SETTINGS = ("temperature", "again", "seed", "tokens")
_HELP = {
    "models": "Two to four models; all get the same prompt at the same moment.",
    "temperature": "0: always the likeliest word, so that much the same answer comes again. Higher: more chance.",
    "again": "Each model is asked a second time at this temperature: shows how much of an answer is chance.",
    "seed": "Where chance begins. The same answer again is promised only at temperature 0, on our machine.",
    "tokens": "An answer is cut off after so many tokens; a token is about three quarters of an English word.",
}


def endpoints(asked: Asked, models: Models) -> list[Endpoint]:
    """The models that the address names, else the first two that are ready."""
    named = [endpoint for name in asked.models if (endpoint := models.endpoint(name))]
    return named[: models.limits.panes] or serving.ready_first(models)[:2]


def unknown(asked: Asked, models: Models) -> list[str]:
    """Models that the address names and nobody serves here."""
    return [name for name in asked.models if models.endpoint(name) is None]


def panes(asked: Asked, models: Models, text: str) -> list[Pane]:
    """Each chosen model with its settings; one model alone is asked twice, at two temperatures."""
    chosen = endpoints(asked, models)
    again = AGAIN if asked.again is None and len(chosen) == 1 else asked.again
    temperatures = (None,) if again is None else (None, again)
    made = [pane(endpoint, text, asked, models, warmth) for endpoint in chosen for warmth in temperatures]
    return made[: models.limits.panes]


def pane(endpoint: Endpoint, text: str, asked: Asked, models: Models, temperature: float | None = None) -> Pane:
    """A model with the settings of the address, or with a temperature of its own."""
    longest = models.limits.answer_tokens
    if temperature is None:
        temperature = endpoint.parameters.temperature if asked.temperature is None else asked.temperature
    ask = Ask(
        messages=(Message("user", text),),
        max_tokens=min(asked.tokens or longest, longest),
        temperature=temperature,
        seed=asked.seed,
        top_p=endpoint.parameters.top_p,
    )
    return Pane(endpoint, ask)


def show_models(asked: Asked, models: Models, label: str = "Models", chosen: Sequence[str] = ()) -> None:
    """The choice of models, set to `chosen` or what the address says; an empty one goes back to the usual one."""
    known = {endpoint.id: endpoint for endpoint in models.endpoints}
    states = serving.states()
    usual = [endpoint.id for endpoint in endpoints(asked, models)]
    st.session_state["live_models"] = list(chosen)[: models.limits.panes] or usual
    st.multiselect(
        label,
        list(known),
        format_func=lambda name: serving.label(known[name], states) if name in known else name,
        key="live_models",
        help=_HELP["models"],
        max_selections=models.limits.panes,
        placeholder="None chosen",
        select_all=False,
        on_change=lambda: address.write(models=",".join(st.session_state["live_models"])),
    )


def show_settings(asked: Asked, models: Models, names: Sequence[str] = SETTINGS) -> None:
    """What few need, behind one button that says how much of it is changed."""
    changed = sum(getattr(asked, name) not in {None, 0 if name == "seed" else None} for name in names)
    with st.popover("Settings" if not changed else f"Settings: {changed} changed", key="live_settings"):
        for name in names:
            _SETTINGS[name](asked, models)


def _temperature(asked: Asked, models: Models) -> None:
    usual = endpoints(asked, models)[0].parameters.temperature if models.endpoints else 0.0
    value = usual if asked.temperature is None else asked.temperature
    _number("temperature", "Temperature", value, 0.0, 2.0, 0.1, usual)


def _again(asked: Asked, models: Models) -> None:
    _remember("again_on", asked.again is not None)
    st.checkbox(
        "Ask each model a second time",
        key="live_again_on",
        help=_HELP["again"],
        on_change=lambda: address.write(again=AGAIN if st.session_state["live_again_on"] else None),
    )
    if asked.again is not None:
        _number("again", "Temperature of the second time", asked.again, 0.0, 2.0, 0.1, None)


def _seed(asked: Asked, models: Models) -> None:
    _number("seed", "Seed", asked.seed, 0, address.SEEDS - 1, 1, 0)


def _tokens(asked: Asked, models: Models) -> None:
    longest = models.limits.answer_tokens
    _number("tokens", "Longest answer, in tokens", min(asked.tokens or longest, longest), 1, longest, 16, longest)


_SETTINGS = {"temperature": _temperature, "again": _again, "seed": _seed, "tokens": _tokens}


def _number(name: str, label: str, value: float, low: float, high: float, step: float, usual: float | None) -> None:
    """A number whose memory is the address, left out there where it is the usual one."""
    _remember(name, value)

    def keep() -> None:
        given = st.session_state[f"live_{name}"]
        address.write(**{name: None if given == usual else f"{given:.10g}"})

    st.number_input(label, low, high, step=step, key=f"live_{name}", help=_HELP[name], on_change=keep)


def _remember(name: str, value: object) -> None:
    st.session_state[f"live_{name}"] = value
