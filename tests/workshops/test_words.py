"""Dates in words: in the reader's language, in the time of the place, the year only when it is another."""

from datetime import UTC, datetime

import pytest
from flask_babel import force_locale

from foundation import clock
from workshops.words import moment_in_words, moment_with_zone


@pytest.fixture(autouse=True)
def in_november(pages, monkeypatch):
    """It is an evening of November 2026, and a page is being drawn."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 19, tzinfo=UTC))
    with pages.test_request_context():
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 27, 17, tzinfo=UTC), "Freitag, 27. November, 18 Uhr"),
        (datetime(2026, 7, 3, 7, 5, tzinfo=UTC), "Freitag, 3. Juli, 9:05 Uhr"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "Freitag, 1. Januar 2027, 0 Uhr"),
        (datetime(2015, 9, 24, 7, 30, tzinfo=UTC), "Donnerstag, 24. September 2015, 9:30 Uhr"),
    ],
)
def test_a_moment_reads_as_people_say_it(moment, words):
    with force_locale("de"):
        assert moment_in_words(moment).replace("\u00a0", " ") == words


def test_no_line_ends_between_a_number_and_what_it_counts():
    with force_locale("de"):
        words = moment_in_words(datetime(2026, 11, 27, 17, tzinfo=UTC))
    assert words == "Freitag, 27.\u00a0November, 18\u00a0Uhr"


@pytest.mark.parametrize(("month", "zone"), [(1, "MEZ"), (7, "MESZ")])
def test_where_times_follow_the_zone_is_said(month, zone):
    with force_locale("de"):
        assert moment_with_zone(datetime(2026, month, 5, 12, tzinfo=UTC)).endswith(f"\u00a0Uhr ({zone})")
