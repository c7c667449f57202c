"""How periods meet, and how many hold at once."""

from datetime import UTC, datetime

import pytest

from people.cohorts.rules import Period, most_at_once


def day(number):
    return datetime(2016, 1, number, tzinfo=UTC)


def period(begins, ends=None):
    return Period(day(begins), day(ends) if ends else None)


def test_a_period_holds_from_its_beginning_until_just_before_its_end():
    assert [period(2, 4).holds(day(number)) for number in (1, 2, 3, 4)] == [False, True, True, False]


def test_a_period_without_an_end_holds_for_good():
    assert period(2).holds(day(31))


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (period(1, 3), period(3, 5), False),
        (period(1, 4), period(3, 5), True),
        (period(1), period(3, 5), True),
        (period(1), period(9), True),
        (period(1, 9), period(3, 5), True),
        (period(6, 9), period(3, 5), False),
        (period(3, 3), period(1, 9), False),
    ],
)
def test_two_periods_meet_when_a_moment_belongs_to_both(one, other, meet):
    assert (one.meets(other), other.meets(one)) == (meet, meet)


@pytest.mark.parametrize(
    ("periods", "most"),
    [
        ([], 0),
        ([period(1)], 1),
        ([period(1, 12), period(12, 14)], 1),
        ([period(1, 13), period(12, 14)], 2),
        ([period(1, 10), period(20)], 0),
        ([period(9), period(11, 12), period(13, 14), period(13, 19)], 3),
    ],
)
def test_the_fullest_moment_counts(periods, most):
    assert most_at_once(periods, period(10, 20)) == most
