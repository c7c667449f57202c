"""Reads for calendars: whose an address is, and the workshops that person may see now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from foundation import policy
from foundation.policy import Actor, ActorKind
from people.accounts.models import Person
from people.cohorts.models import Cohort
from people.cohorts.queries import grants
from workshops.run_sheet import queries as run_sheet
from workshops.run_sheet.models import RunSheet
from workshops.series.models import Workshop
from workshops.series.policy import SeriesPermission

from .models import CalendarFeed

Dated = dict[str, Any]
"""What a calendar is told of a workshop: as in `ical.Event`, but for the words."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose calendar asks, with what they may see at this moment."""

    actor: Actor
    language: str


def reader(connection: Connection, key: str) -> Reader | None:
    """Whose address it is; none for one that never was, was revoked, or belongs to a locked account."""
    query = (
        select(Person.id, Person.public_id, Person.language)
        .join(CalendarFeed, CalendarFeed.person_id == Person.id)
        .where(CalendarFeed.key == key, Person.locked_at.is_(None), Person.erased_at.is_(None))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    held = grants(connection, [row.id]).get(row.id, frozenset())
    actor = Actor(kind=ActorKind.PERSON, id=row.public_id, grants=held, row=row.id)
    return Reader(actor=actor, language=row.language)


def made_at(connection: Connection, person: str) -> datetime | None:
    """Since when the person (public id) has the address they have."""
    query = select(CalendarFeed.made_at).join(Person, Person.id == CalendarFeed.person_id)
    return connection.execute(query.where(Person.public_id == person)).scalar()


def workshops(connection: Connection, actor: Actor, *, only: str | None = None) -> list[Dated]:
    """The workshops that the actor may follow, by date, or the one with that public id; one query."""
    query = (
        select(
            Workshop.public_id.label("id"),
            Workshop.title,
            Workshop.starts_at,
            run_sheet.takes().label("minutes"),
            Workshop.place,
            Workshop.sequence,
            Workshop.changed_at,
            Workshop.cancelled_at,
        )
        .join(Cohort, Cohort.id == Workshop.cohort_id)
        .outerjoin(RunSheet, RunSheet.workshop_id == Workshop.id)
        .where(policy.where(actor, SeriesPermission.FOLLOW))
        .order_by(Workshop.starts_at, Workshop.id)
    )
    if only is not None:
        query = query.where(Workshop.public_id == only)
    return [dict(row._mapping) for row in connection.execute(query)]  # noqa: SLF001 -- SQLAlchemy's public name for it
