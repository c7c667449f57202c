"""Reads about persons."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from foundation.errors import not_found

from .models import Person
from .rules import address


@dataclass(frozen=True)
class Account:
    """What sign-in looks at."""

    row: int
    id: str
    password_hash: str | None
    locked: bool


def account(connection: Connection, email: str) -> Account | None:
    """The account behind an address, however it was typed."""
    query = select(Person.id, Person.public_id, Person.password_hash, Person.locked_at)
    row = connection.execute(query.where(Person.email == address(email))).first()
    return Account(row.id, row.public_id, row.password_hash, row.locked_at is not None) if row else None


def password_hash(connection: Connection, person: str) -> str | None:
    """The hash of a person's password; none for who has none."""
    query = select(Person.password_hash).where(Person.public_id == person)
    return connection.execute(query).scalar_one_or_none()


def row_of(connection: Connection, person: str) -> int:
    """The row number of the person, for a command that writes about them.

    Raises `not_found` for who was erased: what the house itself does for somebody may have waited for that.
    """
    query = select(Person.id).where(Person.public_id == person, Person.erased_at.is_(None))
    row = connection.execute(query).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row


def names(connection: Connection, persons: Collection[str]) -> dict[str, str]:
    """What persons are called, by public id; who does not exist is missing."""
    rows = connection.execute(select(Person.public_id, Person.name).where(Person.public_id.in_(persons)))
    return {row.public_id: row.name for row in rows}
