"""The door when it says no: no trace is left, and one command's trouble is not its neighbours'."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from tests.foundation import ground
from tests.foundation.ground import HALL_PLACE, PLACE, value_of
from tests.foundation.probe import HOUSE, add, ask, code_of
from tests.foundation.together import Together

from foundation.commands import Answer
from foundation.door import Door
from foundation.errors import Code
from foundation.eventlog import Event
from foundation.policy import Role


def test_what_is_refused_leaves_no_trace(door: Door, announced: list[Event]) -> None:
    tables = [*ground.FOUNDATION, *ground.Base.metadata.tables.values()]

    def everything() -> list[Any]:
        with door.database.reading() as connection:
            return [connection.execute(select(table).order_by(*table.c)).all() for table in tables]

    before = everything()
    assert code_of(lambda: door.carry_out(HOUSE, ask("counter.refuse"))) is Code.CLOSED
    assert everything() == before
    assert announced == []


def test_what_was_refused_may_be_asked_again_with_the_same_id(door: Door) -> None:
    someone = ground.person(door.database)
    asked = add(1)
    assert code_of(lambda: door.carry_out(someone.credential, asked)) is Code.NOT_FOUND
    door.carry_out(HOUSE, ask("hall.admit", {"person": someone.id}, place=HALL_PLACE))

    door.carry_out(someone.credential, asked)

    assert value_of(door.database) == 1


def test_a_refusal_in_the_middle_undoes_itself_and_nothing_else(
    together: Together, door: Door, announced: list[Event]
) -> None:
    first, refused, last = together.carry_out(
        (HOUSE, add(1)), (HOUSE, ask("counter.refuse")), (HOUSE, add(1))
    )

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert refused.code is Code.CLOSED
    assert value_of(door.database) == 2
    assert ground.numbers_of(door.database) == [1, 2]
    assert [event.seq for event in announced if event.stream == PLACE] == [1, 2]


def test_a_mistake_in_the_middle_reaches_only_the_one_who_asked(together: Together, door: Door) -> None:
    first, broken, last = together.carry_out((HOUSE, add(1)), (HOUSE, ask("counter.break")), (HOUSE, add(1)))

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert isinstance(broken, ValueError)
    assert value_of(door.database) == 2
    assert ground.numbers_of(door.database) == [1, 2]


def test_what_a_constraint_forbids_is_a_conflict(together: Together, door: Door) -> None:
    first, second, last = together.carry_out(
        (HOUSE, ask("counter.name", {"word": "Ehrenamt"})),
        (HOUSE, ask("counter.name", {"word": "Ehrenamt"})),
        (HOUSE, ask("counter.name", {"word": "Engagement"})),
    )

    assert isinstance(first, Answer)
    assert second.code is Code.CONFLICT
    assert isinstance(last, Answer)
    assert value_of(door.database) == 2
    assert ground.numbers_of(door.database) == [1, 2]


def test_what_the_database_cannot_do_breaks_nobody_else(together: Together, door: Door) -> None:
    """On PostgreSQL the mistake spoils the whole transaction, on SQLite it looks like a passing one."""
    first, broken, last = together.carry_out((HOUSE, add(1)), (HOUSE, ask("counter.crash")), (HOUSE, add(1)))

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert isinstance(broken, Exception)
    assert value_of(door.database) == 2
    assert ground.numbers_of(door.database) == [1, 2]


def test_a_commit_that_fails_tells_nobody_that_it_went_well(
    together: Together, door: Door, announced: list[Event]
) -> None:
    first, debtor, last = together.carry_out(
        (HOUSE, add(1)), (HOUSE, ask("counter.owe", {"creditor": "nobody"})), (HOUSE, add(1))
    )

    assert isinstance(first, Answer)
    assert isinstance(last, Answer)
    assert debtor.code is Code.CONFLICT
    assert value_of(door.database) == 2
    assert ground.numbers_of(door.database) == [1, 2]
    assert [event.seq for event in announced if event.stream == PLACE] == [1, 2]


def test_what_was_retried_is_answered_with_what_was_committed(together: Together, door: Door) -> None:
    """The first attempt would have given the numbers 1, 2, 3; what is told is what stands in the log."""
    member = ground.person(door.database, Role.PARTICIPANT)
    debtor, first, last = together.carry_out(
        (HOUSE, ask("counter.owe", {"creditor": "nobody"})),
        (member.credential, add(1)),
        (member.credential, add(1)),
    )

    assert debtor.code is Code.CONFLICT
    assert (dict(first.seqs), dict(last.seqs)) == ({PLACE: 1}, {PLACE: 2})


def test_a_command_without_a_rule_is_forbidden_to_everybody(door: Door) -> None:
    assert code_of(lambda: door.carry_out(HOUSE, ask("counter.unruled"))) is Code.NOT_FOUND
    assert value_of(door.database) == 0
