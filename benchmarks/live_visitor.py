"""A visitor of the page Compare without a browser: opens it, asks, looks again at the page's own pace."""

import asyncio
import re
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.session import Session

PATIENCE_S = 600
_STATE = re.compile(r'<p class="pane-state"[^>]*>(.*?)</p>')


@dataclass
class Visit:
    """What a visitor saw: the panes' last states, seconds from the click to the last word, looks, bytes received."""

    states: list[str] = field(default_factory=list)
    seconds: float = 0
    looks: int = 0
    received_bytes: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every pane came to its end by itself."""
        return bool(self.states) and all(state.startswith("Done") for state in self.states)


@dataclass
class LiveVisitor(Session):
    """One visitor; `query` chooses the prompt and the models."""

    query: str = ""
    box: tuple[str, str] = ("", "")
    button: str = ""
    pace: tuple[float, str] | None = None
    is_over: bool = False
    run_states: list[str] = field(default_factory=list)

    async def visit(self) -> Visit:
        """Open, ask, read to the end."""
        opened = await self.rerun(self.query)
        for message in opened.messages:
            self._note(message)
        if not self.button:
            raise RuntimeError(f"expected a form on {self.page}?{self.query}, came none")
        seen, started = Visit(), time.perf_counter()
        self.is_over, self.pace = False, None
        await self._send(self._click())
        await asyncio.wait_for(self._look_until_over(seen), PATIENCE_S)
        seen.seconds = time.perf_counter() - started
        seen.states = self.run_states
        return seen

    async def _look_until_over(self, seen: Visit) -> None:
        assert self.connection is not None
        next_look = None
        while not self.is_over:
            if self.pace and next_look is None:
                next_look = time.perf_counter() + self.pace[0]
            wait = None if next_look is None else max(0.0, next_look - time.perf_counter())
            try:
                payload = await asyncio.wait_for(self.connection.recv(decode=False), wait)
            except TimeoutError:
                next_look = None
                if self.pace:
                    seen.looks += 1
                    await self._send(self._look(self.pace[1]))
                continue
            seen.received_bytes += len(payload)
            self._note(self._resolved(ForwardMsg.FromString(payload)))

    def _note(self, message: ForwardMsg) -> None:
        """Keeps what the page is made of and whether it wants to be looked at again."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.run_states = []
        elif kind == "navigation":  # sent in runs of the whole page only, not of a fragment
            self.pace = None
        elif kind == "auto_rerun":
            self.pace = (message.auto_rerun.interval, message.auto_rerun.fragment_id)
        elif kind == "script_finished":
            self.is_over = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and self.pace is None
        elif kind == "delta":
            self._note_element(message)

    def _note_element(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise RuntimeError(f"expected {self.page} to run, came {element.exception.message}")
        if kind == "html":
            self.run_states += _STATE.findall(element.html.body)
        elif kind == "text_area":
            self.box = (element.text_area.id, element.text_area.value or element.text_area.default)
        elif kind == "button" and element.button.is_form_submitter:
            self.button = element.button.id

    def _click(self) -> BackMsg:
        message = self._request_of()
        box = message.rerun_script.widget_states.widgets.add()
        box.id, box.string_value = self.box
        button = message.rerun_script.widget_states.widgets.add()
        button.id, button.trigger_value = self.button, True
        return message

    def _look(self, fragment_id: str) -> BackMsg:
        message = self._request_of()
        message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = fragment_id, True
        return message

    def _request_of(self) -> BackMsg:
        return BackMsg.FromString(self._request(self.query))

    async def _send(self, message: BackMsg) -> None:
        assert self.connection is not None
        await self.connection.send(message.SerializeToString())
