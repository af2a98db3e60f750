"""The prompt: one of the packs, by topic and language, or the visitor's own words; Ctrl+Enter sends it."""

from collections.abc import Callable

import streamlit as st

import registry
from dashboard.live import address
from dashboard.live.address import Asked
from registry import Prompt, PromptPack
from registry.prompts import Language

OWN = ""
_TEXT, _BOX, _SHOWN = "live_text", "live_box", "live_prompt_shown"
HELP = {
    "topic": "Prepared questions, checked and translated: a link to them can be sent. Your own words stay with you.",
    "prompt": "The question as it is put to the models; you may change it below.",
    "language": "Models answer the same question differently in different languages.",
}


def find(prompt_id: str) -> tuple[PromptPack, Prompt] | None:
    """A prepared prompt and its pack."""
    for pack in registry.load_prompts():
        for prompt in pack.prompts:
            if prompt.prompt_id == prompt_id:
                return pack, prompt
    return None


def show_choice(asked: Asked) -> None:
    """Topic, prompt and language in one row; the text box below takes what is chosen."""
    found = find(asked.prompt_id)
    with st.container(key="live_prompt_choice", horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _show_topic(found[0] if found else None)
        if found:
            _show_prompts(*found, asked.language)
            _show_language(asked.language)
    if found:
        _take_over(found[1], asked.language)


def _show_topic(chosen: PromptPack | None) -> None:
    packs = {pack.pack_id: pack for pack in registry.load_prompts()}
    st.session_state["live_topic"] = chosen.pack_id if chosen else OWN
    st.selectbox(
        "Question from",
        [OWN, *packs],
        format_func=lambda name: packs[name].name if name else "My own words",
        key="live_topic",
        help=HELP["topic"],
        on_change=lambda: address.write(prompt=_first_of(packs.get(st.session_state["live_topic"]))),
        filter_mode=None,
        width=250,
    )


def _first_of(pack: PromptPack | None) -> str:
    return pack.prompts[0].prompt_id if pack else OWN


def _show_prompts(pack: PromptPack, chosen: Prompt, language: Language) -> None:
    prompts = {prompt.prompt_id: prompt for prompt in pack.prompts}
    st.session_state["live_prompt"] = chosen.prompt_id
    st.selectbox(
        "Question",
        list(prompts),
        format_func=lambda name: prompts[name].texts[language],
        key="live_prompt",
        help=HELP["prompt"],
        on_change=lambda: address.write(prompt=st.session_state["live_prompt"]),
        width=480,
    )


def _show_language(language: Language) -> None:
    st.session_state["live_language"] = language
    st.selectbox(
        "Language",
        list(address.LANGUAGES),
        format_func=address.LANGUAGES.__getitem__,
        key="live_language",
        help=HELP["language"],
        on_change=lambda: address.write(language=_unless_usual(st.session_state["live_language"])),
        filter_mode=None,
        width=130,
    )


def _unless_usual(language: str) -> str:
    return "" if language == "en" else language


def _take_over(prompt: Prompt, language: Language) -> None:
    """A prompt that was just chosen goes into the box; one that was changed there since is left alone."""
    chosen = (prompt.prompt_id, language)
    if st.session_state.get(_SHOWN) != chosen:
        st.session_state[_SHOWN] = chosen
        st.session_state[_TEXT] = st.session_state[_BOX] = prompt.texts[language]


def show_box(longest: int, send: Callable[[str], None], label: str, height: int = 110) -> None:
    """The text box with its button, as one form: what is typed is sent whole, and only when it is meant to be."""
    if _BOX not in st.session_state:  # Streamlit forgets a box that was not on the last page; a visitor does not
        st.session_state[_BOX] = st.session_state.get(_TEXT, "")

    def sent() -> None:
        text = st.session_state[_TEXT] = st.session_state[_BOX]
        _leave_the_pack_if_changed(text)
        send(text)

    with st.form("live_form", border=False):
        st.text_area("Your question", key=_BOX, height=height, max_chars=longest, placeholder="Ask in any language.")
        st.form_submit_button(label, type="primary", on_click=sent)


def _leave_the_pack_if_changed(text: str) -> None:
    """An address names a prepared prompt only while that is what was asked."""
    asked = address.read()
    found = find(asked.prompt_id)
    if found and text != found[1].texts[asked.language]:
        address.write(prompt=OWN)
        st.session_state.pop(_SHOWN, None)
