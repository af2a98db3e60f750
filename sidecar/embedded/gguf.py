"""The head of a GGUF file, read sceptically: what a model file says of itself, before anything loads it.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Every count and length is bounded.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC, VERSIONS = b"GGUF", (2, 3)
MOST_KEYS, MOST_TENSORS, MOST_ELEMENTS, LONGEST_TEXT = 10_000, 100_000, 5_000_000, 4 << 20
LARGEST_HEAD = 256 << 20
TEXT, ARRAY = 8, 9
NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# general.file_type -> the name people know; others are left unnamed.
FILE_TYPES = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S"}
FILE_TYPES |= {12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K"}
FILE_TYPES |= {19: "IQ2_XXS", 20: "IQ2_XS", 21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 25: "IQ4_NL", 26: "IQ3_S"}
FILE_TYPES |= {27: "IQ3_M", 28: "IQ2_S", 29: "IQ2_M", 30: "IQ4_XS", 32: "BF16", 38: "MXFP4"}
# All that is looked at: of every other text only its length is read, or a hostile head would fill the memory.
READ_TEXTS = {"general.type", "general.architecture", "general.license", "tokenizer.chat_template"}
WRITE_NO_TEXT = ("clip", "bert", "nomic-bert", "jina-bert-v2", "t5encoder", "wavtokenizer-dec")


class NotAModel(Exception):
    """A file that cannot be offered: one sentence that says why and what to do."""


@dataclass(frozen=True)
class Head:
    """What the file says of itself."""

    architecture: str
    has_template: bool
    quantisation: str | None
    licence: str | None


def read(path: Path) -> Head:
    """The head of a model file. Raises NotAModel."""
    try:
        with path.open("rb") as file:
            reader = _Reader(file, path.stat().st_size)
            return _head(path.name, reader)
    except (struct.error, UnicodeDecodeError, OverflowError) as error:
        raise NotAModel(f"{path.name} breaks off or is damaged: copy it again") from error


def _head(name: str, reader: "_Reader") -> Head:
    if reader.take(4) != MAGIC:
        raise NotAModel(f"{name} does not begin like a GGUF file: only GGUF models can be offered")
    version, tensors, keys = reader.numbers("IQQ")
    if version not in VERSIONS or tensors > MOST_TENSORS or keys > MOST_KEYS:
        raise NotAModel(f"{name} is not a GGUF file of version 2 or 3: convert it again with a current llama.cpp")
    said: dict[str, object] = dict(reader.entry() for _ in range(keys))
    _check(name, said)
    reader.check_that_tensors_fit(tensors, said.get("general.alignment"))
    return Head(
        architecture=str(said.get("general.architecture")),
        has_template=bool(said.get("tokenizer.chat_template")),
        quantisation=FILE_TYPES.get(said.get("general.file_type")),  # type: ignore[call-overload]
        licence=str(said["general.license"]) if said.get("general.license") else None,
    )


def _check(name: str, said: dict[str, object]) -> None:
    """A whole language model, in one file."""
    if said.get("general.type", "model") != "model" or said.get("general.architecture") in WRITE_NO_TEXT:
        raise NotAModel(f"{name} is not a model that writes text (an adapter, an encoder): take it out of the folder")
    if said.get("split.count", 0) not in (0, 1):
        raise NotAModel(f"{name} is one part of several: join them with `llama-gguf-split --merge`")
    if not said.get("general.architecture"):
        raise NotAModel(f"{name} does not say its architecture: convert it again with a current llama.cpp")


class _Reader:
    """Reads on from where it stands, never past the bounds."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size, self.elements = file, size, 0

    def take(self, length: int) -> bytes:
        """Exactly `length` bytes."""
        data = self.file.read(length)
        if len(data) != length or self.file.tell() > LARGEST_HEAD:
            raise struct.error("the file ends, or its head does not")
        return data

    def numbers(self, kinds: str) -> tuple[int, ...]:
        """Little-endian numbers of these struct kinds."""
        return struct.unpack(f"<{kinds}", self.take(struct.calcsize(f"<{kinds}")))

    def text(self) -> str:
        """A string with its length before it."""
        return self.take(self._length()).decode()

    def entry(self) -> tuple[str, object]:
        """A key and its value; of an array, and of a text that nobody asks for, nothing."""
        key = self.text()
        (kind,) = self.numbers("I")
        if kind == TEXT and key not in READ_TEXTS:
            self._skip_text()
            return key, None
        return key, self._value(kind)

    def check_that_tensors_fit(self, count: int, alignment: object) -> None:
        """Whether the file reaches to where its last tensor begins."""
        furthest = 0
        for _ in range(count):
            self._skip_text()
            (dimensions,) = self.numbers("I")
            if dimensions > 8:
                raise struct.error("a tensor of more than eight dimensions")
            *_, offset = self.numbers("Q" * dimensions + "IQ")
            furthest = max(furthest, offset)
        if self.file.tell() + furthest + (alignment if isinstance(alignment, int) else 32) > self.size:
            raise struct.error("the tensors lie beyond the end")

    def _value(self, kind: int) -> object:
        if kind == TEXT:
            return self.text()
        if kind == ARRAY:
            self._skip_array()
            return None
        if kind not in NUMBERS:
            raise struct.error(f"no such kind of value: {kind}")
        return self.numbers(NUMBERS[kind])[0]

    def _skip_array(self) -> None:
        kind, count = self.numbers("IQ")
        self.elements += count
        if self.elements > MOST_ELEMENTS or kind == ARRAY or kind not in (TEXT, *NUMBERS):
            raise struct.error("an array that no model has")
        if kind == TEXT:
            for _ in range(count):
                self._skip_text()
        else:
            self.take(count * struct.calcsize(f"<{NUMBERS[kind]}"))

    def _skip_text(self) -> None:
        self.take(self._length())

    def _length(self) -> int:
        (length,) = self.numbers("Q")
        if length > LONGEST_TEXT:
            raise struct.error("a text that no model has")
        return length
