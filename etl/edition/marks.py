"""Writes into a PNG what it shows and where that comes from, as text that picture programs and archives read."""

import struct
import zlib
from collections.abc import Mapping

SIGNATURE = b"\x89PNG\r\n\x1a\n"
AFTER_HEADER = len(SIGNATURE) + 25  # the chunk IHDR is always first and always so long


def marked(png: bytes, about: Mapping[str, str]) -> bytes:
    """The same picture with an iTXt chunk for each entry (PNG 3, 11.3.3.4). ValueError where it is none."""
    if not png.startswith(SIGNATURE) or png[12:16] != b"IHDR":
        raise ValueError(f"expected a PNG, came {png[:16]!r}")
    chunks = b"".join(_chunk(keyword, text) for keyword, text in about.items())
    return png[:AFTER_HEADER] + chunks + png[AFTER_HEADER:]


def _chunk(keyword: str, text: str) -> bytes:
    name = keyword.encode("latin-1", "replace")[:79].title()  # a keyword has 1 to 79 letters of Latin-1
    body = b"iTXt" + name + b"\0\0\0\0\0" + text.encode("utf-8")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
