"""The page on which a briefing is put together."""
