"""Two processes that write to the same streams: each tells its followers what either has committed."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from tests.foundation import ground
from tests.foundation.ground import OTHER_PLACE, PLACE, Person
from tests.live.client import wait_until
from tests.live.telling import Wire, change

from foundation.database import Database
from foundation.door import Door
from live import publisher


def test_what_another_process_commits_is_found_by_looking(
    wire: Wire, member: Person, second_door: Door
) -> None:
    ear = wire.follower(member, PLACE)

    change(second_door, 3)
    wire.publisher.look()
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2, 3]
    wire.publisher.look()
    wire.publisher.tell()
    assert ear.heard() == []


def test_a_hint_is_followed_at_once_and_a_false_one_tells_nothing(
    wire: Wire, member: Person, second_door: Door
) -> None:
    ear = wire.follower(member, PLACE)

    wire.publisher.look_at(PLACE, OTHER_PLACE, "no/such/stream", "")
    wire.publisher.tell()
    assert ear.heard() == []
    change(second_door)
    wire.publisher.look_at(PLACE)
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1]


def test_a_look_is_taken_once_a_second(wire: Wire) -> None:
    waited: list[float | None] = []

    class Stopping(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return len(waited) > 2

    wire.publisher.watch(Stopping())

    assert waited == [1.0, 1.0, 1.0]


def test_of_very_many_streams_each_is_looked_at_and_others_have_a_turn_in_between(
    wire: Wire, member: Person, second_door: Door, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = wire.follower(member, PLACE), wire.follower(member, OTHER_PLACE)
    change(second_door)
    change(second_door, place=OTHER_PLACE)
    monkeypatch.setattr(publisher, "TOGETHER", 1)
    reading, done = database.reading, []

    def read() -> Any:
        done.append("read")
        return reading()

    with monkeypatch.context() as patched:
        patched.setattr(database, "reading", read)
        patched.setattr(time, "sleep", lambda seconds: done.append(f"others for {seconds} s"))
        wire.publisher.look()
    wire.publisher.tell()

    # Both places, and what tells the member of themselves.
    assert done == ["read", "others for 0 s", "read", "others for 0 s", "read"]
    assert (here.numbers(PLACE), there.numbers(OTHER_PLACE)) == ([1], [1])


@pytest.mark.parametrize("by", ["hint", "look"])
@pytest.mark.parametrize("first", ["hearing", "announcing"])
def test_what_another_process_committed_after_us_is_told_with_our_own(
    wire: Wire, member: Person, second_door: Door, by: str, first: str
) -> None:
    """Our own event fits on what was told; that there is another one is not forgotten over it."""
    ear = wire.follower(member, PLACE)
    wire.door.listeners.clear()
    change(wire.door)
    [own] = ground.events_of(wire.door.database)
    change(second_door)

    if first == "announcing":
        wire.publisher.announce([own])
    if by == "hint":
        wire.publisher.look_at(PLACE)
    else:
        wire.publisher.look()
    if first == "hearing":
        wire.publisher.announce([own])
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2]


def test_a_hole_is_filled_from_the_log(wire: Wire, member: Person, second_door: Door) -> None:
    ear = wire.follower(member, PLACE)

    change(second_door, 2)
    change(wire.door)
    wire.publisher.tell()
    change(wire.door)
    change(second_door)
    change(wire.door)
    wire.publisher.tell()

    assert ear.numbers(PLACE) == [1, 2, 3, 4, 5, 6]


def test_two_processes_writing_at_once_are_told_of_completely(
    wire: Wire, member: Person, second_door: Door
) -> None:
    ear = wire.follower(member, PLACE)
    stopping = threading.Event()
    loops = [
        threading.Thread(target=loop, args=(stopping,)) for loop in (wire.publisher.run, wire.publisher.watch)
    ]
    writers = [threading.Thread(target=change, args=(through, 40)) for through in (wire.door, second_door)]
    for thread in (*loops, *writers):
        thread.start()
    for thread in writers:
        thread.join(60)

    told: list[int] = []
    wait_until(lambda: told.extend(ear.numbers(PLACE)) or told[-1:] == [80], "everything is told")
    stopping.set()
    wire.publisher.look_at()
    for thread in loops:
        thread.join(10)

    assert told == list(range(1, 81))
