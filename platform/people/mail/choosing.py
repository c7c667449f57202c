"""The verbs about which mails somebody gets and when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, select

from foundation import bodies, database, policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.queries import row_of

from .models import MailChoice, MailHours, MailRow
from .policy import NotificationPermission
from .rules import CHOSEN, DIGEST_HOUR, USUAL, Delivery, Kind

Hour = Annotated[int, Field(ge=0, le=23)]
BOTH_OR_NONE = N_("Bitte geben Sie Anfang und Ende an, oder keines von beiden.")
NO_TIME = N_("Anfang und Ende sind gleich. Bitte wählen Sie zwei verschiedene Uhrzeiten.")


class ChangeNotifications(Body):
    """How the kinds that are named are wanted, and when. Kinds that are not named stay as they are.

    Hours are of the local day; `digest_weekday`: 0 is Monday, none is every day.
    """

    deliveries: Annotated[
        dict[Annotated[Kind, Field(strict=False)], Annotated[Delivery, Field(strict=False)]],
        Field(max_length=len(Kind)),
    ]
    quiet_from: Hour | None = None
    quiet_until: Hour | None = None
    digest_weekday: Annotated[int, Field(ge=0, le=6)] | None = None
    digest_hour: Hour = DIGEST_HOUR


@command("notifications.change", ChangeNotifications, place="person")
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeNotifications) -> Made:
    policy.require(actor, NotificationPermission.CHANGE, place)
    if not body.deliveries.keys() <= USUAL.keys():
        raise bodies.invalid(deliveries=N_("Diese E-Mails lassen sich nicht abbestellen."))
    if (body.quiet_from is None) != (body.quiet_until is None):
        raise bodies.invalid(quiet_until=BOTH_OR_NONE)
    if body.quiet_from is not None and body.quiet_from == body.quiet_until:
        raise bodies.invalid(quiet_until=NO_TIME)
    row = row_of(transaction.connection, place.id)
    for kind, delivery in body.deliveries.items():
        _choose(transaction, row, kind, delivery)
    hours = {"person_id": row, **body.model_dump(exclude={"deliveries"})}
    database.upsert(transaction.connection, MailHours, ("person_id",), hours)
    _drop(transaction, row, [kind for kind, wanted in body.deliveries.items() if wanted is Delivery.NEVER])
    return None


class Unsubscribe(Body):
    """The kind of the mail that the address stood in; `digest`: all that was collected."""

    kind: Annotated[Kind, Field(strict=False)]


@command("notifications.unsubscribe", Unsubscribe, place="person")
def unsubscribe(transaction: Transaction, actor: Actor, place: Place, body: Unsubscribe) -> Made:
    """As often as the address is used; somebody who is gone is not there."""
    policy.require(actor, NotificationPermission.UNSUBSCRIBE, place)
    if body.kind not in CHOSEN:
        raise bodies.invalid(kind=N_("Diese E-Mails lassen sich nicht abbestellen."))
    row = row_of(transaction.connection, place.id)
    kinds: Collection[Kind] = [body.kind]
    if body.kind is Kind.DIGEST:
        chosen = select(MailChoice.kind).where(
            MailChoice.person_id == row, MailChoice.delivery == Delivery.DIGEST
        )
        kinds = [Kind(kind) for kind in transaction.connection.execute(chosen).scalars()]
    for kind in kinds:
        _choose(transaction, row, kind, Delivery.NEVER)
    _drop(transaction, row, kinds)
    return None


def _choose(transaction: Transaction, person: int, kind: Kind, delivery: Delivery) -> None:
    values = {"person_id": person, "kind": kind, "delivery": delivery}
    database.upsert(transaction.connection, MailChoice, ("person_id", "kind"), values)


def _drop(transaction: Transaction, person: int, kinds: Collection[Kind]) -> None:
    """What waits of these kinds is wanted no more."""
    waiting = (MailRow.person_id == person) & MailRow.sent_at.is_(None) & (MailRow.failed == "")
    transaction.connection.execute(delete(MailRow).where(waiting, MailRow.kind.in_(kinds)))
