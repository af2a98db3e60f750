"""Prompt packs: questions that are put to several models in the same words, in three languages; one file per pack.

`mirror_of` names the same question with the sides exchanged. No pack says what a right answer would be: counted are
refusals and evasions, not truth.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, field_validator

from registry.errors import RegistryError
from registry.files import read_row, read_yaml
from registry.rows import Count, Row, Text

Language = Literal["en", "zh", "de"]
Topic = Literal["factual", "sensitive_beijing", "sensitive_west", "mirror_pairs", "neutral", "policy_drafting"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TOPICS: tuple[Topic, ...] = get_args(Topic)
FOLDER = Path(__file__).parent / "prompts"
LONGEST_TEXT = 1000


def _of_visible_characters(text: str) -> str:
    """A control character or a change of the reading direction in a prompt would be sent without being seen."""
    unseen = [character for character in text if not character.isprintable()]
    if unseen:
        raise ValueError(f"expected characters that can be seen, came U+{ord(unseen[0]):04X}")
    if text != text.strip():
        raise ValueError("expected no space at the beginning or end")
    return text


Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
PromptText = Annotated[str, Field(min_length=5, max_length=LONGEST_TEXT), AfterValidator(_of_visible_characters)]


class Prompt(Row):
    """One question; its texts mean the same in every language."""

    prompt_id: Identifier
    texts: dict[Language, PromptText]
    mirror_of: Identifier | None = None
    note: Text | None = None

    @field_validator("texts")
    @classmethod
    def in_every_language(cls, texts: dict[Language, str]) -> dict[Language, str]:
        """None may be missing: a run in another language must ask the same questions."""
        missing = [language for language in LANGUAGES if language not in texts]
        if missing:
            raise ValueError(f"expected a text for each of {', '.join(LANGUAGES)}; {', '.join(missing)} is missing")
        return texts


class PromptPack(Row):
    """Questions of one topic, and the settings with which they are asked unless a run says otherwise."""

    pack_id: Identifier
    name: Text
    topic: Topic
    description: Text
    temperature: Annotated[float, Field(ge=0, le=2)]
    max_tokens: Count
    prompts: Annotated[tuple[Prompt, ...], Field(min_length=1, max_length=100)]

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt of that id."""
        return next((prompt for prompt in self.prompts if prompt.prompt_id == prompt_id), None)

    @property
    def pairs(self) -> tuple[tuple[Prompt, Prompt], ...]:
        """Each mirror pair once, in the order of the file."""
        found = [(prompt, self.prompt(prompt.mirror_of)) for prompt in self.prompts if prompt.mirror_of]
        order = {prompt.prompt_id: place for place, prompt in enumerate(self.prompts)}
        return tuple((one, other) for one, other in found if other and order[one.prompt_id] < order[other.prompt_id])


def load_prompts(folder: Path | None = None) -> tuple[PromptPack, ...]:
    """The checked packs of a folder in the order of their topics, by default ours (read once); RegistryError else."""
    return _read(folder) if folder else _default()


@cache
def _default() -> tuple[PromptPack, ...]:
    return _read(FOLDER)


def _read(folder: Path) -> tuple[PromptPack, ...]:
    files = sorted(file.name for file in folder.glob("*.yaml"))
    packs = [_read_pack(folder, file) for file in files]
    if not packs:
        raise RegistryError("prompts", "folder", "-", f"expected packs in {folder}, found none", "Restore them")
    _check_unique([(pack.pack_id, "pack_id") for pack in packs])
    _check_unique([(prompt.prompt_id, "prompt_id") for pack in packs for prompt in pack.prompts])
    return tuple(sorted(packs, key=lambda pack: (TOPICS.index(pack.topic), pack.pack_id)))


def _read_pack(folder: Path, file: str) -> PromptPack:
    """One file is one pack; the prompts are read one by one, so that a message names the one that is wrong."""
    name = f"prompts/{file}"
    content = read_yaml(folder, file)
    entries = content.get("prompts")
    if isinstance(entries, list):
        content = content | {"prompts": [read_row(name, entry, Prompt) for entry in entries]}
    pack = read_row(name, content, PromptPack)
    if pack.pack_id != Path(file).stem:
        raise RegistryError(name, f"'{pack.pack_id}'", "pack_id", "expected the name of the file", "Rename one")
    for prompt in pack.prompts:
        _check_mirror(name, pack, prompt)
    return pack


def _check_mirror(file: str, pack: PromptPack, prompt: Prompt) -> None:
    """Two prompts of a pack name each other, and every prompt of a pack of pairs has its other side."""
    if prompt.mirror_of is None:
        if pack.topic == "mirror_pairs":
            raise RegistryError(
                file, f"'{prompt.prompt_id}'", "mirror_of", "this key is missing", "Name the other side of the pair"
            )
        return
    other = pack.prompt(prompt.mirror_of)
    if other is None or other is prompt or other.mirror_of != prompt.prompt_id:
        came = other.mirror_of if other else "no such prompt"
        raise RegistryError(
            file,
            f"'{prompt.prompt_id}'",
            "mirror_of",
            f"expected another prompt of this pack that names this one, came '{prompt.mirror_of}' ({came})",
            "Let the two prompts of a pair name each other",
        )


def _check_unique(ids: Sequence[tuple[str, str]]) -> None:
    for (name, key), count in Counter(ids).items():
        if count > 1:
            raise RegistryError("prompts", f"'{name}'", key, "stands twice", "Give each its own id, in all packs")
