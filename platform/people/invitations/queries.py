"""Reads of invitations: which are open, and what one is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, select, true

from foundation import clock
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, Seat, Team
from people.cohorts.rules import Period

from . import rules
from .models import Invitation

OPEN = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
"""Neither accepted nor withdrawn; its link may have come to its end."""


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """An invitation that waits. `team` and `cohort` are public ids, `place` names what a guest comes to."""

    id: str
    name: str
    email: str
    role: Role
    team: str | None
    team_name: str | None
    cohort: str | None
    cohort_name: str | None
    place: str | None
    invited_at: datetime
    ends_at: datetime
    expired: bool
    bounced: bool
    period: Period
    """When the seat or the role would hold: from now on, or from when it was settled."""

    @property
    def first_day(self) -> date | None:
        """The day on which it would begin, if that is a later one."""
        return clock.first_day(self.period.begins) if self.period.begins > clock.now() else None

    @property
    def last_day(self) -> date | None:
        return clock.last_day(self.period.ends) if self.period.ends else None


def open_in(connection: Connection, cohort: str) -> Sequence[OpenInvitation]:
    """The open invitations to a cohort (public id): its teams, its facilitation, its workshops."""
    return _open(connection, Cohort.public_id == cohort)


def open_everywhere(connection: Connection) -> Sequence[OpenInvitation]:
    """Every open invitation."""
    return _open(connection, true())


def _open(connection: Connection, which: ColumnElement[bool]) -> Sequence[OpenInvitation]:
    query = (
        select(
            Invitation,
            Team.public_id.label("team"),
            Team.name.label("team_name"),
            Cohort.public_id.label("cohort"),
            Cohort.name.label("cohort_name"),
        )
        .outerjoin(Cohort, Cohort.id == Invitation.cohort_id)
        .outerjoin(Team, Team.id == Invitation.team_id)
        .where(OPEN, which)
        .order_by(Invitation.invited_at, Invitation.id)
    )
    now = clock.now()
    return [
        OpenInvitation(
            id=row.public_id,
            name=row.name,
            email=row.email,
            role=Role(row.role),
            team=row.team,
            team_name=row.team_name,
            cohort=row.cohort,
            cohort_name=row.cohort_name,
            place=row.place,
            invited_at=row.invited_at,
            ends_at=rules.ends_at(row.invited_at),
            expired=rules.ends_at(row.invited_at) <= now,
            bounced=row.bounced_at is not None,
            period=Period(max(row.valid_from or now, now), row.valid_until),
        )
        for row in connection.execute(query)
    ]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What an open invitation is about, for the one who holds its link."""

    id: str
    email: str
    name: str
    language: str
    role: Role
    invited_by: str | None
    cohort_id: str | None
    cohort: str | None
    team: str | None
    organisation: str | None
    place: str | None
    valid_from: datetime | None
    valid_until: datetime | None


def offer(connection: Connection, invitation: str) -> Offer | None:
    """The open invitation with this public id, with the names of what it leads to."""
    query = (
        select(
            Invitation,
            Person.name.label("invited_by"),
            Cohort.public_id.label("cohort_public_id"),
            Cohort.name.label("cohort"),
            Team.name.label("team"),
            Organisation.name.label("organisation"),
        )
        .outerjoin(Person, Person.id == Invitation.invited_by_id)
        .outerjoin(Cohort, Cohort.id == Invitation.cohort_id)
        .outerjoin(Team, Team.id == Invitation.team_id)
        .outerjoin(Organisation, Organisation.id == Team.organisation_id)
        .where(OPEN, Invitation.public_id == invitation)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Offer(
        id=row.public_id,
        email=row.email,
        name=row.name,
        language=row.language,
        role=Role(row.role),
        invited_by=row.invited_by,
        cohort_id=row.cohort_public_id,
        cohort=row.cohort,
        team=row.team,
        organisation=row.organisation,
        place=row.place,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def cohort_of(connection: Connection, invitation: str) -> str | None:
    """The public id of the cohort that an invitation, open or not, leads to."""
    query = select(Cohort.public_id).join(Invitation, Invitation.cohort_id == Cohort.id)
    return connection.execute(query.where(Invitation.public_id == invitation)).scalar_one_or_none()


@dataclass(frozen=True)
class Group:
    """A cohort that somebody is invited to: its name, and its teams with their names."""

    name: str
    teams: Sequence[tuple[str, str]]


def group(connection: Connection, cohort: str) -> Group | None:
    """The cohort with this public id."""
    row = connection.execute(select(Cohort.id, Cohort.name).where(Cohort.public_id == cohort)).one_or_none()
    if row is None:
        return None
    teams = select(Team.public_id, Team.name).where(Team.cohort_id == row.id).order_by(Team.name)
    return Group(row.name, [(team, name) for team, name in connection.execute(teams)])


@dataclass(frozen=True)
class HeldSeat:
    """A seat that somebody has or will have, or had (`over`)."""

    person: str
    team: str
    cohort: str
    over: bool


def held_seat(connection: Connection, cohort: str, seat: str) -> HeldSeat | None:
    """The seat of that cohort, with the names of who sits there and where."""
    over = and_(Seat.valid_until.is_not(None), Seat.valid_until <= clock.now())
    query = (
        select(Person.name, Team.name, Cohort.name, over)
        .join(Seat, Seat.person_id == Person.id)
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Seat.public_id == seat, Cohort.public_id == cohort)
    )
    row = connection.execute(query).one_or_none()
    return HeldSeat(*row) if row else None
