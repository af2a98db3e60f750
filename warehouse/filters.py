"""The filters of the pages as one frozen value: read from an address, written back to it, said in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import registry
from registry import REGIONS

ALL_REGIONS = "all"
CHOICES: dict[str, tuple[str, ...]] = {
    "attribution": ("publisher", "origin"),
    "scope": ("language", "all", "mainline", "large"),
    "denominator": ("compared", "country", "everything"),
    "marked": ("kept", "left_out"),
    "group": ("region", "organisation", "family"),
    "measure": ("share", "downloads"),
    "period": ("month", "week"),
    "licence_by": ("models", "downloads"),
}
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_BENCHMARK = re.compile(r"[a-z0-9_]{1,80}")
ALL_ACCOUNTS = "all"
_LEFT_OUT = {"0": 0, "false": 0, "no": 0, "1": 1, "true": 1, "yes": 1, "3": 3}  # models of each side
_SHOWN = 60  # characters of a refused value that are repeated to its author


@dataclass(frozen=True)
class Filters:
    """What a reader chose; every value has a default, so that an address without any is a whole question."""

    attribution: str = "publisher"
    scope: str = "language"
    denominator: str = "compared"  # what a share is of: the regions compared, all with a country, or everything
    panel: str = ALL_ACCOUNTS  # or YYYY-MM: only accounts that the data had read by the end of that month
    group: str = "region"
    measure: str = "share"
    period: str = "month"
    regions: tuple[str, ...] = ("China", "United States")  # the sides compared; a share is of these together; () = all
    since: str = ""  # YYYY-MM, empty = from the first month
    until: str = ""
    without_top: int = 0  # leave out so many of the most downloaded models of each side, period by period: 0, 1 or 3
    marked: str = "kept"  # downloads in days in which a model's counter leapt
    benchmark: str = "lmarena_text"
    licence_by: str = "models"
    ignored: tuple[str, ...] = field(
        default=(), compare=False
    )  # `name=value` of what an address asked and we do not know

    @staticmethod
    def from_query(query: Mapping[str, object], defaults: "Filters | None" = None) -> "Filters":
        """Filters of an address; a bad value falls back to the default and is named in `ignored`."""
        asked = {name: _text(query[name]) for name in NAMES if name in query}
        parsed: dict[str, Any] = {name: _parse(name, value) for name, value in asked.items()}
        ignored = [f"{name}={asked[name][:_SHOWN]}" for name, value in parsed.items() if value is None]
        known = {name: value for name, value in parsed.items() if value is not None}
        chosen = replace(defaults or Filters(), **known)
        if chosen.since and chosen.until and chosen.since > chosen.until:
            ignored.append(f"since={chosen.since} until={chosen.until}")
            chosen = replace(chosen, since="", until="")
        return replace(chosen, ignored=tuple(ignored))

    def to_query(self, defaults: "Filters | None" = None) -> dict[str, str]:
        """What differs from the default, as an address holds it; names in the order of the fields."""
        usual = defaults or Filters()
        return {name: _written(getattr(self, name)) for name in NAMES if getattr(self, name) != getattr(usual, name)}

    @property
    def sides(self) -> tuple[str, ...]:
        """The regions compared, in the order of the registry."""
        return tuple(region for region in REGIONS if region in self.regions) or REGIONS

    @property
    def since_date(self) -> date:
        """First day that counts."""
        return date.fromisoformat(f"{self.since}-01") if self.since else date(1970, 1, 1)

    @property
    def until_date(self) -> date:
        """First day of the last month that counts."""
        return date.fromisoformat(f"{self.until}-01") if self.until else date(2999, 12, 1)

    @property
    def is_share_of_sides(self) -> bool:
        """Whether the shares of the regions compared add up to one."""
        return self.denominator == "compared"

    def sentence(self, names: tuple[str, ...] | None = None) -> str:
        """The choice in words; `names` limits it to the filters that a chart obeys."""
        asked = [name for name in _SPOKEN if name in (names or NAMES)]
        said = ", ".join(part for name in asked if (part := _said(self, name)))
        return f"{said[0].upper()}{said[1:]}." if said else ""


NAMES = tuple(entry.name for entry in fields(Filters) if entry.name != "ignored")


def _text(value: object) -> str:
    first = value[-1] if isinstance(value, list | tuple) and value else value
    return str(first).strip()


def _parse(name: str, value: str) -> object | None:
    if name in CHOICES:
        return value if value in CHOICES[name] else None
    if name == "regions":
        return _parse_regions(value)
    if name == "without_top":
        return _LEFT_OUT.get(value.lower())
    if name == "panel":
        return value if value in panel_ids() else None
    pattern = _BENCHMARK if name == "benchmark" else _MONTH
    return value if pattern.fullmatch(value) or (name != "benchmark" and not value) else None


def panel_ids() -> tuple[str, ...]:
    """What the panel can be: all accounts, or one of the registry's dates."""
    return (ALL_ACCOUNTS, *(panel.panel_id for panel in registry.load().panels))


