"""What can go wrong with a source, as one sentence for people."""


class SourceError(Exception):
    """A source did not give what it should. `reason` is one sentence: what was expected, what came, what to do."""

    def __init__(self, source_id: str, reason: str) -> None:
        super().__init__(f"{source_id}: {reason}" if source_id else reason)
        self.source_id = source_id
        self.reason = reason


class NotThere(SourceError):
    """The service answers, and says that it has no such thing (404, 410, or the Hub's 401 for a repository)."""


class Unavailable(SourceError):
    """The service does not answer, or not to the end, however often it is asked: what it has may be good."""


class OutOfTime(SourceError):
    """The time that a run gives to a source is over."""


class PassingFault(Exception):
    """A fault that may pass: the request is tried again after `wait_s` (None: after our own growing wait)."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s
