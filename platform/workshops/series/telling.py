"""Mails to those who were coming: a workshop is cancelled, or takes place after all."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select, union

from foundation import clock
from foundation.places import Place
from foundation.policy import Actor, Role
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.cohorts.models import RoleGrant, Seat, Team
from people.cohorts.queries import valid
from people.mail import service as mail
from people.mail.service import Kind

from .models import Workshop


def tell(transaction: Transaction, place: Place, actor: Actor, *, held: bool) -> None:
    """To everybody but who did it, unless the workshop has begun. What waits about it is overtaken.

    Whoever has not heard of the cancellation is not told that it is taken back, and nobody hears of it twice.
    """
    connection = transaction.connection
    cancelled, takes_place = f"{place.name}/cancelled", f"{place.name}/held"
    mail.withdraw(transaction, cancelled, takes_place)
    query = select(Workshop.starts_at).where(Workshop.public_id == place.id)
    starts_at = connection.execute(query).scalar_one()
    if starts_at <= transaction.now:
        return
    heard = mail.told_last(connection, Kind.WORKSHOP_CANCELLED, (cancelled, takes_place))
    mail.notify(
        transaction,
        Kind.WORKSHOP_CANCELLED,
        persons=[
            person
            for person in _expected(connection, place)
            if person != actor.id and (heard.get(person) == cancelled) is held
        ],
        params={
            "path": f"/workshops/{place.id}/topics",
            "starts_at": clock.wire(starts_at),
            "held": "yes" if held else "no",
        },
        key=takes_place if held else cancelled,
        place=place.name,
        until=starts_at,
    )


def _expected(connection: Connection, place: Place) -> Sequence[str]:
    """Who follows the workshop now: seats, coaches, facilitators and guests, by public id; one query."""
    now = clock.now()
    cohort = select(Workshop.cohort_id).where(Workshop.public_id == place.id).scalar_subquery()
    seats = (
        select(Person.public_id)
        .join(Seat, Seat.person_id == Person.id)
        .join(Team, Team.id == Seat.team_id)
        .where(Team.cohort_id == cohort, valid(Seat, now))
    )
    of_the_group = RoleGrant.role.in_((Role.COACH, Role.FACILITATOR))
    roles = (
        select(Person.public_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .where(
            or_(
                of_the_group & or_(RoleGrant.cohort_id == cohort, Team.cohort_id == cohort),
                (RoleGrant.role == Role.EXPERT) & (RoleGrant.place == place.name),
            ),
            valid(RoleGrant, now),
        )
    )
    return connection.execute(union(seats, roles)).scalars().all()
