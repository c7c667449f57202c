"""The publisher where a reader's past no longer holds: whoever may read is told to load anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import PLACE, Person
from tests.live.ears import Ear
from tests.live.telling import Wire, change

from foundation import clock, eventlog
from foundation.database import Database
from foundation.eventlog import Head
from foundation.policy import Role
from live import fanout, subscriptions
from live.subscriptions import JOINING


def test_a_new_epoch_is_announced_and_nothing_of_the_old_one_follows(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, 2)
    wire.publisher.tell()
    ear.heard()
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)

    wire.publisher.look()
    wire.publisher.tell()
    assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]
    change(wire.door)
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [3]


def test_a_new_epoch_that_was_seen_is_announced_before_our_own_event_is_told(
    wire: Wire, member: Person
) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door)
    wire.publisher.tell()
    ear.heard()
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)
    change(wire.door)

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


def test_a_new_epoch_is_not_announced_to_who_is_only_about_to_be_allowed(
    wire: Wire, database: Database, member: Person
) -> None:
    ear = wire.follower(member, PLACE)
    stranger = wire.ears.of(ground.person(database), PLACE, cleared=JOINING)
    change(wire.door)
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]
    assert stranger.heard() == []


def test_of_very_many_all_who_stay_are_told_of_a_new_epoch(
    wire: Wire, database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others have a turn in between, and one of them takes a seat away."""
    monkeypatch.setattr(subscriptions, "AT_ONCE", 1)
    leaving = ground.person(database, Role.PARTICIPANT)
    first, second, third = (wire.follower(each, PLACE) for each in (member, leaving, member))
    change(wire.door)
    wire.publisher.tell()
    for ear in (first, second, third):
        ear.heard()
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)
    put = first.socket.engine.queue.put

    def leave(packet: Any) -> None:
        put(packet)
        wire.subscriptions.leave(second.socket, PLACE)

    monkeypatch.setattr(first.socket.engine.queue, "put", leave)
    wire.publisher.look()
    wire.publisher.tell()

    reset = [("reset", {"stream": PLACE, "epoch": epoch})]
    assert [ear.heard() for ear in (first, second, third)] == [reset, [], reset]


def test_who_has_missed_what_is_no_longer_kept_is_told_to_load_anew(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, 2)
    wire.publisher.tell()
    ear.heard()
    epoch = ground.head_of(wire.door.database).epoch
    wire.door.listeners.clear()
    change(wire.door, 2)
    with wire.door.database.transaction() as connection:
        eventlog.trim(connection, clock.now() + timedelta(seconds=1))

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


def test_a_new_epoch_raises_the_flag(wire: Wire) -> None:
    change(wire.door)
    flag = wire.publisher.expect(PLACE)
    wire.publisher.began(PLACE, ground.head_of(wire.door.database))
    with wire.door.database.transaction() as connection:
        eventlog.begin_epoch(connection, PLACE)

    wire.publisher.look()
    wire.publisher.tell()

    assert flag.is_set()


def test_each_new_epoch_is_announced_whatever_it_is_called(wire: Wire, member: Person) -> None:
    """They are made by chance and have no order."""
    ear = wire.follower(member, PLACE)
    change(wire.door)
    wire.publisher.tell()
    ear.heard()

    for _ in range(8):
        with wire.door.database.transaction() as connection:
            epoch = eventlog.begin_epoch(connection, PLACE)
        wire.publisher.look()
        wire.publisher.tell()
        assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


def one_who_read_before(wire: Wire, member: Person) -> tuple[Ear, Head, str]:
    """They have joined and read; then an epoch has begun, before they said how far."""
    change(wire.door)
    slow = wire.ears.of(member, PLACE, cleared=JOINING)
    head = ground.head_of(wire.door.database)
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)
    return slow, head, epoch


def test_whoever_has_read_in_an_epoch_that_is_over_by_now_is_told_to_load_anew(
    wire: Wire, member: Person, other: Person
) -> None:
    """Both joined; one read before the epoch began, the other after it and said so first."""
    slow, head, epoch = one_who_read_before(wire, member)
    wire.follower(other, PLACE)

    wire.subscriptions.join(slow.socket, PLACE, 0)
    wire.publisher.began(PLACE, head)
    assert wire.publisher.heads([PLACE]) == {PLACE: 0}
    wire.publisher.look()
    wire.publisher.tell()

    assert slow.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


@pytest.mark.parametrize("over", ["0", "~"])
def test_whoever_has_read_in_an_epoch_that_is_over_is_told_that_before_any_event(
    wire: Wire, member: Person, other: Person, over: str
) -> None:
    """Epochs have no order; and the event that is on its way would fit on what they have read."""
    slow = wire.ears.of(member, PLACE, cleared=JOINING)
    change(wire.door)
    epoch = ground.head_of(wire.door.database).epoch
    wire.follower(other, PLACE)

    wire.subscriptions.join(slow.socket, PLACE, 0)
    wire.publisher.began(PLACE, Head(over, 0, 0))
    wire.publisher.tell()

    assert slow.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


def test_whoever_has_read_in_the_new_epoch_first_hides_it_from_nobody(
    wire: Wire, member: Person, other: Person
) -> None:
    change(wire.door)
    ear = wire.follower(member, PLACE)
    with wire.door.database.transaction() as connection:
        epoch = eventlog.begin_epoch(connection, PLACE)
    wire.follower(other, PLACE)

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.heard() == [("reset", {"stream": PLACE, "epoch": epoch})]


def test_whoever_says_so_while_the_others_are_told_is_told_with_the_next_look(
    wire: Wire, member: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have read in an epoch that is over; what is told meanwhile must not cover that."""
    slow, head, epoch = one_who_read_before(wire, member)
    wire.follower(other, PLACE)
    change(wire.door)
    send = fanout.send_in_turns

    def meanwhile(*arguments: Any, **named: Any) -> None:
        wire.subscriptions.join(slow.socket, PLACE, 0)
        wire.publisher.began(PLACE, head)
        send(*arguments, **named)

    monkeypatch.setattr(fanout, "send_in_turns", meanwhile)
    wire.publisher.tell()
    monkeypatch.undo()
    wire.publisher.look()
    wire.publisher.tell()

    assert ("reset", {"stream": PLACE, "epoch": epoch}) in slow.heard()
