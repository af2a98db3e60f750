"""What gives a model away: its names, its maker's, its family's, Latin and Chinese, from models file and registry."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import registry
from registry.files import read_rows
from registry.rows import VENDOR_PREFIX, Row, Text
from sidecar.models import Endpoint


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of model names that many models share, and words for an organisation that is not known.
SHARED_WORDS = _words("""
    instruct chat base it pt distill distilled gguf ggml awq gptq fp8 int4 int8 bf16 mini small large medium tiny nano
    micro pro lite flash turbo max plus ultra coder code math vision vl vlm omni audio reasoning reasoner thinking
    preview latest next exp experimental beta alpha final release model models llm slm lm ai open oss lab labs team
    inc local unknown found file ollama embedded demo test the of and for research group community company legacy
    text conversational assistant v moe dense hf mlx quantized merged tuned finetuned sft dpo rlhf
    data design others re homed namespace account spelling lower case old author conversions hedge fund vendor org
""")
# Names from the registry or a models file that are words of everyday speech: they need more than standing there.
EVERYDAY_WORDS = _words("""
    apple amazon together reflection liquid index motif trinity inkling beam solar command step ring ling ant seed yi
    phi falcon granite typhoon luma reve pika runway princeton stanford berkeley nous inception elastic fal wan hy
    snowflake moondream naver motif recraft ideogram genmo vidu databricks poolside tilde open answer upstage aya muse
    copilot alphabet orca dolphin hermes vicuna alpaca nova titan eagle bee swan sage
    mercury mamba perplexity jais alia
""")
WORD_ENDS = re.compile(r"[\s\-_/:.()]+")
# A bare abbreviation of two letters ("LG", "UW", "IT") stands for too much.
SHORTEST_NAME = 3


class NameGroup(Row):
    """An entry of names.yaml; see the file's header."""

    group_id: Text
    organisations: tuple[Text, ...]
    names: tuple[Text, ...]
    capitalised: tuple[Text, ...] = ()
    ordinary: tuple[Text, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name of the group."""
        return self.names + self.capitalised + self.ordinary


@dataclass(frozen=True)
class Names:
    """Names by how they are recognised; see the header of names.yaml."""

    anywhere: frozenset[str]
    capitalised: frozenset[str]
    ordinary: frozenset[str]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.anywhere | self.capitalised | self.ordinary))


@cache
def groups() -> tuple[NameGroup, ...]:
    """The groups of names.yaml."""
    return read_rows(Path(__file__).parent, "names.yaml", "names", NameGroup)


@cache
def everybodys_names() -> Names:
    """All names of all groups: what a model may say that it is, rightly or not."""
    return _of_groups(groups())


@lru_cache(maxsize=256)
def names_of(endpoint: Endpoint) -> Names:
    """What gives this endpoint away, from the models file, the registry and names.yaml."""
    written = {name for name in _written_names(endpoint) if not _is_shared(name)}
    mentioned = _of_groups(group for group in groups() if _belongs(endpoint, group))
    known = mentioned.anywhere | mentioned.capitalised | mentioned.ordinary
    further = {name for name in written if name not in known}
    ordinary = {name for name in further if _telling_words(name) <= EVERYDAY_WORDS}
    return Names(mentioned.anywhere | (further - ordinary), mentioned.capitalised, mentioned.ordinary | ordinary)


def _of_groups(chosen: Iterable[NameGroup]) -> Names:
    members = list(chosen)
    return Names(
        frozenset(name for group in members for name in group.names),
        frozenset(name for group in members for name in group.capitalised),
        frozenset(name for group in members for name in group.ordinary),
    )


def _belongs(endpoint: Endpoint, group: NameGroup) -> bool:
    """By its account, or because its own name mentions one of the group's."""
    accounts = {endpoint.organisation, _account(endpoint)}
    if accounts & set(group.organisations):
        return True
    own = (endpoint.name, endpoint.model, endpoint.hub_model_id or "")
    joined = " ".join(map(squashed, own))
    words = {_without_version(word).casefold() for name in own for word in WORD_ENDS.split(name)}
    is_mentioned = any(squashed(name) in joined for name in group.names + group.capitalised)
    return is_mentioned or any(name.casefold() in words for name in group.ordinary)


def _written_names(endpoint: Endpoint) -> Iterator[str]:
    """Whole names of model and maker, and the telling words of the model's name."""
    title = (endpoint.hub_model_id or endpoint.model).rsplit("/", 1)[-1]
    makers = filter(None, [endpoint.organisation.removeprefix(VENDOR_PREFIX), _account(endpoint)])
    yield from (endpoint.name, title, endpoint.model, *makers)
    for words in (endpoint.name, title):
        yield from (_without_version(word) for word in WORD_ENDS.split(words))
    for account in (endpoint.organisation, _account(endpoint)):
        yield from _names_of_account(account)


def _names_of_account(account: str | None) -> Iterator[str]:
    """The registry's names, labels and owners of an account."""
    organisation = registry.load().organisation(account or "")
    if organisation is None:
        return
    owners = filter(None, [organisation.parent_name, organisation.parent_organisation_id])
    for name in (organisation.name, *organisation.labels, *organisation.aliases, *owners):
        yield from filter(None, map(str.strip, re.split(r"[(),;:]| and ", name)))


def _account(endpoint: Endpoint) -> str | None:
    return endpoint.hub_model_id.split("/")[0] if endpoint.hub_model_id else None


def _without_version(word: str) -> str:
    """`SmolLM` of `SmolLM2`, nothing of `135M` or `Q4_1`."""
    return re.sub(r"v?\d[\w.]*$", "", word)


def _is_shared(name: str) -> bool:
    return not _telling_words(name) or len(squashed(name)) < SHORTEST_NAME


def _telling_words(name: str) -> set[str]:
    """The words of a name, small, that are neither shared by many nor a version or size: `step` of `Step 3 mini`."""
    words = (_without_version(word) for word in WORD_ENDS.split(name.lower()))
    return {word for word in words if len(word) > 1 and word not in SHARED_WORDS}


def squashed(name: str) -> str:
    """Letters and digits only, small: how a name is compared whatever stands between its letters."""
    return re.sub(r"[^\w]|_", "", name).casefold()
