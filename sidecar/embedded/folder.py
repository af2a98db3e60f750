"""The *.gguf files that somebody put into OMO_MODELS_DIR, each as an endpoint of this machine."""

import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sidecar.embedded import gguf, weights
from sidecar.embedded.weights import Weights
from sidecar.models import Endpoint, Launch, plain_id
from sidecar.offered import makers

log = logging.getLogger(__name__)

MOST_FILES = 8
PORTS = tuple(range(9110, 9174))  # beside those of the models file; the first that is free is taken
CONTEXT = 4096  # more needs more memory for every model, and our prompts and answers are shorter
SETTLED_S = 3  # a file that changed later than that may still be being copied
# For a file without a chat template: a base model, which continues a text.
CONTINUES = (
    "{% for message in messages %}{{ ('Question: ' if message['role'] == 'user' else 'Answer: ') + message['content'] "
    "+ '\n' }}{% endfor %}Answer:"
)


@dataclass(frozen=True)
class ModelFile:
    """A file as it lies there: another size or time means other content."""

    name: str
    path: Path
    size: int
    changed_ns: int


def files(folder: Path) -> list[ModelFile]:
    """The folder's model files by name, at most eight; links are followed, what is being written waits."""
    if not folder.is_dir():
        return []
    found: dict[Path, ModelFile] = {}
    for path in sorted(folder.glob("*.gguf"))[:1000]:
        for file in _as_it_lies(path):
            found.setdefault(file.path, file)
    if len(found) > MOST_FILES:
        log.warning("%s holds %s models: the first %s by name are offered", folder, len(found), MOST_FILES)
    return list(found.values())[:MOST_FILES]


def _as_it_lies(path: Path) -> Iterator[ModelFile]:
    try:
        whole = path.resolve(strict=True)
        status = whole.stat()
    except (OSError, RuntimeError):  # a link into nothing, or in a circle
        return
    if whole.is_file() and time.time() - status.st_mtime > SETTLED_S:
        yield ModelFile(makers.bounded(path.stem), whole, status.st_size, status.st_mtime_ns)


def endpoint_of(file: ModelFile, head: gguf.Head, sha256: str) -> Endpoint:
    """The file as an endpoint; its port is the first of PORTS until the process has one."""
    template = None if head.has_template else CONTINUES
    kind = "base" if template else "reasoning" if makers.is_reasoning(file.name) else "instruct"
    return Endpoint(
        id=plain_id(f"file-{file.name}"),
        name=file.name,
        base_url=address(PORTS[0]),
        model=plain_id(file.name),
        hub_model_id=None,
        revision=f"sha256:{sha256}",
        organisation=makers.maker_of(file.name),
        licence=makers.bounded(head.licence or "not stated in the file"),
        kind=kind,
        server="embedded",
        quantisation=head.quantisation,
        context=CONTEXT,
        api_key_env="OMO_SIDECAR_KEY",
        note=makers.FROM_THE_NAME,
        launch=Launch(
            file=str(file.path),
            sha256=sha256,
            context=CONTEXT,
            chat_template=template,
            stop=("\nQuestion:",) if template else (),
        ),
    )


def address(port: int) -> str:
    """The base URL of a port of this machine."""
    return f"http://127.0.0.1:{port}/v1"


class KnownSums:
    """The sha256 of files seen before, kept by path, size and time: gigabytes are not read again at every start."""

    def __init__(self, memory: Path) -> None:
        self.memory = memory
        self.sums = self._kept()

    def weights_of(self, file: ModelFile) -> Weights:
        """The file with its sha256, computed where it is new or has changed."""
        key = json.dumps(asdict(file) | {"path": str(file.path)}, sort_keys=True)
        if key not in self.sums:
            self.sums[key] = weights.sha256_of(file.path)
            self._keep()
        return Weights(file.path, self.sums[key], file.size)

    def _kept(self) -> dict[str, str]:
        try:
            kept = json.loads(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}

    def _keep(self) -> None:
        newest = dict(list(self.sums.items())[-100:])
        self.memory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=self.memory.parent, prefix=".sums-", delete=False, encoding="utf-8"
        ) as file:
            json.dump(newest, file)
        os.replace(file.name, self.memory)  # noqa: PTH105 - the name of a temporary file is a text
