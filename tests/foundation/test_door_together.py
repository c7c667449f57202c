"""So many commands share a transaction at most, and the next has one of its own."""

from __future__ import annotations

import pytest
from tests.foundation import ground
from tests.foundation.conftest import SECRET
from tests.foundation.ground import PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask
from tests.foundation.sharing import Sum
from tests.foundation.together import Together

from foundation.commands import Answer
from foundation.database import Database
from foundation.door import Door

EDGES = [(1, 1, [1]), (1, 2, [1, 1]), (3, 3, [3]), (3, 4, [3, 1]), (3, 7, [3, 3, 1])]
"""How many may share one, how many are asked for at once, and how they are written."""


@pytest.mark.parametrize(("most", "asked", "written"), EDGES)
def test_so_many_share_a_transaction_and_one_more_does_not(
    database: Database, most: int, asked: int, written: list[int]
) -> None:
    door = Door(database, ground.identify, secret=SECRET, together=most)
    commits: list[int] = []
    door.listeners.append(lambda events: commits.append([event.stream for event in events].count(PLACE)))

    answers = Together(door).carry_out(*((HOUSE, add(1)) for _ in range(asked)))

    assert all(isinstance(answer, Answer) for answer in answers)
    assert commits == written
    assert (value_of(database), ground.numbers_of(database)) == (asked, list(range(1, asked + 1)))


@pytest.mark.parametrize(("most", "asked", "written"), EDGES)
def test_so_many_read_once_and_one_more_reads_anew(
    database: Database, most: int, asked: int, written: list[int]
) -> None:
    door = Door(database, ground.identify, secret=SECRET, together=most)
    before = Sum.made

    Together(door).carry_out(*((HOUSE, ask("counter.sum", {"by": 1})) for _ in range(asked)))

    assert Sum.made == before + len(written)
    assert value_of(database) == asked
