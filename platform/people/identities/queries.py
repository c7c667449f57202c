"""Reads about accounts at a sign-in service."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Connection, exists, select

from foundation import clock
from people.accounts.models import Person
from people.accounts.rules import address
from people.invitations.models import Invitation

from .models import Identity


def is_known(connection: Connection, issuer: str, subject: str) -> bool:
    """Whether the account belongs to anybody, even to somebody who may not come in."""
    known = exists().where(Identity.issuer == issuer, Identity.subject == subject)
    return bool(connection.execute(select(known)).scalar_one())


def identities_of(connection: Connection, person: str) -> list[dict[str, str]]:
    """The accounts of the person (public id) at sign-in services, the oldest first."""
    query = (
        select(Identity.issuer, Identity.subject, Identity.linked_at, Identity.used_at)
        .join(Person, Person.id == Identity.person_id)
        .where(Person.public_id == person)
        .order_by(Identity.id)
    )
    return [
        {
            "issuer": row.issuer,
            "subject": row.subject,
            "host": urlsplit(row.issuer).hostname or row.issuer,
            "linked_at": clock.wire(row.linked_at),
            "used_at": clock.wire(row.used_at),
        }
        for row in connection.execute(query)
    ]


def is_linked(connection: Connection, person: str, issuer: str) -> bool:
    """Whether the person (public id) has an account at that service; none is named where there is none."""
    linked = exists().where(Identity.person_id == Person.id, same(issuer), Person.public_id == person)
    return bool(connection.execute(select(linked)).scalar_one())


def same(issuer: str) -> ColumnElement[bool]:
    """Whether an account is at that service, which may call itself with a slash at the end or without."""
    bare = issuer.rstrip("/")
    return Identity.issuer.in_((bare, f"{bare}/"))


def person_behind(connection: Connection, issuer: str, subject: str) -> str | None:
    """The public id of the person whose account that is, if they may come in."""
    query = (
        select(Person.public_id)
        .join(Identity, Identity.person_id == Person.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
        .where(Person.locked_at.is_(None), Person.erased_at.is_(None))
    )
    return connection.execute(query).scalar_one_or_none()


def person_at(connection: Connection, email: str) -> str | None:
    """The public id of the person with this address, if they may come in."""
    query = select(Person.public_id).where(
        Person.email == address(email), Person.locked_at.is_(None), Person.erased_at.is_(None)
    )
    return connection.execute(query).scalar_one_or_none()


def is_invited(connection: Connection, email: str) -> bool:
    """Whether an invitation to this address waits to be accepted."""
    waiting = exists().where(
        Invitation.email == address(email),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    return bool(connection.execute(select(waiting)).scalar_one())
