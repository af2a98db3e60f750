"""Starts and watches one process per model: those with `launch:` in the models file, and *.gguf files of a folder."""

import importlib.metadata
import logging
import secrets
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from registry.errors import RegistryError
from settings import SIDECAR_KEY, Settings, key
from sidecar import models as models_file
from sidecar.embedded import folder, gguf, room, weights
from sidecar.embedded.folder import ModelFile
from sidecar.embedded.process import ModelProcess, Order
from sidecar.embedded.weights import Weights, WeightsError
from sidecar.models import Endpoint, plain_id
from sidecar.offered import serving_list
from sidecar.offered.serving_list import Served, State

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 5  # how soon a file that was put into the folder is noticed
REFUSALS = (WeightsError, room.NoRoom, gguf.NotAModel, OSError, ValueError)
Say = Callable[[str], None]


class _ToldToStop(Exception):
    """Raised by the signal while weights are being read."""


def serve(settings: Settings, say: Say = print) -> int:
    """Runs until SIGTERM or SIGINT, then stops every model and returns 0. Raises AlreadyServing."""
    with serving_list.held(settings.live_folder):
        leave_key(settings.key_file)
        launcher = Launcher(settings, say)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, launcher.told_to_stop)
        try:
            launcher.run()
        finally:
            launcher.stop()
    return 0


def leave_key(file: Path) -> None:
    """Keeps the key where other processes of the same user find it: the environment's, the last one, or a new one.

    Without a key any page in a browser on this machine could make the models work.
    """
    wanted = key(SIDECAR_KEY) or secrets.token_urlsafe(32)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(wanted, encoding="ascii")


class Launcher:
    """The models in their order, how each stands, and the file that tells it."""

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings, self.say = settings, say
        self.folder = settings.live_folder
        self.room = room.of_this_machine()
        self.sums = folder.KnownSums(self.folder / "weights" / "known_sums.json")
        self.guard = threading.Lock()
        self.served: dict[str, Served] = {}
        self.processes: dict[str, ModelProcess] = {}
        self.files: dict[ModelFile, str] = {}
        self.stopping = threading.Event()
        self.is_reading = False

    def told_to_stop(self, number: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: ends the wait, and the reading of large weights too."""
        self.stopping.set()
        if self.is_reading:
            raise _ToldToStop

    def run(self) -> None:
        """Starts what the models file names, then what lies in the folder, and looks there again and again."""
        with suppress(_ToldToStop):
            launched = [endpoint for endpoint in self._chosen() if endpoint.launch]
            self.is_reading = True
            for endpoint in launched:
                self._tell(_first(endpoint))
            for endpoint in launched:
                self._launch(endpoint)
            while not self.stopping.is_set():
                self.is_reading = True
                self._look()
                self.is_reading = False
                self.stopping.wait(LOOKS_EVERY_S)

    def stop(self) -> None:
        """Ends every process, all at once."""
        self.is_reading = False
        threads = [threading.Thread(target=process.stop) for process in self.processes.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (self.folder / "serving.json").unlink(missing_ok=True)

    def _chosen(self) -> tuple[Endpoint, ...]:
        """What the models file names. A mistake is waited for: to end would end the dashboard beside us."""
        said = ""
        while not self.stopping.is_set():
            try:
                return models_file.load(self.settings.sidecar_config).endpoints
            except RegistryError as error:
                if str(error) != said:
                    said = str(error)
                    self.say(f"{said}. No model is started until it is mended.")
                self.stopping.wait(LOOKS_EVERY_S)
        return ()

    def _launch(self, endpoint: Endpoint) -> None:
        """A model of the models file."""
        assert endpoint.launch is not None
        try:
            found = weights.of_launch(endpoint.launch, self.folder / "weights", self.settings.sidecar_config.parent)
            self.room.take(found.size)
        except REFUSALS as error:
            self._change(endpoint.id, "failed", str(error))
            return
        self._begin(self.served[endpoint.id], found, (urlsplit(endpoint.base_url).port or 80,))

    def _look(self) -> None:
        """Starts what is new in the folder, stops what has gone; a file that changed is both."""
        there = folder.files(self.settings.models_dir)
        for file in [file for file in self.files if file not in there]:
            self._withdraw(self.files.pop(file), file.size)
        for file in [file for file in there if file not in self.files]:
            model_id = plain_id(f"file-{file.name}")
            if model_id in self.served:
                log.warning("%s is left out: another model goes by that name already", file.path.name)
                continue
            self.files[file] = model_id
            self._offer(file, model_id)

    def _offer(self, file: ModelFile, model_id: str) -> None:
        """A model of the folder."""
        self._tell(Served(id=model_id, state="starting", sentence="Its weights are being read.", is_found=True))
        try:
            head = gguf.read(file.path)
            found = self.sums.weights_of(file)
            endpoint = folder.endpoint_of(file, head, found.sha256)
            self.room.take(found.size)
        except REFUSALS as error:
            self._change(model_id, "failed", str(error))
            return
        self._begin(self.served[model_id].model_copy(update={"endpoint": endpoint}), found, folder.PORTS)

    def _withdraw(self, model_id: str, size: int) -> None:
        process = self.processes.pop(model_id, None)
        if process:
            process.stop()
            self.room.give_back(size)
        with self.guard:
            self.served.pop(model_id, None)
            serving_list.write(self.folder, tuple(self.served.values()))
        self.say(f"{model_id}: gone from the folder.")

    def _begin(self, served: Served, found: Weights, ports: tuple[int, ...]) -> None:
        endpoint = served.endpoint
        assert endpoint is not None and endpoint.launch is not None
        self._tell(
            served.model_copy(update={"sentence": "Loading.", "sha256": found.sha256, "weights": str(found.path)})
        )
        launch = endpoint.launch
        order = Order(served.id, found.path, endpoint.model, ports, launch.context, launch.chat_template)
        process = ModelProcess(
            order, self.folder / "logs", lambda state, sentence: self._change(served.id, state, sentence)
        )
        self.processes[served.id] = process
        process.start()

    def _change(self, model_id: str, state: State, sentence: str) -> None:
        """How a model stands now; one of the folder has its port only once it answers."""
        served, process = self.served.get(model_id), self.processes.get(model_id)
        if served is None:  # withdrawn meanwhile
            return
        change: dict[str, object] = {"state": state, "sentence": sentence}
        if served.is_found and served.endpoint and process:
            change["endpoint"] = served.endpoint.model_copy(update={"base_url": folder.address(process.port)})
        self._tell(served.model_copy(update=change))

    def _tell(self, served: Served) -> None:
        """Keeps how a model stands, writes the file, says it on the terminal."""
        with self.guard:
            self.served[served.id] = served
            serving_list.write(self.folder, tuple(self.served.values()))
        self.say(f"{served.id}: {served.state}. {served.sentence}")


def _first(endpoint: Endpoint) -> Served:
    assert endpoint.launch is not None
    known = endpoint.model_copy(update={"revision": endpoint.revision or f"sha256:{endpoint.launch.sha256}"})
    return Served(id=endpoint.id, state="starting", sentence="Its weights are being read.", endpoint=known)


def _engine() -> str:
    """The package that serves, with its version: the wheel's own build says "b0-unknown"."""
    try:
        return f"xllamacpp {importlib.metadata.version('xllamacpp')}"
    except importlib.metadata.PackageNotFoundError:
        return "xllamacpp"  # not installed: the process that needs it says so
