"""When the house forgets."""

from datetime import UTC, datetime, timedelta

import pytest

from people.privacy.retention.rules import goes_at, job_of, next_night, told_before


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 1, 10, 2, 59, tzinfo=UTC), datetime(2026, 1, 10, 3, tzinfo=UTC)),
        (datetime(2026, 1, 10, 3, 0, tzinfo=UTC), datetime(2026, 1, 11, 3, tzinfo=UTC)),
        (datetime(2026, 7, 10, 12, 0, tzinfo=UTC), datetime(2026, 7, 11, 2, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC)),
    ],
    ids=["soon", "just over", "in summer", "summer begins", "summer ends"],
)
def test_the_next_night_is_at_four_where_the_house_is(now, night):
    assert next_night(now) == night


def test_a_night_has_one_job_whoever_plans_it():
    night, next_one = datetime(2026, 1, 10, 3, tzinfo=UTC), datetime(2026, 1, 11, 3, tzinfo=UTC)
    assert job_of(night) == job_of(night) != job_of(next_one)


@pytest.mark.parametrize(
    ("told", "day_begins"),
    [
        (datetime(2026, 1, 10, 3, tzinfo=UTC), datetime(2026, 2, 8, 23, tzinfo=UTC)),
        (datetime(2026, 3, 10, 23, 30, tzinfo=UTC), datetime(2026, 4, 9, 22, tzinfo=UTC)),
    ],
    ids=["in winter", "into summer, late in the evening"],
)
def test_an_account_goes_on_the_day_that_was_said_and_no_minute_before(told, day_begins):
    minute = timedelta(minutes=1)
    assert goes_at(told) == day_begins
    assert told_before(day_begins - minute) <= told < told_before(day_begins)
