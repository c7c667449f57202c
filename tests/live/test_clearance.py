"""Clearance: open sockets are looked at again, all of them with the same few queries."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from tests.foundation import ground
from tests.foundation.ground import FAR_PLACE, HALL_PLACE, OTHER_PLACE, PLACE
from tests.foundation.probe import HOUSE, ask
from tests.live.client import wait_until
from tests.live.telling import Broken, Wire

from foundation import clock
from foundation.database import Database
from foundation.policy import Role
from live import clearance as clearance_module
from live.clearance import TOGETHER, Clearance
from live.limits import USUAL
from live.subscriptions import JOINING


@pytest.fixture
def clearance(wire: Wire) -> Clearance:
    return wire.clearance


@pytest.fixture
def watched(clearance: Clearance, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The loop runs, a hundred times a second."""
    monkeypatch.setattr(clearance_module, "EVERY", 0.01)
    stopping = threading.Event()
    watching = threading.Thread(target=clearance.watch, args=(stopping,))
    watching.start()
    yield
    stopping.set()
    watching.join(10)


def test_who_may_still_read_stays_and_is_cleared_for_the_present_version(
    wire: Wire, clearance: Clearance, database: Database
) -> None:
    ear = wire.follower(ground.person(database, Role.PARTICIPANT), PLACE, OTHER_PLACE)
    guest = ground.person(database)
    wire.door.carry_out(HOUSE, ask("hall.admit", {"person": guest.id}, place=HALL_PLACE))

    clearance.check([ear.socket])

    assert ear.socket.cleared == {PLACE: 1, OTHER_PLACE: 1}
    assert ear.heard() == []


def test_who_may_no_longer_read_is_told_once_and_gets_nothing_more(
    wire: Wire, clearance: Clearance, database: Database
) -> None:
    person = ground.person(database, Role.PARTICIPANT)
    ear = wire.follower(person, PLACE, OTHER_PLACE)
    ear.socket.here.add(PLACE)
    wire.door.carry_out(HOUSE, ask("hall.dismiss", {"person": person.id}, place=HALL_PLACE))

    clearance.check([ear.socket])
    clearance.check([ear.socket])

    assert sorted(map(repr, ear.heard())) == sorted(
        repr(("evicted", {"stream": place})) for place in (PLACE, OTHER_PLACE)
    )
    assert (ear.socket.cleared, ear.socket.here, ear.closed) == ({}, set(), False)


def test_who_never_was_allowed_is_not_told_that_there_is_something(
    wire: Wire, clearance: Clearance, database: Database
) -> None:
    stranger = wire.ears.of(ground.person(database), FAR_PLACE, "counter/n0such0counter00", cleared=JOINING)

    clearance.check([stranger.socket])

    assert (stranger.heard(), stranger.socket.cleared) == ([], {})


def test_who_is_nobody_any_more_is_cut_off(wire: Wire, clearance: Clearance, database: Database) -> None:
    later = clock.now() + timedelta(hours=1)
    guest = ground.person(database, Role.PARTICIPANT, ends_at=later)
    ear, other = wire.follower(guest, PLACE), wire.follower(ground.person(database, Role.PARTICIPANT), PLACE)
    clearance.check(wire.subscriptions.all())
    assert not ear.closed

    clock.move(timedelta(hours=2))
    clearance.check(wire.subscriptions.all())

    assert (ear.closed, other.closed) == (True, False)
    assert wire.subscriptions.all() == [other.socket]


def test_rights_that_came_meanwhile_are_the_sockets_own(
    wire: Wire, clearance: Clearance, database: Database
) -> None:
    person = ground.person(database)
    ear = wire.follower(person, person.stream)
    wire.door.carry_out(HOUSE, ask("hall.admit", {"person": person.id}, place=HALL_PLACE))

    clearance.check([ear.socket])

    assert ear.socket.actor.holds(Role.PARTICIPANT, HALL_PLACE)


@pytest.mark.parametrize(("sockets", "looks"), [(1, 1), (TOGETHER, 1), (TOGETHER + 1, 2)])
def test_many_cost_the_queries_of_one(
    wire: Wire, clearance: Clearance, database: Database, sockets: int, looks: int
) -> None:
    people = [ground.person(database, Role.PARTICIPANT) for _ in range(5)]
    ears = [wire.ears.of(people[n % 5], PLACE, OTHER_PLACE) for n in range(sockets)]
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    clearance.check([ear.socket for ear in ears])
    event.remove(database.engine, "before_cursor_execute", note)

    assert len(statements) == 3 * looks


def test_nobody_is_looked_at_for_nothing(clearance: Clearance, broken: Broken) -> None:
    broken.on = True

    clearance.check([])


def test_streams_joined_while_it_looks_are_left_alone(
    wire: Wire, clearance: Clearance, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was looked at is judged."""
    ear = wire.follower(ground.person(database, Role.PARTICIPANT), PLACE)
    reading = database.reading

    def join_meanwhile() -> Any:
        wire.subscriptions.join(ear.socket, OTHER_PLACE, 0)
        return reading()

    monkeypatch.setattr(database, "reading", join_meanwhile)
    clearance.check([ear.socket])

    assert set(ear.socket.cleared) == {PLACE, OTHER_PLACE}
    assert ear.heard() == []


@pytest.mark.usefixtures("watched")
def test_everybody_is_looked_at_now_and_then_and_open_pages_count_as_use(
    wire: Wire, database: Database, broken: Broken
) -> None:
    reader, idle = (ground.person(database, Role.PARTICIPANT) for _ in range(2))
    ear = wire.follower(reader, PLACE)
    wire.follower(idle, idle.stream)

    wait_until(lambda: wire.used, "the page counts as use")
    broken.on = True
    wire.door.carry_out(HOUSE, ask("session.close", {"key": reader.key}, place=reader.stream))
    broken.on = False
    wait_until(lambda: ear.closed, "the socket is cut off")

    assert set(wire.used) == {reader.credential}


def test_each_is_looked_at_when_it_is_their_turn_and_newcomers_at_once(
    wire: Wire, clearance: Clearance, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearance_module, "PARTS", 1000)
    now = time.monotonic()
    early, late, fresh = (
        wire.follower(ground.person(database, Role.PARTICIPANT), PLACE).socket for _ in range(3)
    )
    early.looked_at, late.looked_at = now - 20, now - 5
    stopping = threading.Event()
    watching = threading.Thread(target=clearance.watch, args=(stopping,))
    watching.start()

    wait_until(lambda: fresh.looked_at > now and early.looked_at > now, "their turns have come")
    stopping.set()
    watching.join(10)

    assert late.looked_at == now - 5


@pytest.mark.usefixtures("watched")
def test_who_says_nothing_after_coming_in_is_cut_off_in_the_end(
    wire: Wire, database: Database, broken: Broken
) -> None:
    """Whether or not the database answers."""
    now = time.monotonic()
    ears = [wire.ears.of(ground.person(database)) for _ in range(3)]
    ears[0].socket.silent_since, ears[1].socket.silent_since = now - USUAL.silent_seconds - 1, now + 600
    broken.on = True

    wait_until(lambda: ears[0].closed, "the silent one is cut off")

    assert [ear.closed for ear in ears] == [True, False, False]
    broken.on = False
