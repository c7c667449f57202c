"""Reads for the office's pages: cohorts with their seats, accounts with what they may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
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
)

from foundation import clock
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, Programme, RoleGrant, Seat, Team
from people.cohorts.queries import valid
from people.invitations.models import Invitation
from people.invitations.queries import OPEN, OpenInvitation, open_in
from people.sign_in.models import SessionRow

from . import holdings
from .holdings import Held

A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class CohortCard:
    """A cohort and how many of its seats are taken: joined, invited, and all there are."""

    id: str
    name: str
    starts_on: date
    ends_on: date
    programme: str | None
    teams: int
    joined: int
    invited: int
    seats: int

    @property
    def empty(self) -> int:
        return max(0, self.seats - self.joined - self.invited)


def cohorts(connection: Connection, *, over: bool = True) -> Sequence[CohortCard]:
    """Every cohort, the newest first; without those that are over. One query."""
    now = clock.now()
    teams = select(func.count()).where(Team.cohort_id == Cohort.id).scalar_subquery()
    held = or_(Seat.valid_until.is_(None), Seat.valid_until > now)
    taken = (
        select(func.count(Seat.id))
        .join(Team, Team.id == Seat.team_id)
        .where(Team.cohort_id == Cohort.id, held)
        .scalar_subquery()
    )
    asked = (
        select(func.count(Invitation.id))
        .where(OPEN, Invitation.cohort_id == Cohort.id, Invitation.role == Role.PARTICIPANT)
        .scalar_subquery()
    )
    query = (
        select(
            Cohort,
            Programme.name.label("programme"),
            teams.label("teams"),
            taken.label("taken"),
            asked.label("asked"),
        )
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .where(true() if over else Cohort.ends_on >= clock.now().date())
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    return [
        CohortCard(
            id=row.public_id,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            programme=row.programme,
            teams=row.teams,
            joined=row.taken,
            invited=row.asked,
            seats=row.teams * row.seats_per_team,
        )
        for row in connection.execute(query)
    ]


@dataclass(frozen=True, kw_only=True)
class TeamCard:
    """A team, who sits or will sit in it, who is invited, who sat in it, and who coaches it."""

    id: str
    name: str
    organisation: str
    empty: int
    seats: Sequence[Held]
    invited: Sequence[OpenInvitation]
    past: Sequence[Held]
    coaches: Sequence[Held]


@dataclass(frozen=True, kw_only=True)
class CohortPage:
    """A cohort with everything around it."""

    card: CohortCard
    seats_per_team: int
    teams: Sequence[TeamCard]
    roles: Sequence[Held]
    """Who facilitates it, and the guests of its workshops."""
    invited: Sequence[OpenInvitation]
    """Who is invited to something else than a seat."""


def cohort(connection: Connection, public_id: str) -> CohortPage | None:
    """Five queries, however many teams there are."""
    card = next((one for one in cohorts(connection) if one.id == public_id), None)
    if card is None:
        return None
    per_team = connection.execute(
        select(Cohort.seats_per_team).where(Cohort.public_id == public_id)
    ).scalar_one()
    invited = open_in(connection, public_id)
    seats = _by_team(
        connection.execute(holdings.seats().where(Cohort.public_id == public_id)), Role.PARTICIPANT
    )
    roles = connection.execute(holdings.roles().where(Cohort.public_id == public_id)).all()
    coaches = _by_team([row for row in roles if row.team is not None], None)
    teams = connection.execute(
        select(Team.public_id, Team.name, Organisation.name.label("organisation"))
        .join(Cohort, Cohort.id == Team.cohort_id)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Cohort.public_id == public_id)
        .order_by(Team.name)
    )
    cards = []
    for team in teams:
        held = seats.get(team.public_id, [])
        asked = [one for one in invited if one.team == team.public_id and one.role is Role.PARTICIPANT]
        present = [one for one in held if not one.over]
        cards.append(
            TeamCard(
                id=team.public_id,
                name=team.name,
                organisation=team.organisation,
                empty=max(0, per_team - len(present) - len(asked)),
                seats=present,
                invited=asked,
                past=[one for one in held if one.over],
                coaches=[one for one in coaches.get(team.public_id, []) if not one.over],
            )
        )
    return CohortPage(
        card=card,
        seats_per_team=per_team,
        teams=cards,
        roles=[one for one in (holdings.held(row) for row in roles if row.team is None) if not one.over],
        invited=[one for one in invited if one.role is not Role.PARTICIPANT],
    )


def _by_team(rows: Any, role: Role | None) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for row in rows:
        found.setdefault(row.team, []).append(holdings.held(row, role))
    return found


def organisations(connection: Connection) -> list[tuple[str, str]]:
    """What a team can be sent by, for a choice: public id and name."""
    query = select(Organisation.public_id, Organisation.name).order_by(Organisation.name)
    return [(public_id, name) for public_id, name in connection.execute(query)]


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


def _account_query() -> Select[*tuple[Any, ...]]:
    now = clock.now()
    seated = exists().where(and_(Seat.person_id == Person.id, valid(Seat, now)))
    granted = exists().where(and_(RoleGrant.person_id == Person.id, valid(RoleGrant, now)))
    return (
        select(Person, Organisation.name.label("town"), or_(seated, granted).label("used"))
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
        Organisation.name.icontains(search, autoescape=True),
    )


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """An account with its seats and roles, and how many sessions are open."""

    account: Account
    seats: Sequence[Held] = field(default_factory=list)
    roles: Sequence[Held] = field(default_factory=list)
    sessions: int = 0


def account(connection: Connection, public_id: str) -> AccountPage | None:
    row = connection.execute(_account_query().where(Person.public_id == public_id)).one_or_none()
    if row is None:
        return None
    sessions = select(func.count()).where(SessionRow.person_id == row.id, SessionRow.ends_at > clock.now())
    return AccountPage(
        account=_account(row),
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
