"""Everything the stand-in says on one simulated day, and which address says it."""

import re
from collections.abc import Callable
from datetime import date

from demo.answers import Answer, missing
from demo.facts import editions
from demo.history import History
from demo.hub import Hub
from demo.licences import licence_tags, spdx_list
from demo.livebench import LiveBench
from demo.lmarena import Arena
from demo.open_llm import OpenLlm
from demo.population import population
from demo.weekly import FOLDER, WeeklySnapshots
from registry import Registry

Query = dict[str, list[str]]
Route = tuple[re.Pattern[str], Callable[..., Answer]]

HUB = "huggingface.co"
LIVEBENCH = "LiveBench/livebench.github.io"


class World:
    """The public services as of `today`, with histories drawn from `seed`."""

    def __init__(self, seed: int, models: int, today: date, weeks: int | None, registry: Registry) -> None:
        self.today = today
        self.models = tuple(m for m in population(seed, models, registry) if m.created_on < today)
        self.history = History(self.models, seed, today, registry)
        known = editions(self.models)
        self.hub = Hub(self.history, known, today)
        self.weekly = WeeklySnapshots(self.history, known, today, weeks)
        self.arena = Arena(seed, today, weeks)
        self.livebench = LiveBench(seed, today)
        self.open_llm = OpenLlm(seed, self.models)
        self._registry = registry
        self._routes = self._table()

    def answer(self, path: str, query: Query) -> Answer:
        """What HOST/PATH answers; 404 for an address that is not stood in for."""
        for pattern, handler in self._routes:
            found = pattern.fullmatch(path)
            if found:
                return handler(query, *found.groups())
        return missing("this address is not part of the stand-in")

    def _table(self) -> tuple[Route, ...]:
        arena = f"{HUB}/datasets/lmarena-ai/leaderboard-dataset/resolve/main"
        open_llm = f"{HUB}/datasets/open-llm-leaderboard/contents/resolve/main"
        routes: tuple[tuple[str, Callable[..., Answer]], ...] = (
            (f"{HUB}/api/models", self.hub.models),
            (f"{HUB}/api/models/([^/]+/[^/]+)(?:/revision/[^/]+)?", self.hub.model),
            (f"{HUB}/api/organizations/([^/]+)/overview", self.hub.organisation),
            (f"{HUB}/api/models-tags-by-type", lambda query: licence_tags(query, self._registry)),
            (f"{HUB}/api/{FOLDER}/tree/main/models/?", self.weekly.folders),
            (f"{HUB}/api/{FOLDER}/tree/main/models/([^/]+)/?", self.weekly.files),
            (f"{HUB}/{FOLDER}/resolve/main/models/([^/]+)/models\\.parquet", self.weekly.file),
            (f"{arena}/([a-z_]+)/(full|latest)-00000-of-00001\\.parquet", self.arena.file),
            (f"{open_llm}/data/train-00000-of-00001\\.parquet", self.open_llm.file),
            (f"api\\.github\\.com/repos/{LIVEBENCH}/contents/public/?", self.livebench.listing),
            (f"raw\\.githubusercontent\\.com/{LIVEBENCH}/main/public/([^/]+)", self.livebench.file),
            (
                "raw\\.githubusercontent\\.com/spdx/license-list-data/main/json/licenses\\.json",
                lambda query: spdx_list(),
            ),
        )
        return tuple((re.compile(pattern), handler) for pattern, handler in routes)
