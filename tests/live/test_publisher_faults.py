"""The publisher when rights change or something fails: nothing gets out that must not, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import HALL_PLACE, OTHER_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, ask
from tests.live.client import wait_until
from tests.live.telling import Broken, Wire, change

from foundation import clock, eventlog, places
from foundation.database import Database
from foundation.door import Door
from foundation.eventlog import Event, Stated
from foundation.policy import Role
from live import publisher as publisher_module
from live.subscriptions import JOINING


def test_who_lost_the_right_is_evicted_before_the_next_event(wire: Wire, database: Database) -> None:
    gone, stays = (ground.person(database, Role.PARTICIPANT) for _ in range(2))
    one, other = wire.follower(gone, PLACE), wire.follower(stays, PLACE)
    change(wire.door)
    wire.door.carry_out(HOUSE, ask("hall.dismiss", {"person": gone.id}, place=HALL_PLACE))
    change(wire.door, 3)

    wire.publisher.tell()

    heard = one.heard()
    assert ("evicted", {"stream": PLACE}) in heard
    assert heard[-1][0] == "evicted"
    assert all(argument["stream"] != PLACE for name, argument in heard if name == "events")
    assert other.numbers(PLACE) == [1, 2, 3, 4]
    change(wire.door, 5)
    wire.publisher.tell()
    assert one.heard() == []


def test_who_is_evicted_here_by_a_change_elsewhere(wire: Wire, database: Database, second_door: Door) -> None:
    person = ground.person(database, Role.PARTICIPANT)
    ear = wire.follower(person, PLACE)
    second_door.carry_out(HOUSE, ask("hall.dismiss", {"person": person.id}, place=HALL_PLACE))
    change(second_door, 2)

    wire.publisher.look()
    wire.publisher.tell()

    assert [name for name, _argument in ear.heard()] == ["evicted"]


def test_who_is_only_about_to_be_allowed_gets_nothing(wire: Wire, database: Database) -> None:
    """It joins first and is looked at second; what is told in between must not reach a stranger."""
    stranger = wire.ears.of(ground.person(database), PLACE, cleared=JOINING)
    wire.follower(ground.person(database, Role.PARTICIPANT), PLACE)

    change(wire.door)
    wire.publisher.tell()

    assert stranger.heard() == []
    assert stranger.socket.cleared == {}


def test_who_has_joined_and_is_allowed_misses_nothing(wire: Wire, member: Person) -> None:
    joining = wire.ears.of(member, PLACE, cleared=JOINING)
    wire.publisher.began(PLACE, ground.head_of(wire.door.database))

    change(wire.door, 2)
    wire.publisher.tell()

    assert joining.numbers(PLACE) == [1, 2]


def test_a_session_that_is_closed_closes_its_sockets(wire: Wire, member: Person, database: Database) -> None:
    other = ground.another_session(database, member)
    closing, staying = wire.follower(member, PLACE), wire.follower(other, PLACE)

    wire.door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
    wire.publisher.tell()

    assert (closing.closed, staying.closed) == (True, False)
    assert wire.subscriptions.of_person(member.id) == [staying.socket]


def test_whose_session_has_ended_hears_nothing_more_of_what_is_told_with_it(
    wire: Wire, member: Person, other: Person
) -> None:
    closing, staying = wire.follower(member, PLACE), wire.follower(other, PLACE)

    change(wire.door)
    wire.door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
    change(wire.door)
    wire.publisher.tell()

    assert (closing.closed, closing.heard(), staying.numbers(PLACE)) == (True, [], [1, 2])


@pytest.mark.parametrize("hinted", [True, False])
def test_a_session_closed_elsewhere_right_after_connecting(
    wire: Wire, member: Person, second_door: Door, hinted: bool
) -> None:
    """Nothing is known yet of the person's own stream; the closing is noticed all the same."""
    ear = wire.ears.of(member)
    second_door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))

    if hinted:
        wire.publisher.look_at(member.stream)
    else:
        wire.publisher.look()
    wire.publisher.tell()

    assert ear.closed


def test_the_first_news_of_a_person_ever_are_noticed(wire: Wire, member: Person, second_door: Door) -> None:
    ear = wire.ears.of(member)
    wire.publisher.look()
    wire.publisher.tell()
    assert not ear.closed

    second_door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
    wire.publisher.look()

    assert ear.closed


def test_a_reader_of_their_own_stream_who_was_slower_than_the_look_misses_nothing(
    wire: Wire, member: Person, second_door: Door
) -> None:
    """Joined, read up to 0; then the look begins at 1 without telling; then the reader says it began at 0."""
    ear = wire.ears.of(member, member.stream, cleared=JOINING)
    head = ground.head_of(wire.door.database, member.stream)
    second_door.carry_out(HOUSE, ask("session.close", {"key": "another"}, place=member.stream))
    wire.publisher.look()
    wire.publisher.tell()

    wire.subscriptions.join(ear.socket, member.stream, 0)
    wire.publisher.began(member.stream, head)
    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(member.stream) == [1]


