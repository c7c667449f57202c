"""Many screens and many changes at once, by one process and by another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.foundation import ground
from tests.foundation.ground import COUNTERS, Person
from tests.foundation.probe import HOUSE, add
from tests.live.client import Client
from tests.live.conftest import Server

from foundation.database import Database
from foundation.door import Door
from foundation.policy import Role

Connect = Callable[..., Client]


def test_what_another_process_commits_arrives_within_a_second_or_so(
    server: Server, member: Person, second_door: Door, client: Connect
) -> None:
    one = client(server, member).connect()
    one.follow()

    began = time.monotonic()
    for _ in range(3):
        second_door.carry_out(HOUSE, add(1))

    assert one.numbers(3) == [1, 2, 3]
    assert time.monotonic() - began < 5


def test_many_screens_and_many_changes_at_once(server: Server, database: Database, client: Connect) -> None:
    """Everybody follows two places while six write to them; every screen has everything, in order."""
    followers = [client(server, ground.person(database, Role.PARTICIPANT)).connect() for _ in range(12)]
    places = [f"counter/{counter}" for counter in COUNTERS[:2]]
    for one in followers:
        for place in places:
            one.follow(place)
    writers = [client(server, ground.person(database, Role.PARTICIPANT)) for _ in range(6)]

    def write(writer: Client, place: str) -> None:
        for _ in range(10):
            assert writer.add(1, place=place).status == 200

    threads = [
        threading.Thread(target=write, args=(writer, places[n % 2])) for n, writer in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    for one in followers:
        found: dict[str, list[int]] = {place: [] for place in places}
        while any(len(numbers) < 30 for numbers in found.values()):
            told = one.wait_for("events")
            found[told["stream"]] += [event["seq"] for event in told["events"]]
        assert found == {place: list(range(1, 31)) for place in places}
