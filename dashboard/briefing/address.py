"""The deck of the page: the address is its only memory, so that a link, a reload and a step back keep it."""

from dataclasses import replace

import streamlit as st

from charts.briefing.deck import MOST_SLIDES, Deck, Slide, moved, slide_of

TITLE, SLIDE = "title", "slide"


def read() -> Deck:
    """The deck of the address."""
    query = st.query_params
    pairs = [(TITLE, query.get(TITLE, "")), *((SLIDE, value) for value in query.get_all(SLIDE))]
    return Deck.from_query(pairs)


def write(deck: Deck) -> None:
    """Puts a deck into the address."""
    st.query_params[SLIDE] = [slide.to_text() for slide in deck.slides]
    if deck.title:
        st.query_params[TITLE] = deck.title
    else:
        st.query_params.pop(TITLE, None)


def retitle(key: str) -> None:
    """Takes the title from its box."""
    deck = read()
    write(Deck.from_query([(TITLE, st.session_state[key]), *deck.to_pairs()[bool(deck.title) :]]))


def note(place: int, key: str) -> None:
    """Takes the note of a slide from its box."""
    slides = list(read().slides)
    noted = slide_of(replace(slides[place], note=st.session_state[key]).to_text(), [])
    slides[place] = noted or slides[place]
    _of(tuple(slides))


def move(place: int, by: int) -> None:
    """Moves a slide up or down."""
    _of(moved(read().slides, place, by))


def remove(place: int) -> None:
    """Takes a slide out."""
    slides = list(read().slides)
    del slides[place]
    _of(tuple(slides))


def add(*texts: str) -> None:
    """Puts slides, as addresses write them, at the end; what is no slide is left out."""
    slides = [slide for text in texts if (slide := slide_of(text, []))]
    _of((*read().slides, *slides)[:MOST_SLIDES])


def add_chart(key: str) -> None:
    """The chart that is chosen in a box, with its usual filters."""
    add(f"chart={st.session_state[key]}")


def add_words(key: str) -> None:
    """The words of a box; the box is empty then."""
    text = st.session_state[key].strip()
    if text:
        add(Slide("words", text=text).to_text())
        st.session_state[key] = ""


def add_prompt(key: str) -> None:
    """The prompt that is chosen in a box."""
    add(Slide("prompt", text=st.session_state[key]).to_text())


def _of(slides: tuple[Slide, ...]) -> None:
    write(replace(read(), slides=slides))
