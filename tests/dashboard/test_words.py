"""Words and tables: ages, dates, and text from outside that must stay text."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.freshness import SourceLine, run_sentence, sentence, week_sentence
from dashboard.table import Link
from dashboard.words import age, day, moment, paragraph
from warehouse.runs import RunRecord

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=2, hours=5), "2 days ago"),
        (timedelta(seconds=-30), "just now"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


def test_what_never_happened_is_called_never() -> None:
    assert (age(None, NOW), day(None), moment(None)) == ("never", "never", "never")


def test_dates_and_times_name_month_and_zone() -> None:
    assert day(date(2026, 11, 2)) == "2 Nov 2026"
    assert moment(NOW) == "24 Nov 2026, 22:00 UTC"


def test_text_from_outside_stays_text() -> None:
    assert paragraph("<img onerror=x>", "source") == '<p class="source" >&lt;img onerror=x&gt;</p>'
    assert str(Link('"><b>', 'javascript:"')) == '<a href="javascript:&quot;">&quot;&gt;&lt;b&gt;</a>'


def line(title: str, status: str) -> SourceLine:
    return SourceLine(title.lower(), title, status, "", NOW, "24 Nov 2026")


def test_a_week_of_figures_that_ended_long_ago_says_when() -> None:
    hub = SourceLine("hub_models", "Hub", "ok", "", NOW, "7 Aug 2025")
    arena = SourceLine("lmarena", "Arena", "missing", "", None, "never")
    assert week_sentence([hub, arena]) == "The last seven days of the figures: models to 7 Aug 2025."
    assert week_sentence([arena]) == "No figures were read yet."


def test_what_is_behind_is_said_by_name() -> None:
    assert sentence([line("Hub", "ok"), line("LiveBench", "ok")]) == "All 2 sources were read in good order."
    said = sentence([line("Hub", "ok"), line("LiveBench", "failed"), line("Arena", "stale")])
    assert said == "1 of 3 sources were read in good order; not so: LiveBench, Arena."


def test_the_last_run_and_the_next_are_said_with_their_times() -> None:
    record = RunRecord("1", NOW, "published", next_run_at=NOW + timedelta(hours=8))
    assert run_sentence(record) == (
        "The last run began on 24 Nov 2026, 22:00 UTC and published a release. "
        "The next run is due on 25 Nov 2026, 06:00 UTC."
    )
    assert run_sentence(None) == "No run is on record that can be read."
