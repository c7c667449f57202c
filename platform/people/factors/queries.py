"""Reads about a person's second factors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from people.accounts.models import Person

from .models import OneTimeCode, RecoveryCode


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The codes of an app: the sealed secret, the last step used, and how many recovery codes are left."""

    secret: str
    confirmed: bool
    last_step: int
    recovery_left: int


def codes(connection: Connection, person: str) -> Codes | None:
    """Those of the person (public id), begun or in use."""
    query = (
        select(Person.id, OneTimeCode.secret, OneTimeCode.confirmed_at, OneTimeCode.last_step)
        .join(Person, Person.id == OneTimeCode.person_id)
        .where(Person.public_id == person)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    unused = (RecoveryCode.person_id == row.id) & RecoveryCode.used_at.is_(None)
    left = connection.execute(select(func.count()).select_from(RecoveryCode).where(unused)).scalar_one()
    return Codes(
        secret=row.secret,
        confirmed=row.confirmed_at is not None,
        last_step=row.last_step,
        recovery_left=left,
    )


def has_factor(connection: Connection, person: str) -> bool:
    """Whether a password alone does not let the person in."""
    found = codes(connection, person)
    return found is not None and found.confirmed
