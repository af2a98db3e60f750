"""How a page is looked at: which page, light or dark, on a phone, from the back of a room."""

from pathlib import Path

import streamlit as st

from warehouse.filters import NAMES

# Parameters of the address that belong to one view of one page, and are left behind on the way to another.
OF_COMPARE = {
    "mode",
    "prompt",
    "language",
    "models",
    "temperature",
    "again",
    "seed",
    "tokens",
    "pack",
    "repeats",
    "run",
}
OF_ONE_VIEW = {"view", "chart", "revised_since", "title", "slide"} | OF_COMPARE
# Below this width, in pixels, a chart has no room for labels beside its lines: the same as in style.css.
NARROW_BELOW = 640
_SCRIPT, _IS_NARROW = "current_script", "is_narrow"
_viewport = st.components.v2.component(
    "viewport", js=(Path(__file__).parent / "viewport.js").read_text(encoding="utf-8")
)


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
    return "phone" if is_narrow() else "page"


def is_narrow() -> bool:
    """Whether the window is as narrow as a phone's; before it has spoken, what the User-Agent lets expect."""
    return st.session_state.get(_IS_NARROW, "Mobi" in st.context.headers.get("User-Agent", ""))


def watch_width() -> None:
    """Draws again when the window turns out narrower or wider than the charts were drawn for."""
    known = is_narrow()
    _viewport(
        data={"is_narrow": known, "narrow_below": NARROW_BELOW},
        default={"is_narrow": known},
        key="viewport",
        on_is_narrow_change=_note_width,
    )


def _note_width() -> None:
    st.session_state[_IS_NARROW] = bool(st.session_state["viewport"]["is_narrow"])


def remember_script(script: str) -> None:
    """Notes which page this session is on, for links that stay on it."""
    st.session_state[_SCRIPT] = script


def current_script() -> str:
    """The script of the page that this session is on."""
    return st.session_state[_SCRIPT]


def travelling_parameters() -> dict[str, str]:
    """What the address takes along to another page: filters and release."""
    return {name: value for name, value in st.query_params.to_dict().items() if name not in OF_ONE_VIEW}


def link_here(label: str, parameters: dict[str, str]) -> None:
    """Leads to this page with another address. A button: after a link to the page one is on, Streamlit shows the other
    page but leaves the address as it was, and a copy or a reload would lead back.
    """
    st.button(label, key=f"here_{label}", type="tertiary", on_click=st.query_params.from_dict, args=(parameters,))


def link_to(script: str, label: str, parameters: dict[str, str]) -> None:
    """Leads to a page with these parameters in its address."""
    if script == current_script():
        link_here(label, parameters)
    else:
        st.page_link(script, label=label, query_params=parameters)


def unpinned_parameters() -> dict[str, str]:
    """The same without the release: the way back to the newest."""
    return {name: value for name, value in travelling_parameters().items() if name != "release"}


def kept_parameters() -> dict[str, str]:
    """What the address keeps when the filters are cleared: the release."""
    return {name: value for name, value in travelling_parameters().items() if name not in NAMES}
