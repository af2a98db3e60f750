"""Models that are found: of an Ollama on this machine, stood in for by a real server, and of the launcher's list."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from registry.errors import RegistryError
from settings import Settings
from sidecar.models import Endpoint
from sidecar.offered import found, serving_list
from sidecar.offered.serving_list import Served

FILE = Path(__file__).parent.parent.parent / "sidecar/models.yaml"
DIGEST = "a" * 64


def listed(name: str, **more: Any) -> dict[str, Any]:
    """A model as /api/tags lists it."""
    details = {"format": "gguf", "family": "qwen3", "parameter_size": "751M", "quantization_level": "Q4_K_M"}
    times = {"modified_at": "2026-11-01T10:00:00Z", "size": 522_653_767, "digest": DIGEST}
    return {"name": name, "model": name, **times, "details": details, **more}


@contextmanager
def ollama(*models: Any, raw: bytes | None = None, status: int = 200) -> Iterator[str]:
    """The stand-in's address."""

    class Answers(BaseHTTPRequestHandler):
        """Lists its models and knows nothing else."""

        def do_GET(self) -> None:
            body = json.dumps({"models": models}).encode() if raw is None else raw
            self.send_response(status if self.path == "/api/tags" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def settings(folder: Path, url: str = "", config: Path = FILE) -> Settings:
    """Settings of a folder of its own."""
    return Settings(data_dir=folder, ollama_url=url, sidecar_config=config)


def of_ollama(folder: Path, url: str) -> list[Endpoint]:
    """What was found at an Ollama."""
    return [one for one in found.all_models(settings(folder, url)).endpoints if one.server == "ollama"]


def test_the_models_of_an_ollama_are_offered_with_what_is_known_of_them(tmp_path: Path) -> None:
    with ollama(listed("qwen3:0.6b"), listed("llama3.2:1b", capabilities=["completion", "tools"])) as url:
        qwen, llama = of_ollama(tmp_path, url)
    assert (qwen.id, qwen.name, qwen.model) == ("ollama-qwen3-0.6b", "qwen3:0.6b (Ollama)", "qwen3:0.6b")
    assert (qwen.organisation, qwen.kind, qwen.quantisation) == ("Qwen", "reasoning", "Q4_K_M")
    assert (qwen.base_url, qwen.context, qwen.licence) == (f"{url}/v1", 4096, "not stated by Ollama")
    assert qwen.revision == f"manifest sha256:{DIGEST}" and not qwen.is_ours and qwen.hub_model_id is None
    assert (llama.organisation, llama.kind) == ("meta-llama", "instruct")


@pytest.mark.parametrize(
    "entry",
    [
        listed("gpt-oss:120b-cloud"),
        listed("kimi-k2:cloud"),
        listed("qwen3-coder:480b", remote_host="https://ollama.com:443"),
        listed("glm-5", remote_model="glm-5"),
        listed("nomic-embed-text"),
        listed("bge-m3", capabilities=["embedding"]),
        listed("<script>alert(1)</script>"),
        listed("../../etc/passwd"),
        listed("x" * 300),
        {"name": 7},
        "no entry",
    ],
    ids=str,
)
def test_what_runs_elsewhere_or_writes_no_text_or_has_no_name_is_left_out(entry: Any, tmp_path: Path) -> None:
    with ollama(entry, listed("gemma3:1b")) as url:
        assert [one.model for one in of_ollama(tmp_path, url)] == ["gemma3:1b"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b'{"models": {}}',
        b'{"models": null}',
        b"[" * 100_000,
        b'{"models": "' + b"x" * 3_000_000,
    ],
    ids=["nothing", "text", "list", "object", "null", "deep", "large"],
)
def test_an_ollama_that_answers_nonsense_takes_nothing_from_the_others(raw: bytes, tmp_path: Path) -> None:
    with ollama(raw=raw) as url:
        chosen = found.all_models(settings(tmp_path, url)).endpoints
    assert [one.id for one in chosen] == ["smollm2-135m", "gemma-3-270m"]


