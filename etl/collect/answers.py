"""What came in, and whether it is what it says: the check at the door."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

Kind = Literal["json", "parquet", "csv"]
MAGIC = b"PAR1"
MIB = 1024 * 1024

# Largest answer taken in, in bytes. 2026-11: a page of 1,000 models with cards is about 5 MiB, the largest table of
# LiveBench 30 KiB; the Hub's weekly models.parquet was 1.5 GiB and grows by a half a year.
LARGEST: dict[Kind, int] = {"json": 64 * MIB, "csv": 64 * MIB, "parquet": 4096 * MIB}


class WrongContent(Exception):
    """The content is not of the kind that was asked for; the text says what came."""


@dataclass(frozen=True)
class Answer:
    """A whole, checked answer. `url` is canonical; `body` is None where the content was streamed to `path`."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes | None
    path: Path | None
    sha256: str
    bytes: int
    observed_on: date
    is_simulated: bool
    next_url: str | None = None

    @property
    def etag(self) -> str | None:
        """The service's own name for this version of the content."""
        return self.headers.get("ETag")

    def json(self) -> Any:
        """The content as JSON; it was checked at the door."""
        return parsed_json(self.body or b"")


def check(kind: Kind, body: bytes | None, path: Path | None) -> None:
    """Raises WrongContent unless the content is of the kind."""
    head = body[:512] if body is not None else _ends(path)[0]
    if not head.strip():
        raise WrongContent("came an empty answer")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise WrongContent("came a web page or XML: a sign-in page, a notice or a proxy stands in the way")
    if kind == "parquet":
        _check_parquet(body, path)
    elif kind == "json":
        parsed_json(body or b"")
    else:
        _check_csv(body or b"")


def parsed_json(body: bytes) -> Any:
    """A JSON list or object. Raises WrongContent for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WrongContent(f"came {len(body):,} bytes that are not JSON") from error
    if not isinstance(value, list | dict):
        raise WrongContent(f"came a single {type(value).__name__}, neither a list nor an object")
    return value


def _check_csv(body: bytes) -> None:
    try:
        first_line = body.decode("utf-8-sig").split("\n", 1)[0]
    except UnicodeDecodeError as error:
        raise WrongContent(f"came {len(body):,} bytes that are not UTF-8 text") from error
    if "," not in first_line or not first_line.strip().isprintable() or first_line.startswith(("{", "[")):
        raise WrongContent(f"came a first line that is no header of a table: {first_line[:60]!r}")


def _check_parquet(body: bytes | None, path: Path | None) -> None:
    first, last = (body[:4], body[-4:]) if body is not None else (_ends(path)[0][:4], _ends(path)[1])
    if first != MAGIC:
        raise WrongContent(f"came a file that begins with {first!r}")
    if last != MAGIC:
        raise WrongContent("came a file without its end")


def _ends(path: Path | None) -> tuple[bytes, bytes]:
    if path is None:
        return b"", b""
    with path.open("rb") as file:
        head = file.read(512)
        file.seek(max(0, path.stat().st_size - 4))
        return head, file.read(4)
