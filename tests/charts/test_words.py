"""Numbers, dates and strange names as a reader sees them."""

import pytest

from charts import words
from warehouse.filters import Filters


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.5304, "53 %"),
        (0.0468, "4.7 %"),
        (0.0996, "10 %"),
        (0.0004, "under 0.1 %"),
        (0.0, "0 %"),
        (0.998, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_said_in_two_figures(share: float, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2_045_000_000, "2.0 billion"),
        (45_300_000, "45.3 million"),
        (999_800, "1.0 million"),
        (127_824, "128,000"),
        (12_345, "12,300"),
        (1234, "1,234"),
        (0, "0"),
    ],
)
def test_an_amount_is_said_in_words(value: float, said: str) -> None:
    assert words.amount(value) == said


def test_differences_carry_their_sign() -> None:
    assert words.points(0.137) == "+14 points"
    assert words.points(-0.021) == "\N{MINUS SIGN}2.1 points"
    assert words.points(-0.0004) == words.points(0.0) == "no change"
    assert words.signed(-1.2, "points", 0) == "\N{MINUS SIGN}1 point"


def test_dates_are_written_out() -> None:
    assert words.day("2025-07-07") == "7 July 2025"
    assert words.short_month("2025-07-01") == "Jul 2025"
    assert words.month_of_text("2025-07") == "July 2025"


def test_a_share_always_says_what_it_is_of() -> None:
    two, europe = Filters(scope="all"), Filters(scope="all", regions=("China", "Europe"))
    assert words.whole_of(two) == "the downloads of the two countries' models"
    assert words.whole_of(europe) == "the downloads of models from China and Europe together"
    assert words.whole_of(Filters(denominator="country")) == "the downloads of all language models with a known country"
    assert words.whole_of(Filters(denominator="everything", scope="large")) == (
        "all downloads of models of 7 billion parameters or more counted"
    )


def test_an_interval_is_as_exact_as_it_is_wide() -> None:
    assert words.interval(0.414, 0.641) == "90 % interval 41 to 64 %"
    assert words.interval(0.012, 0.034) == "90 % interval 1.2 to 3.4 %"


def test_a_name_from_outside_cannot_write_markup_into_a_picture() -> None:
    assert words.escaped('<b>x</b> <a href="y">z</a>', 99) == '&lt;b&gt;x&lt;/b&gt; &lt;a href="y"&gt;z&lt;/a&gt;'
    assert words.escaped("a&lt;b") == "a&amp;lt;b"
    assert "%{" not in words.escaped("%{customdata}")
    assert "$" not in words.escaped("$x^2$")


def test_a_name_from_outside_cannot_turn_the_text_or_break_its_line() -> None:
    assert words.escaped("good\u202elave\nend\x00") == "good lave end"


def test_a_long_name_is_cut_before_it_is_escaped_so_that_no_entity_is_broken() -> None:
    assert words.escaped("<" * 10, 3) == "&lt;&lt;…"
