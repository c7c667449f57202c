"""Reads about cohorts and teams, and the rights that follow from seats and roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from foundation import clock, policy
from foundation.database import Moment
from foundation.places import HOUSE
from foundation.policy import Actor, Grant, Role
from foundation.prepared import Prepared
from people.accounts.models import Person

from .models import Cohort, RoleGrant, Seat, Team
from .policy import CohortPermission


def valid(
    table: type[Seat] | type[RoleGrant], moment: datetime | BindParameter[datetime]
) -> ColumnElement[bool]:
    """The condition that a seat or a role holds at that moment."""
    return (table.valid_from <= moment) & or_(table.valid_until.is_(None), table.valid_until > moment)


def _grants() -> CompoundSelect[*tuple[Any, ...]]:
    persons: BindParameter[Any] = bindparam("persons", expanding=True)
    now = bindparam("now", type_=Moment())
    seats = (
        select(
            Seat.person_id,
            literal(Role.PARTICIPANT.value).label("role"),
            Team.public_id,
            Cohort.public_id,
            null().label("place"),
        )
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Seat.person_id.in_(persons), valid(Seat, now))
    )
    roles = (
        select(RoleGrant.person_id, RoleGrant.role, Team.public_id, Cohort.public_id, RoleGrant.place)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Cohort, Cohort.id == func.coalesce(RoleGrant.cohort_id, Team.cohort_id))
        .where(RoleGrant.person_id.in_(persons), valid(RoleGrant, now))
    )
    return union_all(seats, roles)


_GRANTS = Prepared(_grants(), lists=["persons"])


def grants(connection: Connection, persons: Collection[int]) -> dict[int, frozenset[Grant]]:
    """What the persons (by row) may be right now; one query, however many they are."""
    asked = {"persons": list(persons), "now": clock.now()}
    found: dict[int, set[Grant]] = {}
    for person, name, team, cohort, place in _GRANTS.rows(connection, asked):
        role = Role(name)
        scopes = [scope for scope in (team and f"team/{team}", cohort and f"cohort/{cohort}", place) if scope]
        found.setdefault(person, set()).update(Grant(role, scope) for scope in scopes or [HOUSE])
    return {person: frozenset(held) for person, held in found.items()}


def administrators(now: datetime) -> Select[int]:
    """The persons (by row) who administer the house until further notice, and are not locked out of it."""
    return (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.valid_from <= now,
            RoleGrant.valid_until.is_(None),
            Person.locked_at.is_(None),
        )
    )


def cohort_state(connection: Connection, cohort: str) -> dict[str, Any]:
    """The cohort and its teams as everybody of the cohort may see them, teams in order of their making."""
    row = connection.execute(select(Cohort.id, Cohort.name).where(Cohort.public_id == cohort)).one()
    return {"cohort": {"id": cohort, "name": row.name}, "teams": teams(connection, Team.cohort_id == row.id)}


def teams(connection: Connection, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Teams with their present members; two queries."""
    found = {
        row.id: {"id": row.public_id, "name": row.name, "members": []}
        for row in connection.execute(
            select(Team.id, Team.public_id, Team.name).where(which).order_by(Team.id)
        )
    }
    members = (
        select(Seat.team_id, Person.public_id, Person.name)
        .join(Person, Person.id == Seat.person_id)
        .join(Team, Team.id == Seat.team_id)
        .where(which, valid(Seat, clock.now()))
        .order_by(Seat.id)
    )
    for team, public_id, name in connection.execute(members):
        found[team]["members"].append({"id": public_id, "name": name})
    return list(found.values())


def names_of_teams(connection: Connection, cohort: str) -> dict[str, str]:
    """The teams of a cohort by public id: their names, and nothing about who sits there."""
    query = select(Team.public_id, Team.name).join(Cohort, Cohort.id == Team.cohort_id)
    rows = connection.execute(query.where(Cohort.public_id == cohort).order_by(Team.id))
    return {row.public_id: row.name for row in rows}


def teams_seating(connection: Connection, person: str) -> Sequence[tuple[str, str]]:
    """Cohort and team of each list in which the person stands now."""
    query = (
        select(Cohort.public_id, Team.public_id)
        .join(Team, Team.cohort_id == Cohort.id)
        .join(Seat, Seat.team_id == Team.id)
        .join(Person, Person.id == Seat.person_id)
        .where(Person.public_id == person, valid(Seat, clock.now()))
        .distinct()
        .order_by(Cohort.public_id, Team.public_id)
    )
    return [(cohort, team) for cohort, team in connection.execute(query)]


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A time for which somebody is the guest of a place (its name); no `ends`: until further notice."""

    place: str
    begins: datetime
    ends: datetime | None


def stays(connection: Connection, actor: Actor) -> list[Stay]:
    """Where the actor is a guest now or will be, by their beginning; one query."""
    query = (
        select(RoleGrant.place, RoleGrant.valid_from, RoleGrant.valid_until)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(Person.public_id == actor.id, RoleGrant.role == Role.EXPERT)
        .where(or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > clock.now()))
        .order_by(RoleGrant.valid_from, RoleGrant.id)
    )
    return [
        Stay(place=row.place, begins=row.valid_from, ends=row.valid_until)
        for row in connection.execute(query)
    ]


@dataclass(frozen=True)
class CohortEntry:
    """A cohort that somebody may open."""

    id: str
    name: str


def cohorts_for(connection: Connection, actor: Actor) -> list[CohortEntry]:
    """The cohorts the actor may open, the newest first."""
    query = select(Cohort.public_id, Cohort.name).where(policy.where(actor, CohortPermission.FOLLOW))
    return [
        CohortEntry(*row)
        for row in connection.execute(query.order_by(Cohort.starts_on.desc(), Cohort.id.desc()))
    ]


def own_team(connection: Connection, actor: Actor, cohort: str) -> str | None:
    """The team in which the actor has a seat in that cohort."""
    query = (
        select(Team.public_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Cohort.public_id == cohort, Team.public_id.in_(actor.scopes(Role.PARTICIPANT, prefix="team/")))
    )
    return connection.execute(query).scalars().first()
