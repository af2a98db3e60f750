"""One visitor of a Streamlit server, without a browser: speaks its websocket protocol and times the reruns."""

import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect


@dataclass(frozen=True)
class Rerun:
    """What came back for one rerun: milliseconds from request to `script_finished`, bytes, and what was drawn."""

    milliseconds: float
    received_bytes: int
    messages: tuple[ForwardMsg, ...]

    def elements(self, kind: str) -> list[object]:
        """The elements of a kind (`plotly_chart`, `dataframe`), in their order on the page."""
        new = [message.delta.new_element for message in self.messages if message.WhichOneof("type") == "delta"]
        return [getattr(element, kind) for element in new if element.WhichOneof("type") == kind]


@dataclass
class Session:
    """An open session on one page. Messages that the server may send by hash are remembered, as a browser does."""

    url: str
    page: str = ""
    page_hash: str = ""
    known_hashes: dict[str, ForwardMsg] = field(default_factory=dict)
    connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self.connection = await connect(address, subprotocols=["streamlit"], max_size=None, compression=None)  # type: ignore[list-item]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.connection is not None
        await self.connection.close()

    async def rerun(self, query: str = "") -> Rerun:
        """Ask for the page with these query parameters and wait until its script has finished."""
        assert self.connection is not None
        started = time.perf_counter()
        await self.connection.send(self._request(query))
        received, messages = 0, []
        while True:
            payload = await self.connection.recv(decode=False)
            received += len(payload)
            message = ForwardMsg.FromString(payload)
            messages.append(self._resolved(message))
            if message.WhichOneof("type") == "navigation":  # says which page the name in the address has led to
                self.page_hash = message.navigation.page_script_hash
            if message.WhichOneof("type") == "script_finished":
                break
        milliseconds = (time.perf_counter() - started) * 1000
        _refuse_exceptions(messages, f"{self.page}?{query}")
        return Rerun(milliseconds, received, tuple(messages))

    def _request(self, query: str) -> bytes:
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.page_name = "" if self.page_hash else self.page
        message.rerun_script.cached_message_hashes.extend(self.known_hashes)
        return message.SerializeToString()

    def _resolved(self, message: ForwardMsg) -> ForwardMsg:
        if message.WhichOneof("type") == "ref_hash":
            return self.known_hashes[message.ref_hash]
        if message.metadata.cacheable and message.hash:
            self.known_hashes[message.hash] = message
        return message


def _refuse_exceptions(messages: list[ForwardMsg], what: str) -> None:
    """A page that fails is fast: its time must not be counted."""
    for message in messages:
        kind = message.WhichOneof("type")
        if kind == "page_not_found":
            raise RuntimeError(f"expected the page {what}, the server has none of that name")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(f"expected {what} to run, came {message.delta.new_element.exception.message}")
