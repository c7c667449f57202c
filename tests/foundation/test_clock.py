"""The clock: UTC with its zone, movable in tests, and text whose order is that of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

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
