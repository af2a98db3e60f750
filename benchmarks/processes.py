"""The processes that are measured: started, awaited, weighed, stopped."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Finished:
    """How a command ended: exit code, seconds, the most memory that it held at one time."""

    exit_code: int
    seconds: float
    peak_mib: float
    output: str


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], log: Path, **variables: str) -> Finished:
    """Run a command to its end; its output goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    in_bytes = 1 if sys.platform == "darwin" else 1024
    peak_mib = usage.ru_maxrss * in_bytes / 2**20
    return Finished(process.returncode, time.perf_counter() - started, peak_mib, log.read_text(errors="replace"))


@contextmanager
def server(command: list[str], url: str, log: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server, wait until `url` answers, stop it at the end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _await(process, url, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], url: str, log: Path, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as error:
            if hasattr(error, "code"):  # an answer, if not a happy one
                return
            time.sleep(0.2)
    raise RuntimeError(f"expected an answer from {url} within {seconds:.0f} s, none came; see {log}")


def resident_mib(pid: int) -> float | None:
    """Memory that a process holds now; None where the system does not say (macOS)."""
    status = Path(f"/proc/{pid}/status")
    if not status.is_file():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def own_peak_mib() -> float:
    """The most memory that this process has held; its parent's, which `ru_maxrss` begins with, not counted on Linux."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts in bytes


@contextmanager
def data_services() -> Iterator[tuple[str, str]]:
    """(what it is, URL) of a mirror with the real files where they lie beside the checkout, else of the demo."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", ROOT / "build/benchmarks/services.log"
    script = SHARED / "mirror" / "serve.py"
    if script.is_file():
        command = [sys.executable, str(script), "--data", str(SHARED / "data"), "--port", str(port)]
        kind = "real files"
    else:
        command, kind = [sys.executable, "-m", "demo", "--port", str(port)], "demo (simulated)"
    with server(command, f"{url}/_log", log):
        yield kind, url
