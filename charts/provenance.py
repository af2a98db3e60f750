"""Where the numbers of a chart come from, in words: every form that is taken away carries them."""

from typing import Any
from urllib.parse import urlencode

from charts.chart import Drawn
from charts.permits import permit
from charts.words import short_day
from settings import settings
from warehouse.filters import definition_name, definition_sentence

NAME = "Open Model Observatory"
SIMULATED = "SIMULATED DATA: the organisations are real, the figures are invented. Do not quote."
COUNTS_DOWNLOADS = {"download_share", "download_concentration", "family_share"}  # metrics that a definition applies to


def provenance(drawn: Drawn) -> dict[str, str]:
    """What every form carries; the values are text, so that all forms can hold them."""
    simulated = {"warning": SIMULATED} if drawn.is_simulated else {}
    return simulated | {
        "title": drawn.title,
        "unit": drawn.subtitle,
        "finding": drawn.finding.sentence,
        "selection": drawn.filters.sentence(drawn.chart.filters),
        **_counted(drawn),
        "definition": drawn.metric.definition,
        "caveats": " ".join(drawn.metric.caveats),
        "source": sources_in_words(drawn),
        "licence": "; ".join(dict.fromkeys(f"{source.title}: {source.licence}" for source in drawn.sources)),
        "may be passed on": permit(drawn).sentence,
        "data date": str(drawn.data_until or ""),
        "release": drawn.release_id,
        "link": permalink(drawn),
        "hash": drawn.data_hash,
    }


def permalink(drawn: Drawn, public_url: str | None = None) -> str:
    """The address of the chart's plain page with these filters, pinned to the release: it opens anywhere, at once."""
    return address(drawn, f"chart/{drawn.chart.id}", public_url)


def explore(drawn: Drawn, public_url: str | None = None) -> str:
    """The address of the chart's page in the dashboard, with the same filters and release."""
    return address(drawn, drawn.chart.page, public_url)


def address(drawn: Drawn, path: str, public_url: str | None = None) -> str:
    """An address of ours that holds the choice of filters and the release."""
    start = (settings().public_url if public_url is None else public_url).rstrip("/")
    return f"{start}/{path}?{urlencode(query(drawn))}"


def query(drawn: Drawn) -> dict[str, str]:
    """The choice of filters and the release, as an address holds them."""
    return {**drawn.filters.to_query(drawn.chart.defaults), "release": drawn.release_id}


def sources_in_words(drawn: Drawn) -> str:
    """Each source as it wants to be named, with its address."""
    return (
        "; ".join(dict.fromkeys(f"{source.attribution} ({source.url})" for source in drawn.sources)) or "no source read"
    )


def data_date(drawn: Drawn) -> str:
    """The day of the newest figure, in words."""
    return f"data to {short_day(drawn.data_until)}" if drawn.data_until else "no data date"


def one_line(value: Any) -> str:
    """Text without line breaks."""
    return " ".join(str(value).split())


def _counted(drawn: Drawn) -> dict[str, str]:
    """Name and sentence of what is counted and how, where downloads are."""
    if drawn.chart.metric_id not in COUNTS_DOWNLOADS:
        return {}
    return {"counted as": definition_name(drawn.filters), "counted how": definition_sentence(drawn.filters)}
