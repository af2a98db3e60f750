"""What our layer costs over raw streaming, and how much longer several panes take than the slowest alone.

The peer is curl: the same requests to the same servers, both panes at once, taking turns with ours in a changing order
so that the machine's other work falls on both alike. Two kinds of servers: a stand-in that writes at a fixed pace,
where nothing competes for the machine, and the models that come with the project, which need the cores that we need.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import live_sessions, processes
from benchmarks.report import Result
from sidecar import client, models
from sidecar.client import Ask, Message
from sidecar.engine import Engine
from sidecar.models import Endpoint, Models

LOGS = processes.ROOT / "build/benchmarks"
KEY = "benchmark-key"
PROMPT = "Explain in a few paragraphs why people ask questions about the weather, and what they do with the answers."
TOKENS, PAIRS = 200, 12
PACE = 200  # tokens per second of the stand-in: faster than most GPUs answer one reader


def measure(data_dir: Path | None = None, quick: bool = False) -> Result:
    """Start the servers, ask them raw and through the engine, then with twenty visitors at once."""
    pairs = 3 if quick else PAIRS
    os.environ["OMO_SIDECAR_KEY"] = KEY
    with _stand_in() as paced, _embedded() as embedded:
        rows = [
            _overhead(f"two panes of a server at {PACE} tokens/s", paced[:2], pairs),
            _overhead("two embedded models", embedded, pairs),
            *(_together(f"{panes} panes at {PACE} tokens/s", paced[:panes], pairs) for panes in (2, 3, 4)),
            _together("two embedded models", embedded, pairs),
        ]
        sessions = live_sessions.measure(data_dir, LOGS / "live", quick)
    return {
        "title": "Live prompting: what our layer costs, and what twenty visitors at once do to the rest",
        "rows": rows + sessions,
        "notes": HOW_TO_READ,
    }


HOW_TO_READ = [
    f"over curl: the same {TOKENS} tokens from the same servers, both panes at once; seconds of ours / of curl, "
    f"median of {PAIRS} pairs that take turns; aim: <= 1.05.",
    "together: seconds of all panes asked at once / seconds of the slowest of them asked alone; aim: <= 1.10.",
    "twenty visitors: everyone opens the page Compare, asks both embedded models, and reads to the end; none may fail. "
    "Meanwhile others read the other pages; aim: p95 under 300 ms.",
]


@contextmanager
def _stand_in() -> Iterator[list[Endpoint]]:
    port = processes.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.sidecar.far_side", "--port", str(port)]
    with processes.server(command, f"{url}/health", LOGS / "stand-in.log"):
        yield [_paced(url, number) for number in range(4)]


def _paced(url: str, number: int) -> Endpoint:
    return Endpoint(
        id=f"paced-{number}",
        name=f"Paced {number}",
        base_url=f"{url}/v1",
        model=f"ok?tokens={TOKENS}&tokens_per_second={PACE}",
        hub_model_id=None,
        revision=None,
        organisation="stand-in",
        licence="none",
        kind="instruct",
        server="vllm",
        quantisation=None,
        context=4096,
        slots=4,
    )


@contextmanager
def _embedded() -> Iterator[list[Endpoint]]:
    """Both models that come with the project, loaded."""
    offered = list(models.load(models.default_file()).endpoints)
    command = [sys.executable, "-m", "sidecar"]
    live = LOGS / "live"
    variables = {"OMO_SIDECAR_KEY": KEY, "OMO_LIVE_DIR": str(live), "OMO_MODELS_DIR": str(live / "no-models")}
    first = offered[0].base_url.removesuffix("/v1")
    with processes.server(command, f"{first}/health", LOGS / "sidecar.log", **variables):
        for endpoint in offered:
            _await_health(endpoint.base_url.removesuffix("/v1"))
        yield offered


def _await_health(root: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            client.fetch_json(f"{root}/health", 4096, 2)
            return
        except client.ModelFailed:
            time.sleep(0.2)
    raise RuntimeError(f"expected {root} to be up within 120 s; see {LOGS / 'sidecar.log'}")


def _overhead(what: str, endpoints: list[Endpoint], pairs: int) -> dict[str, object]:
    """Ours against curl, both panes at once, in turns; the first pair warms up and is not counted."""
    raw, ours = [], []
    with _engine(endpoints) as engine:
        for number in range(pairs + 1):
            times = _in_turns(number, lambda: _with_curl(endpoints), lambda: _with_ours(engine, endpoints))
            raw.append(times[0])
            ours.append(times[1])
    ratios = [mine / theirs for mine, theirs in zip(ours[1:], raw[1:], strict=True)]
    return {
        "what": f"over curl: {what}",
        "seconds": f"{statistics.median(ours[1:]):.2f}",
        "of the peer": f"{statistics.median(raw[1:]):.2f}",
        "ratio": f"{statistics.median(ratios):.3f}",
        "repeats": pairs,
    }


def _together(what: str, endpoints: list[Endpoint], pairs: int) -> dict[str, object]:
    """All panes at once against the slowest of them alone."""
    at_once, slowest = [], []
    with _engine(endpoints) as engine:
        for _ in range(pairs + 1):
            slowest.append(max(_with_ours(engine, [endpoint]) for endpoint in endpoints))
            at_once.append(_with_ours(engine, endpoints))
    ratios = [all_panes / alone for all_panes, alone in zip(at_once[1:], slowest[1:], strict=True)]
    return {
        "what": f"together: {what}",
        "seconds": f"{statistics.median(at_once[1:]):.2f}",
        "of the peer": f"{statistics.median(slowest[1:]):.2f}",
        "ratio": f"{statistics.median(ratios):.3f}",
        "repeats": pairs,
    }


@contextmanager
def _engine(endpoints: Sequence[Endpoint]) -> Iterator[Engine]:
    hosts = tuple({endpoint.host for endpoint in endpoints})
    engine = Engine(Models(allow_hosts=hosts, endpoints=tuple(endpoints)))
    try:
        yield engine
    finally:
        engine.close()


def _in_turns(number: int, first: Callable[[], float], second: Callable[[], float]) -> tuple[float, float]:
    """Both, in an order that changes from round to round."""
    if number % 2:
        later = second()
        return first(), later
    return first(), second()


def _with_ours(engine: Engine, endpoints: Sequence[Endpoint]) -> float:
    started = time.perf_counter()
    ask = Ask(messages=(Message("user", PROMPT),), max_tokens=TOKENS, temperature=0, seed=1)
    comparison = engine.start(ask, list(endpoints), None, watched=False)
    engine.wait(comparison, 300)
    seconds = time.perf_counter() - started
    failed = [answer.sentence for answer in comparison.answers if answer.state != "done"]
    if failed:
        raise RuntimeError(f"expected whole answers, came {failed}")
    return seconds


def _with_curl(endpoints: Sequence[Endpoint]) -> float:
    started = time.perf_counter()
    running = [subprocess.Popen(_curl(endpoint), stdout=subprocess.PIPE) for endpoint in endpoints]
    bodies = [process.communicate(timeout=300)[0] for process in running]
    seconds = time.perf_counter() - started
    if not all(b"[DONE]" in body for body in bodies):
        raise RuntimeError(f"expected whole streams from curl, came {[body[-200:] for body in bodies]}")
    return seconds


def _curl(endpoint: Endpoint) -> list[str]:
    body = {
        "model": endpoint.model,
        "messages": [{"role": "user", "content": PROMPT}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": TOKENS,
        "temperature": 0,
        "seed": 1,
        **({"stop": list(endpoint.launch.stop), "cache_prompt": False} if endpoint.launch else {}),
    }
    headers = ["-H", "Content-Type: application/json", "-H", f"Authorization: Bearer {KEY}"]
    return ["curl", "-sN", *headers, "-d", json.dumps(body), f"{endpoint.base_url}/chat/completions"]
