"""Faults on demand, at the start and on a running server."""

import json
import socket
import time

import pytest
import requests

from demo.faults import Fault, parsed
from demo.server import DemoServer, start
from tests.demo.conftest import TODAY
from tests.demo.far_side import HUB, get

MODELS = f"{HUB}/api/models?limit=3&expand=downloads"


def test_a_fault_acts_on_its_prefix_for_its_count_and_then_passes(own_demo: DemoServer) -> None:
    own_demo.set_fault("500", f"{HUB}/api/models", 2)
    assert get(own_demo, "raw.githubusercontent.com/spdx/license-list-data/main/json/licenses.json").ok
    assert [get(own_demo, MODELS).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_without_a_count_stays_until_it_is_cleared(own_demo: DemoServer) -> None:
    own_demo.set_fault("429", HUB)
    answers = [get(own_demo, MODELS) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {429}
    assert answers[0].headers["RateLimit"] == '"api";r=0;t=1'
    own_demo.clear_faults()
    assert get(own_demo, MODELS).ok


def test_html_empty_garbage_and_a_foreign_link_come_with_status_200(own_demo: DemoServer) -> None:
    own_demo.set_fault("html", HUB, 1)
    own_demo.set_fault("empty", HUB, 1)
    own_demo.set_fault("garbage", HUB, 1)
    own_demo.set_fault("foreign-link", HUB, 1)
    html, empty, garbage, foreign = (get(own_demo, MODELS) for _ in range(4))
    assert {html.status_code, empty.status_code, garbage.status_code, foreign.status_code} == {200}
    assert html.headers["Content-Type"] == "text/html"
    assert empty.json() == []
    with pytest.raises(ValueError):
        json.loads(garbage.content)
    assert foreign.links["next"]["url"].startswith("https://elsewhere.example/")
    assert len(foreign.json()) == 3


def test_a_truncated_answer_ends_before_its_length(own_demo: DemoServer) -> None:
    own_demo.set_fault("truncate", HUB, 1)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        get(own_demo, MODELS)


def test_a_slow_answer_keeps_the_caller_waiting_and_ends_with_the_server() -> None:
    server = start(today=TODAY, models=60, weeks=1, slow_s=60)
    server.set_fault("slow", HUB, 1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.url}/{MODELS}", timeout=0.3)
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 30


def test_faults_can_be_set_seen_and_cleared_over_http(own_demo: DemoServer) -> None:
    address = f"{own_demo.url}/_faults"
    fault = {"kind": "500", "prefix": HUB, "count": 3}
    assert requests.post(address, json=fault, timeout=20).json() == [fault]
    assert get(own_demo, MODELS).status_code == 500
    assert requests.get(address, timeout=20).json() == [{**fault, "count": 2}]
    assert requests.delete(address, timeout=20).json() == []
    assert get(own_demo, MODELS).ok


def test_an_unknown_kind_of_fault_is_refused_by_name(own_demo: DemoServer) -> None:
    with pytest.raises(ValueError, match="expected a kind of fault among 429"):
        own_demo.set_fault("meteor", HUB)
    answer = requests.post(f"{own_demo.url}/_faults", json={"kind": "meteor", "prefix": HUB}, timeout=20)
    assert answer.status_code == 400
    assert "meteor" in answer.json()["error"]


def test_a_fault_is_read_from_its_text() -> None:
    assert parsed("500:huggingface.co/api:2") == Fault("500", "huggingface.co/api", 2)
    assert parsed("html:huggingface.co") == Fault("html", "huggingface.co", 0)
    for wrong in ("500", "500:", "meteor:huggingface.co:1"):
        with pytest.raises(ValueError):
            parsed(wrong)


def test_the_log_keeps_who_asked_for_what_but_not_its_own_addresses(own_demo: DemoServer) -> None:
    headers = {"Authorization": "Bearer hf_test", "User-Agent": "a test"}
    get(own_demo, MODELS, headers=headers)
    get(own_demo, "_faults")
    (entry,) = get(own_demo, "_log").json()
    assert entry == own_demo.log[0]
    assert (entry["path"], entry["query"]) == (f"{HUB}/api/models", "limit=3&expand=downloads")
    assert (entry["authorization"], entry["user_agent"]) == ("Bearer hf_test", "a test")


def test_a_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError):
            start(port=taken.getsockname()[1], today=TODAY, models=60, weeks=1)
