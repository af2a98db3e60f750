"""Models of this machine: the real SmolLM2 and Gemma in real processes, started, watched, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.sidecar.launched import (
    CONFIG,
    HEADERS,
    ROOT,
    Launched,
    environment,
    is_running,
    launched,
    needs_models,
    smollm,
    until,
    write_config,
)

pytestmark = needs_models
SMOL, GEMMA = "smollm2-135m", "gemma-3-270m"
PROMPT = "Write one sentence about the sea."


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    """Both packaged models, ready."""
    folder = tmp_path_factory.mktemp("sidecar")
    write_config(folder / "models.yaml")
    with launched(folder, folder / "models.yaml") as launcher:
        launcher.model_in(SMOL, "ready")
        launcher.model_in(GEMMA, "ready")
        yield launcher


@pytest.mark.parametrize("model_id", [SMOL, GEMMA])
def test_a_model_streams_text_says_why_it_ended_and_counts_its_tokens(running: Launched, model_id: str) -> None:
    events = list(running.chunks(model_id, PROMPT))
    text = "".join(choice["delta"].get("content") or "" for event in events for choice in event["choices"])
    reasons = [choice["finish_reason"] for event in events for choice in event["choices"] if choice["finish_reason"]]
    assert len(text) > 10
    assert reasons in (["stop"], ["length"])
    assert events[-1]["usage"]["completion_tokens"] > 1
    assert {event["model"] for event in events} == {running.models()[model_id]["endpoint"]["model"]}


def test_two_models_answer_in_the_same_moment(running: Launched) -> None:
    times: dict[str, list[float]] = {SMOL: [], GEMMA: []}

    def read(model_id: str) -> None:
        for _ in running.chunks(model_id, "Count from one to one hundred, in words.", tokens=100):
            times[model_id].append(time.monotonic())

    threads = [threading.Thread(target=read, args=(model_id,)) for model_id in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, last = [seen[0] for seen in times.values()], [seen[-1] for seen in times.values()]
    assert max(first) < min(last), "expected each to begin before the other had ended"
    assert len(running.children()) == 2


@pytest.mark.parametrize("temperature", [0, 0.8])
def test_the_same_seed_gives_the_same_text_whatever_was_asked_before(running: Launched, temperature: float) -> None:
    def answer() -> str:
        return running.text(SMOL, PROMPT, temperature=temperature, seed=11)

    texts = [answer()]
    running.text(SMOL, "Something else entirely, and longer than the first: a list of rivers in Europe.")
    running.text(SMOL, f"{PROMPT} It begins alike.")
    texts.append(answer())
    waiting = threading.Thread(target=running.text, args=(SMOL, "A story about a lighthouse."), kwargs={"seed": 3})
    waiting.start()
    texts.append(answer())
    waiting.join()
    assert texts[0] and texts == [texts[0]] * 3


def test_without_the_key_nobody_is_answered_and_nothing_but_the_api_is_there(running: Launched) -> None:
    base = running.models()[SMOL]["endpoint"]["base_url"]
    body = {"messages": [{"role": "user", "content": "Hi"}]}
    assert httpx.post(f"{base}/chat/completions", json=body).status_code == 401
    wrong = httpx.post(f"{base}/chat/completions", json=body, headers={"Authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    server = base.removesuffix("/v1")
    assert httpx.get(f"{server}/", headers=HEADERS).status_code == 404
    assert httpx.get(f"{server}/slots", headers=HEADERS).status_code == 501, "who asks what is nobody's business"
    foreign = httpx.get(f"{server}/health", headers={"Origin": "http://elsewhere.example"})
    assert foreign.headers["access-control-allow-origin"] == "http://127.0.0.1"


def test_no_prompt_is_written_anywhere(running: Launched) -> None:
    running.text(SMOL, "Marmalade-Zeppelin-4711 is a secret.")
    written = [file for file in running.folder.rglob("*") if file.is_file() and file.stat().st_size < 10_000_000]
    assert [file for file in written if b"Zeppelin" in file.read_bytes()] == []


def test_the_list_names_the_weights_by_their_sha256(running: Launched) -> None:
    models = running.models()
    for entry in CONFIG["endpoints"]:
        served = models[entry["id"]]
        assert served["endpoint"]["revision"] == f"sha256:{entry['launch']['sha256']}" == f"sha256:{served['sha256']}"
        assert Path(served["weights"]).is_file()


def test_the_key_lies_where_only_its_owner_reads_it(running: Launched) -> None:
    file = running.folder / "live/sidecar.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text(encoding="ascii") in HEADERS["Authorization"]


def test_the_table_of_models_asks_with_that_key(running: Launched) -> None:
    without = {name: value for name, value in running.environment.items() if name != "OMO_SIDECAR_KEY"}
    shown = _sidecar(["models"], without)
    assert shown.returncode == 0, shown.stderr
    assert SMOL in shown.stdout and GEMMA in shown.stdout and "does not answer" not in shown.stdout


def test_a_second_launcher_for_the_folder_stops_with_a_sentence(running: Launched) -> None:
    second = _sidecar([], running.environment)
    assert second.returncode == 1
    assert "stop it first" in second.stderr and "Traceback" not in second.stderr


def test_a_file_put_into_the_folder_is_offered_and_gone_when_it_is_taken_out(running: Launched) -> None:
    link = running.folder / "models" / "Qwen tiny <b>.gguf"
    link.symlink_to(smollm())
    model_id = "file-qwen-tiny-b"
    served = running.model_in(model_id, "ready")
    assert served["endpoint"]["name"] == "Qwen tiny b"
    assert served["endpoint"]["revision"] == f"sha256:{CONFIG['endpoints'][0]['launch']['sha256']}"
    assert running.text(model_id, PROMPT) == running.text(SMOL, PROMPT)
    link.unlink()
    running.wait(lambda: model_id not in running.models(), "the model to be gone")
    running.wait(lambda: len(running.children()) == 2, "its process to be gone")


def test_a_file_that_is_no_model_says_so_and_disturbs_nothing(running: Launched) -> None:
    broken = running.folder / "models/broken.gguf"
    broken.write_bytes(smollm().read_bytes()[:3_000_000])
    os.utime(broken, (1, 1))
    assert "copy it again" in running.model_in("file-broken", "failed")["sentence"]
    assert running.models()[SMOL]["state"] == "ready"
    broken.unlink()


def test_a_process_that_was_killed_comes_back(running: Launched) -> None:
    before = running.children()
    os.kill(before["smollm2-135m-instruct"], signal.SIGKILL)
    running.wait(
        lambda: running.children().get("smollm2-135m-instruct") not in (None, before["smollm2-135m-instruct"]),
        "a new process",
    )
    running.model_in(SMOL, "ready")
    assert running.text(SMOL, PROMPT)
    assert running.children()["gemma-3-270m"] == before["gemma-3-270m"], "the other one was touched"


@pytest.mark.slow
def test_a_process_that_hangs_is_ended_and_started_again(running: Launched) -> None:
    before = running.children()["smollm2-135m-instruct"]
    os.kill(before, signal.SIGSTOP)
    running.wait(lambda: not is_running(before), "the hanging process to be ended")
    running.wait(lambda: running.children().get("smollm2-135m-instruct") not in (None, before), "a new process")
    running.model_in(SMOL, "ready")
    assert running.text(SMOL, PROMPT)


def test_weights_with_another_sha256_are_refused_and_the_others_go_on(tmp_path: Path) -> None:
    write_config(tmp_path / "models.yaml", smollm2_135m={"launch": {"sha256": "0" * 64}})
    with launched(tmp_path, tmp_path / "models.yaml") as launcher:
        sentence = launcher.model_in(SMOL, "failed")["sentence"]
        launcher.model_in(GEMMA, "ready")
        assert "expected sha256 000000000000..., came b179c9523d0e..." in sentence
        assert list(launcher.children()) == ["gemma-3-270m"]


def test_a_port_that_is_taken_is_said_and_another_model_goes_on(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        write_config(tmp_path / "models.yaml", smollm2_135m={"port": port})
        with launched(tmp_path, tmp_path / "models.yaml") as launcher:
            sentence = launcher.model_in(SMOL, "failed")["sentence"]
            launcher.model_in(GEMMA, "ready")
    assert f"Port {port} is taken by another program: stop it, or choose another port in the models file." in sentence


def test_told_to_stop_it_leaves_no_process_and_no_list(tmp_path: Path) -> None:
    write_config(tmp_path / "models.yaml")
    with launched(tmp_path, tmp_path / "models.yaml") as launcher:
        launcher.model_in(GEMMA, "ready")
        children = list(launcher.children().values())
        launcher.process.send_signal(signal.SIGTERM)
        assert launcher.process.wait(30) == 0
    assert children and not any(map(is_running, children))
    assert not (tmp_path / "live/serving.json").exists()


def test_the_processes_end_when_their_launcher_was_killed(tmp_path: Path) -> None:
    write_config(tmp_path / "models.yaml")
    with launched(tmp_path, tmp_path / "models.yaml") as launcher:
        launcher.model_in(GEMMA, "ready")
        children = list(launcher.children().values())
        launcher.process.kill()
        launcher.process.wait()
    assert len(children) == 2
    until(lambda: not any(map(is_running, children)), "the orphans to end")


def test_a_mistake_in_the_models_file_is_said_and_waited_for(tmp_path: Path) -> None:
    config = tmp_path / "models.yaml"
    config.write_text("endpoints: nonsense", encoding="utf-8")
    with launched(tmp_path, config) as launcher:
        launcher.wait(lambda: "until it is mended" in launcher.said.read_text(encoding="utf-8"), "the sentence")
        write_config(tmp_path / "mended.yaml")
        shutil.move(tmp_path / "mended.yaml", config)
        launcher.model_in(SMOL, "ready")


def _sidecar(words: list[str], variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "sidecar", *words]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)


def test_nothing_runs_and_nothing_answers_without_the_launcher(tmp_path: Path) -> None:
    write_config(tmp_path / "models.yaml")
    shown = _sidecar(["models"], environment(tmp_path, tmp_path / "models.yaml"))
    assert shown.returncode == 1
    assert "start `python -m sidecar`" in shown.stdout
