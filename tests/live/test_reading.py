"""Reading: rights first, and waiting for news over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import FAR_PLACE, HALL_PLACE, PLACE, Person
from tests.foundation.probe import HOUSE, add, ask, code_of
from tests.live.client import wait_until
from tests.live.telling import Wire, change

from foundation.errors import Code
from foundation.eventlog import CaughtUp
from foundation.lanes import _Lane
from foundation.policy import Credential
from live.limits import USUAL, Limits
from live.reading import Reading


@pytest.fixture
def reading(wire: Wire) -> Iterator[Reading]:
    """With the publisher's loop, which wakes those who wait."""
    stopping = threading.Event()
    telling = threading.Thread(target=wire.publisher.run, args=(stopping,))
    telling.start()
    yield Reading(wire.door, wire.publisher, wire.using)
    stopping.set()
    wire.publisher.look_at()
    telling.join(10)


class Later:
    """What a call in a thread of its own will have answered."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._outcome: Any = None
        self._thread = threading.Thread(target=self._run, args=(call,))
        self._thread.start()

    def _run(self, call: Callable[[], Any]) -> None:
        try:
            self._outcome = call()
        except Exception as error:  # noqa: BLE001 -- raised where it is asked for
            self._outcome = error

    @property
    def waits(self) -> bool:
        return self._thread.is_alive()

    def answer(self) -> Any:
        self._thread.join(20)
        assert not self._thread.is_alive()
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def wait(reading: Reading, person: Person, *, seq: int = 0, seconds: float = 20, epoch: str = "") -> Later:
    epoch = epoch or ground.head_of(reading._door.database).epoch
    return Later(lambda: reading.wait(person.credential, PLACE, epoch=epoch, seq=seq, seconds=seconds))


def waiting(reading: Reading) -> int:
    return sum(reading._waiting.values())


def numbers(answer: CaughtUp) -> list[int]:
    return [event.seq for event in answer.events or ()]


def test_who_asks_is_known_or_refused(reading: Reading, member: Person) -> None:
    assert reading.who(member.credential).id == member.id
    for credential in (None, Credential("session", "unknown")):
        assert code_of(lambda credential=credential: reading.who(credential)) is Code.UNKNOWN_ACTOR


def test_rights_come_first(reading: Reading, member: Person) -> None:
    assert code_of(lambda: reading.snapshot(member.credential, FAR_PLACE)) is Code.NOT_FOUND
    assert code_of(lambda: reading.snapshot(None, PLACE)) is Code.UNKNOWN_ACTOR
    assert code_of(lambda: reading.catch_up(member.credential, FAR_PLACE, epoch="", seq=0)) is Code.NOT_FOUND
    assert code_of(lambda: reading.wait(None, PLACE, epoch="", seq=0, seconds=9)) is Code.UNKNOWN_ACTOR


def test_a_snapshot_and_what_came_after_it(reading: Reading, member: Person) -> None:
    change(reading._door, 2)
    taken = reading.snapshot(member.credential, PLACE)
    change(reading._door, 2)

    after = reading.catch_up(member.credential, PLACE, epoch=taken["epoch"], seq=taken["seq"])

    assert (taken["seq"], taken["state"], numbers(after.caught_up)) == (2, {"value": 2}, [3, 4])
    assert after.reader == member.id


def test_what_is_there_is_answered_at_once(reading: Reading, member: Person) -> None:
    change(reading._door, 2)

    assert numbers(wait(reading, member).answer()) == [1, 2]
    assert wait(reading, member, epoch="another").answer().events is None


def test_without_patience_nothing_is_answered_at_once(reading: Reading, member: Person) -> None:
    assert numbers(wait(reading, member, seconds=0).answer()) == []


def test_news_end_the_waiting(reading: Reading, member: Person) -> None:
    asked = wait(reading, member)
    wait_until(lambda: waiting(reading))
    change(reading._door)

    assert numbers(asked.answer()) == [1]
    assert (reading._waiting, reading._publisher._waiters) == ({}, {})


def test_news_of_other_streams_do_not(reading: Reading, member: Person) -> None:
    asked = wait(reading, member, seconds=0.5)
    wait_until(lambda: waiting(reading))
    change(reading._door, place=ground.OTHER_PLACE)

    assert numbers(asked.answer()) == []


def test_old_news_do_not(reading: Reading, member: Person, wire: Wire) -> None:
    """The telling of what the reader already has comes late; the waiting goes on."""
    wire.door.listeners.clear()
    change(reading._door)
    asked = wait(reading, member, seq=1)
    wait_until(lambda: waiting(reading))
    for flag in list(wire.publisher._waiters[PLACE]):
        flag.set()
    wire.publisher.announce(ground.events_of(wire.door.database))
    time.sleep(0)
    assert asked.waits

    wire.door.listeners.append(wire.publisher.announce)
    change(reading._door)

    assert numbers(asked.answer()) == [2]


def test_the_time_ends_the_waiting(reading: Reading, member: Person) -> None:
    began = time.monotonic()

    answer = wait(reading, member, seconds=0.3).answer()

    assert numbers(answer) == []
    assert time.monotonic() - began >= 0.3


def test_nobody_waits_longer_than_the_limit(wire: Wire, member: Person) -> None:
    reading = Reading(wire.door, wire.publisher, wire.using, limits=Limits(wait_seconds=1))
    begun = time.monotonic()

    assert numbers(wait(reading, member, seconds=10_000).answer()) == []
    assert 1 <= time.monotonic() - begun < 5


def test_rights_are_looked_at_again_before_the_answer(reading: Reading, member: Person) -> None:
    asked = wait(reading, member)
    wait_until(lambda: waiting(reading))
    reading._door.carry_out(HOUSE, ask("hall.dismiss", {"person": member.id}, place=HALL_PLACE))
    reading._door.carry_out(HOUSE, add(1, note="vertraulich"))

    assert code_of(asked.answer) is Code.NOT_FOUND
    assert (reading._waiting, reading._publisher._waiters) == ({}, {})


def test_so_does_a_session_that_ends_meanwhile(reading: Reading, member: Person) -> None:
    asked = wait(reading, member, seconds=1)
    wait_until(lambda: waiting(reading))
    reading._door.carry_out(HOUSE, ask("session.close", {"key": member.key}, place=member.stream))

    assert code_of(asked.answer) is Code.UNKNOWN_ACTOR


def test_one_person_may_have_only_so_many_waiting(reading: Reading, member: Person) -> None:
    """In however many browsers; others wait beside them."""
    again = ground.another_session(reading._door.database, member)
    other = ground.person(reading._door.database, ground.Role.PARTICIPANT)
    asked = [wait(reading, (member, again)[n % 2]) for n in range(USUAL.waiting_per_person)]
    wait_until(lambda: waiting(reading) == USUAL.waiting_per_person)

    assert code_of(wait(reading, member).answer) is Code.TOO_MANY
    assert code_of(wait(reading, again).answer) is Code.TOO_MANY
    beside = wait(reading, other)
    wait_until(lambda: waiting(reading) == USUAL.waiting_per_person + 1)
    change(reading._door)

    assert [numbers(one.answer()) for one in (*asked, beside)] == [[1]] * (USUAL.waiting_per_person + 1)
    assert numbers(wait(reading, member).answer()) == [1]
    assert reading._waiting == {}


@pytest.mark.parametrize("name", [f"{PLACE}\0", "nothing", "x" * 10_000])
def test_what_no_stream_is_called_is_not_looked_for_meanwhile(
    reading: Reading, member: Person, name: str
) -> None:
    """PostgreSQL would break off the look at everything that is waited for because of one bad name."""
    lane = reading._together._lane._lanes[""] = _Lane(users=1)
    with lane.turn:
        asked = Later(lambda: reading.wait(member.credential, name, epoch="", seq=0, seconds=9))
        wait_until(lambda: lane.waiting)
        assert reading._publisher.followed() == set()

    assert code_of(asked.answer) is Code.NOT_FOUND
    nobody = Credential("session", "unknown")
    assert code_of(lambda: reading.wait(nobody, name, epoch="", seq=0, seconds=0)) is Code.UNKNOWN_ACTOR


def test_who_waits_for_news_has_the_page_open(reading: Reading, member: Person, wire: Wire) -> None:
    wait(reading, member, seconds=0).answer()
    assert code_of(lambda: reading.wait(member.credential, FAR_PLACE, epoch="", seq=0, seconds=0))
    wire.using.note()

    assert wire.used == [member.credential]


def test_who_may_not_read_it_has_nothing_open(reading: Reading, wire: Wire) -> None:
    stranger = ground.person(reading._door.database)
    assert code_of(wait(reading, stranger, seconds=0).answer) is Code.NOT_FOUND
    wire.using.note()

    assert wire.used == []
