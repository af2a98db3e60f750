"""The filters: what an address says, what is written back to it, and the words for it."""

from datetime import date

import pytest

from warehouse.filters import CHOICES, NAMES, Filters


def test_an_address_without_filters_is_the_usual_question() -> None:
    assert Filters.from_query({}) == Filters()
    assert Filters().to_query() == {}


def test_what_an_address_says_survives_being_written_and_read_again() -> None:
    chosen = Filters(
        attribution="origin",
        scope="all",
        group="family",
        measure="downloads",
        period="week",
        regions=("United States", "Europe"),
        since="2025-01",
        until="2025-07",
        without_top=True,
        benchmark="livebench_overall",
        licence_by="downloads",
    )
    assert chosen.to_query() == {
        "attribution": "origin",
        "scope": "all",
        "group": "family",
        "measure": "downloads",
        "period": "week",
        "regions": "United States,Europe",
        "since": "2025-01",
        "until": "2025-07",
        "without_top": "1",
        "benchmark": "livebench_overall",
        "licence_by": "downloads",
    }
    assert Filters.from_query(chosen.to_query()) == chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attribution", "somebody"),
        ("regions", "China,Atlantis"),
        ("regions", ""),
        ("since", "2025-13"),
        ("until", "yesterday"),
        ("without_top", "perhaps"),
        ("benchmark", "'; drop table core_models"),
        ("period", "<script>alert(1)</script>"),
    ],
)
def test_a_bad_value_falls_back_to_the_usual_one_and_is_named(name: str, value: str) -> None:
    chosen = Filters.from_query({name: value})
    assert chosen == Filters()
    assert chosen.ignored == (f"{name}={value}",)


def test_a_very_long_bad_value_is_repeated_only_in_part() -> None:
    assert len(Filters.from_query({"scope": "x" * 10_000}).ignored[0]) < 100


def test_a_span_that_ends_before_it_begins_is_not_used() -> None:
    chosen = Filters.from_query({"since": "2025-07", "until": "2025-01"})
    assert (chosen.since, chosen.until) == ("", "")
    assert chosen.ignored == ("since=2025-07 until=2025-01",)


def test_parameters_of_others_are_left_alone() -> None:
    assert Filters.from_query({"release": "2026-11-24T2154Z", "embed": "true"}).ignored == ()


def test_a_parameter_that_comes_several_times_counts_as_its_last() -> None:
    assert Filters.from_query({"scope": ["all", "language"]}).scope == "language"


def test_all_regions_are_written_as_one_word() -> None:
    everything = Filters(regions=())
    assert everything.to_query() == {"regions": "all"}
    assert Filters.from_query({"regions": "all"}) == everything
    assert everything.sides == ("China", "United States", "Europe", "Other", "Unattributed")


def test_regions_come_in_the_order_of_the_registry_whatever_the_address_says() -> None:
    assert Filters.from_query({"regions": "Europe,China"}).sides == ("China", "Europe")


def test_a_chart_may_have_other_usual_values() -> None:
    usual = Filters(regions=(), scope="all")
    assert Filters.from_query({}, usual) == usual
    assert usual.to_query(usual) == {}
    assert Filters.from_query({"scope": "language"}, usual).to_query(usual) == {"scope": "language"}


def test_months_without_an_end_reach_as_far_as_there_is_data() -> None:
    assert Filters().since_date == date(1970, 1, 1)
    assert Filters(until="2025-07").until_date == date(2025, 7, 1)


def test_the_choice_is_said_in_one_sentence() -> None:
    said = Filters(since="2025-01", without_top=True).sentence(
        ("attribution", "scope", "regions", "since", "without_top")
    )
    assert said == (
        "Language models, by headquarters of the publisher, China and the United States, since 2025-01, "
        "without the most downloaded model of each side."
    )


def test_every_choice_has_words() -> None:
    for name, options in CHOICES.items():
        assert name in NAMES
        for option in options:
            assert Filters(**{name: option}).sentence((name,)), (name, option)