def test_wrong_details_do_no_harm(tmp_path: Path) -> None:
    with ollama(listed("phi4", details="none", digest=None, capabilities="all"), listed("qwq", details=None)) as url:
        phi, qwq = of_ollama(tmp_path, url)
    assert (phi.quantisation, phi.revision, qwq.kind) == (None, None, "reasoning")


def test_two_names_that_look_alike_are_not_mixed_up(tmp_path: Path) -> None:
    with ollama(listed("qwen3:4b"), listed("qwen3-4b")) as url:
        assert [one.model for one in of_ollama(tmp_path, url)] == ["qwen3:4b"]


def test_an_address_of_another_machine_is_no_ollama_of_this_one(tmp_path: Path) -> None:
    assert of_ollama(tmp_path, "http://10.0.0.1:11434") == []


def test_a_host_that_the_models_file_does_not_allow_is_left_out(tmp_path: Path) -> None:
    with ollama(listed("qwen3:4b")) as url:
        assert of_ollama(tmp_path, url.replace("127.0.0.1", "localhost")) == []


def test_the_answer_is_kept_for_some_seconds(tmp_path: Path) -> None:
    with ollama(listed("qwen3:4b")) as url:
        first = found.all_models(settings(tmp_path, url))
    assert found.all_models(settings(tmp_path, url)) is first


def test_weights_that_we_load_are_named_by_their_sha256(tmp_path: Path) -> None:
    smol, gemma = found.all_models(settings(tmp_path)).endpoints
    assert smol.launch and smol.revision == f"sha256:{smol.launch.sha256}"
    assert gemma.launch and gemma.revision == f"sha256:{gemma.launch.sha256}"


def test_a_models_file_with_a_mistake_is_said(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text("nonsense: 1", encoding="utf-8")
    with pytest.raises(RegistryError, match="this key is not known"):
        found.all_models(settings(tmp_path, config=tmp_path / "models.yaml"))


def served(model_id: str, state: serving_list.State, host: str = "127.0.0.1") -> Served:
    """A model of the folder, as the launcher tells it."""
    smol = found.all_models(Settings(ollama_url="", sidecar_config=FILE)).endpoints[0]
    endpoint = smol.model_copy(update={"id": model_id, "base_url": f"http://{host}:9110/v1"})
    return Served(id=model_id, state=state, sentence=f"{model_id} is {state}.", endpoint=endpoint, is_found=True)


def test_models_of_the_folder_are_offered_while_their_launcher_lives(tmp_path: Path) -> None:
    live = tmp_path / "live"
    with serving_list.held(live):
        serving_list.write(live, [served("file-a", "ready"), served("file-b", "failed"), served("file-c", "starting")])
        assert {"file-a", "file-c"} < {one.id for one in found.all_models(settings(tmp_path)).endpoints}
        assert found.serving(settings(tmp_path))["file-b"] == found.Serving("failed", "file-b is failed.")
    assert [one.id for one in serving_list.read(live) or ()] == [], "left by a launcher that has gone"
    states = found.serving(settings(tmp_path))
    assert set(states) == {"smollm2-135m", "gemma-3-270m"}
    assert all("start `python -m sidecar`" in state.sentence for state in states.values())


def test_a_list_cannot_bring_in_a_host_that_is_not_allowed(tmp_path: Path) -> None:
    with serving_list.held(tmp_path / "live"):
        serving_list.write(tmp_path / "live", [served("file-a", "ready", host="127.0.0.2")])
        assert "file-a" not in {one.id for one in found.all_models(settings(tmp_path)).endpoints}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"pid": 1, "models": [{"id": 3}]}', "x" * (2 << 20)])
def test_a_list_that_cannot_be_read_counts_as_none(content: str, tmp_path: Path) -> None:
    with serving_list.held(tmp_path / "live"):
        (tmp_path / "live/serving.json").write_text(content, encoding="utf-8")
        assert serving_list.read(tmp_path / "live") is None
        assert len(found.all_models(settings(tmp_path)).endpoints) == 2


def test_a_second_launcher_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    with (
        serving_list.held(tmp_path),
        pytest.raises(serving_list.AlreadyServing, match="stop it first"),
        serving_list.held(tmp_path),
    ):
        pass
    with serving_list.held(tmp_path):
        pass
