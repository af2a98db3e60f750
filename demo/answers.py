"""What a service answers: status, headers, body; and the few shapes that all of them share."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """An HTTP answer without the headers that every answer carries."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def json_answer(content: Any, status: int = 200, **headers: str) -> Answer:
    """Content as JSON; underscores in header names become hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, {"Content-Type": "application/json; charset=utf-8", **named})


def file_answer(body: bytes, content_type: str = "application/octet-stream") -> Answer:
    """A file as it lies in a repository, with an ETag of its content."""
    return Answer(200, body, {"Content-Type": content_type, "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'})


def missing(error: str, code: str = "EntryNotFound", status: int = 404) -> Answer:
    """An error as the Hub sends it, with its code in a header."""
    return json_answer({"error": error}, status, X_Error_Code=code, X_Error_Message=error)