def _parse_regions(value: str) -> tuple[str, ...] | None:
    if value == ALL_REGIONS:
        return ()
    asked = [part.strip() for part in value.split(",")]
    known = tuple(region for region in REGIONS if region in asked)
    return known if known and len(known) == len(asked) else None


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or ALL_REGIONS
    return str(int(value)) if isinstance(value, int) else str(value)


def _said(chosen: Filters, name: str) -> str:
    if name == "regions":
        return _said_regions(chosen.sides) if chosen.regions else "all regions"
    if name == "since":
        return _said_range(chosen.since, chosen.until)
    if name == "panel":
        return panel_name(chosen.panel)
    words = _WORDS.get(name, {})
    return words.get(getattr(chosen, name), "")


def _said_range(since: str, until: str) -> str:
    if since and until:
        return f"{since} to {until}"
    return f"since {since}" if since else (f"until {until}" if until else "")


def _said_regions(regions: tuple[str, ...]) -> str:
    return said_list([with_article(region) for region in regions])


def with_article(region: str) -> str:
    """A region as it stands inside a sentence."""
    return {
        "United States": "the United States",
        "Other": "other countries",
        "Unattributed": "publishers without a known country",
    }.get(region, region)


def said_list(words: tuple[str, ...] | list[str]) -> str:
    """Words as a reader lists them: `China, Europe and Other`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


_SPOKEN = (
    "scope",
    "attribution",
    "group",
    "benchmark",
    "licence_by",
    "measure",
    "regions",
    "denominator",
    "period",
    "since",
    "panel",
    "without_top",
    "marked",
)
_WORDS: dict[str, dict[object, str]] = {
    "attribution": {
        "publisher": "by headquarters of the publisher",
        "origin": "by headquarters of the organisation at the root of the model's lineage",
    },
    "scope": {
        "language": "language models",
        "all": "all models",
        "mainline": "main releases",
        "large": "large models",
    },
    "denominator": {
        "compared": "a share is of the regions compared",
        "country": "a share is of all models with a known country",
        "everything": "a share is of all downloads",
    },
    "group": {"region": "by region", "organisation": "by organisation", "family": "by model family"},
    "measure": {"share": "in per cent", "downloads": "in absolute numbers"},
    "period": {"month": "monthly", "week": "weekly"},
    "without_top": {
        1: "without the most downloaded model of each side",
        3: "without the three most downloaded models of each side",
    },
    "marked": {"kept": "marked leaps included", "left_out": "without marked leaps"},
    "licence_by": {"models": "counted by new models", "downloads": "counted by new downloads"},
}


def panel_name(panel: str) -> str:
    """A fixed panel in words; nothing for all accounts."""
    return "" if panel == ALL_ACCOUNTS else registry.load().panel(panel).name


def scope_name(scope: str) -> str:
    """The models that count, as a noun inside a sentence."""
    return {
        "language": "language models",
        "all": "models of all kinds",
        "mainline": "main releases of language models",
        "large": f"models of {large_size()} parameters or more",
    }[scope]


def large_from() -> int:
    """Parameters from which a model is large."""
    return registry.load().threshold("large_model_parameters").value


def large_size() -> str:
    """The same in words: `7 billion`."""
    return f"{large_from() / 1e9:g} billion"


def definition_name(chosen: Filters) -> str:
    """A short name for what is counted and how, the same wherever it stands; months and sides are no part of it."""
    whole = {
        "compared": "of the regions compared",
        "country": "of all with a known country",
        "everything": "of everything",
    }
    parts = [
        scope_name(chosen.scope),
        f"by {chosen.attribution}",
        whole[chosen.denominator],
        panel_name(chosen.panel),
        {0: "", 1: "without each side's top model", 3: "without each side's top three models"}[chosen.without_top],
        "without marked leaps" if chosen.marked == "left_out" else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}"


def definition_sentence(chosen: Filters) -> str:
    """What is counted and how, in whole sentences that stand by themselves."""
    whose = {
        "publisher": "counted for the country in which the publisher has its head office",
        "origin": "counted for the country of the maker at the root of the model's chain of base models",
    }
    whole = {
        "compared": f"as a part of those of {_said_regions(chosen.sides)}"
        + (" together" if len(chosen.sides) > 1 else ""),
        "country": "as a part of those of all organisations with a known country",
        "everything": "as a part of all of them, those of accounts without a known country included",
    }
    left_out = {
        0: "",
        1: "In every period the most downloaded model of each side is left out.",
        3: "In every period the three most downloaded models of each side are left out.",
    }
    parts = [
        f"New downloads of {_SCOPES[chosen.scope].format(size=large_size())}, {whose[chosen.attribution]}, "
        f"{whole[chosen.denominator]}.",
        f"Only {panel_name(chosen.panel)}." if chosen.panel != ALL_ACCOUNTS else "",
        left_out[chosen.without_top],
        "Downloads in days in which a model's counter leapt are left out." if chosen.marked == "left_out" else "",
    ]
    return " ".join(part for part in parts if part)


_SCOPES = {
    "language": "language models, that is models that write text",
    "all": "models of all kinds, also for speech, pictures and search",
    "mainline": "main releases: language models of a tracked family in its maker's own repositories, without "
    "conversions, adapters and merges",
    "large": "models with {size} parameters or more, where their size is stated",
}
