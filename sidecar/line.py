"""The waiting line for model servers: fair, without clocks or threads. Who came first starts first."""

from collections import Counter
from collections.abc import Mapping


class Line:
    """Tickets wait for slots of endpoints, and for one of the places that all comparisons share.

    A ticket starts when every endpoint it needs has the slots free. A later one may pass only if it needs no endpoint
    that an earlier waiting one wants: so nobody is overtaken at a server, and no server idles for a stranger's sake.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: dict[str, Counter[str]] = {}  # in the order of coming
        self._running: dict[str, Counter[str]] = {}
        self._slots: dict[str, int] = {}

    @property
    def length(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def enter(self, ticket: str, needs: Mapping[str, int], slots: Mapping[str, int]) -> None:
        """Joins the end of the line: `needs` slots per endpoint, never more than the `slots` it has."""
        self._slots.update(slots)
        self._waiting[ticket] = Counter({name: min(count, slots[name]) for name, count in needs.items()})

    def leave(self, ticket: str) -> None:
        """Gives the place in the line up."""
        self._waiting.pop(ticket, None)

    def start(self) -> list[str]:
        """The tickets whose turn it is, first come first; their slots are taken."""
        started, wanted = [], set[str]()
        for ticket, needs in list(self._waiting.items()):
            if len(self._running) >= self._at_once:
                break
            if wanted.isdisjoint(needs) and all(count <= self._free(name) for name, count in needs.items()):
                self._running[ticket] = self._waiting.pop(ticket)
                started.append(ticket)
            else:
                wanted.update(needs)
        return started

    def free(self, ticket: str, endpoint: str) -> None:
        """Gives one slot of a running ticket back; with its last slot the ticket is through."""
        held = self._running[ticket]
        held[endpoint] -= 1
        if not any(held.values()):
            del self._running[ticket]

    def slots_of(self, ticket: str) -> Counter[str]:
        """The slots that a running ticket holds."""
        return Counter(self._running.get(ticket, Counter()))

    def places(self) -> dict[str, int]:
        """The place of everybody who waits, 0 = next."""
        return {ticket: place for place, ticket in enumerate(self._waiting)}

    def _free(self, endpoint: str) -> int:
        return self._slots[endpoint] - sum(held[endpoint] for held in self._running.values())
