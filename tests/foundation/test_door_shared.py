"""Several of one command in one transaction, which read and write together: each as if it had come alone."""

from __future__ import annotations

import json

import pytest
from tests.foundation import ground
from tests.foundation.ground import OTHER_PLACE, PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask, code_of
from tests.foundation.sharing import MISTAKE, TAKEN, Sum
from tests.foundation.together import Together

from foundation.commands import Answer, Command
from foundation.door import Door
from foundation.errors import Code


def summed(by: int, *, place: str = PLACE, id_: str = "") -> Command:
    return ask("counter.sum", {"by": by}, place=place, id_=id_)


def values_told(door: Door) -> list[int]:
    return [json.loads(event.body)["value"] for event in ground.events_of(door.database)]


def test_several_read_once_and_each_tells_what_it_found(together: Together, door: Door) -> None:
    before = Sum.made
    answers = together.carry_out(*((HOUSE, summed(by)) for by in (1, 2, 3)))

    assert all(isinstance(answer, Answer) for answer in answers)
    assert Sum.made == before + 1
    assert (value_of(door.database), values_told(door)) == (6, [1, 3, 6])


def test_one_alone_shares_with_nobody(door: Door) -> None:
    door.carry_out(HOUSE, summed(2))
    door.carry_out(HOUSE, summed(3))
    assert (value_of(door.database), values_told(door)) == (5, [2, 5])


def test_a_refusal_among_them_is_that_of_one(together: Together, door: Door) -> None:
    first, refused, last = together.carry_out(*((HOUSE, summed(by)) for by in (1, 0, 2)))

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert refused.code is Code.CLOSED
    assert (value_of(door.database), values_told(door)) == (3, [1, 3])


@pytest.mark.parametrize("wrong", [MISTAKE, TAKEN])
def test_a_mistake_among_them_reaches_only_the_one_who_asked(
    together: Together, door: Door, wrong: int
) -> None:
    first, broken, last = together.carry_out(*((HOUSE, summed(by)) for by in (1, wrong, 2)))

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert isinstance(broken, ValueError) if wrong == MISTAKE else broken.code is Code.CONFLICT
    assert (value_of(door.database), values_told(door)) == (3, [1, 3])


def test_a_refusal_or_a_mistake_alone_leaves_no_trace(door: Door) -> None:
    assert code_of(lambda: door.carry_out(HOUSE, summed(0))) is Code.CLOSED
    with pytest.raises(ValueError, match="mistake"):
        door.carry_out(HOUSE, summed(MISTAKE))
    assert code_of(lambda: door.carry_out(HOUSE, summed(TAKEN))) is Code.CONFLICT
    assert (value_of(door.database), values_told(door)) == (0, [])


def test_what_comes_between_finds_what_they_have_written(together: Together, door: Door) -> None:
    together.carry_out((HOUSE, summed(1)), (HOUSE, add(1)), (HOUSE, summed(1)))
    assert (value_of(door.database), values_told(door)) == (3, [1, 2, 3])


def test_the_same_one_twice_among_them_is_done_once(together: Together, door: Door) -> None:
    twice = summed(1)
    answers = together.carry_out((HOUSE, twice), (HOUSE, summed(1)), (HOUSE, twice))
    assert answers[0] == answers[2]
    assert (value_of(door.database), values_told(door)) == (2, [1, 2])


def test_nobody_shares_what_does_not_exist(door: Door) -> None:
    assert code_of(lambda: door.carry_out(HOUSE, summed(1, place="counter/nowhere"))) is Code.NOT_FOUND


@pytest.mark.usefixtures("on_sqlite")
def test_each_place_shares_for_itself(together: Together, door: Door) -> None:
    """SQLite has one lane: what is asked of two places in turn is one row of each."""
    before = Sum.made
    together.carry_out(*((HOUSE, summed(1, place=place)) for place in (PLACE, OTHER_PLACE) * 2))
    assert Sum.made == before + 2
    assert (value_of(door.database), value_of(door.database, ground.OTHER)) == (2, 2)
