"""A record of the embedded engine, with its real models, is replayed by the real command."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from sidecar.engine import Engine
from sidecar.events import Ask, Message
from sidecar.evidence import records
from sidecar.offered import found
from tests.sidecar.launched import KEY, ROOT, Launched, launched, needs_models, write_config

pytestmark = needs_models
SMOL, GEMMA = "smollm2-135m", "gemma-3-270m"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    """Both packaged models, ready."""
    folder = tmp_path_factory.mktemp("sidecar")
    write_config(folder / "models.yaml")
    with launched(folder, folder / "models.yaml") as launcher:
        for model_id in (SMOL, GEMMA):
            launcher.model_in(model_id, "ready")
        yield launcher


def save_record(running: Launched, temperature: float) -> Path:
    """The record of asking both models, as the page would give it out."""
    settings = Settings(data_dir=running.folder, sidecar_config=running.config, ollama_url="")
    models = found.all_models(settings)
    engine = Engine(models)
    question = (Message("user", "Name three rivers of Europe."),)
    try:
        comparison = engine.start(
            Ask(question, max_tokens=40, temperature=temperature, seed=3), models.endpoints, None, watched=False
        )
        engine.wait(comparison, 60)
    finally:
        engine.close()
    assert [answer.state for answer in comparison.answers] == ["done", "done"]
    path = running.folder / f"record-{temperature}.json"
    path.write_bytes(records.to_json(records.of(comparison)))
    return path


def replay(running: Launched, path: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    line = [sys.executable, "-m", "sidecar", "replay", str(path), *more]
    return subprocess.run(line, cwd=ROOT, env=running.environment, capture_output=True, text=True, timeout=120)


def test_at_temperature_0_both_models_answer_identically(running: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMO_SIDECAR_KEY", KEY)
    path = save_record(running, 0.0)
    record = records.read(path.read_bytes())
    assert all(answer.weights_sha256 and answer.template_sha256 and answer.usage for answer in record.answers)
    assert {answer.went_to for answer in record.answers} == {
        "Runs on our machine; nothing is sent to the model's vendor."
    }
    done = replay(running, path)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{SMOL}: identical" in done.stdout and f"{GEMMA}: identical" in done.stdout


def test_a_record_of_one_model_is_replayed_alone(running: Launched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMO_SIDECAR_KEY", KEY)
    path = save_record(running, 0.8)
    done = replay(running, path, "--endpoint", SMOL, "--json")
    (row,) = json.loads(done.stdout)["answers"]
    assert row["endpoint_id"] == SMOL and row["outcome"] in ("identical", "different")
