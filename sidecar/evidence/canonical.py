"""One way to write values as JSON (RFC 8785), so that equal content has equal hashes in any language."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any


def canonical(value: Any) -> str:
    """Canonical JSON of plain values: keys sorted, no spaces, whole numbers without a point. Keys must be ASCII."""
    if isinstance(value, Mapping):
        pairs = (f"{_quoted(name)}:{canonical(value[name])}" for name in sorted(value))
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{','.join(map(canonical, value))}]"
    return _number(value) if isinstance(value, float) else _quoted(value)


def _number(value: float) -> str:
    """As JavaScript writes it, for amounts below 1e21."""
    if value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f") if abs(value) >= 1e-6 else repr(value).replace("e-0", "e-")


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    """Hash of a text in UTF-8; UnicodeEncodeError for halves of surrogate pairs."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def prompt_sha256(messages: Sequence[Mapping[str, str]]) -> str:
    """Hash of messages (role, content): the same question has the same hash in every record and vote."""
    return sha256(canonical([{"role": message["role"], "content": message["content"]} for message in messages]))


def whole(text: str) -> str:
    """Text that UTF-8 can hold: halves of surrogate pairs, which a broken server may send, become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
