"""Reads for lists: what the house knows of what they name, and which were taken in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from foundation import clock
from foundation.errors import not_found
from people.accounts.models import Person
from people.cohorts.models import Cohort, Organisation, RoleGrant, Seat, Team
from people.cohorts.room import room
from people.cohorts.rules import Period
from people.invitations.models import Invitation

from . import plans
from .models import ImportRow
from .people_plans import Holding, KnownCohort, KnownTeam, PeoplePlanner
from .plans import KnownOrganisation, Plan
from .rules import Kind, Table, Wrong

SHOWN = 20
"""How many lists of the past the page tells of."""


def plan(connection: Connection, kind: Kind, cohort: str | None, table: Table) -> Plan:
    """What the list would make of the house as it is. Raises `not_found` for a cohort that is not there."""
    known = _organisations(connection)
    if kind is Kind.ORGANISATIONS:
        made, left, wrong = plans.organisations(table.lines, known)
        return Plan(
            kind=kind,
            organisations=made,
            left={"organisations": left},
            wrong=_in_order(table, wrong),
            unread=table.unread,
        )
    planner = PeoplePlanner(_cohort(connection, cohort), known)
    wrong = planner.go_through(table.lines)
    return Plan(
        kind=kind,
        organisations=list(planner.new_organisations.values()),
        teams=list(planner.new_teams.values()),
        invitations=planner.invitations,
        left={
            "organisations": len(planner.left_organisations),
            "teams": len(planner.left_teams),
            "people": planner.left_people,
        },
        wrong=_in_order(table, wrong),
        unread=table.unread,
    )


def _in_order(table: Table, wrong: Sequence[Wrong]) -> list[Wrong]:
    return sorted([*table.wrong, *wrong], key=lambda one: one.line)


def _organisations(connection: Connection) -> list[KnownOrganisation]:
    query = select(Organisation.public_id, Organisation.name, Organisation.kind, Organisation.claim)
    return [
        KnownOrganisation(id=row.public_id, name=row.name, kind=row.kind, claim=row.claim or "")
        for row in connection.execute(query)
    ]


def _cohort(connection: Connection, cohort: str | None) -> KnownCohort:
    row = connection.execute(select(Cohort.id).where(Cohort.public_id == cohort)).scalar_one_or_none()
    if row is None or cohort is None:
        raise not_found()
    teams = connection.execute(
        select(Team.public_id, Team.id, Team.name, Organisation.public_id)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .where(Team.cohort_id == row)
    )
    return KnownCohort(
        id=cohort,
        room=room(connection, row),
        teams=[KnownTeam(id=own, row=number, name=name, organisation=of) for own, number, name, of in teams],
        holdings=[one.holding for one in holders(connection, row)],
        locked=frozenset(
            connection.execute(select(Person.email).where(Person.locked_at.is_not(None))).scalars()
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who has a seat or a role in the cohort now or later, or is invited to one."""

    name: str
    language: str
    holding: Holding


def holders(connection: Connection, cohort: int) -> list[Holder]:
    """Seats, then roles, then open invitations, each in the order of their making; three queries."""
    now = clock.now()
    who = (Person.name, Person.email, Person.language)
    seats = (
        select(*who, Team.public_id, Seat.valid_from, Seat.valid_until)
        .join(Seat, Seat.person_id == Person.id)
        .join(Team, Team.id == Seat.team_id)
        .where(Team.cohort_id == cohort, or_(Seat.valid_until.is_(None), Seat.valid_until > now))
        .where(Person.erased_at.is_(None))
        .order_by(Seat.id)
    )
    roles = (
        select(*who, Team.public_id, RoleGrant.valid_from, RoleGrant.valid_until, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .where(or_(Team.cohort_id == cohort, RoleGrant.cohort_id == cohort))
        .where(or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > now))
        .where(Person.erased_at.is_(None))
        .order_by(RoleGrant.id)
    )
    invited = (
        select(
            Invitation.name,
            Invitation.email,
            Invitation.language,
            Team.public_id,
            Invitation.valid_from,
            Invitation.valid_until,
            Invitation.role,
        )
        .outerjoin(Team, Team.id == Invitation.team_id)
        .where(Invitation.cohort_id == cohort, Invitation.place.is_(None))
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .where(or_(Invitation.valid_until.is_(None), Invitation.valid_until > now))
        .order_by(Invitation.id)
    )
    found = [_holder(*row, "participant") for row in connection.execute(seats)]
    found += [_holder(*row) for row in connection.execute(roles)]
    return found + [_holder(*row, invited=True) for row in connection.execute(invited)]


def _holder(
    name: str,
    email: str,
    language: str,
    team: str | None,
    begins: datetime | None,
    ends: datetime | None,
    role: str,
    *,
    invited: bool = False,
) -> Holder:
    period = Period(begins or clock.now(), ends)
    return Holder(
        name=name,
        language=language,
        holding=Holding(email=email, role=role, team=team, period=period, invited=invited),
    )


@dataclass(frozen=True, kw_only=True)
class ImportEntry:
    """A list that was taken in: what it made, by kind, and what had to stay when it was taken back."""

    id: str
    kind: Kind
    cohort: str | None
    made_at: datetime
    made_by: str | None
    undone_at: datetime | None
    made: Mapping[str, int]
    undone: Mapping[str, int]
    stayed: Mapping[str, Sequence[str]]


def imports(connection: Connection) -> list[ImportEntry]:
    """The newest first; the same few queries for one and for many."""
    query = (
        select(ImportRow, Cohort.name, Person.name.label("by"), Person.erased_at)
        .outerjoin(Cohort, Cohort.id == ImportRow.cohort_id)
        .outerjoin(Person, Person.id == ImportRow.made_by_id)
        .order_by(ImportRow.id.desc())
        .limit(SHOWN)
    )
    rows = connection.execute(query).all()
    told: dict[str, dict[str, Any]] = {row.public_id: json.loads(row.made) for row in rows}
    names = _names(
        connection, [one for made in told.values() for ids in made["stayed"].values() for one in ids]
    )
    return [
        ImportEntry(
            id=row.public_id,
            kind=Kind(row.kind),
            cohort=row.name,
            made_at=row.made_at,
            made_by=row.by if row.erased_at is None else None,
            undone_at=row.undone_at,
            made={kind: len(told[row.public_id][kind]) for kind in MADE},
            undone={kind: len(told[row.public_id]["undone"].get(kind, ())) for kind in MADE},
            stayed={
                kind: [names.get(one, one) for one in told[row.public_id]["stayed"].get(kind, ())]
                for kind in MADE
            },
        )
        for row in rows
    ]


MADE = ("organisations", "teams", "invitations")
"""What lists make, in the order of making."""


def _names(connection: Connection, asked: Sequence[str]) -> dict[str, str]:
    """What organisations, teams and invited people are called, by public id."""
    found: dict[str, str] = {}
    for table in (Organisation, Team, Invitation):
        query = select(table.public_id, table.name).where(table.public_id.in_(asked))
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found
