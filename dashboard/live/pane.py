"""One pane as it is looked at, whether an answer is being written, was written, or comes from a record."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Everything in a pane that is drawn. `text` and `thinking` are a model's: drawn as plain text and nothing else.

    `facts` is HTML of ours with escaped values; all else is plain text.
    """

    title: str
    state: str
    text: str
    facts: str = ""
    thinking: str = ""
    thinking_title: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    trouble: str | None = None
    is_writing: bool = False
