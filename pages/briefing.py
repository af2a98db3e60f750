"""Briefing: which charts, in which order, with what said to each - shown on a projector or taken along?"""

from dashboard import frame
from dashboard.briefing import address, collected, editor

frame.open_page("briefing")
deck = address.read()
count = f"{len(deck.slides)} {'slide' if len(deck.slides) == 1 else 'slides'}"
frame.say(
    f"A briefing of {count}." if deck.slides else "Make a briefing, or take one that is ready.",
    "Choose charts here or with “+ Briefing” below any chart, order them, and write a note to each. The briefing is an "
    "address: nothing of it is stored here.",
)
editor.show_ignored(deck)
collected.offer(deck)

if deck.slides:
    editor.show_ways(deck)
    with frame.section("Its slides"):
        editor.show_slides(deck)
else:
    with frame.section("Ready briefings"):
        editor.show_ready()
with frame.section("Add a slide"):
    editor.show_additions(deck)
if deck.slides:
    with frame.section("Ready briefings"):
        editor.show_ready()
