"""One pass of the ETL over the real figures, for every module of this folder: it takes a quarter of a minute."""

import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOKEN = "hf_secret_of_this_test"


@dataclass
class RunningMirror:
    """The mirror in a thread, with its request log."""

    url: str
    log: list[dict[str, Any]]
    server: ThreadingHTTPServer


Serve = Callable[..., RunningMirror]


@pytest.fixture(scope="package")
def serve(shared: Path) -> Iterator[Serve]:
    """Starts a mirror with faults `KIND:PATH_PREFIX:COUNT`; the real figures are read once for all."""
    module = _module(shared / "mirror" / "serve.py")
    figures, running = module.Mirror(shared / "data", None), list[RunningMirror]()

    def start(*faults: str) -> RunningMirror:
        log: list[dict[str, Any]] = []
        handler = module.handler_for(figures, module.Faults(faults), log)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(RunningMirror(f"http://127.0.0.1:{server.server_address[1]}", log, server))
        return running[-1]

    yield start
    for mirror in running:
        mirror.server.shutdown()
    figures.hub.db.close()


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("mirror_of_real_figures", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="package")
def first_pass(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, RunningMirror]:
    """(data folder, everything printed, mirror) of `python -m etl run` with a token."""
    mirror = serve()
    data_dir = tmp_path_factory.mktemp("real") / "data"
    wanted = {**os.environ, "OMO_DATA_DIR": str(data_dir), "OMO_MIRROR": mirror.url, "HF_TOKEN": TOKEN}
    done = subprocess.run([sys.executable, "-m", "etl", "run"], env=wanted, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return data_dir, done.stdout + done.stderr, mirror
