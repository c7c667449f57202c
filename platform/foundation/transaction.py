"""What a verb works with: the connection, the time, the locked places, and the facts it states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from foundation import clock, eventlog, places, streams
from foundation.eventlog import Event, Fact, Head
from foundation.places import HOUSE, Place


class Transaction:
    """One open transaction. Nothing said here leaves the house before the commit."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.now: datetime = clock.now()
        self.places: dict[str, Place] = {}
        self.events: list[Event] = []
        self._begun: dict[str, Head] = {}
        self._last: dict[str, int] = {}

    def append(self, stream: str, fact: Fact, *, subjects: Iterable[str] = ()) -> None:
        """State a fact in a stream of a locked place; it gets the next number.

        `subjects` are the public ids of the persons the fact tells about.
        """
        place = self.places.get(streams.place_of(stream) or "")
        if place is None:
            raise RuntimeError(f"{stream} belongs to no place that this command has locked")
        seq = self._head(stream) + 1
        self._last[stream] = seq
        body = eventlog.encode(fact)
        self.events.append(
            Event(stream, seq, fact.name, self.now, body, place.acl_version, ",".join(sorted(subjects)))
        )

    def create_place(self, name: str, *, parent: str = HOUSE) -> None:
        """Make a place and hold it: its first events can be stated at once."""
        places.create(self.connection, name, parent=parent)
        self.places |= places.find(self.connection, [name])

    def raise_acl(self, *names: str) -> None:
        """Rights at these places have changed; events from here on carry the new version."""
        for name in names:
            places.raise_acl(self.connection, name)
        self.places = places.find(self.connection, self.places)

    @contextmanager
    def attempt(self) -> Iterator[dict[str, int]]:
        """One command: its rows, events and numbers are undone when it raises.

        Yields what it has written when it ends: stream -> last number.
        """
        written: dict[str, int] = {}
        last, events, held = dict(self._last), len(self.events), dict(self.places)
        self.connection.exec_driver_sql("SAVEPOINT command")
        try:
            yield written
        except BaseException:
            self._last, self.places = last, held
            del self.events[events:]
            if not self.connection.invalidated:
                self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT command")
            raise
        self.connection.exec_driver_sql("RELEASE SAVEPOINT command")
        written.update((event.stream, event.seq) for event in self.events[events:])

    def flush(self) -> None:
        """Write the events and the heads of their streams, all at once."""
        if self.events:
            owners = {event.stream: streams.place_of(event.stream) or "" for event in self.events}
            eventlog.write(self.connection, self.events, self._begun, owners)

    def _head(self, stream: str) -> int:
        if stream not in self._last:
            begun = eventlog.heads(self.connection, [stream])
            self._begun |= begun
            self._last[stream] = begun[stream].seq if stream in begun else 0
        return self._last[stream]
