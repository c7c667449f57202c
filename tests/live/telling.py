"""The telling of one process, by hand: `publisher.tell()` and `publisher.look()` when a test says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from tests.foundation import ground
from tests.foundation.ground import PLACE, Person
from tests.foundation.probe import HOUSE, add
from tests.live.ears import Ear, Ears

from foundation.database import Database
from foundation.door import Door
from foundation.policy import Credential
from live.clearance import Clearance
from live.publisher import Publisher
from live.subscriptions import JOINING, Subscriptions
from live.using import Using


@dataclass
class Wire:
    """One process's telling, by hand; `used` are the sessions that were noted as in use."""

    door: Door
    subscriptions: Subscriptions
    publisher: Publisher
    using: Using
    used: list[Credential]
    clearance: Clearance
    ears: Ears

    def follower(self, person: Person, *streams: str) -> Ear:
        """A socket that has read the streams up to their heads and follows them."""
        ear = self.ears.of(person)
        for stream in streams:
            self.subscriptions.join(ear.socket, stream, JOINING)
            place, head = self._place(stream), ground.head_of(self.door.database, stream)
            self.subscriptions.join(ear.socket, stream, place)
            self.publisher.began(stream, head)
        return ear

    def _place(self, stream: str) -> int:
        with self.door.database.reading() as connection:
            name = ground.streams.place_of(stream) or ""
            return ground.places.find(connection, [name])[name].acl_version


def change(door: Door, times: int = 1, *, place: str = PLACE) -> None:
    for _ in range(times):
        door.carry_out(HOUSE, add(1, place=place))


class Broken:
    """A database that fails when the test says so."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = False
        self._reading = database.reading
        monkeypatch.setattr(database, "reading", self.reading)

    def reading(self) -> Any:
        if self.on:
            raise OperationalError("the database is away", None, Exception())
        return self._reading()


def wire_of(door: Door) -> Wire:
    """What one process has, put together."""
    subscriptions = Subscriptions()
    used: list[Credential] = []
    using = Using(door, lambda _connection, credentials: used.extend(credentials))
    clearance = Clearance(door, subscriptions, using)
    publisher = Publisher(door.database, subscriptions, clearance)
    door.listeners.append(publisher.announce)
    ears = Ears(door.database, subscriptions)
    return Wire(door, subscriptions, publisher, using, used, clearance, ears)
