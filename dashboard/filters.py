"""Filters in one row; the address is their only memory, so that a link, a reload and a page switch keep them.

Written by hand, not with `bind="query-params"`: that loses its value on the first switch to another page.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

import registry
from charts import catalogue
from dashboard import data, view
from dashboard.chart import guarded
from dashboard.words import paragraph
from registry import REGIONS
from warehouse.filters import ALL_ACCOUNTS, NAMES, Filters, definition_sentence, large_size

BOTH = ("China", "United States")
WIDE = 300  # of a choice inside "How we count"
COUNTING = ("attribution", "denominator", "panel", "marked")


@dataclass(frozen=True)
class Choice:
    """One filter with a list of options: its words on the page."""

    label: str
    help: str
    options: dict[Any, str]
    width: int


CHOICES: dict[str, Choice] = {
    "measure": Choice(
        "Show",
        "Share: each side's part of the downloads of the regions compared. Number: downloads counted in the period.",
        {"share": "Share of downloads", "downloads": "Number of downloads"},
        175,
    ),
    "attribution": Choice(
        "Count for",
        "Publisher: the organisation whose repository was downloaded. Origin: the organisation that made the model "
        "it was derived from. A Qwen model quantised in Europe has a European publisher and a Chinese origin.",
        {"publisher": "Publisher", "origin": "Origin of the model"},
        WIDE,
    ),
    "denominator": Choice(
        "A share is of",
        "The regions compared add up to 100 %. With all of a known country, or with everything, the same downloads "
        "make smaller shares: this choice alone explains why published figures differ so much.",
        {"compared": "The regions compared", "country": "All with a known country", "everything": "Everything"},
        WIDE,
    ),
    "panel": Choice(
        "Accounts",
        "Organisations enter the data late, and each entry looks like growth. A fixed panel holds the accounts known "
        "at a date; what was counted before that date is drawn apart.",
        {ALL_ACCOUNTS: "All"}
        | {panel.panel_id: panel.name.replace("accounts known", "Known") for panel in registry.load().panels},
        WIDE,
    ),
    "marked": Choice(
        "Leaps of a counter",
        "Days in which one model's counter leapt far beyond its own history are marked. They may be real, or a test "
        "that fetched one file a million times: left out, you see what remains without them.",
        {"kept": "Counted", "left_out": "Left out"},
        WIDE,
    ),
    "without_top": Choice(
        "Leave out",
        "Removes, in every period, the most downloaded models of each side. One repository can decide who leads.",
        {0: "Nothing", 1: "Each side's top model", 3: "Each side's top three"},
        175,
    ),
    "scope": Choice(
        "Models",
        "Language models: those that write text, also from pictures. All: also speech, pictures, embeddings ... Main "
        "releases: the language models that the makers of known families published themselves, without conversions. "
        f"Large: {large_size()} parameters or more, where a size is stated.",
        {"language": "Language models", "all": "All models", "mainline": "Main releases", "large": "Large models"},
        160,
    ),
    "group": Choice(
        "Lines",
        "What each line stands for: a region, an organisation, or a family of models such as Qwen.",
        {"region": "Regions", "organisation": "Organisations", "family": "Model families"},
        140,
    ),
    "period": Choice(
        "Per",
        "Weeks exist only where the Hub's all-time counter was read; months also where its 30-day counter was.",
        {"month": "Month", "week": "Week"},
        110,
    ),
    "regions": Choice(
        "Compared",
        "Regions are those of the organisations' headquarters. A share is of the regions compared, taken together.",
        {BOTH: "China and United States", (*BOTH, "Europe"): "and Europe", (): "All regions"},
        200,
    ),
    "licence_by": Choice(
        "Count",
        "Models: repositories created in the month. Downloads: what was downloaded in the month.",
        {"models": "New models", "downloads": "New downloads"},
        160,
    ),
}


def read(chart_id: str) -> Filters:
    """The filters of the address; what it does not say is the chart's own default."""
    return Filters.from_query(st.query_params.to_dict(), catalogue.chart(chart_id).defaults)


