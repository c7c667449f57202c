"""Presence: who is here now; the latest wins, and nobody stays as a ghost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import OTHER_PLACE, PLACE, Person
from tests.live.ears import Ear
from tests.live.telling import Wire

from foundation.database import Database
from foundation.policy import Role
from live.presence import FORGET, SAY_AGAIN, Presence
from live.subscriptions import JOINING


class Time:
    """A clock of the test's own."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def presence(wire: Wire, time: Time) -> Presence:
    return Presence(wire.subscriptions, monotonic=time)


@pytest.fixture
def said(presence: Presence) -> list[tuple[str, list[str]]]:
    """What is told to other processes."""
    told: list[tuple[str, list[str]]] = []
    presence.say = lambda stream, people: told.append((stream, sorted(people)))
    return told


def people(database: Database, count: int) -> list[Person]:
    return [ground.person(database, Role.PARTICIPANT) for _ in range(count)]


def shown(ear: Ear, stream: str = PLACE) -> list[list[str]]:
    """The lists that one screen was shown."""
    found = []
    for name, told in ear.heard():
        assert (name, told["stream"]) == ("presence", stream)
        found.append([person["id"] for person in told["people"]])
    return found


def test_who_comes_and_goes_is_shown_to_everybody_at_the_place(
    wire: Wire, presence: Presence, database: Database
) -> None:
    one, two = people(database, 2)
    here, other, elsewhere = (
        wire.follower(one, PLACE),
        wire.follower(two, PLACE),
        wire.follower(two, OTHER_PLACE),
    )

    presence.set(here.socket, PLACE, here=True)
    presence.tick()
    assert (shown(here), shown(other), elsewhere.heard()) == ([[one.id]], [[one.id]], [])
    presence.set(here.socket, PLACE, here=False)
    presence.tick()

    assert (shown(here), shown(other)) == ([[]], [[]])


def test_nothing_changed_and_nothing_is_said(wire: Wire, presence: Presence, database: Database) -> None:
    ear = wire.follower(people(database, 1)[0], PLACE)
    presence.set(ear.socket, PLACE, here=True)
    presence.tick()
    ear.heard()

    presence.tick()

    assert ear.heard() == []


def test_many_changes_make_one_message_a_tick(wire: Wire, presence: Presence, database: Database) -> None:
    ears = [wire.follower(person, PLACE) for person in people(database, 5)]

    for _ in range(3):
        for ear in ears:
            presence.set(ear.socket, PLACE, here=True)
    presence.tick()

    assert [len(shown(ear)) for ear in ears] == [1] * 5


def test_somebody_with_two_windows_is_shown_once(wire: Wire, presence: Presence, database: Database) -> None:
    [one] = people(database, 1)
    first, second = wire.follower(one, PLACE), wire.follower(one, PLACE)
    presence.set(first.socket, PLACE, here=True)
    presence.set(second.socket, PLACE, here=True)
    presence.tick()
    assert shown(first) == [[one.id]]

    wire.subscriptions.remove(second.socket.sid)
    presence.tick()

    assert shown(first) == [[one.id]]


@pytest.mark.parametrize("how", ["remove", "leave"])
def test_who_is_cut_off_or_leaves_is_no_longer_shown(
    wire: Wire, presence: Presence, database: Database, how: str
) -> None:
    one, two = people(database, 2)
    going, staying = wire.follower(one, PLACE), wire.follower(two, PLACE)
    presence.set(going.socket, PLACE, here=True)
    presence.tick()
    staying.heard()

    if how == "remove":
        wire.subscriptions.remove(going.socket.sid)
    else:
        wire.subscriptions.leave(going.socket, PLACE)
    presence.tick()

    assert shown(staying) == [[]]


def test_a_newcomer_is_told_who_is_there_and_nobody_else_is_bothered(
    wire: Wire, presence: Presence, database: Database
) -> None:
    one, two = people(database, 2)
    there = wire.follower(one, PLACE)
    presence.set(there.socket, PLACE, here=True)
    presence.tick()
    there.heard()

    newcomer = wire.follower(two, PLACE)
    presence.greet(newcomer.socket, PLACE)
    presence.tick()

    assert (shown(newcomer), there.heard()) == ([[one.id]], [])


def test_who_is_not_cleared_yet_is_told_nothing(wire: Wire, presence: Presence, database: Database) -> None:
    one, two = people(database, 2)
    there, joining = wire.follower(one, PLACE), wire.ears.of(two, PLACE, cleared=JOINING)

    presence.set(there.socket, PLACE, here=True)
    presence.greet(joining.socket, PLACE)
    presence.tick()

    assert joining.heard() == []


def test_people_are_sorted_by_name(wire: Wire, presence: Presence, database: Database) -> None:
    ears = [wire.follower(person, PLACE) for person in people(database, 6)]
    for ear in ears:
        presence.set(ear.socket, PLACE, here=True)

    names = [person["name"] for person in presence.people(PLACE)]

    assert names == sorted(names)
    assert len(names) == 6


# --- other processes


def test_who_is_at_another_process_is_shown_here(wire: Wire, presence: Presence, database: Database) -> None:
    one, two = people(database, 2)
    ear = wire.follower(one, PLACE)
    presence.set(ear.socket, PLACE, here=True)

    presence.heard("p2", PLACE, {two.id: "Zweite"})
    presence.tick()
    assert sorted(shown(ear)[0]) == sorted([one.id, two.id])
    presence.heard("p2", PLACE, {two.id: "Zweite"})
    presence.tick()
    assert ear.heard() == []
    presence.heard("p2", PLACE, {})
    presence.tick()

    assert shown(ear) == [[one.id]]


def test_a_process_that_went_silent_is_forgotten(
    wire: Wire, presence: Presence, database: Database, time: Time
) -> None:
    one, two = people(database, 2)
    ear = wire.follower(one, PLACE)
    presence.heard("p2", PLACE, {two.id: "Zweite"})
    presence.tick()
    assert shown(ear) == [[two.id]]

    time.now += FORGET - 1
    presence.tick()
    assert ear.heard() == []
    time.now += 2
    presence.tick()

    assert shown(ear) == [[]]
    assert presence._elsewhere == {}
    assert FORGET < 35


def test_others_are_told_what_changes_and_everything_again_before_they_forget(
    wire: Wire, presence: Presence, database: Database, time: Time, said: list[Any]
) -> None:
    one = people(database, 1)[0]
    ear = wire.follower(one, PLACE)
    presence.set(ear.socket, PLACE, here=True)
    presence.tick()
    assert said == [(PLACE, [one.id])]
    said.clear()

    for _ in range(int(FORGET)):
        time.now += 1
        presence.tick()

    assert len(said) == int(FORGET / SAY_AGAIN)
    assert set(map(repr, said)) == {repr((PLACE, [one.id]))}


def test_everything_is_said_again_when_asked(
    wire: Wire, presence: Presence, database: Database, said: list[Any]
) -> None:
    one = people(database, 1)[0]
    ear = wire.follower(one, PLACE, OTHER_PLACE)
    for place in (PLACE, OTHER_PLACE):
        presence.set(ear.socket, place, here=True)
    presence.tick()
    said.clear()

    presence.say_again()
    presence.tick()
    presence.tick()

    assert sorted(said) == sorted([(PLACE, [one.id]), (OTHER_PLACE, [one.id])])
