"""The verb about the tour: it was seen, or skipped; either way it is not offered again."""

from __future__ import annotations

from sqlalchemy import update

from foundation import policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.accounts.models import Person

from .policy import TourPermission


class FinishTour(Body):
    """The tour is over for this person."""


@command("tour.finish", FinishTour, place="person")
def finish(transaction: Transaction, actor: Actor, place: Place, _body: FinishTour) -> Made:
    """Keeps the first moment, however often somebody takes the tour."""
    policy.require(actor, TourPermission.FINISH, place)
    new = (Person.public_id == place.id) & Person.toured_at.is_(None)
    transaction.connection.execute(update(Person).where(new).values(toured_at=transaction.now))
    return None
