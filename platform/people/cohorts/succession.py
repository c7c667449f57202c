"""The verb by which a seat passes on: its holder's time ends, and somebody is invited to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, select

from foundation import bodies, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Language, Person
from people.accounts.rules import LONGEST, address
from people.accounts.service import Name
from people.invitations.aiming import Invited
from people.invitations.issuing import issue

from . import seats
from .models import Seat
from .policy import CohortPermission


class SucceedSeat(Body):
    """Who is to take the seat over: at once, or from when it begins, and for the rest of its time."""

    seat: PublicId
    name: Name
    email: Annotated[Line, Field(min_length=1, max_length=LONGEST)]
    language: Annotated[Language, Field(strict=False)] = Language.GERMAN


def _predecessor(connection: Connection, _place: Place, body: SucceedSeat) -> Sequence[str]:
    query = select(Person.public_id).join(Seat, Seat.person_id == Person.id)
    found = connection.execute(query.where(Seat.public_id == body.seat)).scalars()
    return [f"person/{person}" for person in found]


@command("seat.succeed", SucceedSeat, place="cohort", touches=_predecessor, changes_rights=True, audited=True)
def succeed(transaction: Transaction, actor: Actor, place: Place, body: SucceedSeat) -> Made:
    """The team keeps all that it has done: it belongs to the team, not to who sat there."""
    policy.require(actor, CohortPermission.SEAT_SUCCEED, place)
    seat = transaction.connection.execute(
        select(Seat.valid_from, Seat.valid_until, Person.email)
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.public_id == body.seat)
    ).one_or_none()
    team = seats.end(transaction, place, body.seat)
    assert seat is not None
    if address(body.email) == seat.email:
        raise bodies.invalid(email=N_("Diese Adresse gehört der Person, die den Platz abgibt."))
    invited = Invited(
        email=body.email,
        name=body.name,
        language=body.language,
        team=team,
        valid_from=seat.valid_from if seat.valid_from > transaction.now else None,
        valid_until=seat.valid_until,
    )
    return {"invitation": issue(transaction, actor, invited)}
