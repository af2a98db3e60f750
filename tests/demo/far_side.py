"""Asking the stand-in as a client would."""

import io
from datetime import date
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import requests

from demo.server import DemoServer

HUB = "huggingface.co"
WEEKS = f"{HUB}/datasets/hfmlsoc/hub_weekly_snapshots/resolve/main/models"
ARENA = f"{HUB}/datasets/lmarena-ai/leaderboard-dataset/resolve/main"
LIVEBENCH = "raw.githubusercontent.com/LiveBench/livebench.github.io/main/public"


def get(demo: DemoServer, path: str, **options: Any) -> requests.Response:
    """A GET of HOST/PATH on the stand-in."""
    return requests.get(f"{demo.url}/{path}", timeout=20, **options)


def parquet(demo: DemoServer, path: str) -> pd.DataFrame:
    """A Parquet file of the stand-in as a frame."""
    answer = get(demo, path)
    assert answer.status_code == 200, answer.text
    return pq.read_table(io.BytesIO(answer.content)).to_pandas()


def week(demo: DemoServer, day: date) -> pd.DataFrame:
    """A weekly partition, keyed by model id."""
    return parquet(demo, f"{WEEKS}/{day}/models.parquet").set_index("id")


def all_models(demo: DemoServer, *expand: str) -> dict[str, dict[str, Any]]:
    """Every model of the API with these properties, all pages read, by id."""
    found: dict[str, dict[str, Any]] = {}
    url = f"{demo.url}/{HUB}/api/models?limit=25&" + "&".join(f"expand={name}" for name in expand)
    while url:
        answer = requests.get(url, timeout=20)
        found |= {row["id"]: row for row in answer.json()}
        url = answer.links.get("next", {}).get("url", "").replace("https://", f"{demo.url}/")
    return found
