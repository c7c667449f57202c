"""Reads for the pages of accounts: who can sign in, and what they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from foundation import clock
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Organisation, RoleGrant, Seat, Team
from people.cohorts.queries import valid
from people.factors.models import OneTimeCode, Passkey
from people.sign_in.models import SessionRow

from . import holdings
from .holdings import Held

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account in the list."""

    id: str
    name: str
    email: str
    town: str | None
    signed_in_at: datetime | None
    locked: bool
    bounced: bool
    idle: bool
    """Neither a seat nor a role now."""


_Sends = aliased(Organisation)
_TOWN = func.coalesce(
    Organisation.name,
    select(_Sends.name)
    .join(Team, Team.organisation_id == _Sends.id)
    .join(Seat, Seat.team_id == Team.id)
    .where(Seat.person_id == Person.id)
    .order_by(Seat.valid_from.desc(), Seat.id.desc())
    .limit(1)
    .scalar_subquery(),
)
"""What the sign-in service said, or else who sends the team of the latest seat."""


def _account_query() -> Select[*tuple[Any, ...]]:
    now = clock.now()
    seated = exists().where(and_(Seat.person_id == Person.id, valid(Seat, now)))
    granted = exists().where(and_(RoleGrant.person_id == Person.id, valid(RoleGrant, now)))
    return (
        select(Person, _TOWN.label("town"), or_(seated, granted).label("used"))
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.erased_at.is_(None))
    )


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.public_id,
        name=row.name,
        email=row.email,
        town=row.town,
        signed_in_at=row.signed_in_at,
        locked=row.locked_at is not None,
        bounced=row.bounced_at is not None,
        idle=not row.used,
    )


def accounts(connection: Connection, *, search: str = "", page: int = 1) -> tuple[Sequence[Account], int]:
    """A page of the accounts by name, and how many there are; who was erased is in no list."""
    query = _account_query().where(_found(search))
    count = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    query = query.order_by(Person.name, Person.id).limit(A_PAGE).offset((page - 1) * A_PAGE)
    return [_account(row) for row in connection.execute(query)], count


def _found(search: str) -> ColumnElement[bool]:
    if not search:
        return true()
    return or_(
        Person.name.icontains(search, autoescape=True),
        Person.email.icontains(search, autoescape=True),
        _TOWN.icontains(search, autoescape=True),
    )


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """An account with its seats and roles, how many sessions are open, and whether it has a second factor."""

    account: Account
    factor: bool = False
    seats: Sequence[Held] = field(default_factory=list)
    roles: Sequence[Held] = field(default_factory=list)
    sessions: int = 0

    @property
    def administrator(self) -> Held | None:
        """The role of administrator that the person has or will have."""
        own = (role for role in self.roles if role.role is Role.ADMINISTRATOR and not role.over)
        return next(own, None)


def account(connection: Connection, public_id: str) -> AccountPage | None:
    row = connection.execute(_account_query().where(Person.public_id == public_id)).one_or_none()
    if row is None:
        return None
    sessions = select(func.count()).where(SessionRow.person_id == row.id, SessionRow.ends_at > clock.now())
    factors = union_all(
        select(Passkey.id).where(Passkey.person_id == row.id),
        select(OneTimeCode.person_id).where(
            OneTimeCode.person_id == row.id, OneTimeCode.confirmed_at.is_not(None)
        ),
    )
    return AccountPage(
        account=_account(row),
        factor=connection.execute(factors).first() is not None,
        seats=[
            holdings.held(seat, Role.PARTICIPANT)
            for seat in connection.execute(holdings.seats().where(Seat.person_id == row.id))
        ],
        roles=[
            holdings.held(role)
            for role in connection.execute(holdings.roles().where(RoleGrant.person_id == row.id))
        ],
        sessions=connection.execute(sessions).scalar_one(),
    )
