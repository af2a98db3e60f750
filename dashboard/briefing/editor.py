"""The slides of a deck with a note to each, what can be added, and the ways to show it or take it along."""

from urllib.parse import urlencode

import streamlit as st

from charts import catalogue
from charts.briefing.contents import question_of
from charts.briefing.deck import LONGEST_NOTE, LONGEST_TEXT, LONGEST_TITLE, MOST_SLIDES, Deck, Slide
from charts.briefing.ready import ready_decks
from dashboard import data
from dashboard.briefing import address
from dashboard.words import bullets, paragraph
from registry import load_briefings, load_prompts
from settings import settings

FORMS = {
    "pptx": "PowerPoint, with charts that can be edited",
    "pdf": "PDF",
    "zip": "Folder for a room without a network",
}


def show_ready() -> None:
    """The ready decks, each to be shown, taken along, or changed."""
    decks = ready_decks()
    for column, briefing in zip(st.columns(len(decks)), load_briefings(), strict=True):
        shown = f"/briefing/deck/{briefing.briefing_id}"
        with column, st.container(key=f"ready_{briefing.briefing_id}"):
            st.html(f"<h3>{briefing.title}</h3>" + paragraph(briefing.description, "question"))
            _links({"Show": shown, "PowerPoint": f"{shown}.pptx", "PDF": f"{shown}.pdf", "Folder": f"{shown}.zip"})
            st.button(
                "Change it",
                key=f"change_{briefing.briefing_id}",
                on_click=address.write,
                args=(decks[briefing.briefing_id],),
                help="Puts its slides into the briefing below.",
            )


def show_slides(deck: Deck) -> None:
    """Title, and a row for each slide."""
    key = "briefing_title"
    st.session_state[key] = deck.title
    st.text_input("Title", key=key, max_chars=LONGEST_TITLE, on_change=address.retitle, args=(key,))
    for place, slide in enumerate(deck.slides):
        _row(place, slide, len(deck.slides))


def _row(place: int, slide: Slide, count: int) -> None:
    with st.container(key=f"slide_{place}", border=True):
        says, moves = st.columns([5, 2], vertical_alignment="top")
        with says:
            st.html(paragraph(f"{place + 1}. {headline(slide)}", "figure-finding") + paragraph(about(slide), "change"))
        with moves, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            at = f"Slide {place + 1}"
            first, last = place == 0, place == count - 1
            st.button("Up", key=f"up_{place}", on_click=address.move, args=(place, -1), disabled=first, help=at)
            st.button("Down", key=f"down_{place}", on_click=address.move, args=(place, 1), disabled=last, help=at)
            st.button("Remove", key=f"remove_{place}", on_click=address.remove, args=(place,), help=at)
        key = f"note_{place}"
        st.session_state[key] = slide.note
        st.text_area(
            f"Note to slide {place + 1}, for the speaker",
            key=key,
            height=68,
            max_chars=LONGEST_NOTE,
            on_change=address.note,
            args=(place, key),
        )


def headline(slide: Slide) -> str:
    """What the slide says."""
    if slide.headline:
        return slide.headline
    if slide.kind == "words":
        return slide.text.split("\n")[0]
    if slide.kind == "prompt":
        return question_of(slide.text)
    drawn = data.shown(slide.chart_id, slide.filters, dark=False, size="projector").drawn
    return drawn.finding.why_empty if drawn.finding.empty else drawn.finding.sentence


def about(slide: Slide) -> str:
    """What kind of slide it is."""
    if slide.kind == "words":
        return "Words"
    if slide.kind == "prompt":
        return "A prompt, asked live where there is a network"
    chart = catalogue.chart(slide.chart_id)
    return f"{chart.question} {slide.filters.sentence(chart.filters)}"


def show_additions(deck: Deck) -> None:
    """A chart, words, a prompt: each with its own button."""
    if len(deck.slides) >= MOST_SLIDES:
        st.caption(f"A briefing holds at most {MOST_SLIDES} slides.")
        return
    chart, words, prompt = st.columns(3, vertical_alignment="bottom")
    with chart:
        names = {one.id: one.question for one in catalogue.CHARTS if one.page}
        says = "With its usual filters. For other filters take “+ Briefing” below the chart."
        st.selectbox("A chart", list(names), format_func=names.__getitem__, key="add_chart", help=says)
        st.button("Add the chart", on_click=address.add_chart, args=("add_chart",))
    with words:
        st.text_area("Words; the first line is the headline", key="add_words", height=68, max_chars=LONGEST_TEXT)
        st.button("Add the words", on_click=address.add_words, args=("add_words",))
    with prompt:
        asked = {one.prompt_id: one.texts["en"] for pack in load_prompts() for one in pack.prompts}
        says = "The slide shows the page Compare where there is a network, and holds nothing up where there is none."
        st.selectbox("A prompt, asked live", list(asked), format_func=asked.__getitem__, key="add_prompt", help=says)
        st.button("Add the prompt", on_click=address.add_prompt, args=("add_prompt",))


def show_ways(deck: Deck) -> None:
    """Show it, take it along, pass it on."""
    release_id = data.release().release_id
    newest, pinned = deck.to_query(), deck.pinned(release_id).to_query()
    _links({"Show the briefing": f"/briefing/deck?{newest}"}, "start")
    _links({label: f"/briefing/deck.{kind}?{pinned}" for kind, label in FORMS.items()})
    _links({"Wall screen: a slide every 20 seconds": f"/briefing/deck?{urlencode({'advance': 20})}&{newest}"})
    st.caption("To pass on: with the numbers of this release, also after later ones.")
    st.code(f"{settings().public_url}/briefing/deck?{pinned}", language=None, wrap_lines=True)


def show_ignored(deck: Deck) -> None:
    """What the address asked for and could not be read."""
    if deck.ignored:
        st.html(paragraph("Not understood in this address, and left out:", "notice") + bullets(deck.ignored))


def _links(addresses: dict[str, str], css_class: str = "") -> None:
    links = (
        f'<a class="{css_class}" href="{_attribute(to)}" target="_blank" rel="noopener">{label}</a>'
        for label, to in addresses.items()
    )
    st.html(f'<p class="ways">{"".join(links)}</p>')


def _attribute(address: str) -> str:
    return address.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
