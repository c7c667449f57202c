"""What stands in a database, for tests that look whether something has changed in it."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from foundation.database import Database, Model
from people.accounts.models import Person


def fingerprint(database: Database) -> dict[str, str]:
    """A hash of every table. When a session was last seen changes by being asked, so it stays out."""
    found = {}
    with database.reading() as connection:
        for table in Model.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "seen_at"]
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(*columns)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]
    return found


def stored_hash(database: Database, person: str) -> str:
    with database.reading() as connection:
        query = select(Person.password_hash).where(Person.public_id == person)
        return str(connection.execute(query).scalar_one())
