"""What must leave no trace: no answer is kept, no event told, and everybody gets the same answer."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from tests.foundation import ground
from tests.foundation.ground import value_of
from tests.foundation.probe import HOUSE, add, ask
from tests.foundation.together import Together
from tests.foundation.unlinking import SEEN

from foundation.commands import Answer, Command
from foundation.door import Door
from foundation.errors import Refusal
from foundation.eventlog import EventRow
from foundation.policy import Role
from foundation.receipts import ReceiptRow


def dropped(by: int, *, id_: str = "") -> Command:
    return ask("counter.drop", {"by": by}, id_=id_)


def rows(door: Door) -> tuple[int, int]:
    """Answers and events that are kept."""
    with door.database.reading() as connection:
        answers, events = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (ReceiptRow, EventRow)
        )
        return answers, events


def test_nothing_is_kept_but_what_the_verb_writes(door: Door) -> None:
    member = ground.person(door.database, Role.PARTICIPANT)
    assert door.carry_out(member.credential, dropped(2)) == Answer({}, {})
    assert (value_of(door.database), rows(door)) == (2, (0, 0))
    door.carry_out(member.credential, add(1))
    assert rows(door) == (1, 2)


def test_the_verb_sees_each_attempt_and_answers_for_it_itself(door: Door) -> None:
    asked = dropped(2)
    door.carry_out(HOUSE, asked)
    door.carry_out(HOUSE, dropped(2, id_=asked.id))
    assert SEEN[-2:] == [asked.id, asked.id]


def test_among_others_in_one_transaction_it_stays_by_itself(together: Together, door: Door) -> None:
    unlinkable, linkable = [dropped(2), dropped(0)], [add(1), add(3)]
    asked = (linkable[0], *unlinkable, linkable[1])
    answers = together.carry_out(*((HOUSE, one) for one in asked))
    assert answers[1] == Answer({}, {})
    assert isinstance(answers[2], Refusal)
    assert answers[2].code == "closed"
    assert isinstance(answers[0], Answer)
    assert set(answers[0].result) == {"entry"}
    assert value_of(door.database) == 6
    with door.database.reading() as connection:
        kept = set(connection.execute(select(ReceiptRow.id)).scalars())
    assert kept & {one.id for one in asked} == {one.id for one in linkable}


def test_who_states_a_fact_all_the_same_is_broken_off(door: Door) -> None:
    with pytest.raises(RuntimeError, match="no trace"):
        door.carry_out(HOUSE, ask("counter.blab", {"by": 2}))
    assert (value_of(door.database), rows(door)) == (0, (0, 0))
