"""Commands of the probe room that leave nothing which says who gave them, and one that breaks its word."""

from __future__ import annotations

from sqlalchemy import update
from tests.foundation import stock
from tests.foundation.ground import CounterRow
from tests.foundation.probe import Add, Changed, Permission

from foundation import places, policy
from foundation.commands import Command, Made, command
from foundation.errors import Code, Refusal
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

_house = stock.set_aside()

SEEN: list[str] = []
"""The ids of the commands that verbs were shown."""


@command("counter.drop", Add, place="counter", unlinkable=True)
def drop(transaction: Transaction, actor: Actor, place: places.Place, body: Add, asked: Command) -> Made:
    policy.require(actor, Permission.ADD, place)
    if not body.by:
        raise Refusal(Code.CLOSED, N_("Das ist schon geschlossen."))
    SEEN.append(asked.id)
    more = update(CounterRow).where(CounterRow.id == place.id).values(value=CounterRow.value + body.by)
    transaction.connection.execute(more)
    return None


@command("counter.blab", Add, place="counter", unlinkable=True)
def blab(transaction: Transaction, actor: Actor, place: places.Place, body: Add, asked: Command) -> Made:
    drop(transaction, actor, place, body, asked)
    transaction.append(place.name, Changed(value=body.by, note=""))
    return None


stock.take_in(_house)
