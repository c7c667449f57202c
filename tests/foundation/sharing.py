"""A command of the probe room that several carry out together: they read a counter once and write it once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from tests.foundation import stock
from tests.foundation.ground import CounterRow, WordRow
from tests.foundation.probe import Add, Changed, Permission

from foundation import places, policy
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

_house = stock.set_aside()

MISTAKE, TAKEN = 666, 667
"""Added, these go wrong: in the code, and by what a constraint forbids."""


class Sum:
    """The value of a counter as each of them finds it."""

    made: int = 0

    def __init__(
        self, transaction: Transaction, place: places.Place, asked: Sequence[tuple[Actor, Any]]
    ) -> None:
        Sum.made += 1
        self._transaction, self._place = transaction, place
        query = select(CounterRow.value).where(CounterRow.id == place.id)
        self.value = self._read = int(transaction.connection.execute(query).scalar_one())
        self.most = len(asked)

    def write(self) -> None:
        if self.value != self._read:
            this = CounterRow.id == self._place.id
            self._transaction.connection.execute(update(CounterRow).where(this).values(value=self.value))


@command("counter.sum", Add, place="counter", shares=Sum)
def sum_up(transaction: Transaction, actor: Actor, place: places.Place, body: Add, shared: Sum) -> Made:
    policy.require(actor, Permission.ADD, place)
    if not body.by:
        raise Refusal(Code.CLOSED, N_("Das ist schon geschlossen."))
    shared.value += body.by
    transaction.append(place.name, Changed(value=shared.value, note=body.note))
    if body.by == MISTAKE:
        raise ValueError("a mistake in the code")
    if body.by == TAKEN:
        for _ in range(2):
            transaction.connection.execute(insert(WordRow).values(word="Ehrenamt", counter=place.id))
    return None


stock.take_in(_house)
