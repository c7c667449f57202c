"""Reads of the series: workshops as the wire shows them, and where somebody sits in one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, and_, or_, select, true

from foundation import clock, policy
from foundation.errors import Code, Refusal
from foundation.policy import Actor, Role
from foundation.text import N_
from people.cohorts.models import Cohort, Team

from .models import Workshop
from .policy import SeriesPermission

State = dict[str, Any]
"""A part of a stream's state, ready for JSON."""
AROUND = timedelta(hours=4)
"""So long before a workshop begins people come in, and so long after its end they are still at it."""

_SHOWN = (
    Workshop.public_id,
    Workshop.number,
    Workshop.title,
    Workshop.starts_at,
    Workshop.place,
    Workshop.minutes,
    Workshop.cancelled_at,
    Workshop.cancelled_reason,
)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A workshop as rows refer to it. `team` is the actor's own in this cohort."""

    row: int
    id: str
    cohort_row: int
    cohort: str
    number: int
    title: str
    starts_at: datetime
    place: str
    minutes: int
    cancelled_at: datetime | None = None
    cancelled_reason: str = ""
    team_row: int | None = None
    team: str | None = None


def state(connection: Connection, workshop: str) -> State | None:
    """The workshop as its own stream shows it."""
    query = select(*_SHOWN, Cohort.public_id.label("cohort")).join(Cohort, Cohort.id == Workshop.cohort_id)
    row = connection.execute(query.where(Workshop.public_id == workshop)).first()
    return {**shown(row), "cohort": row.cohort} if row else None


def series(connection: Connection, cohort: str) -> list[State]:
    """The workshops of a cohort as its stream shows them, by date."""
    query = select(*_SHOWN).join(Cohort, Cohort.id == Workshop.cohort_id).where(Cohort.public_id == cohort)
    return [shown(row) for row in connection.execute(query.order_by(Workshop.starts_at, Workshop.id))]


def is_on(connection: Connection, *, workshop: str) -> bool:
    """Whether people are at the workshop now: nobody shall have to sign in again in the middle of it."""
    held = Workshop.cancelled_at.is_(None)
    query = select(Workshop.starts_at, Workshop.minutes).where(Workshop.public_id == workshop, held)
    row = connection.execute(query).first()
    if row is None:
        return False
    ends_at = row.starts_at + timedelta(minutes=row.minutes)
    return bool(row.starts_at - AROUND <= clock.now() < ends_at + AROUND)


def meeting(connection: Connection, actor: Actor, workshop: str) -> Meeting | None:
    """For what is done towards the workshop, with the actor's own team there; the caller looks at rights.

    Refuses for a workshop that is cancelled: nobody shall prepare what does not take place.
    """
    here = _meeting(connection, actor, workshop, true())
    if here is not None and here.cancelled_at is not None:
        raise _cancelled()
    return here


def refuse_if_cancelled(connection: Connection, workshop: str) -> None:
    """The same for what is done at a workshop, whoever does it."""
    query = select(Workshop.cancelled_at).where(Workshop.public_id == workshop)
    if connection.execute(query).scalar() is not None:
        raise _cancelled()


def _cancelled() -> Refusal:
    return Refusal(
        Code.CLOSED,
        N_("Dieses Treffen ist abgesagt. Was schon eingetragen ist, bleibt, falls es doch stattfindet."),
    )


def planned(connection: Connection, actor: Actor, workshop: str) -> Meeting | None:
    """The workshop for those who run the series, cancelled or not; the caller looks at rights."""
    return _meeting(connection, actor, workshop, true())


def visible(connection: Connection, actor: Actor, workshop: str) -> Meeting | None:
    """The workshop with the actor's own team there, if the actor may follow it."""
    return _meeting(connection, actor, workshop, policy.where(actor, SeriesPermission.FOLLOW))


def titled(connection: Connection, workshops: Iterable[str]) -> dict[str, State]:
    """The workshops by public id as the wire shows them, whoever asks; one query."""
    query = select(*_SHOWN).where(Workshop.public_id.in_(list(workshops)))
    return {row.public_id: shown(row) for row in connection.execute(query)}


def after(workshop: int | ScalarSelect[int]) -> ColumnElement[bool]:
    """Which workshops of the same cohort take place later by date than the one with that row."""
    cohort, starts_at = _where_it_stands(workshop)
    later = or_(Workshop.starts_at > starts_at, and_(Workshop.starts_at == starts_at, Workshop.id > workshop))
    return and_(Workshop.cohort_id == cohort, Workshop.cancelled_at.is_(None), later)


def before(workshop: int | ScalarSelect[int]) -> ColumnElement[bool]:
    """Which workshops of the same cohort take place earlier by date than the one with that row."""
    cohort, starts_at = _where_it_stands(workshop)
    earlier = or_(
        Workshop.starts_at < starts_at, and_(Workshop.starts_at == starts_at, Workshop.id < workshop)
    )
    return and_(Workshop.cohort_id == cohort, Workshop.cancelled_at.is_(None), earlier)


def _where_it_stands(workshop: int | ScalarSelect[int]) -> tuple[ScalarSelect[int], ScalarSelect[datetime]]:
    this = select(Workshop.cohort_id, Workshop.starts_at).where(Workshop.id == workshop).subquery()
    return select(this.c.cohort_id).scalar_subquery(), select(this.c.starts_at).scalar_subquery()


def shown(row: Row[*tuple[Any, ...]]) -> State:
    """A row of a workshop as the wire shows it."""
    return {
        "id": row.public_id,
        "number": row.number,
        "title": row.title,
        "starts_at": clock.wire(row.starts_at),
        "place": row.place,
        "minutes": row.minutes,
        "cancelled_at": clock.wire(row.cancelled_at) if row.cancelled_at else None,
        "cancelled_reason": row.cancelled_reason,
    }


def _meeting(
    connection: Connection, actor: Actor, workshop: str, allowed: ColumnElement[bool]
) -> Meeting | None:
    own = actor.scopes(Role.PARTICIPANT, prefix="team/")
    query = (
        select(
            Workshop.id,
            *_SHOWN,
            Workshop.cohort_id,
            Cohort.public_id.label("cohort"),
            Team.id.label("team_row"),
            Team.public_id.label("team"),
        )
        .join(Cohort, Cohort.id == Workshop.cohort_id)
        .outerjoin(Team, and_(Team.cohort_id == Workshop.cohort_id, Team.public_id.in_(own)))
        .where(Workshop.public_id == workshop, allowed)
        .order_by(Team.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return row and Meeting(
        row=row.id,
        id=row.public_id,
        cohort_row=row.cohort_id,
        cohort=row.cohort,
        number=row.number,
        title=row.title,
        starts_at=row.starts_at,
        place=row.place,
        minutes=row.minutes,
        cancelled_at=row.cancelled_at,
        cancelled_reason=row.cancelled_reason,
        team_row=row.team_row,
        team=row.team,
    )
