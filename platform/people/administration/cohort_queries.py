"""Reads for the page of a cohort and those below it: who sits where, who is invited, who helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from foundation import clock
from foundation.policy import Role
from people.cohorts.models import Cohort, Organisation, Programme, Seat, Team
from people.invitations.queries import OpenInvitation, open_in

from . import holdings
from .holdings import Held
from .overview_queries import CohortCard, cohorts


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
    settled: Settled
    teams: Sequence[TeamCard]
    roles: Sequence[Held]
    """Who facilitates it, and the guests of its workshops."""
    invited: Sequence[OpenInvitation]
    """Who is invited to something else than a seat."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What the office has settled for a cohort, as its form shows it. `programme` is a public id."""

    name: str
    starts_on: date
    ends_on: date
    programme: str | None
    seats_per_team: int
    places_teams: int | None
    places_people: int | None


def settled(connection: Connection, cohort: str) -> Settled | None:
    """The cohort with this public id."""
    query = (
        select(
            Cohort.name,
            Cohort.starts_on,
            Cohort.ends_on,
            Programme.public_id.label("programme"),
            Cohort.seats_per_team,
            Cohort.places_teams,
            Cohort.places_people,
        )
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .where(Cohort.public_id == cohort)
    )
    row = connection.execute(query).one_or_none()
    return Settled(**row._asdict()) if row else None


def cohort(connection: Connection, public_id: str) -> CohortPage | None:
    """The same few queries, however many teams there are."""
    found = settled(connection, public_id)
    if found is None:
        return None
    invited = open_in(connection, public_id)
    (card,) = cohorts(connection, invited, only=public_id)
    empty = {team.id: team.empty for team in card.teams}
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
        .order_by(Team.name, Team.id)
    )
    return CohortPage(
        card=card,
        settled=found,
        teams=[
            TeamCard(
                id=team.public_id,
                name=team.name,
                organisation=team.organisation,
                empty=empty[team.public_id],
                seats=[one for one in seats.get(team.public_id, []) if not one.over],
                invited=[
                    one for one in invited if one.team == team.public_id and one.role is Role.PARTICIPANT
                ],
                past=[one for one in seats.get(team.public_id, []) if one.over],
                coaches=[one for one in coaches.get(team.public_id, []) if not one.over],
            )
            for team in teams
        ],
        roles=[one for one in (holdings.held(row) for row in roles if row.team is None) if not one.over],
        invited=[one for one in invited if one.role is not Role.PARTICIPANT],
    )


def _by_team(rows: Any, role: Role | None) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for row in rows:
        found.setdefault(row.team, []).append(holdings.held(row, role))
    return found


def seat(connection: Connection, cohort: str, public_id: str) -> Held | None:
    """The seat of that cohort, unless it is over."""
    query = holdings.seats().where(Cohort.public_id == cohort, Seat.public_id == public_id)
    row = connection.execute(query).one_or_none()
    found = holdings.held(row, Role.PARTICIPANT) if row else None
    return None if found is None or found.over else found


@dataclass(frozen=True, kw_only=True)
class TeamEntry:
    """A team as its form shows it. `organisation` is a public id."""

    id: str
    name: str
    organisation: str
    cohort: str
    """What the cohort is called."""


def team(connection: Connection, cohort: str, public_id: str) -> TeamEntry | None:
    """The team of that cohort."""
    query = (
        select(Team.name, Organisation.public_id.label("organisation"), Cohort.name.label("cohort"))
        .join(Organisation, Organisation.id == Team.organisation_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Team.public_id == public_id, Cohort.public_id == cohort)
    )
    row = connection.execute(query).one_or_none()
    return TeamEntry(id=public_id, **row._asdict()) if row else None


def organisations(connection: Connection) -> list[tuple[str, str]]:
    """What a team can be sent by, for a choice: public id and name."""
    query = select(Organisation.public_id, Organisation.name).order_by(Organisation.name)
    return [(public_id, name) for public_id, name in connection.execute(query)]


def programmes(connection: Connection) -> list[tuple[str, str]]:
    """What a cohort can belong to, for a choice: public id and name."""
    query = select(Programme.public_id, Programme.name).order_by(Programme.name)
    return [(public_id, name) for public_id, name in connection.execute(query)]


def running(connection: Connection) -> list[tuple[str, str]]:
    """The cohorts that are not over, the newest first, for a choice: public id and name."""
    query = select(Cohort.public_id, Cohort.name).where(Cohort.ends_on >= clock.first_day(clock.now()))
    query = query.order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    return [(public_id, name) for public_id, name in connection.execute(query)]


def teams(connection: Connection, cohort: str) -> list[tuple[str, str]]:
    """The teams of a cohort, for a choice: public id and name."""
    query = select(Team.public_id, Team.name).join(Cohort, Cohort.id == Team.cohort_id)
    query = query.where(Cohort.public_id == cohort).order_by(Team.name, Team.id)
    return [(public_id, name) for public_id, name in connection.execute(query)]
