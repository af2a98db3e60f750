"""Characters that one cannot see but that change what one sees: shown by their number, on paper and in a terminal.

Escape sequences move a terminal's cursor; overrides of the reading direction reorder a line. Text of models and files
may hold both. The two joiners U+200C and U+200D stay: Persian, Hindi and emoji are written with them.
"""

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with each unseen character as `<U+202E>`; line break and tabulator stay."""
    return UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def on_one_line(text: str, longest: int) -> str:
    """The text without line breaks, unseen characters shown, cut to at most `longest` characters."""
    line = " ".join(visible(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
