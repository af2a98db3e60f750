"""One model's process: started, watched, started again when it ends, given up after several quick deaths."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sidecar import client
from sidecar.embedded.server import READY
from sidecar.embedded.weights import INSTALL
from sidecar.offered.serving_list import State

log = logging.getLogger(__name__)

LIVED_LONG_S = 60  # a process that died later than this did not die of its start
QUICK_DEATHS = 5
PAUSES_S = (0.5, 1, 2, 4, 8)
STOPS_WITHIN_S = 3  # honcho waits five seconds before it kills
CHECKED_EVERY_S, SILENT_CHECKS = 5, 4
LOG_TAIL = 20_000
TAKEN = "is taken by another program"

Tell = Callable[[State, str], None]


@dataclass(frozen=True)
class Order:
    """What one process is to serve."""

    id: str
    weights: Path
    alias: str
    ports: tuple[int, ...]  # the next one is tried where the first is taken
    context: int
    chat_template: str | None = None


class ModelProcess:
    """Keeps the order served until stopped; tells each change of state."""

    def __init__(self, order: Order, logs: Path, tell: Tell) -> None:
        self.order, self.tell = order, tell
        self.log_file = logs / f"{order.id}.log"
        self.port = order.ports[0]
        self.is_stopping = threading.Event()
        self.child: subprocess.Popen[bytes] | None = None
        self.guard = threading.Lock()
        self.thread = threading.Thread(target=self._keep_served, name=f"model {order.id}", daemon=True)

    def start(self) -> None:
        """Begins in a thread of its own: one model that loads long holds up no other."""
        self.thread.start()

    def stop(self) -> None:
        """Asks the process to end, and ends it if it does not."""
        with self.guard:
            self.is_stopping.set()
            child = self.child
        if child is None:
            return
        child.terminate()
        try:
            child.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _keep_served(self) -> None:
        deaths = 0
        while not self.is_stopping.is_set():
            began = time.monotonic()
            self._one_life()
            if self.is_stopping.is_set():
                return
            reason = self._reason()
            if TAKEN in reason and self._moves_on():
                continue
            deaths = 1 if time.monotonic() - began > LIVED_LONG_S else deaths + 1
            if deaths >= QUICK_DEATHS:
                self.tell("failed", f"{reason} Tried {deaths} times; mend it, then start `python -m sidecar` again.")
                return
            self.tell("starting", f"{reason} Started again.")
            self.is_stopping.wait(PAUSES_S[min(deaths, len(PAUSES_S)) - 1])

    def _one_life(self) -> None:
        """From the start of the process to its end."""
        with self.guard:
            if self.is_stopping.is_set():
                return
            self.child = child = self._begun()
        assert child.stdout is not None
        if child.stdout.readline().decode(errors="replace").strip() == READY:
            self.tell("ready", f"Answers on 127.0.0.1:{self.port}.")
        self._watch(child)
        child.stdout.close()

    def _watch(self, child: "subprocess.Popen[bytes]") -> None:
        """Until the process ends; one that runs but no longer answers is ended."""
        silent = 0
        while silent < SILENT_CHECKS:
            try:
                child.wait(CHECKED_EVERY_S)
                return
            except subprocess.TimeoutExpired:
                silent = 0 if self._answers() else silent + 1
        log.warning("%s has not answered for %s checks: ended", self.order.id, silent)
        child.kill()
        child.wait()

    def _answers(self) -> bool:
        try:
            client.fetch_json(f"http://127.0.0.1:{self.port}/health", 10_000, CHECKED_EVERY_S)
        except client.ModelFailed:
            return False
        return True

    def _begun(self) -> "subprocess.Popen[bytes]":
        order = self.order
        words = [sys.executable, "-m", "sidecar.embedded.server", "--weights", str(order.weights)]
        words += ["--alias", order.alias, "--port", str(self.port), "--context", str(order.context)]
        words += ["--parent", str(os.getpid())]
        words += ["--chat-template", order.chat_template] if order.chat_template else []
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("wb") as errors:
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)

    def _reason(self) -> str:
        """Why the process ended, for a reader: from its exit status and the end of its log."""
        tail = self.log_file.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]
        code = self.child.returncode if self.child else None
        if "couldn't bind" in tail:
            return f"Port {self.port} {TAKEN}: stop it, or choose another port in the models file."
        if "No module named 'xllamacpp'" in tail:
            return f"The package xllamacpp is not installed: {INSTALL}."
        if "failed to load model" in tail or "error loading model" in tail:
            return "The weights cannot be loaded by this version of llama.cpp: take another file, or update xllamacpp."
        return f"The model's process ended (status {code}); its log: {self.log_file}."

    def _moves_on(self) -> bool:
        """To the next of its ports, where there is one."""
        place = self.order.ports.index(self.port) + 1
        if place == len(self.order.ports):
            return False
        self.port = self.order.ports[place]
        return True
