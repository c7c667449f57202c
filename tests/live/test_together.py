"""Reads that several ask for at the same time: one transaction, an answer each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.foundation import ground
from tests.foundation.ground import FAR_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, add
from tests.live.client import wait_until
from tests.live.telling import Broken

from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code
from foundation.lanes import _Lane
from foundation.policy import Credential
from live.together import Begun, Together


@pytest.fixture
def together(door: Door) -> Together:
    return Together(door, most=500)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What is read while the test says so."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def at_once(together: Together, *asks: Callable[[], Any]) -> Sequence[Any]:
    """What each is answered, or the error it gets; they queue up while somebody else has the turn."""
    outcomes: dict[int, Any] = {}

    def run(number: int, ask: Callable[[], Any]) -> None:
        try:
            outcomes[number] = ask()
        except Exception as error:  # noqa: BLE001 -- the outcome is what the test looks at
            outcomes[number] = error

    lane = together._lane._lanes[""] = _Lane(users=1)
    threads = [threading.Thread(target=run, args=one) for one in enumerate(asks)]
    with lane.turn:
        for thread in threads:
            thread.start()
        wait_until(lambda: len(lane.waiting) == len(asks), "all of them wait")
    for thread in threads:
        thread.join(20)
    return [outcomes[number] for number in range(len(asks))]


def numbers(begun: Any) -> list[int]:
    return [event.seq for event in begun.caught_up.events]


def test_however_many_ask_it_is_read_once(
    together: Together, database: Database, door: Door, statements: list[str]
) -> None:
    """Who they are, their places, the heads; and what came, once for all who stand at the same number."""
    people = [ground.person(database, ground.Role.PARTICIPANT) for _ in range(4)]
    for _ in range(3):
        door.carry_out(HOUSE, add(1))
    epoch = ground.head_of(database).epoch
    statements.clear()

    def ask(person: Person, seq: int) -> Callable[[], Any]:
        return lambda: together.catch_up(person.credential, PLACE, epoch=epoch, seq=seq)

    told = at_once(
        together,
        *(ask(person, 1) for person in people),
        ask(people[0], 2),
        ask(people[0], 3),
        lambda: together.find(people[0].credential),
    )

    assert [numbers(begun) for begun in told[:6]] == [[2, 3]] * 4 + [[3], []]
    assert [begun.reader for begun in told[:4]] == [person.id for person in people]
    assert told[6].id == people[0].id
    assert len(statements) == 6


def test_each_is_refused_by_itself(together: Together, database: Database) -> None:
    member = ground.person(database, ground.Role.PARTICIPANT)
    nobody = Credential("session", "unknown")

    def ask(credential: Credential, name: str) -> Callable[[], Any]:
        return lambda: together.catch_up(credential, name, epoch="", seq=0)

    told = at_once(
        together,
        ask(member.credential, PLACE),
        ask(member.credential, FAR_PLACE),
        ask(member.credential, "counter/n0such0counter00"),
        ask(member.credential, "nothing"),
        ask(nobody, PLACE),
        lambda: together.find(nobody),
    )

    assert told[0].caught_up.events is None
    assert [refusal.code for refusal in told[1:5]] == [Code.NOT_FOUND] * 3 + [Code.UNKNOWN_ACTOR]
    assert told[5] is None


def test_a_name_that_the_database_cannot_read_spoils_nothing_for_the_others(
    together: Together, member: Person
) -> None:
    """PostgreSQL refuses to look for this sign at all."""
    asked = [f"{PLACE}\0", PLACE, "\0"]

    told = at_once(
        together,
        *(lambda name=name: together.catch_up(member.credential, name, epoch="", seq=0) for name in asked),
    )

    assert [getattr(one, "code", type(one)) for one in told] == [Code.NOT_FOUND, Begun, Code.NOT_FOUND]


def test_what_breaks_breaks_for_all_of_them_and_the_next_are_answered(
    together: Together, member: Person, broken: Broken
) -> None:
    broken.on = True
    asks = [lambda: together.find(member.credential)] * 3

    told = at_once(together, *asks)

    assert [type(error) for error in told] == [OperationalError] * 3
    broken.on = False
    assert [actor.id for actor in at_once(together, *asks)] == [member.id] * 3


def test_what_is_asked_while_a_read_is_under_way_is_not_answered_from_it(
    together: Together, member: Person, database: Database, door: Door
) -> None:
    """Whoever has joined first and asked then must not be told how it was before."""
    door.carry_out(HOUSE, add(1))
    epoch = ground.head_of(database).epoch
    later: list[Any] = []
    reads: list[str] = []

    def ask() -> Any:
        return together.catch_up(member.credential, PLACE, epoch=epoch, seq=1)

    asking = threading.Thread(target=lambda: later.append(ask()))

    def meanwhile(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM stream" in statement and not reads:
            reads.append(statement)
            door.carry_out(HOUSE, add(1))
            asking.start()
            wait_until(lambda: together._lane._lanes[""].waiting, "the second one waits")

    event.listen(database.engine, "before_cursor_execute", meanwhile)
    earlier = ask()
    asking.join(20)
    event.remove(database.engine, "before_cursor_execute", meanwhile)

    assert (numbers(earlier), [numbers(begun) for begun in later]) == ([], [[2]])
