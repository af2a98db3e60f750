"""Rows of `changes_since_last_week.sql` as sentences: what, by whom, from where, under which licence, on which day."""

from typing import Any

import pandas as pd

from registry.countries import COUNTRIES

LICENCE_WORDS = {
    "open": "OSI-approved: free to use, change and pass on",
    "responsible-use": "some uses forbidden",
    "community": "free below thresholds or with duties that the maker sets",
    "non-commercial": "no commercial use",
    "closed": "no use without an agreement",
    "unclassified": "its terms are not classified",
}
_REGION_WORDS = {"Unattributed": "country not known", "Other": "another country"}


def in_words(row: pd.Series) -> str:
    """One change as a sentence."""
    return {"new_leader": _new_leader, "licence_changed": _licence_changed, "new_model": _new_model}[row["kind"]](row)


def _new_leader(row: pd.Series) -> str:
    what = "open-weight" if row["group_name"] == "open" else "closed"
    before = f"{row['before']} ({_score(row['score_before'])})" if _known(row["score_before"]) else row["before"]
    close = "; the two are too close to call" if _known(row["is_clear"]) and not row["is_clear"] else ""
    return (
        f"New best {what} model on the {str(row['board']).replace(',', '')} board of {_day(row['changed_on'])}: "
        f"{row['subject']} ({_maker(row)}) with {_score(row['score'])}, in place of {before}{close}."
    )


def _licence_changed(row: pd.Series) -> str:
    now = f"{row['licence']} ({LICENCE_WORDS[row['licence_class']]})" if _known(row["licence"]) else "no licence at all"
    return (
        f"{row['subject']} ({_maker(row)}; {_amount(row['downloads'])} downloads in the 30 days to "
        f"{_day(row['read_on'])}) changed its licence from {row['before']} to {now}, seen on {_day(row['changed_on'])}."
    )


def _new_model(row: pd.Series) -> str:
    stated = f"licence: {row['licence']} ({LICENCE_WORDS[row['licence_class']]})"
    name = str(row["subject"]).rsplit("/", 1)[-1]
    return (
        f"New from {_maker(row)}: {name}, published on {_day(row['changed_on'])}, "
        f"downloaded {_amount(row['downloads'])} times by "
        f"{_day(row['read_on'])}; {stated if _known(row['licence']) else 'no licence stated'}."
    )


def _maker(row: pd.Series) -> str:
    region = _REGION_WORDS.get(str(row["region"]), str(row["region"]))
    maker = str(row["maker"]).split(" (")[0] if _known(row["maker"]) else "maker not known"
    return f"{maker}, {COUNTRIES.get(str(row['country_code']), region)}"


def _amount(value: float) -> str:
    return f"{float(f'{value:.3g}'):,.0f}"


def _score(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _day(value: Any) -> str:
    return f"{pd.Timestamp(value):%-d %B %Y}"


def _known(value: Any) -> bool:
    return bool(pd.notna(value))
