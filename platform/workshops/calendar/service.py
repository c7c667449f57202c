"""The verbs about the address of a calendar: make a new one, revoke it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select

from foundation import database, policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.accounts.models import Person

from .models import CalendarFeed
from .policy import CalendarPermission
from .rules import KEY


class OpenCalendar(Body):
    """The SHA-256 of the token, which the house itself does not get to keep."""

    key: Annotated[str, Field(pattern=KEY)]


class RevokeCalendar(Body):
    """The address there is."""


@command("calendar.open", OpenCalendar, place="person")
def open_(transaction: Transaction, actor: Actor, place: Place, body: OpenCalendar) -> Made:
    """In place of the address before, which answers no longer."""
    policy.require(actor, CalendarPermission.OPEN, place)
    query = select(Person.id).where(Person.public_id == place.id)
    person = transaction.connection.execute(query).scalar_one()
    row = {"person_id": person, "key": body.key, "made_at": transaction.now}
    database.upsert(transaction.connection, CalendarFeed, ("person_id",), row)
    return None


@command("calendar.revoke", RevokeCalendar, place="person")
def revoke(transaction: Transaction, actor: Actor, place: Place, _body: RevokeCalendar) -> Made:
    policy.require(actor, CalendarPermission.REVOKE, place)
    own = select(Person.id).where(Person.public_id == place.id).scalar_subquery()
    transaction.connection.execute(delete(CalendarFeed).where(CalendarFeed.person_id == own))
    return None
