"""When the house forgets."""

from datetime import UTC, datetime

import pytest

from people.privacy.retention.rules import job_of, next_night


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
