"""lmarena-ai/leaderboard-dataset: weekly text boards as Parquet, `full` and `latest`."""

import io
import threading
import zlib
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from demo.answers import Answer, file_answer, missing
from demo.boards import Contender, contenders

FIRST_BOARD = date(2024, 7, 24)
CATEGORIES = ("overall", "coding", "math")
CONFIGS = ("text", "text_style_control")
AGEING_PER_WEEK = 0.09  # points that a model loses as stronger ones arrive
SCHEMA = pa.schema(
    [
        ("model_name", pa.string()),
        ("organization", pa.string()),
        ("license", pa.string()),
        ("rating", pa.float64()),
        ("rating_lower", pa.float64()),
        ("rating_upper", pa.float64()),
        ("variance", pa.float64()),
        ("vote_count", pa.int64()),
        ("rank", pa.int64()),
        ("category", pa.string()),
        ("leaderboard_publish_date", pa.string()),
    ]
)


class Arena:
    """The boards of every week up to today, or of the last `weeks`."""

    def __init__(self, seed: int, today: date, weeks: int | None) -> None:
        self._seed = seed
        all_weeks = range(max(0, (today - FIRST_BOARD).days // 7 + 1))
        self._wobble = {c.label: self._draws(c.label).normal(0, 0.8, len(all_weeks)).tolist() for c in contenders()}
        self.dates = [FIRST_BOARD + timedelta(weeks=week) for week in all_weeks[-(weeks or len(all_weeks)) :]]
        self._leanings: dict[str, float] = {}
        self._files: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()

    def file(self, query: dict[str, list[str]], config: str, split: str) -> Answer:
        """One configuration's boards: all of them, or the newest."""
        if config not in CONFIGS or not self.dates:
            return missing("Entry not found")
        with self._lock:
            if (config, split) not in self._files:
                dates = self.dates if split == "full" else self.dates[-1:]
                rows = [row for day in dates for category in CATEGORIES for row in self._board(config, category, day)]
                buffer = io.BytesIO()
                pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), buffer, compression="zstd")
                self._files[config, split] = buffer.getvalue()
        return file_answer(self._files[config, split])

    def _board(self, config: str, category: str, day: date) -> list[dict[str, Any]]:
        """One board, best first, with LMArena's ranks: one more than the models whose interval lies wholly above."""
        rows = [self._row(config, category, day, model) for model in contenders() if model.first_on <= day]
        rows.sort(key=lambda row: -row["rating"])
        lows = np.sort([row["rating_lower"] for row in rows])
        above = len(rows) - np.searchsorted(lows, [row["rating_upper"] for row in rows], side="right")
        return [{**row, "rank": 1 + int(rank)} for row, rank in zip(rows, above, strict=True)]

    def _row(self, config: str, category: str, day: date, model: Contender) -> dict[str, Any]:
        weeks = (day - model.first_on).days // 7
        votes = int(900 + 1500 * weeks**0.75)
        half_width = 2.0 + 260 / votes**0.5
        wobble = self._wobble[model.label][(day - FIRST_BOARD).days // 7]
        rating = model.level - AGEING_PER_WEEK * weeks + self._leaning(config, category, model.organisation) + wobble
        return {
            "model_name": model.label,
            "organization": model.organisation,
            "license": model.licence,
            "rating": round(rating, 2),
            "rating_lower": round(rating - half_width, 2),
            "rating_upper": round(rating + half_width, 2),
            "variance": round((half_width / 1.96) ** 2, 4),
            "vote_count": votes if category == "overall" else votes // 4,
            "category": category,
            "leaderboard_publish_date": day.isoformat(),
        }

    def _leaning(self, config: str, category: str, organisation: str) -> float:
        """What a category or style control does to a maker's models, always the same."""
        key = f"{config}/{category}/{organisation}"
        if key not in self._leanings:
            is_plain = (config, category) == ("text", "overall")
            self._leanings[key] = 0.0 if is_plain else float(self._draws(key).normal(0, 7))
        return self._leanings[key]

    def _draws(self, key: str) -> np.random.Generator:
        return np.random.default_rng([self._seed, zlib.crc32(key.encode())])
