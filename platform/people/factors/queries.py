"""Reads about a person's second factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, or_, select

from people.accounts.models import Person

from .models import OneTimeCode, Passkey, RecoveryCode


@dataclass(frozen=True, kw_only=True)
class Codes:
    """The codes of an app: the sealed secret, and the last step used."""

    secret: str
    confirmed: bool
    last_step: int


@dataclass(frozen=True, kw_only=True)
class Device:
    """A passkey as its person sees it, and what a browser recognises it by."""

    id: str
    name: str
    made_at: datetime
    used_at: datetime | None
    credential: str
    transports: str


@dataclass(frozen=True, kw_only=True)
class Factors:
    """All that a person can show beside the password."""

    codes: Codes | None
    """Those in use."""
    passkeys: Sequence[Device]
    recovery_left: int

    @property
    def number(self) -> int:
        return len(self.passkeys) + (self.codes is not None)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A passkey to compare an answer with."""

    id: str
    person: str
    public_key: str
    sign_count: int


def codes(connection: Connection, person: str) -> Codes | None:
    """Those of the person (public id), begun or in use."""
    query = (
        select(OneTimeCode.secret, OneTimeCode.confirmed_at, OneTimeCode.last_step)
        .join(Person, Person.id == OneTimeCode.person_id)
        .where(Person.public_id == person)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Codes(secret=row.secret, confirmed=row.confirmed_at is not None, last_step=row.last_step)


def factors(connection: Connection, person: str) -> Factors:
    """Those of the person (public id), the oldest passkey first."""
    has = select(Person.id).where(Person.public_id == person).scalar_subquery()
    unused = (RecoveryCode.person_id == has) & RecoveryCode.used_at.is_(None)
    left = connection.execute(select(func.count()).select_from(RecoveryCode).where(unused)).scalar_one()
    query = (
        select(Passkey.public_id, Passkey.name, Passkey.made_at, Passkey.used_at)
        .add_columns(Passkey.credential, Passkey.transports)
        .where(Passkey.person_id == has)
        .order_by(Passkey.id)
    )
    found = codes(connection, person)
    return Factors(
        codes=found if found and found.confirmed else None,
        passkeys=[
            Device(
                id=row.public_id,
                name=row.name,
                made_at=row.made_at,
                used_at=row.used_at,
                credential=row.credential,
                transports=row.transports,
            )
            for row in connection.execute(query)
        ],
        recovery_left=left,
    )


def has_factor(connection: Connection, person: str) -> bool:
    """Whether a password alone does not let the person in."""
    has = select(Person.id).where(Person.public_id == person).scalar_subquery()
    in_use = exists().where(OneTimeCode.person_id == has, OneTimeCode.confirmed_at.is_not(None))
    query = select(or_(in_use, exists().where(Passkey.person_id == has)))
    return bool(connection.execute(query).scalar_one())


def passkey(connection: Connection, credential: str) -> Found | None:
    """The one with that id; none of somebody who is locked."""
    query = (
        select(Passkey.public_id, Person.public_id.label("person"), Passkey.public_key, Passkey.sign_count)
        .join(Person, Person.id == Passkey.person_id)
        .where(Passkey.credential == credential, Person.locked_at.is_(None))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Found(id=row.public_id, person=row.person, public_key=row.public_key, sign_count=row.sign_count)
