"""Seats and roles as the office sees them: whose, where, from when until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, literal, null, or_, select

from foundation import clock
from foundation.places import PlaceRow
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort, RoleGrant, Seat, Team


@dataclass(frozen=True, kw_only=True)
class Held:
    """A seat or a role of somebody, from when until when. `where` is what it is called."""

    id: str
    person: str
    name: str
    role: Role
    begins: datetime
    ends: datetime | None
    where: str = ""
    cohort: str | None = None
    cohort_name: str = ""
    team_name: str = ""
    place: str | None = None
    """The name of what a guest comes to."""

    @property
    def over(self) -> bool:
        return self.ends is not None and self.ends <= clock.now()

    @property
    def begun(self) -> bool:
        return self.begins <= clock.now()

    @property
    def first_day(self) -> date:
        return clock.first_day(self.begins)

    @property
    def last_day(self) -> date | None:
        return clock.last_day(self.ends) if self.ends else None


def seats() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Seat.public_id,
            Person.public_id.label("person"),
            Person.name,
            Seat.valid_from,
            Seat.valid_until,
            null().label("place"),
            Team.public_id.label("team"),
            Team.name.label("team_name"),
            Cohort.public_id.label("cohort"),
            Cohort.name.label("cohort_name"),
        )
        .join(Person, Person.id == Seat.person_id)
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .order_by(Seat.valid_from, Seat.id)
    )


def roles() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleGrant.public_id,
            Person.public_id.label("person"),
            Person.name,
            RoleGrant.role,
            RoleGrant.place,
            RoleGrant.valid_from,
            RoleGrant.valid_until,
            Team.public_id.label("team"),
            Team.name.label("team_name"),
            Cohort.public_id.label("cohort"),
            Cohort.name.label("cohort_name"),
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(PlaceRow, PlaceRow.name == RoleGrant.place)
        .outerjoin(
            Cohort,
            or_(
                Cohort.id == RoleGrant.cohort_id,
                Cohort.id == Team.cohort_id,
                PlaceRow.parent == literal("cohort/") + Cohort.public_id,
            ),
        )
        .order_by(RoleGrant.valid_from, RoleGrant.id)
    )


def held(row: Row[Any], role: Role | None = None) -> Held:
    return Held(
        id=row.public_id,
        person=row.person,
        name=row.name,
        role=role or Role(row.role),
        begins=row.valid_from,
        ends=row.valid_until,
        where=" · ".join(word for word in (row.cohort_name, row.team_name) if word),
        cohort=row.cohort,
        cohort_name=row.cohort_name or "",
        team_name=row.team_name or "",
        place=row.place,
    )
