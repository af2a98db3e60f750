"""The filters: what an address says, what is written back to it, and the words for it."""

from datetime import date

import pytest

from warehouse.filters import CHOICES, NAMES, Filters, definition_name, definition_sentence


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
        without_top=3,
        denominator="country",
        panel="2025-01",
        marked="left_out",
        benchmark="livebench_overall",
        licence_by="downloads",
    )
    assert chosen.to_query() == {
        "attribution": "origin",
        "scope": "all",
        "denominator": "country",
        "panel": "2025-01",
        "group": "family",
        "measure": "downloads",
        "period": "week",
        "regions": "United States,Europe",
        "since": "2025-01",
        "until": "2025-07",
        "without_top": "3",
        "marked": "left_out",
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
        ("without_top", "2"),
        ("panel", "2025-02"),
        ("denominator", "world"),
        ("marked", "1"),
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


@pytest.mark.parametrize(("written", "models"), [("1", 1), ("true", 1), ("3", 3), ("0", 0), ("false", 0)])
def test_older_addresses_that_leave_out_one_model_keep_working(written: str, models: int) -> None:
    assert Filters.from_query({"without_top": written}).without_top == models


CHANGES: tuple[dict[str, object], ...] = (
    {},
    *({"scope": scope} for scope in ("all", "mainline", "large")),
    {"attribution": "origin"},
    {"denominator": "country"},
    {"denominator": "everything"},
    {"panel": "2025-01"},
    {"without_top": 1},
    {"without_top": 3},
    {"marked": "left_out"},
)


def test_every_definition_has_a_name_and_a_sentence_of_its_own() -> None:
    chosen = [Filters(**{**one, **other}) for one in CHANGES for other in CHANGES]
    different = set(chosen)
    assert len({definition_name(filters) for filters in different}) == len(different)
    assert len({definition_sentence(filters) for filters in different}) == len(different)
    assert all(definition_sentence(filters).endswith(".") for filters in different)


def test_a_definition_says_who_counts_for_whom_and_of_what() -> None:
    chosen = Filters(scope="large", denominator="country", panel="2025-01", without_top=3)
    assert definition_name(chosen) == (
        "Models of 7 billion parameters or more, by publisher, of all with a known country, accounts known by January "
        "2025, without each side's top three models"
    )
    assert definition_sentence(Filters()) == (
        "New downloads of language models, that is models that write text, counted for the country in which the "
        "publisher has its head office, as a part of those of China and the United States together."
    )


def test_the_choice_is_said_in_one_sentence() -> None:
    said = Filters(since="2025-01", without_top=1).sentence(("attribution", "scope", "regions", "since", "without_top"))
    assert said == (
        "Language models, by headquarters of the publisher, China and the United States, since 2025-01, "
        "without the most downloaded model of each side."
    )


def test_every_choice_has_words() -> None:
    for name, options in CHOICES.items():
        assert name in NAMES
        for option in options:
            assert Filters(**{name: option}).sentence((name,)), (name, option)
