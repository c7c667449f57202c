"""Subscriptions: who follows what, cleared for which version."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest

from foundation.policy import Actor, ActorKind, Credential
from live.subscriptions import JOINING, Socket, Subscriptions


def socket(sid: str, person: str = "p1") -> Socket:
    credential = Credential("session", sid)
    return Socket(sid, None, Actor(kind=ActorKind.PERSON, id=person), credential)


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions()


def test_who_follows_is_found_by_stream_and_by_person(subscriptions: Subscriptions) -> None:
    one, two, other = socket("a"), socket("b"), socket("c", "p2")
    for each in (one, two, other):
        subscriptions.add(each)
    subscriptions.join(one, "s", 3)
    subscriptions.join(other, "s", 4)

    assert subscriptions.following("s") == [one, other]
    assert subscriptions.of_person("p1") == [one, two]
    assert subscriptions.streams() == {"s", "person/p1", "person/p2"}
    assert subscriptions.get("a") is one
    assert (subscriptions.get("x"), len(subscriptions)) == (None, 3)
    assert [subscriptions.follows(name) for name in ("s", "t", "person/p1", "person/p3")] == [
        True,
        False,
        True,
        False,
    ]


def test_who_leaves_leaves_nothing_behind(subscriptions: Subscriptions) -> None:
    one = socket("a")
    subscriptions.add(one)
    subscriptions.join(one, "s", 0)
    subscriptions.join(one, "t", 0)

    assert subscriptions.leave(one, "s")
    assert not subscriptions.leave(one, "s")
    assert subscriptions.following("s") == []
    assert subscriptions.remove("a") is one
    assert subscriptions.remove("a") is None
    assert (one.cleared, subscriptions.streams(), len(subscriptions)) == ({}, set(), 0)
    assert (subscriptions._followers, subscriptions._persons) == ({}, {})


def test_a_socket_that_is_gone_joins_nothing(subscriptions: Subscriptions) -> None:
    one = socket("a")
    subscriptions.add(one)
    subscriptions.remove("a")

    subscriptions.join(one, "s", 0)
    subscriptions.clear(one, "s", 3)

    assert subscriptions.following("s") == []
    assert one.cleared == {}


def test_only_who_is_cleared_for_a_version_may_be_told_of_it(subscriptions: Subscriptions) -> None:
    joining, old, new = socket("a"), socket("b"), socket("c")
    for each, version in ((joining, JOINING), (old, 3), (new, 4)):
        subscriptions.add(each)
        subscriptions.join(each, "s", version)

    assert subscriptions.cleared("s", 4) == ((new,), (joining, old))
    assert subscriptions.cleared("s", 0) == ((old, new), (joining,))
    subscriptions.clear(joining, "s", 4)
    assert subscriptions.cleared("s", 4) == ((joining, new), (old,))


def test_who_may_be_told_is_sorted_anew_only_when_something_has_changed(subscriptions: Subscriptions) -> None:
    one, two = socket("a"), socket("b")
    for each in (one, two):
        subscriptions.add(each)
        subscriptions.join(each, "s", 1)
    before = subscriptions.cleared("s", 1)
    subscriptions.clear(one, "s", 1)
    assert subscriptions.cleared("s", 1)[0] is before[0]

    subscriptions.clear(one, "s", 0)
    assert subscriptions.cleared("s", 1) == ((two,), (one,))
    subscriptions.join(one, "s", 1)
    assert subscriptions.cleared("s", 1) == ((one, two), ())
    subscriptions.leave(two, "s")
    assert subscriptions.cleared("s", 1) == ((one,), ())
    subscriptions.remove(one.sid)
    assert subscriptions.cleared("s", 1) == ((), ())
    assert subscriptions._sorted == {}


def test_reading_from_an_older_state_takes_no_clearance_back(subscriptions: Subscriptions) -> None:
    one = socket("a")
    subscriptions.add(one)
    for version in (JOINING, 4, 3, JOINING):
        subscriptions.join(one, "s", version)

    assert one.cleared == {"s": 4}


def test_leaving_says_whether_anything_was_told_before(subscriptions: Subscriptions) -> None:
    one = socket("a")
    subscriptions.add(one)
    subscriptions.join(one, "s", JOINING)

    assert not subscriptions.leave(one, "s")


def test_whoever_was_here_and_leaves_is_noticed(subscriptions: Subscriptions) -> None:
    gone: list[str] = []
    subscriptions.absent = gone.append
    one = socket("a")
    subscriptions.add(one)
    for name in ("s", "t", "u"):
        subscriptions.join(one, name, 0)
    one.here |= {"s", "t"}

    subscriptions.leave(one, "u")
    assert gone == []
    subscriptions.leave(one, "s")
    assert gone == ["s"]
    subscriptions.remove("a")
    assert gone == ["s", "t"]


def test_many_threads_leave_it_consistent(subscriptions: Subscriptions) -> None:
    def work(number: int) -> None:
        draw = random.Random(number)
        mine: list[Any] = [socket(f"{number}-{n}", f"p{n % 3}") for n in range(5)]
        for _ in range(300):
            one, stream = draw.choice(mine), f"s{draw.randrange(4)}"
            act = draw.randrange(5)
            if act == 0:
                subscriptions.add(one)
            elif act == 1:
                subscriptions.remove(one.sid)
            elif act == 2:
                subscriptions.leave(one, stream)
            else:
                subscriptions.join(one, stream, 1)
            subscriptions.cleared(stream, 1)
            subscriptions.streams()
        for one in mine:
            subscriptions.remove(one.sid)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(subscriptions), subscriptions._followers, subscriptions._persons) == (0, {}, {})
