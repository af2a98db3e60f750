"""The Hub's API: list of models, one model, organisations."""

import base64
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from demo.answers import Answer, json_answer, missing
from demo.facts import Edition, facts
from demo.history import History
from demo.models import object_id

LARGEST_PAGE = 1000
# fmt: off
EXPANDABLE = frozenset({
    "author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled", "downloads",
    "downloadsAllTime", "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping", "lastModified",
    "library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "resourceGroup", "safetensors",
    "sha", "siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage", "widgetData",
    "xetEnabled", "gitalyUid",
})
# fmt: on
USUAL = (
    "_id",
    "id",
    "modelId",
    "likes",
    "trendingScore",
    "private",
    "downloads",
    "tags",
    "pipeline_tag",
    "library_name",
    "createdAt",
)
FULL = (*USUAL, "author", "lastModified", "gated", "sha", "siblings")
SORTS = ("createdAt", "downloads", "lastModified", "likes", "trendingScore")


class Hub:
    """The Hub's API as of one day."""

    def __init__(self, history: History, editions: tuple[Edition, ...], today: date) -> None:
        counters = history.counters(today)
        self._rows = [
            {
                **facts(edition.model),
                "downloads": int(counters.downloads_30d[edition.place]),
                "downloadsAllTime": int(counters.downloads_all_time[edition.place]),
                "likes": int(counters.likes[edition.place]),
                "trendingScore": int(counters.downloads_30d[edition.place] ** 0.3),
            }
            for edition in editions
            if edition.is_listed(today)
        ]
        self._rows.sort(key=lambda row: (-row["trendingScore"], row["id"]))
        self._by_id = {row["id"]: row for row in self._rows}

    def models(self, query: dict[str, list[str]]) -> Answer:
        """`/api/models`: filtered, sorted, one page, with the next page in the Link header."""
        unknown = set(_expanded(query)) - EXPANDABLE
        if unknown:
            return json_answer({"error": f"expand: {sorted(unknown)} is not among {sorted(EXPANDABLE)}"}, 400)
        rows = _sorted([row for row in self._rows if _matches(row, query)], query)
        start = _offset(query)
        size = max(1, min(int(_last(query, "limit", str(LARGEST_PAGE))), LARGEST_PAGE))
        page = [_shaped(row, query) for row in rows[start : start + size]]
        more = start + size < len(rows)
        return json_answer(page, Link=_next_link(query, start + size)) if more else json_answer(page)

    def model(self, query: dict[str, list[str]], model_id: str) -> Answer:
        """`/api/models/{id}`; the Hub answers 401 for what is not there."""
        row = self._by_id.get(model_id)
        if row is None:
            return missing("Repository not found", "RepoNotFound", 401)
        return json_answer(_shaped(row, query or {"full": ["true"], "cardData": ["true"]}))

    def organisation(self, query: dict[str, list[str]], name: str) -> Answer:
        """`/api/organizations/{name}/overview`: no country, as on the Hub."""
        mine = [row for row in self._rows if row["author"] == name]
        if not mine:
            return json_answer({"error": "This organization does not exist"}, 404)
        return json_answer(
            {
                "_id": object_id(name),
                "name": name,
                "fullname": name,
                "details": "Simulated organisation",
                "avatarUrl": "",
                "isVerified": True,
                "isFollowing": False,
                "numModels": len(mine),
                "numDatasets": 0,
                "numSpaces": 0,
                "numPapers": 0,
                "numUsers": 10,
                "numFollowers": sum(row["likes"] for row in mine) // 10,
                "plan": "team",
                "type": "org",
            }
        )


def _expanded(query: dict[str, list[str]]) -> list[str]:
    """Names asked for by `expand`, in either of its two spellings."""
    return query.get("expand", []) + query.get("expand[]", [])


def _matches(row: dict[str, Any], query: dict[str, list[str]]) -> bool:
    """Whether a model passes author, search, filter, pipeline_tag and gated."""
    words = [word for value in query.get("filter", []) for word in value.split(",")]
    wanted = words + query.get("pipeline_tag", [])
    return (
        row["author"] == _last(query, "author", row["author"])
        and all(term.lower() in row["id"].lower() for term in query.get("search", []))
        and all(word in row["tags"] or word == row["pipeline_tag"] for word in wanted)
        and bool(row["gated"]) == (_last(query, "gated", str(bool(row["gated"])).lower()) == "true")
    )


def _sorted(rows: list[dict[str, Any]], query: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Largest first, as the Hub always sorts."""
    key = _last(query, "sort", "trendingScore")
    return sorted(rows, key=lambda row: row[key], reverse=True) if key in SORTS else rows


def _shaped(row: dict[str, Any], query: dict[str, list[str]]) -> dict[str, Any]:
    """The keys that this query gets: `expand` is a whitelist, everything else is the usual set."""
    names: tuple[str, ...] = USUAL
    if _expanded(query):
        names = ("_id", "id", *_expanded(query))
    elif query.get("full"):
        names = FULL
    if query.get("cardData") and not _expanded(query):
        names = (*names, "cardData")
    return {name: row[name] for name in names if row.get(name) is not None}


def _offset(query: dict[str, list[str]]) -> int:
    """Where a page begins: the cursor is opaque, as the Hub's is."""
    cursor = _last(query, "cursor", "")
    found = re.fullmatch(rb"from:(\d+)", base64.urlsafe_b64decode(cursor)) if cursor else None
    return int(found[1]) if found else 0


def _next_link(query: dict[str, list[str]], start: int) -> str:
    """The Link header with the real host, as the service itself sends it."""
    cursor = base64.urlsafe_b64encode(b"from:%d" % start).decode()
    again = [(name, value) for name, values in query.items() for value in values if name != "cursor"]
    return f'<https://huggingface.co/api/models?{urlencode([*again, ("cursor", cursor)])}>; rel="next"'


def _last(query: dict[str, list[str]], name: str, default: str) -> str:
    values = query.get(name)
    return values[-1] if values else default
