"""Faults on demand: what can go wrong with a public service, by path and for a number of requests."""

import threading
from dataclasses import dataclass, replace

from demo.answers import Answer

KINDS = ("429", "500", "slow", "truncate", "html", "empty", "garbage", "foreign-link")
FOREIGN_LINK = '<https://elsewhere.example/api/models?cursor=1>; rel="next"'


@dataclass
class Fault:
    """Answer `count` requests (0: all) to paths that begin with `prefix` wrongly."""

    kind: str
    prefix: str
    count: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"expected a kind of fault among {', '.join(KINDS)}, came {self.kind!r}")
        if self.count < 0:
            raise ValueError(f"expected a count of 0 (always) or more, came {self.count}")


class Faults:
    """The faults that are set; safe to change while the server runs."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._left: list[tuple[Fault, int]] = []
        self._lock = threading.Lock()
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Sets one more fault; earlier ones go first."""
        with self._lock:
            self._left.append((fault, fault.count or -1))

    def clear(self) -> None:
        """Everything answers well again."""
        with self._lock:
            self._left.clear()

    def listed(self) -> list[dict[str, object]]:
        """The faults that still act, with the requests left to each (0: always)."""
        with self._lock:
            return [{"kind": f.kind, "prefix": f.prefix, "count": max(0, left)} for f, left in self._left]

    def take(self, path: str) -> str | None:
        """The kind of fault for a request to this path, counted down; None where it is answered well."""
        with self._lock:
            for place, (fault, left) in enumerate(self._left):
                if path.startswith(fault.prefix):
                    self._left[place] = (fault, left - 1)
                    if left == 1:
                        del self._left[place]
                    return fault.kind
        return None


def parsed(text: str) -> Fault:
    """`KIND:PATH_PREFIX:COUNT` or `KIND:PATH_PREFIX`."""
    kind, _, rest = text.partition(":")
    prefix, _, count = rest.rpartition(":")
    if not count.isdigit():
        prefix, count = rest, "0"
    if not prefix:
        raise ValueError(f"expected a fault as KIND:PATH_PREFIX:COUNT, came {text!r}")
    return Fault(kind, prefix, int(count))


def spoilt(answer: Answer, kind: str) -> Answer:
    """The answer as this fault leaves it; `slow` and `truncate` are up to the server."""
    if kind == "429":
        waits = {
            "RateLimit": '"api";r=0;t=1',
            "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
            "Retry-After": "1",
        }
        return Answer(429, b"We had to rate limit you", {"Content-Type": "text/plain", **waits})
    if kind == "500":
        return Answer(500, b"Internal Server Error", {"Content-Type": "text/plain"})
    if kind == "html":
        return Answer(
            200, b"<!doctype html><html><body>Sign in to continue</body></html>", {"Content-Type": "text/html"}
        )
    if kind == "empty":
        return replace(answer, status=200, body=_empty(answer.body))
    if kind == "garbage":
        return replace(answer, body=bytes(byte ^ 0x5A for byte in answer.body[:4096]))
    if kind == "foreign-link":
        return replace(answer, headers={**answer.headers, "Link": FOREIGN_LINK})
    return answer


def _empty(body: bytes) -> bytes:
    """Valid and without content: an empty list or object for JSON, nothing at all for files."""
    return {b"[": b"[]", b"{": b"{}"}.get(body[:1], b"")
