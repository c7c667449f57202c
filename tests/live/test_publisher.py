"""The publisher: everything once and in order, whoever committed it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import HALL_PLACE, OTHER_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, add, ask
from tests.live.telling import Wire, change

from foundation import clock, eventlog
from foundation.database import Database
from foundation.policy import Role
from live import subscriptions
from live.limits import USUAL


def test_what_is_committed_is_told_in_order(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)

    change(wire.door, 3)
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2, 3]


def test_what_came_up_together_is_told_in_one_message(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, 3)
    wire.publisher.tell()
    change(wire.door, 2)
    wire.publisher.tell()

    told = [[event["seq"] for event in argument["events"]] for _name, argument in ear.heard()]

    assert told == [[1, 2, 3], [4, 5]]


def test_a_message_holds_a_hundred_events_at_most(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, USUAL.events_per_message + 5)

    wire.publisher.tell()

    assert [len(argument["events"]) for _name, argument in ear.heard()] == [USUAL.events_per_message, 5]


def test_of_very_many_nobody_is_told_anything_after_they_were_evicted(
    wire: Wire, database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others have a turn in between, and one of them takes a right away."""
    monkeypatch.setattr(subscriptions, "AT_ONCE", 1)
    leaving = ground.person(database, Role.PARTICIPANT)
    first, second, third = (wire.follower(each, PLACE) for each in (member, leaving, member))
    put = first.socket.engine.queue.put

    def revoke(packet: Any) -> None:
        put(packet)
        monkeypatch.setattr(first.socket.engine.queue, "put", put)
        wire.door.carry_out(HOUSE, ask("hall.dismiss", {"person": leaving.id}, place=HALL_PLACE))
        wire.clearance.check([second.socket])

    monkeypatch.setattr(first.socket.engine.queue, "put", revoke)
    change(wire.door)
    wire.publisher.tell()
    change(wire.door)
    wire.publisher.tell()

    assert second.heard() == [("evicted", {"stream": PLACE})]
    assert (first.numbers(PLACE), third.numbers(PLACE)) == ([1, 2], [1, 2])


def test_an_event_is_told_as_the_log_has_it(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    wire.door.carry_out(HOUSE, add(1, note='Größe "1" \\ \u2028 💚'))
    wire.publisher.tell()

    [(name, told)] = ear.heard()

    [event] = ground.events_of(wire.door.database)
    assert (name, told) == ("events", {"stream": PLACE, "events": [json.loads(event.as_json())]})


def test_each_is_told_what_it_follows_and_no_more(wire: Wire, member: Person) -> None:
    here, there = wire.follower(member, PLACE), wire.follower(member, OTHER_PLACE)

    change(wire.door, 2)
    change(wire.door, 1, place=OTHER_PLACE)
    wire.publisher.tell()

    assert (here.numbers(PLACE), there.numbers(OTHER_PLACE)) == ([1, 2], [1])


def test_what_nobody_follows_is_forgotten(wire: Wire, member: Person) -> None:
    change(wire.door)
    wire.publisher.tell()

    assert wire.publisher.heads([PLACE]) == {}
    ear = wire.follower(member, PLACE)
    wire.subscriptions.remove(ear.socket.sid)
    wire.publisher.look()
    assert wire.publisher._told == {}


def test_events_announced_the_wrong_way_round_are_told_in_order(wire: Wire, member: Person) -> None:
    """Two threads may come out of the door in another order than they went in."""
    ear = wire.follower(member, PLACE)
    wire.door.listeners.clear()
    change(wire.door, 4)
    committed = ground.events_of(wire.door.database)

    wire.publisher.announce([committed[1]])
    wire.publisher.announce([committed[0]])
    wire.publisher.tell()
    wire.publisher.announce([committed[3]])
    wire.publisher.tell()
    wire.publisher.announce([committed[2]])
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2, 3, 4]


def test_an_announcement_that_was_told_already_is_not_told_again(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, 2)
    wire.publisher.tell()
    ear.heard()

    wire.publisher.announce(ground.events_of(wire.door.database))
    wire.publisher.tell()

    assert ear.heard() == []


def test_heads_say_how_far_was_told(wire: Wire, member: Person) -> None:
    wire.follower(member, PLACE)
    assert wire.publisher.heads([PLACE, OTHER_PLACE]) == {PLACE: 0}

    change(wire.door, 3)
    wire.publisher.tell()

    assert wire.publisher.heads([PLACE, OTHER_PLACE]) == {PLACE: 3}


def test_a_hint_of_a_stream_that_has_not_begun_tells_nothing(wire: Wire, member: Person) -> None:
    ear = wire.ears.of(member, PLACE)

    wire.publisher.look_at(PLACE)
    wire.publisher.tell()
    assert ear.heard() == []
    change(wire.door)
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1]


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


def test_a_flag_is_raised_by_news_and_by_nothing_else(wire: Wire) -> None:
    flag = wire.publisher.expect(PLACE)
    wire.publisher.began(PLACE, ground.head_of(wire.door.database))

    wire.publisher.look()
    wire.publisher.tell()
    change(wire.door, place=OTHER_PLACE)
    wire.publisher.tell()
    wire.publisher.look_at(PLACE)
    wire.publisher.tell()
    assert not flag.is_set()
    change(wire.door)
    wire.publisher.tell()
    assert flag.is_set()

    wire.publisher.expect_no_more(PLACE, flag)
    assert wire.publisher.followed() == set()


def test_a_new_epoch_raises_the_flag(wire: Wire) -> None:
    change(wire.door)
    flag = wire.publisher.expect(PLACE)
    wire.publisher.began(PLACE, ground.head_of(wire.door.database))
    with wire.door.database.transaction() as connection:
        eventlog.begin_epoch(connection, PLACE)

    wire.publisher.look()
    wire.publisher.tell()

    assert flag.is_set()
