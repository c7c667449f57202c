"""The clock: UTC with its zone, movable in tests, and text whose order is that of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import clock

NAIVE = {"tzinfo": None}
"""Hypothesis wants its bounds without a zone and adds it itself."""
moments = st.datetimes(
    datetime(1900, 1, 2, tzinfo=UTC).replace(**NAIVE),
    datetime(2999, 12, 30, tzinfo=UTC).replace(**NAIVE),
    timezones=st.just(UTC),
)


def test_now_is_in_utc() -> None:
    before = datetime.now(UTC)  # noqa: TID251 -- the real clock, to compare with
    now = clock.now()

    assert now.tzinfo is UTC
    assert timedelta() <= now - before < timedelta(seconds=5)


def test_the_clock_can_be_moved_and_set_right() -> None:
    clock.move(timedelta(days=3))
    there = clock.now()
    clock.move(timedelta())

    assert timedelta(days=2, hours=23) < there - clock.now() <= timedelta(days=3)


def test_a_moment_on_the_wire() -> None:
    summer = datetime(2016, 4, 28, 11, 0, 3, 120000, tzinfo=clock.SHOWN_IN)

    assert clock.wire(summer) == "2016-04-28T09:00:03.120000Z"


@given(moments, moments)
def test_the_order_of_the_text_is_the_order_of_time(one: datetime, two: datetime) -> None:
    assert (clock.wire(one) < clock.wire(two)) is (one < two)


@given(moments, st.integers(-12, 14))
def test_the_wire_says_the_same_moment_whatever_the_zone(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))

    assert clock.wire(elsewhere) == clock.wire(moment)
    assert datetime.fromisoformat(clock.wire(elsewhere)) == moment


def test_what_a_form_says_is_meant_where_people_read_the_clock() -> None:
    assert clock.wire(clock.typed("2026-07-01T00:30")) == "2026-06-30T22:30:00.000000Z"
    assert clock.wire(clock.typed("2026-01-01T00:30")) == "2025-12-31T23:30:00.000000Z"
    assert clock.typed_day("2026-07-01") == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (clock.typed, "1899-12-31T23:59"),
        (clock.typed, "3000-01-01T00:00"),
        (clock.typed, "2026-07-01"),
        (clock.typed_day, "1899-12-31"),
        (clock.typed_day, "3000-01-01"),
        (clock.typed_day, "gestern"),
    ],
)
def test_what_a_form_says_may_be_no_time_or_out_of_reach(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_a_day_lasts_from_midnight_to_midnight_also_when_the_clocks_are_changed() -> None:
    longest = date(2026, 10, 25)

    assert clock.ends(longest).astimezone(UTC) - clock.begins(longest).astimezone(UTC) == timedelta(hours=25)
    assert clock.first_day(clock.begins(longest).astimezone(UTC)) == longest
    assert clock.last_day(clock.ends(longest).astimezone(UTC)) == longest
