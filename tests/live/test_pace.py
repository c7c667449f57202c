"""Pace: how often each may ask, at the edge."""

from __future__ import annotations

import pytest

from live.pace import REMEMBERED, Pace, TooOftenError


def waits(pace: Pace, *asker: str) -> int:
    """Whole seconds to wait before asking again; 0 who may."""
    try:
        pace.keep(*asker)
    except TooOftenError as error:
        return error.wait
    return 0


def test_so_many_and_no_more() -> None:
    pace = Pace("3 per hour")

    assert [waits(pace, "commands", "one") for _ in range(3)] == [0, 0, 0]
    assert 3590 <= waits(pace, "commands", "one") <= 3600


def test_each_asker_and_each_thing_asked_for_counts_by_itself() -> None:
    pace = Pace("1 per hour")

    assert [waits(pace, *asker) for asker in (("a", "one"), ("a", "other"), ("b", "one"))] == [0, 0, 0]
    assert waits(pace, "a", "one") > 0


def test_of_several_limits_each_holds() -> None:
    pace = Pace("2 per day; 1 per minute")

    assert waits(pace, "one") == 0
    assert 1 <= waits(pace, "one") <= 60
    assert waits(pace, "one") > 60


def test_nobody_is_told_to_wait_for_no_time() -> None:
    pace = Pace("1 per second")
    pace.keep("one")
    with pytest.raises(TooOftenError, match="again in 1 s"):
        pace.keep("one")


class Clock:
    """Seconds that the test says."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_window_begins_with_the_first_question_in_it_and_ends() -> None:
    clock = Clock()
    pace = Pace("2 per minute", monotonic=clock)
    pace.keep("one")
    clock.now += 59
    pace.keep("one")
    assert waits(pace, "one") == 1

    clock.now += 1

    assert [waits(pace, "one") for _ in range(3)] == [0, 0, 60]


def test_who_is_gone_is_forgotten_and_who_is_there_is_not() -> None:
    clock = Clock()
    pace = Pace("1 per minute", monotonic=clock)
    for number in range(REMEMBERED - 1):
        pace.keep(f"gone {number}")
    clock.now += 59
    pace.keep("there")
    clock.now += 1

    pace.keep("newcomer")

    assert len(pace) == 2
    assert waits(pace, "there") == 59
