"""What goes wrong in the probe room on purpose: refusals, mistakes, lost connections, places that move."""

from __future__ import annotations

import threading
from collections import Counter as Tally

from sqlalchemy import Connection, insert, select, text, update
from tests.foundation import stock
from tests.foundation.ground import DebtRow, WordRow
from tests.foundation.probe import Add, Debt, Nothing, Permission, Word, add_later, turn

from foundation import ids, jobs, places, policy
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.jobs import job
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

_house = stock.set_aside()


def _holder(connection: Connection, _place: places.Place, body: Word) -> list[str]:
    holder = connection.execute(select(WordRow.counter).where(WordRow.word == body.word)).scalar()
    return [f"counter/{holder}"] if holder else []


@command("counter.take", Word, place="counter", touches=_holder)
def take(transaction: Transaction, actor: Actor, place: places.Place, body: Word) -> Made:
    """Take a word away from the counter that has it: which place that touches, the database knows."""
    policy.require(actor, Permission.NAME, place)
    had = transaction.connection.execute(
        select(WordRow.counter).where(WordRow.word == body.word)
    ).scalar_one()
    if f"counter/{had}" not in transaction.places:
        raise RuntimeError("the holder is not locked")
    moved = update(WordRow).where(WordRow.word == body.word).values(counter=place.id)
    transaction.connection.execute(moved)
    turn(transaction, had, -1)
    turn(transaction, place.id, 1)
    return None


@command("counter.refuse", Nothing, place="counter")
def refuse(transaction: Transaction, actor: Actor, place: places.Place, body: Nothing) -> Made:
    policy.require(actor, Permission.REFUSE, place)
    turn(transaction, place.id, 1)
    transaction.create_place(f"counter/{ids.public_id()}")
    raise Refusal(Code.CLOSED, N_("Das ist schon geschlossen."))


@command("counter.break", Nothing, place="counter")
def break_(transaction: Transaction, actor: Actor, place: places.Place, body: Nothing) -> Made:
    policy.require(actor, Permission.BREAK, place)
    turn(transaction, place.id, 1)
    raise ValueError("a mistake in the code")


@command("counter.crash", Nothing, place="counter")
def crash(transaction: Transaction, actor: Actor, place: places.Place, body: Nothing) -> Made:
    """What the database itself refuses to do."""
    policy.require(actor, Permission.CRASH, place)
    turn(transaction, place.id, 1)
    transaction.connection.execute(text("SELECT nothing FROM nowhere"))
    return None


@command("counter.owe", Debt, place="counter")
def owe(transaction: Transaction, actor: Actor, place: places.Place, body: Debt) -> Made:
    """Breaks at the commit where the creditor does not exist."""
    policy.require(actor, Permission.OWE, place)
    turn(transaction, place.id, 1)
    transaction.connection.execute(insert(DebtRow).values(id=ids.public_id(), creditor=body.creditor))
    return None


cuts: Tally[str] = Tally()
"""How often the connection to PostgreSQL was cut in the middle of a command, by its note."""


@command("counter.cut", Add, place="counter")
def cut(transaction: Transaction, actor: Actor, place: places.Place, body: Add) -> Made:
    """Loses its connection in the middle, as often as `by` says."""
    policy.require(actor, Permission.CUT, place)
    turn(transaction, place.id, 1, body.note)
    if cuts[body.note] < body.by:
        cuts[body.note] += 1
        transaction.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return None


held, let_go = threading.Event(), threading.Event()


@command("counter.hold", Nothing, place="counter")
def hold(transaction: Transaction, actor: Actor, place: places.Place, body: Nothing) -> Made:
    """Has the turn until it is let go, so that others queue up behind it."""
    policy.require(actor, Permission.HOLD, place)
    held.set()
    assert let_go.wait(20)
    return None


failures: list[Exception] = []
"""What the unreliable job does next: fail with this, or succeed once it is empty."""


@job("counter.unreliable")
def unreliable(door: Door, due: jobs.Job) -> None:
    if failures:
        raise failures.pop(0)
    add_later(door, due)


def forget() -> None:
    """As if nothing had gone wrong yet."""
    cuts.clear()
    failures.clear()
    held.clear()
    let_go.clear()


stock.take_in(_house)
