"""What facilitators are told: who handled the poll."""

from __future__ import annotations

from sqlalchemy import insert

from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction

from .events import PollHandled
from .models import Handling, What


def note(transaction: Transaction, place: Place, workshop: int, what: What, actor: Actor) -> None:
    """Write down and tell what was done; the house itself has no name there."""
    by = None if actor.is_system else {"id": actor.id, "name": actor.name}
    values = {"workshop_id": workshop, "what": what, "by_id": actor.row or None, "at": transaction.now}
    transaction.connection.execute(insert(Handling).values(values))
    subjects = [actor.id] if by else []
    transaction.append(
        f"{place.name}/facilitators", PollHandled(at=transaction.now, what=what, by=by), subjects=subjects
    )