def test_our_own_events_are_told_without_reading_the_log(wire: Wire, member: Person, broken: Broken) -> None:
    with wire.door.database.transaction() as connection:
        place = places.lock(connection, [PLACE])[PLACE]
        earlier = Stated(PLACE, place, "counter.changed", clock.now(), "{}")
        eventlog.write(connection, [earlier] * 300)
    ear = wire.follower(member, PLACE)
    told = []
    for times in (1, 1, 3):
        change(wire.door, times)
        broken.on = True
        wire.publisher.tell()
        broken.on = False
        told.append(ear.numbers(PLACE))

    assert told == [[301], [302], [303, 304, 305]]


def test_a_reader_who_was_slower_than_another_misses_nothing(
    wire: Wire, member: Person, other: Person, second_door: Door
) -> None:
    """Both joined; one read before another process wrote, the other after it and said so first."""
    slow = wire.ears.of(member, PLACE, cleared=JOINING)
    head = ground.head_of(wire.door.database)
    change(second_door)
    wire.follower(other, PLACE)

    wire.subscriptions.join(slow.socket, PLACE, 0)
    wire.publisher.began(PLACE, head)
    wire.publisher.look()
    wire.publisher.tell()

    assert slow.numbers(PLACE) == [1]


def test_a_reader_who_was_slower_than_a_hint_misses_nothing(
    wire: Wire, member: Person, second_door: Door
) -> None:
    """Joined and read; then another process wrote and said so, before the reader said how far."""
    slow = wire.ears.of(member, PLACE, cleared=JOINING)
    head = ground.head_of(wire.door.database)
    change(second_door)
    wire.publisher.look_at(PLACE)
    wire.publisher.tell()

    wire.subscriptions.join(slow.socket, PLACE, 0)
    wire.publisher.began(PLACE, head)
    wire.publisher.look()
    wire.publisher.tell()

    assert slow.numbers(PLACE) == [1]


def test_whoever_joins_later_takes_nothing_from_those_who_follow(
    wire: Wire, member: Person, other: Person, second_door: Door
) -> None:
    ear = wire.follower(member, PLACE)
    change(second_door)
    wire.follower(other, PLACE)

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1]


def test_what_was_told_is_not_told_again_because_somebody_had_read_before(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    head = ground.head_of(wire.door.database)
    change(wire.door)
    wire.publisher.tell()

    wire.publisher.began(PLACE, head)
    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1]


def test_what_could_not_be_told_is_told_at_the_next_look(
    wire: Wire, member: Person, second_door: Door, broken: Broken, log: Sequence[Any]
) -> None:
    ear = wire.follower(member, PLACE)
    change(second_door)
    change(wire.door)
    broken.on = True
    wire.publisher.tell()
    assert ear.heard() == []
    broken.on = False

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2]
    assert [entry["event"] for entry in log] == ["telling_put_off"]


def test_rights_that_could_not_be_looked_at_let_nothing_through(
    wire: Wire, database: Database, broken: Broken
) -> None:
    person = ground.person(database, Role.PARTICIPANT)
    ear = wire.follower(person, PLACE)
    wire.door.carry_out(HOUSE, ask("hall.dismiss", {"person": person.id}, place=HALL_PLACE))
    change(wire.door)
    broken.on = True
    wire.publisher.tell()
    assert ear.heard() == []
    broken.on = False

    wire.publisher.look()
    wire.publisher.tell()

    assert [name for name, _argument in ear.heard()] == ["evicted"]


def test_a_closing_that_could_not_be_looked_at_is_looked_at_again(
    wire: Wire, member: Person, second_door: Door, broken: Broken
) -> None:
    ear = wire.ears.of(member)
    second_door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))
    broken.on = True
    wire.publisher.look_at(member.stream)
    wire.publisher.tell()
    assert not ear.closed
    broken.on = False

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.closed


def test_a_mistake_in_one_stream_holds_up_no_other(
    wire: Wire, member: Person, monkeypatch: pytest.MonkeyPatch, log: Sequence[Any]
) -> None:
    here, there = wire.follower(member, PLACE), wire.follower(member, OTHER_PLACE)
    change(wire.door)
    change(wire.door, place=OTHER_PLACE)
    wire.publisher._pending[PLACE][:] = [Event(PLACE, 1, "n", ground.clock.now(), "{}", None)]  # type: ignore[arg-type]  # the mistake

    wire.publisher.tell()

    assert there.numbers(OTHER_PLACE) == [1]
    assert [entry["event"] for entry in log] == ["telling_broke"]
    wire.publisher.look()
    wire.publisher.tell()
    assert here.numbers(PLACE) == [1]


def test_a_look_that_fails_is_repeated(
    wire: Wire,
    member: Person,
    second_door: Door,
    broken: Broken,
    monkeypatch: pytest.MonkeyPatch,
    log: list[Any],
) -> None:
    monkeypatch.setattr(publisher_module, "LOOK_EVERY", 0.01)
    ear = wire.follower(member, PLACE)
    stopping = threading.Event()
    broken.on = True
    loops = [
        threading.Thread(target=loop, args=(stopping,)) for loop in (wire.publisher.run, wire.publisher.watch)
    ]
    for thread in loops:
        thread.start()
    change(second_door)
    wait_until(lambda: "look_failed" in {entry["event"] for entry in log}, "a look has failed")
    broken.on = False

    told: list[int] = []
    wait_until(lambda: told.extend(ear.numbers(PLACE)) or told, "it is told")
    stopping.set()
    wire.publisher.look_at()
    for thread in loops:
        thread.join(10)

    assert told == [1]
