"""Which events of the registry stand in pictures, and the one or two words they get there: a decision made by people.

A picture has room for a handful. The first in the list matter most; each is `verified` or `secondary` in the registry,
and the whole title is on hover. An id that the release does not have is left out.
"""

from datetime import timedelta

import pandas as pd

from charts.chart import Event
from warehouse import queries
from warehouse.connect import Release

LANDMARKS = {
    "2025-01-20-deepseek-r1-released-reasoning-mod": "DeepSeek-R1",
    "2024-07-23-meta-releases-llama-3-1-up-to-405b": "Llama 3.1",
    "2025-08-05-openai-releases-gpt-oss-120b-and-g": "gpt-oss",
    "2024-09-19-qwen2-5-released-most-sizes-apache": "Qwen2.5",
    "2025-04-29-qwen3-released-in-eight-sizes": "Qwen3",
    "2026-04-24-deepseek-v4-preview-1-6-trillion-p": "DeepSeek-V4",
    "2025-12-18-ndaa-fy2026-bars-deepseek-and-high": "US defence ban",
    "2023-10-17-us-tightens-ai-chip-export-rules-a": "US chip rules",
    "2023-07-18-meta-releases-llama-2-with-a-700-m": "Llama 2",
    "2024-04-18-meta-releases-llama-3-8b-and-70b": "Llama 3",
    "2026-02-12-z-ai-releases-glm-5-744b-40b-activ": "GLM-5",
}


def events(release: Release, frame: pd.DataFrame) -> tuple[Event, ...]:
    """The landmarks that lie inside the time of a chart's rows."""
    column = "period_start" if "period_start" in frame else "published_on"
    if frame.empty:
        return ()
    since, until = pd.Timestamp(frame[column].min()).date(), pd.Timestamp(frame[column].max()).date()
    rows = queries.events(release, list(LANDMARKS), since, until + timedelta(days=31))
    # Beside scores only releases explain anything; beside downloads also laws, bans and export rules.
    rows = rows if column == "period_start" else rows[rows["kind"] == "release"]
    by_id = {row["event_id"]: row for _, row in rows.iterrows()}
    return tuple(
        Event(pd.Timestamp(by_id[event_id]["event_date"]).date(), word, str(by_id[event_id]["title"]))
        for event_id, word in LANDMARKS.items()
        if event_id in by_id
    )