def show(chart_id: str, chosen: Filters, *names: str) -> None:
    """The widgets of some filters in one row, set to what the address says; and what of it was not understood."""
    if view.is_projector():
        return
    usual = catalogue.chart(chart_id).defaults
    with guarded("A filter"), _place():
        for name in names:
            if name == "months":
                _months(data.months(chart_id, chosen), chosen, usual)
            else:
                _DRAWERS.get(name, _choice)(name, chosen, usual)
    if chosen.ignored:  # written by whoever made the link: no Markdown
        ignored = ", ".join(f"“{part}”" for part in chosen.ignored)
        said = f"The address asked for {ignored}, which is not known here; the usual value is shown instead."
        st.html(paragraph(said, "notice"))


@contextmanager
def _place() -> Iterator[None]:
    """One row; on a phone closed until wanted, so that the chart is on the first screen."""
    closed = st.expander("Filters", type="compact", key="filters_closed") if view.size() == "phone" else nullcontext()
    with closed, st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        yield


def _choice(name: str, chosen: Filters, usual: Filters) -> None:
    choice = CHOICES[name]
    value = getattr(chosen, name)
    options = list(choice.options) if value in choice.options else [*choice.options, value]
    _remember(name, value)
    st.selectbox(
        choice.label,
        options,
        format_func=lambda option: choice.options.get(option) or _in_words(option),
        key=_key(name),
        help=choice.help,
        on_change=_write,
        args=(name, chosen, usual),
        filter_mode=None,
        width=choice.width,
    )


def _months(months: list[str], chosen: Filters, usual: Filters) -> None:
    name = "months"
    if len(months) < 3:
        return
    first, last = chosen.since or months[0], chosen.until or months[-1]
    _remember(name, (max(first, months[0]), min(max(last, months[0]), months[-1])))
    st.select_slider(
        "From and to",
        months,
        value=(months[0], months[-1]),  # without it the slider takes the two ends, once moved, for one text
        format_func=_month_in_words,
        key=_key(name),
        help="The months shown. Both ends can be moved, also with the arrow keys.",
        on_change=_write_months,
        args=(months, chosen, usual),
        width=180,
    )


def _benchmark(name: str, chosen: Filters, usual: Filters) -> None:
    names = dict(data.table("benchmarks")[["benchmark_id", "name"]].itertuples(index=False, name=None))
    _remember(name, chosen.benchmark)
    st.selectbox(
        "Benchmark",
        list(names) if chosen.benchmark in names else [*names, chosen.benchmark],
        format_func=lambda option: names.get(option, option),
        key=_key(name),
        help="Each benchmark asks something else and has its own scale: scores of two benchmarks are never compared.",
        on_change=_write,
        args=(name, chosen, usual),
        width=340,
    )


def _counting(name: str, chosen: Filters, usual: Filters) -> None:
    """How downloads are counted, in one place that opens on demand: the definition as a sentence, then its parts."""
    changed = sum(getattr(chosen, part) != getattr(usual, part) for part in COUNTING)
    label = "How we count" if not changed else f"How we count: {changed} changed"
    with st.popover(label, key="counting"):
        st.html(paragraph(definition_sentence(chosen), "definition"))
        for part in COUNTING:
            _choice(part, chosen, usual)


_DRAWERS: dict[str, Callable[[str, Filters, Filters], None]] = {
    "counting": _counting,
    "benchmark": _benchmark,
}


def _key(name: str) -> str:
    return f"filter_{name}"


def _remember(name: str, value: Any) -> None:
    """The widget shows what the address says, whatever it showed before."""
    st.session_state[_key(name)] = value


def _write(name: str, chosen: Filters, usual: Filters) -> None:
    _write_address(replace(chosen, **{name: st.session_state[_key(name)]}), usual)


def _write_months(months: list[str], chosen: Filters, usual: Filters) -> None:
    first, last = st.session_state[_key("months")]
    since, until = "" if first == months[0] else first, "" if last == months[-1] else last
    _write_address(replace(chosen, since=since, until=until), usual)


def _write_address(chosen: Filters, usual: Filters) -> None:
    """Our filters into the address, where they are not the usual ones; everything else in it (view, release) stays."""
    others = {name: value for name, value in st.query_params.to_dict().items() if name not in NAMES}
    st.query_params.from_dict({**others, **chosen.to_query(usual)})


def _month_in_words(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def _in_words(option: Any) -> str:
    """An option that an address may hold though no menu offers it."""
    chosen = [region for region in REGIONS if region in option] if isinstance(option, tuple) else [str(option)]
    return ", ".join(chosen)
