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
    """The boards of every week up to today."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self.dates = [FIRST_BOARD + timedelta(weeks=week) for week in range((today - FIRST_BOARD).days // 7 + 1)]
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
        """One board, best first."""
        rows = [self._row(config, category, day, c) for c in contenders() if c.first_on <= day]
        rows.sort(key=lambda row: -row["rating"])
        return [{**row, "rank": _rank(rows, row)} for row in rows]

    def _row(self, config: str, category: str, day: date, model: Contender) -> dict[str, Any]:
        weeks = (day - model.first_on).days // 7
        votes = int(900 + 1500 * weeks**0.75)
        half_width = 2.0 + 260 / votes**0.5
        rating = (
            model.level - AGEING_PER_WEEK * weeks + self._leaning(config, category, model) + self._noise(day, model)
        )
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

    def _leaning(self, config: str, category: str, model: Contender) -> float:
        """What a category or style control does to a model: always the same for the same maker."""
        draws = np.random.default_rng([self._seed, _number(f"{config}/{category}/{model.organisation}")])
        is_plain = (config, category) == ("text", "overall")
        return 0.0 if is_plain else float(draws.normal(0, 7))

    def _noise(self, day: date, model: Contender) -> float:
        draws = np.random.default_rng([self._seed, day.toordinal(), _number(model.label)])
        return float(draws.normal(0, 0.8))


def _rank(rows: list[dict[str, Any]], row: dict[str, Any]) -> int:
    """LMArena's rank: one more than the models whose interval lies wholly above this one's."""
    return 1 + sum(other["rating_lower"] > row["rating_upper"] for other in rows)


def _number(text: str) -> int:
    return zlib.crc32(text.encode())
