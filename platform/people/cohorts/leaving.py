"""Leaving everything at once: what stands against it, which places it concerns, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select
from sqlalchemy.orm import aliased

from foundation.errors import Code, Refusal
from foundation.places import HOUSE
from foundation.policy import Role
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person

from . import roles, seats
from .models import Cohort, RoleGrant, Seat, Team
from .queries import administrators, valid


def obstacles(connection: Connection, person: str, now: datetime) -> Sequence[Refusal]:
    """Why the person (public id) cannot leave yet: roles that nobody else would have."""
    row = select(Person.id).where(Person.public_id == person).scalar_subquery()
    found = []
    administering = connection.execute(administrators(now)).scalars().all()
    if set(administering) == {connection.execute(select(row)).scalar_one()}:
        found.append(
            Refusal(
                Code.CONFLICT,
                N_(
                    "Ohne dieses Konto hätte die Werkstatt keine Programmverwaltung mehr. "
                    "Diese Rolle muss zuerst jemand anderes bekommen."
                ),
            )
        )
    other, somebody = aliased(RoleGrant), aliased(Person)
    others = (
        exists()
        .where(other.cohort_id == Cohort.id, other.role == Role.FACILITATOR, other.person_id != row)
        .where(other.valid_from <= now, or_(other.valid_until.is_(None), other.valid_until > now))
        .where(somebody.id == other.person_id, somebody.locked_at.is_(None))
    )
    alone = (
        select(Cohort.name)
        .join(RoleGrant, RoleGrant.cohort_id == Cohort.id)
        .where(RoleGrant.role == Role.FACILITATOR, RoleGrant.person_id == row, valid(RoleGrant, now))
        .where(Cohort.ends_on >= now.date(), ~others)
        .order_by(Cohort.id)
    )
    return [
        *found,
        *(
            Refusal(
                Code.CONFLICT,
                N_(
                    "Ohne dieses Konto hätte der Durchgang „%(cohort)s“ keine Moderation mehr. "
                    "Diese Rolle muss zuerst jemand anderes bekommen."
                ),
                cohort=cohort,
            )
            for cohort in connection.execute(alone).scalars()
        ),
    ]


def places_of(connection: Connection, person: str) -> set[str]:
    """The names of the places where the person (public id) has rights now or later."""
    row = select(Person.id).where(Person.public_id == person).scalar_subquery()
    seated = (
        select(Cohort.public_id)
        .join(Team, Team.cohort_id == Cohort.id)
        .join(Seat, Seat.team_id == Team.id)
        .where(Seat.person_id == row)
    )
    granted = (
        select(Cohort.public_id, RoleGrant.place)
        .select_from(RoleGrant)
        .outerjoin(Team, Team.id == RoleGrant.team_id)
        .outerjoin(Cohort, or_(Cohort.id == RoleGrant.cohort_id, Cohort.id == Team.cohort_id))
        .where(RoleGrant.person_id == row)
    )
    found = {f"cohort/{cohort}" for cohort in connection.execute(seated).scalars()}
    for cohort, place in connection.execute(granted):
        found.add(f"cohort/{cohort}" if cohort else place or HOUSE)
    return found


def leave(transaction: Transaction, person: str) -> None:
    """End every seat and role of the person (public id). The caller holds `places_of` and the person."""
    connection, now = transaction.connection, transaction.now
    lasting = or_(Seat.valid_until.is_(None), Seat.valid_until > now)
    held = (
        select(Seat.public_id, Cohort.public_id)
        .join(Person, Person.id == Seat.person_id)
        .join(Team, Team.id == Seat.team_id)
        .join(Cohort, Cohort.id == Team.cohort_id)
        .where(Person.public_id == person, lasting)
        .order_by(Seat.id)
    )
    for seat, cohort in connection.execute(held).all():
        seats.end(transaction, transaction.places[f"cohort/{cohort}"], seat)
    roles.end_all(transaction, person)
