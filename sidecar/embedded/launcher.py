"""Starts and watches one process per model: those with `launch:` in the models file, and *.gguf files of a folder."""

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from settings import Settings
from sidecar import models as models_file
from sidecar import serving_list
from sidecar.embedded import room, weights
from sidecar.embedded.process import ModelProcess, Order
from sidecar.embedded.weights import Weights, WeightsError
from sidecar.models import Endpoint, Launch
from sidecar.serving_list import Served, State

log = logging.getLogger(__name__)


class _ToldToStop(Exception):
    """Raised by the signal while weights are being read."""


def serve(settings: Settings, say: Callable[[str], None] = print) -> int:
    """Runs until SIGTERM or SIGINT, then stops every model and returns 0. Raises AlreadyServing, RegistryError."""
    chosen = models_file.load(settings.sidecar_config)
    with serving_list.held(settings.live_folder):
        launcher = Launcher(settings, chosen, say)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, launcher.told_to_stop)
        try:
            launcher.run()
        finally:
            launcher.stop()
    return 0


class Launcher:
    """The models in their order, how each stands, and the file that tells it."""

    def __init__(self, settings: Settings, chosen: models_file.Models, say: Callable[[str], None]) -> None:
        self.settings, self.chosen, self.say = settings, chosen, say
        self.folder = settings.live_folder
        self.room = room.of_this_machine()
        self.guard = threading.Lock()
        self.served: dict[str, Served] = {}
        self.processes: dict[str, ModelProcess] = {}
        self.stopping = threading.Event()
        self.is_reading = False

    def told_to_stop(self, number: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: ends the wait, and the reading of large weights too."""
        self.stopping.set()
        if self.is_reading:
            raise _ToldToStop

    def run(self) -> None:
        """Starts what the models file names, then waits."""
        with suppress(_ToldToStop):
            self.is_reading = True
            launched = [endpoint for endpoint in self.chosen.endpoints if endpoint.launch]
            for endpoint in launched:
                self._tell(_first(endpoint))
            for endpoint in launched:
                self._launch(endpoint)
            self.is_reading = False
            self.stopping.wait()

    def stop(self) -> None:
        """Ends every process, all at once."""
        threads = [threading.Thread(target=process.stop) for process in self.processes.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (self.folder / "serving.json").unlink(missing_ok=True)

    def _launch(self, endpoint: Endpoint) -> None:
        launch = endpoint.launch
        assert launch is not None
        try:
            found = weights.of_launch(launch, self.folder / "weights", self.settings.sidecar_config.parent)
            self.room.take(found.size)
        except (WeightsError, room.NoRoom, OSError) as error:
            self._change(endpoint.id, "failed", str(error))
            return
        self._begin(endpoint, launch, found)

    def _begin(self, endpoint: Endpoint, launch: Launch, found: Weights) -> None:
        served = self.served[endpoint.id]
        self._tell(served.model_copy(update={"sha256": found.sha256, "weights": str(found.path)}))
        order = Order(
            id=endpoint.id,
            weights=found.path,
            alias=endpoint.model,
            ports=(_port(endpoint),),
            context=launch.context,
            chat_template=launch.chat_template,
        )
        process = ModelProcess(
            order, self.folder / "logs", lambda state, sentence: self._change(endpoint.id, state, sentence)
        )
        self.processes[endpoint.id] = process
        process.start()

    def _change(self, endpoint_id: str, state: State, sentence: str) -> None:
        self._tell(self.served[endpoint_id].model_copy(update={"state": state, "sentence": sentence}))

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


def _port(endpoint: Endpoint) -> int:
    from urllib.parse import urlsplit

    return urlsplit(endpoint.base_url).port or 80
