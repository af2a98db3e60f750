"""How a page is looked at: which page, light or dark, on a phone, from the back of a room."""

import streamlit as st

from warehouse.filters import NAMES

# Parameters of the address that belong to one view of one page, and are left behind on the way to another.
OF_ONE_VIEW = {"view", "chart"}
_SCRIPT = "current_script"


def is_projector() -> bool:
    """Whether the address asks for the big view: `?view=projector`."""
    return st.query_params.get("view") == "projector"


def is_dark() -> bool:
    """Whether the reader's theme is dark; before the browser has said so, light."""
    return st.context.theme.type == "dark"


def size() -> str:
    """The size that charts are drawn in; phones say so in their User-Agent."""
    if is_projector():
        return "projector"
    return "phone" if "Mobi" in st.context.headers.get("User-Agent", "") else "page"


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
