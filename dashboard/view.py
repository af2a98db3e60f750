"""How a page is looked at: which page, light or dark, on a phone, from the back of a room."""

from pathlib import Path

from pathlib import Path

import streamlit as st

from warehouse.filters import NAMES

# Parameters of the address that belong to one view of one page, and are left behind on the way to another.
OF_ONE_VIEW = {"view", "chart"}
# Below this width, in pixels, a chart has no room for labels beside its lines: the same as in style.css.
NARROW_BELOW = 640
_SCRIPT, _IS_NARROW = "current_script", "is_narrow"
_viewport = st.components.v2.component(
    "viewport", js=(Path(__file__).parent / "viewport.js").read_text(encoding="utf-8")
)
_NARROW = "narrow_window"
_MEASURE = "viewport"
_measure = st.components.v2.component(_MEASURE, js=(Path(__file__).parent / "viewport.js").read_text(encoding="utf-8"))


def is_projector() -> bool:
    """Whether the address asks for the big view: `?view=projector`."""
    return st.query_params.get("view") == "projector"


def is_dark() -> bool:
    """Whether the reader's theme is dark; before the browser has said so, light."""
    return st.context.theme.type == "dark"


def size() -> str:
    """The size that charts are drawn in: `projector`, `phone` or `page`."""
    if is_projector():
        return "projector"
    return "phone" if _is_narrow() else "page"


def watch_width() -> None:
    """Draws again when the window turns out narrower or wider than the charts were drawn for."""
    _measure(data={"narrow": _is_narrow()}, key=_MEASURE, on_narrow_change=_remember_width, height=1)


def _is_narrow() -> bool:
    """What the window said; before it has spoken, what the User-Agent lets expect."""
    return st.session_state.get(_NARROW, "Mobi" in st.context.headers.get("User-Agent", ""))


def _remember_width() -> None:
    st.session_state[_NARROW] = bool(st.session_state[_MEASURE]["narrow"])


def remember_script(script: str) -> None:
    """Notes which page this session is on, for links that stay on it."""
    st.session_state[_SCRIPT] = script


def current_script() -> str:
    """The script of the page that this session is on."""
    return st.session_state[_SCRIPT]


def travelling_parameters() -> dict[str, str]:
    """What the address takes along to another page: filters and release."""
    return {name: value for name, value in st.query_params.to_dict().items() if name not in OF_ONE_VIEW}


def kept_parameters() -> dict[str, str]:
    """What the address keeps when the filters are cleared: the release."""
    return {name: value for name, value in travelling_parameters().items() if name not in NAMES}
