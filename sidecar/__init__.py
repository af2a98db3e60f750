"""Live prompting: one prompt, several models, streamed side by side; packs of prompts, records, replays, votes."""
