"""The page Compare: one prompt to several models at once, blind votes, whole packs, records that can be checked."""
