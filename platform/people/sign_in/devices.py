"""The devices somebody signs in with: of each new one the person is told."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from foundation import clock
from foundation.places import Place
from foundation.transaction import Transaction
from people.mail import service as mail
from people.mail.rules import Kind

from .models import Device

MOST = 20
"""So many of a person are kept; those not seen for longest are forgotten."""


def meet(transaction: Transaction, place: Place, person: int, *, key: str, name: str, first: bool) -> None:
    """Note that the person (row number) signs in with that device, and tell them if it is a new one.

    `first`: they have never signed in before, so that every device is new.
    """
    connection, now = transaction.connection, transaction.now
    own = Device.person_id == person
    seen = connection.execute(update(Device).where(own, Device.key == key).values(name=name, last_at=now))
    if seen.rowcount:
        return
    values = {"person_id": person, "key": key, "name": name, "first_at": now, "last_at": now}
    connection.execute(insert(Device).values(**values))
    newest = select(Device.id).where(own).order_by(Device.last_at.desc(), Device.id.desc()).limit(MOST)
    connection.execute(delete(Device).where(own, Device.id.not_in(newest)))
    if not first:
        params = {"at": clock.wire(now), "device": name}
        mail.post(transaction, Kind.DEVICE_NEW, person=place.id, params=params)
