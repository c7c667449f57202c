"""What a verb works with: the connection, the time, the locked places, and the facts it states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from foundation import clock, eventlog, places, streams
from foundation.eventlog import Event, Fact, Stated
from foundation.places import HOUSE, Place
from foundation.vault import NO_VAULT, Vault


class Transaction:
    """One open transaction. Nothing said here leaves the house before the commit.

    `alone`: it is there for one command, and what that refuses undoes all of it without a savepoint.
    `vault`: the keys that lie beside the database.
    """

    def __init__(self, connection: Connection, *, alone: bool = False, vault: Vault = NO_VAULT) -> None:
        self.connection = connection
        self.alone = alone
        self.vault = vault
        self.now: datetime = clock.now()
        self.places: dict[str, Place] = {}
        self.events: list[Event] = []
        """What was stated, once it is flushed: in the same order, with its numbers."""
        self._stated: list[Stated] = []
        self._written: list[tuple[slice, dict[str, int]]] = []

    def append(self, stream: str, fact: Fact, *, subjects: Iterable[str] = ()) -> None:
        """State a fact in a stream of a locked place; it gets the next number when all is written.

        `subjects` are the public ids of the persons the fact tells about.
        """
        place = self.places.get(streams.place_of(stream) or "")
        if place is None:
            raise RuntimeError(f"{stream} belongs to no place that this command has locked")
        about = ",".join(sorted(subjects))
        self._stated.append(Stated(stream, place, fact.name, self.now, eventlog.encode(fact), about))

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
    def attempt(self, *, savepoint: bool = True, silent: bool = False) -> Iterator[dict[str, int]]:
        """One command: its rows and what it states are undone when it raises.

        Without a savepoint, rows that it has written stay unless it is alone. One that is `silent` breaks
        when it has stated anything.
        Yields what it has written, known once it is flushed: stream -> last number.
        """
        written: dict[str, int] = {}
        first, held = len(self._stated), dict(self.places)
        savepoint = savepoint and not self.alone
        if savepoint:
            self.connection.exec_driver_sql("SAVEPOINT command")
        try:
            yield written
            if silent and self._stated[first:]:
                raise RuntimeError("what must leave no trace has stated a fact")
        except BaseException:
            self.places = held
            del self._stated[first:]
            if self.alone:
                self.connection.rollback()
            elif savepoint and not self.connection.invalidated:
                self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT command")
            raise
        # Not released: the next savepoint of that name stands before it, and the commit ends them all.
        self._written.append((slice(first, len(self._stated)), written))

    def flush(self) -> None:
        """Write what was stated and the heads of its streams, all at once."""
        if self._stated:
            self.events = eventlog.write(self.connection, self._stated)
        for own, written in self._written:
            written.update((event.stream, event.seq) for event in self.events[own])
