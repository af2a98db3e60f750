"""Comparisons and records to test with: real ones, of endpoints that nobody asks."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sidecar.comparison import Answer, Comparison, State
from sidecar.events import Ask, Message, ServerFacts, Usage
from sidecar.evidence import records
from sidecar.evidence.canonical import canonical, prompt_sha256, sha256
from sidecar.evidence.records import Record
from sidecar.models import Endpoint

ASK = Ask(messages=(Message("user", "What is gravity?"),), max_tokens=48, temperature=0.0, seed=7)


def endpoint(endpoint_id: str = "smollm2", **more: Any) -> Endpoint:
    """An embedded endpoint, unless told otherwise."""
    content: dict[str, Any] = {
        "id": endpoint_id,
        "name": "SmolLM2 135M Instruct",
        "base_url": "http://127.0.0.1:9101/v1",
        "model": "smollm2-135m-instruct",
        "hub_model_id": "HuggingFaceTB/SmolLM2-135M-Instruct",
        "revision": None,
        "organisation": "HuggingFaceTB",
        "licence": "apache-2.0",
        "kind": "instruct",
        "server": "embedded",
        "quantisation": "Q4_1",
        "context": 4096,
    } | more
    if content["server"] == "embedded" and "launch" not in content:
        content["launch"] = {"file": "a.gguf", "sha256": "ab" * 32}
    return Endpoint.model_validate(content)


def hosted(endpoint_id: str = "deepseek", **more: Any) -> Endpoint:
    """An endpoint outside, at its maker's."""
    elsewhere = {
        "name": "DeepSeek V3",
        "base_url": "https://api.example.com/v1",
        "model": "deepseek-chat",
        "hub_model_id": "deepseek-ai/DeepSeek-V3",
        "organisation": "deepseek-ai",
        "licence": "mit",
        "server": "hosted",
        "quantisation": None,
        "operator": "DeepSeek",
        "jurisdiction": "CN",
        "launch": None,
    }
    return endpoint(endpoint_id, **elsewhere | more)


def answer(of: Endpoint, text: str = "A force.", **more: Any) -> Answer:
    """A finished answer."""
    now = time.monotonic()
    times = {"entered": now - 3, "asked": now - 2, "first": now - 1.5, "first_answer": now - 1.5, "last": now - 0.5}
    content: dict[str, Any] = {
        "state": State.done,
        "parts": [text],
        "started_at": datetime(2026, 11, 25, 4, 43, 42, 7, UTC),
        "usage": Usage(prompt_tokens=11, answer_tokens=21, thinking_tokens=None),
        "timings": {"predicted_per_second": 149.87654321},
        "finish_reason": "stop",
        "server": ServerFacts("llama.cpp", "b6123", "cd" * 32, True),
        "ended": now,
    }
    return Answer(of, ASK, **times | content | more)


def comparison(*answers: Answer, ask: Ask = ASK) -> Comparison:
    """A finished comparison, of one embedded model unless answers are given."""
    asked_at = datetime(2026, 11, 25, 4, 43, 42, 123456, UTC)
    return Comparison(ask, list(answers) or [answer(endpoint())], asked_at, comparison_id="0123456789abcdef" * 2)


def record(*answers: Answer) -> Record:
    """Its record."""
    return records.of(comparison(*answers), release_id="2026-11-24T06Z")


def forged(change: Callable[[dict[str, Any]], object], *answers: Answer) -> bytes:
    """A record with a change that somebody made, and with hashes that fit it: anyone can compute those."""
    content = json.loads(records.to_json(record(*answers)))
    change(content)
    del content["record_sha256"]
    for row in content["answers"]:
        row["text_sha256"] = sha256(row["text"])
    content["prompt_sha256"] = prompt_sha256(content["messages"])
    return json.dumps(content | {"record_sha256": sha256(canonical(content))}).encode()
