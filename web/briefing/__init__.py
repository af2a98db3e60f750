"""Decks as pages that need no network once they are open, and as files: /briefing/deck, .pptx, .pdf, .zip."""
