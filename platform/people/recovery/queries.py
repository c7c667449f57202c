"""Reads about ways back in: who may get a new password, and how far a change of address is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from foundation import clock
from people.accounts.models import Person
from people.accounts.rules import address
from people.links.models import LinkRow
from people.links.rules import Purpose


@dataclass(frozen=True, kw_only=True)
class Recoverable:
    """Somebody who may set a password; name and address are what the password must not be made of."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of address under way: to where, and which mailbox has confirmed it."""

    address: str
    old_confirmed: bool
    new_confirmed: bool


def by_address(connection: Connection, email: str) -> Recoverable | None:
    """Whose address that is, if they may come in."""
    return _recoverable(connection, Person.email == address(email))


def by_id(connection: Connection, person: str | None) -> Recoverable | None:
    return _recoverable(connection, Person.public_id == person)


def _recoverable(connection: Connection, which: ColumnElement[bool]) -> Recoverable | None:
    row = connection.execute(
        select(Person.public_id, Person.name, Person.email).where(
            which, Person.locked_at.is_(None), Person.erased_at.is_(None)
        )
    ).first()
    return Recoverable(id=row.public_id, name=row.name, email=row.email) if row else None


def own_address(connection: Connection, person: str) -> str:
    return connection.execute(select(Person.email).where(Person.public_id == person)).scalar_one()


def change_of(connection: Connection, person: str) -> Change | None:
    """The change of address that a person has asked for and that can still be confirmed."""
    rows = connection.execute(
        select(LinkRow.purpose, LinkRow.subject, LinkRow.used_at).where(
            LinkRow.person == person,
            LinkRow.purpose.in_([Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW]),
            LinkRow.ends_at > clock.now(),
        )
    ).all()
    used = {row.purpose: row.used_at is not None for row in rows}
    if set(used) != {Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW}:
        return None
    return Change(
        address=rows[0].subject,
        old_confirmed=used[Purpose.ADDRESS_OLD],
        new_confirmed=used[Purpose.ADDRESS_NEW],
    )
