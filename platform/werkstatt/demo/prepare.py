"""A database with everything the demo shows: made, marked and filled once, then left as it is."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from foundation.database import Database
from foundation.door import Door
from people.sign_in.queries import identify_within
from people.sign_in.rules import SessionLimits
from werkstatt import migrating, rooms
from werkstatt.demo import mark, seed


def prepare(url: str, *, secret: bytes, fresh: bool, say: Callable[[str], None]) -> None:
    """Raises `WrongDatabaseError` for a database that is not a demo's. `fresh` begins with new data."""
    database = Database(url)
    try:
        if migrating.has_tables(database):
            with database.reading() as connection:
                mark.refuse_to_demonstrate_on_real(connection)
                ready = mark.is_ready(connection)
            if ready and not fresh:
                migrating.upgrade(url)
                return
            migrating.empty(database)
        say("Beispieldaten werden angelegt ...")
        migrating.upgrade(url, then=_begin)
        seed.seed(Door(database, identify_within(SessionLimits()), secret=secret))
        with database.transaction() as connection:
            mark.mark_as_ready(connection)
    finally:
        database.close()


def _begin(connection: Connection) -> None:
    """In the transaction that makes the tables: those without the mark are never taken for a demo's."""
    mark.mark_as_demo(connection)
    rooms.furnish(connection)
