"""LiveBench: half-yearly tables with their categories, and GitHub's listing of the folder they lie in."""

import hashlib
import json
import zlib
from datetime import date

import numpy as np

from demo.answers import Answer, file_answer, json_answer, missing
from demo.boards import Contender, contenders

RAW = "https://raw.githubusercontent.com/LiveBench/livebench.github.io/main/public"
DATES = (date(2024, 6, 24), date(2024, 11, 25), date(2025, 5, 30), date(2025, 11, 25), date(2026, 6, 25))
RAGGED = date(2025, 5, 30)  # one row of this table lacks its last fields, as rows of the real ones do
MODELS_PER_TABLE = 45

# Tasks changed between the releases, as they do: long format only.
CATEGORIES = {
    "Reasoning": ("web_of_lies_v2", "zebra_puzzle", "spatial"),
    "Coding": ("LCB_generation", "coding_completion"),
    "Mathematics": ("AMPS_Hard", "math_comp", "olympiad"),
    "Data Analysis": ("cta", "tablejoin", "tablereformat"),
    "Language": ("connections", "plot_unscrambling", "typos"),
    "IF": ("paraphrase", "simplify", "story_generation", "summarize"),
}
LATER_CATEGORIES = {
    **CATEGORIES,
    "Reasoning": ("theory_of_mind", "zebra_puzzle", "spatial"),
    "Coding": ("code_generation", "code_completion"),
    "Agentic Coding": ("javascript", "typescript", "python"),
    "Data Analysis": ("tablejoin", "tablereformat"),
}
LATER_FROM = date(2025, 5, 30)


class LiveBench:
    """The tables that are out by today."""

    def __init__(self, seed: int, today: date) -> None:
        self._seed = seed
        self._files: dict[str, bytes] = {"README.md": b"# LiveBench (simulated)\n"}
        for day in DATES:
            if day <= today:
                name = day.strftime("%Y_%m_%d")
                self._files[f"table_{name}.csv"] = self._table(day)
                self._files[f"categories_{name}.json"] = json.dumps(_categories(day), indent=4).encode()

    def listing(self, query: dict[str, list[str]]) -> Answer:
        """GitHub's contents API for `public/`."""
        return json_answer([_entry(name, body) for name, body in sorted(self._files.items())])

    def file(self, query: dict[str, list[str]], name: str) -> Answer:
        """A raw file; GitHub sends them all as plain text."""
        if name not in self._files:
            return missing("404: Not Found")
        return file_answer(self._files[name], "text/plain; charset=utf-8")

    def _table(self, day: date) -> bytes:
        tasks = sorted(task for group in _categories(day).values() for task in group)
        out = [c for c in contenders() if c.livebench_label and c.first_on <= day][-MODELS_PER_TABLE * 3 :]
        rows = sorted(out, key=lambda c: -c.level)[:MODELS_PER_TABLE]
        lines = [",".join(["model", *tasks])]
        for model in sorted(rows, key=lambda c: c.livebench_label):
            lines.append(",".join([model.livebench_label, *(str(self._score(day, task, model)) for task in tasks)]))
        if day == RAGGED:
            lines[2] = ",".join(lines[2].split(",")[:-3])
        return ("\n".join(lines) + "\n").encode()

    def _score(self, day: date, task: str, model: Contender) -> float:
        """0 to 100, around what the model's level gives; each release is harder than the one before."""
        harder = 11 * DATES.index(day)
        draws = np.random.default_rng([self._seed, day.toordinal(), zlib.crc32(f"{task}/{model.label}".encode())])
        easy = np.random.default_rng([self._seed, zlib.crc32(task.encode())]).normal(0, 9)
        middle = 100 / (1 + np.exp(-(model.level - 1215 - 3.6 * harder) / 85))
        return round(float(np.clip(middle + easy + draws.normal(0, 4), 0, 100)), 3)


def _categories(day: date) -> dict[str, tuple[str, ...]]:
    return CATEGORIES if day < LATER_FROM else LATER_CATEGORIES


def _entry(name: str, body: bytes) -> dict[str, object]:
    """An entry of the listing, in GitHub's keys."""
    page = "https://github.com/LiveBench/livebench.github.io/blob/main/public"
    return {
        "name": name,
        "path": f"public/{name}",
        "sha": hashlib.sha256(body).hexdigest()[:40],
        "size": len(body),
        "url": f"https://api.github.com/repos/LiveBench/livebench.github.io/contents/public/{name}?ref=main",
        "html_url": f"{page}/{name}",
        "download_url": f"{RAW}/{name}",
        "type": "file",
    }
