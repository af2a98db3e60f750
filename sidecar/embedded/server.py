"""One model, one process: an OpenAI-compatible server (llama.cpp's own, by way of xllamacpp) on 127.0.0.1.

Started by the launcher. It writes the line `ready` once it answers, writes no prompt anywhere, ends with its parent.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from settings import SIDECAR_KEY, key

READY = "ready"
# The pages of the dashboard go first: a model that is a little slower is still being read, a page that hangs is not.
NICENESS = 10
ERRORS_ONLY = 1  # llama.cpp's own log; nothing at this level repeats a prompt


def main(arguments: list[str] | None = None) -> int:
    """Serves until the parent has gone or a signal comes."""
    chosen = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the launcher, which stops us in order
    os.nice(NICENESS)
    server = _serve(chosen)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    while os.getppid() == chosen.parent:
        time.sleep(0.5)
    del server
    os._exit(0)  # a request in progress has nobody left to answer to


def _serve(chosen: argparse.Namespace) -> object:
    """The running server; RuntimeError where the port is taken or the weights cannot be loaded."""
    import xllamacpp  # here: a missing package is a sentence of the launcher, not a traceback of this module's readers

    wanted = xllamacpp.CommonParams()
    wanted.model.path, wanted.model_alias = str(chosen.weights), {chosen.alias}
    wanted.hostnames, wanted.port = ["127.0.0.1"], chosen.port
    _guard(wanted)
    # One thread each: threads of two models that share cores wait for one another at every layer (eight times slower).
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1
    wanted.n_ctx, wanted.n_parallel = chosen.context, 1
    # What the record of a run tells is all there is: no sampling beside temperature, top_p and seed, nothing kept.
    wanted.sampling.top_k, wanted.sampling.min_p = 0, 0.0
    wanted.cache_ram_mib, wanted.n_ctx_checkpoints = 0, 0
    if chosen.chat_template:
        wanted.chat_template = chosen.chat_template
    return xllamacpp.Server(wanted)


def _guard(wanted: "object") -> None:
    """Nothing but the API: no page, no list of prompts in progress, a key where one is set."""
    given = key(SIDECAR_KEY)
    choices = {
        "api_keys": [given] if given else [],
        "ui": False,
        "endpoint_slots": False,
        "verbosity": ERRORS_ONLY,
        "path_prompts_log_dir": "",
        "offline": True,
        "cors_origins": "http://127.0.0.1",
        "timeout_read": 60,
        "n_threads_http": 16,  # each stream holds one: /health must find another
    }
    for name, value in choices.items():
        setattr(wanted, name, value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sidecar.embedded.server", description=__doc__)
    parser.add_argument("--weights", required=True, type=Path)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--context", required=True, type=int)
    parser.add_argument("--parent", type=int, default=os.getppid())
    parser.add_argument("--chat-template", help="Jinja text; without it the one inside the weights")
    return parser


if __name__ == "__main__":
    sys.exit(main())
