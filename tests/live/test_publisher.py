"""The publisher: everything once and in order, whoever committed it."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.counted import counted
from tests.foundation.ground import HALL_PLACE, OTHER_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, add, ask
from tests.live.telling import Wire, change

from foundation import clock
from foundation.database import Database
from foundation.door import Door
from foundation.policy import Role
from live import fanout, subscriptions
from live.limits import USUAL
from live.subscriptions import JOINING


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


def test_with_threads_nobody_is_told_anything_after_they_were_evicted(
    wire: Wire, member: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread evicts one of them as soon as it has been looked at who is to be told."""
    one, two = wire.follower(member, PLACE), wire.follower(other, PLACE)
    cleared = wire.subscriptions.cleared

    def then_evict(name: str, version: int) -> Any:
        found = cleared(name, version)
        if wire.subscriptions.leave(one.socket, name):
            fanout.send([one.socket], "evicted", "{}")
        return found

    monkeypatch.setattr(wire.subscriptions, "cleared", then_evict)
    change(wire.door)
    wire.publisher.tell()

    assert one.heard() == [("evicted", {})]
    assert two.numbers(PLACE) == [1]


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


def test_what_was_announced_twice_is_told_once(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door, 2)

    wire.publisher.announce(ground.events_of(wire.door.database))
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2]


def test_what_is_announced_before_anybody_says_from_where_is_told_from_there(
    wire: Wire, member: Person
) -> None:
    change(wire.door, 5)
    wire.publisher.tell()
    joining = wire.ears.of(member, PLACE)

    change(wire.door, 2)
    wire.publisher.tell()

    assert joining.numbers(PLACE) == [6, 7]


def test_of_very_many_those_who_may_already_read_more_are_told_of_what_was_before(
    wire: Wire, database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody's rights have changed since, and everybody was looked at again."""
    monkeypatch.setattr(subscriptions, "AT_ONCE", 1)
    ears = [wire.follower(member, PLACE) for _ in range(3)]
    change(wire.door)
    wire.door.carry_out(HOUSE, ask("hall.admit", {"person": ground.person(database).id}, place=HALL_PLACE))
    wire.clearance.check([ear.socket for ear in ears])

    wire.publisher.tell()

    assert [ear.numbers(PLACE) for ear in ears] == [[1], [1], [1]]


def test_a_false_hint_about_a_person_is_one_question(wire: Wire, database: Database, member: Person) -> None:
    wire.door.carry_out(HOUSE, ask("session.close", {"key": "another"}, place=member.stream))
    wire.ears.of(member)
    wire.publisher.look()
    wire.publisher.tell()

    with database.reading() as connection, counted(connection) as statements:
        wire.publisher.look_at(member.stream)
        wire.publisher.tell()

    # The head, and what comes after it.
    assert [statement.split()[0] for statement in statements].count("SELECT") == 2


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


def test_where_nothing_has_come_a_look_is_one_question(
    wire: Wire, database: Database, member: Person, second_door: Door
) -> None:
    """It is taken once a second, however many there are."""
    second_door.carry_out(HOUSE, ask("session.close", {"key": "another"}, place=member.stream))
    change(second_door, 300)
    ears = [wire.follower(member, PLACE), wire.ears.of(member, OTHER_PLACE)]
    wire.publisher.look()
    wire.publisher.tell()

    with database.reading() as connection, counted(connection) as statements:
        wire.publisher.look()
        wire.publisher.tell()

    assert [statement.split()[0] for statement in statements].count("SELECT") == 1
    assert [ear.heard() for ear in ears] == [[], []]


def test_a_stream_that_is_read_for_the_first_time_meanwhile_does_not_disturb_the_look(
    wire: Wire, member: Person
) -> None:
    """Whoever has joined says a little later from where on they want to be told."""
    wire.door.listeners.clear()
    change(wire.door, place=OTHER_PLACE)
    ear = wire.follower(member, PLACE)
    wire.subscriptions.join(ear.socket, OTHER_PLACE, JOINING)
    change(wire.door)

    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1]


def test_how_late_events_are_told_is_measured_from_the_first_of_them(wire: Wire, member: Person) -> None:
    ear = wire.follower(member, PLACE)
    change(wire.door)
    clock.move(timedelta(seconds=20))
    change(wire.door)
    wire.publisher.tell()

    [measured] = wire.publisher.lag.collect()
    found = {sample.name.rpartition("_")[2]: sample.value for sample in measured.samples}

    assert ear.numbers(PLACE) == [1, 2]
    assert (found["count"], round(found["sum"] / 10)) == (1, 2)


def test_how_late_events_are_told_is_sorted_by_the_same_steps_as_ever(wire: Wire) -> None:
    """An operator's graphs of last year are compared with today's."""
    [measured] = wire.publisher.lag.collect()

    steps = [float(sample.labels["le"]) for sample in measured.samples if "le" in sample.labels]

    assert steps == [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, math.inf]


def test_what_is_followed_and_waited_for_is_looked_at(wire: Wire, member: Person) -> None:
    wire.follower(member, PLACE)
    wire.publisher.expect(PLACE)

    assert wire.publisher.followed() == {PLACE, member.stream}


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
