"""Pace: how often each may ask, at the edge."""

from __future__ import annotations

import pytest

from live.pace import Pace, TooOftenError


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
