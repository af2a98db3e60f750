"""Every collector against real figures, and against every fault of the mirror that serves them."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import registry
from etl.collect import COLLECTORS
from etl.collect.http import Fetcher, SourceError
from etl.snapshots import Known, Snapshot, SnapshotStore
from settings import Settings

pytestmark = pytest.mark.real_data
Mirror = Callable[..., str]
PREFIXES = {
    "hub_models": "huggingface.co/api/models",
    "hub_history": "huggingface.co/datasets/hfmlsoc",
    "hub_licence_tags": "huggingface.co/api/models-tags-by-type",
    "spdx_licences": "raw.githubusercontent.com/spdx",
    "lmarena": "huggingface.co/datasets/lmarena-ai",
    "livebench": "raw.githubusercontent.com/LiveBench",
    "open_llm_leaderboard": "huggingface.co/datasets/open-llm-leaderboard",
}
FAULTS = ("429", "500", "slow", "truncate", "html", "empty", "garbage")


@pytest.fixture(scope="module")
def mirror(shared: Path) -> Iterator[Mirror]:
    running: list[subprocess.Popen[str]] = []

    def start(*faults: str) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = [word for fault in faults for word in ("--fault", fault)]
        command = [sys.executable, str(shared / "mirror" / "serve.py"), "--port", str(port), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        assert "on http://" in process.stdout.readline()
        url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(url + "/_log", timeout=1).close()
                return url
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the mirror did not start")

    yield start
    for process in running:
        process.kill()
        process.communicate()


def collect(source_id: str, settings: Settings) -> list[Snapshot]:
    fetch, store = Fetcher(settings), SnapshotStore(settings.data_dir)
    try:
        return list(COLLECTORS[source_id](fetch, store, registry.load(), settings, Known()))
    finally:
        fetch.close()


def test_every_source_gives_its_real_figures_and_the_token_goes_to_the_hub_alone(
    mirror: Mirror, tmp_path: Path
) -> None:
    url = mirror()
    settings = Settings.model_validate({"data_dir": tmp_path, "mirror": url, "HF_TOKEN": "secret"})
    taken = {source_id: collect(source_id, settings) for source_id in COLLECTORS}
    assert {source_id: len(snapshots) for source_id, snapshots in taken.items()} == {
        **dict.fromkeys(COLLECTORS, 1), "hub_history": 10,
    }  # fmt: skip
    (models,) = taken["hub_models"]
    rows = [row for file in models.files for row in json.loads(models.read(file.name))]
    assert (len(rows), str(models.observed_on)) == (7196, "2025-08-07")
    assert [s.label for s in taken["hub_history"]][::9] == ["2024-11-14", "2025-08-07"]
    assert not any(snapshot.is_simulated for snapshots in taken.values() for snapshot in snapshots)
    log = json.loads(urllib.request.urlopen(url + "/_log").read())
    assert {e["path"].split("/")[0] for e in log if e["authorization"]} == {"huggingface.co"}
    assert all(e["authorization"] for e in log if e["path"].startswith("huggingface.co/"))
    assert not [path for path in tmp_path.rglob("manifest.json") if "secret" in path.read_text()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_that_stays_ends_every_source_with_a_sentence_and_without_a_snapshot(
    mirror: Mirror, tmp_path: Path, kind: str
) -> None:
    url = mirror(*(f"{kind}:{prefix}:0" for prefix in PREFIXES.values()))
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "mirror": url, "HF_TOKEN": "secret", "attempts": 2, "read_timeout_s": 1}
    )
    for source_id in COLLECTORS:
        with pytest.raises(SourceError) as caught:
            collect(source_id, settings)
        assert caught.value.source_id == source_id
        assert "secret" not in str(caught.value)
    assert list(tmp_path.rglob("manifest.json")) == []


@pytest.mark.parametrize("kind", ["429", "500", "truncate"])
def test_a_fault_that_passes_is_got_over(mirror: Mirror, tmp_path: Path, kind: str) -> None:
    settings = Settings(data_dir=tmp_path, mirror=mirror(f"{kind}:huggingface.co/api/models:1"))
    (snapshot,) = collect("hub_models", settings)
    assert sum(len(json.loads(snapshot.read(file.name))) for file in snapshot.files) == 7196


def test_a_link_that_leaves_the_mirror_is_refused(mirror: Mirror, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, mirror=mirror("foreign-link:huggingface.co/api/models:1"))
    with pytest.raises(SourceError, match="came a link to https://evil.example: not followed"):
        collect("hub_models", settings)
