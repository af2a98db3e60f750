"""Whether there is a way out: asked before a first start, so that a machine without one can fall back on the demo."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from etl.collect.http import Fetcher, SourceError
from settings import Settings

WITHIN_S = 3.0
DOORS = {
    "https://huggingface.co/api/models-tags-by-type": {"type": "license"},
    "https://raw.githubusercontent.com/spdx/license-list-data/main/json/licenses.json": {},
}


def answering(settings: Settings) -> str | None:
    """The name of a service that answers within three seconds (with a mirror: the mirror), or None."""
    hurried = {"connect_timeout_s": WITHIN_S, "read_timeout_s": WITHIN_S, "source_deadline_s": WITHIN_S, "attempts": 1}
    fetch = Fetcher(settings.model_copy(update=hurried))
    with ThreadPoolExecutor(len(DOORS)) as pool:
        answers = pool.map(lambda door: _answers(fetch, *door), DOORS.items())
        names = [urlsplit(url).hostname for url, answers_now in zip(DOORS, answers, strict=True) if answers_now]
    fetch.close()
    if not names:
        return None
    return f"the mirror {settings.mirror}" if settings.mirror else names[0]


def _answers(fetch: Fetcher, url: str, params: dict[str, str]) -> bool:
    try:
        fetch.get(url, params)
    except SourceError:
        return False
    return True
