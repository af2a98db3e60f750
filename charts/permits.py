"""What the licences of a chart's sources let us and its readers pass on; the strictest source decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from charts.chart import Drawn
from registry import Source

Kind = Literal["free", "notice", "non_commercial", "withheld"]
NON_COMMERCIAL = "non-commercial"  # what an address says of its use
# From the most generous to the strictest; the words of registry/sources.yaml.
KINDS: dict[str, Kind] = {
    "allowed": "free",
    "attribution": "free",
    "share-alike": "free",
    "unstated": "notice",
    NON_COMMERCIAL: "non_commercial",
    "forbidden": "withheld",
}
ORDER: tuple[Kind, ...] = ("free", "notice", "non_commercial", "withheld")


@dataclass(frozen=True)
class Permit:
    """What may be done with the numbers, and the sentence that says so and why."""

    kind: Kind
    sentence: str

    def allows_files(self, use: str = "") -> bool:
        """Whether the numbers may be handed out as a file; `use` is what the address says of the use."""
        return self.kind in {"free", "notice"} or (self.kind == "non_commercial" and use == NON_COMMERCIAL)


def permit(drawn: Drawn) -> Permit:
    """What may be done with the numbers of this chart."""
    return permit_of(drawn.sources)


def permit_of(sources: Iterable[Source]) -> Permit:
    """What may be done with numbers of these sources together."""
    strictest, sentences = "free", []
    for source in dict.fromkeys(sources):
        kind = KINDS[source.redistribution]
        strictest = max(strictest, kind, key=ORDER.index)
        sentences.append(sentence(source))
    return Permit(strictest, " ".join(dict.fromkeys(sentences)))  # type: ignore[arg-type]


def sentence(source: Source) -> str:
    """What the licence of one source asks of whoever passes its figures on."""
    match source.redistribution:
        case "allowed":
            return f"{source.title}: may be passed on freely ({source.licence})."
        case "attribution":
            return f"{source.title}: may be passed on if the source is named ({source.licence})."
        case "share-alike":
            stays = f"a database made of it stays under {source.licence}"
            return f"{source.title}: may be passed on if the source is named; {stays}."
        case "unstated":
            return (
                f"{source.title}: its publisher states no licence for the tables. The figures of a chart may be quoted "
                "with their source; whole tables are not handed out. Whoever republishes more should ask the publisher."
            )
        case "non-commercial":
            return f"{source.title}: for non-commercial use only, and only if the source is named ({source.licence})."
    return (
        f"{source.title}: its publisher does not allow the figures to be passed on ({source.licence}). The chart may "
        f"be shown with its source; the numbers can be had at {source.url}."
    )
