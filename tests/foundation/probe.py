"""A small room of the tests' own: halls with counters, and every kind of command that the door must bear.

What goes wrong on purpose is in `trouble.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field
from sqlalchemy import Connection, delete, insert, select, update
from tests.foundation import stock
from tests.foundation.ground import PLACE, CounterRow, GrantRow, SessionRow, WordRow

from foundation import commands, ids, jobs, places, policy
from foundation.bodies import Body, Line, PublicId, Text
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.eventlog import Fact
from foundation.jobs import job
from foundation.policy import Actor, Role, rule
from foundation.streams import Audience, stream
from foundation.transaction import Transaction

_house = stock.set_aside()


class Permission(StrEnum):
    ADD = "counter.add"
    NAME = "counter.name"
    MOVE = "counter.move"
    REFUSE = "counter.refuse"
    BREAK = "counter.break"
    CRASH = "counter.crash"
    OWE = "counter.owe"
    CUT = "counter.cut"
    SECRET = "counter.secret"
    SCHEDULE = "counter.schedule"
    PLACE = "counter.place"
    HOLD = "counter.hold"
    ADMIT = "hall.admit"
    DISMISS = "hall.dismiss"
    CLOSE = "session.close"
    FOLLOW = "counter.follow"
    KEEP = "counter.keep"
    OWN = "person.follow"
    NOBODY = "counter.nobody"


@rule(
    Permission.ADD,
    Permission.NAME,
    Permission.MOVE,
    Permission.REFUSE,
    Permission.BREAK,
    Permission.CRASH,
    Permission.OWE,
    Permission.CUT,
    Permission.SECRET,
    Permission.SCHEDULE,
    Permission.PLACE,
    Permission.HOLD,
)
def members_count(actor: Actor, place: places.Place) -> bool:
    return actor.is_system or actor.holds(Role.PARTICIPANT, f"hall/{place.above('hall')}")


@rule(Permission.ADMIT, Permission.DISMISS)
def facilitators_admit(actor: Actor, place: places.Place) -> bool:
    return actor.is_system or actor.holds(Role.FACILITATOR, place.name)


@rule(Permission.CLOSE)
def persons_close(actor: Actor, place: places.Place) -> bool:
    return actor.is_system or place.name == f"person/{actor.id}"


@rule(Permission.FOLLOW)
def members_follow(actor: Actor, audience: Audience) -> bool:
    hall = f"hall/{audience.place.above('hall')}"
    return policy.any_of(actor, (Role.PARTICIPANT, Role.FACILITATOR), (hall,))


@rule(Permission.KEEP)
def facilitators_keep(actor: Actor, audience: Audience) -> bool:
    return actor.holds(Role.FACILITATOR, f"hall/{audience.place.above('hall')}")


@rule(Permission.OWN)
def persons_read_their_own(actor: Actor, audience: Audience) -> bool:
    return audience.ids["person"] == actor.id


@dataclass(frozen=True, kw_only=True)
class Changed(Fact):
    name: ClassVar[str] = "counter.changed"
    value: int
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Noted(Fact):
    name: ClassVar[str] = "counter.noted"
    by: int


@dataclass(frozen=True, kw_only=True)
class RightsChanged(Fact):
    name: ClassVar[str] = "rights.changed"


@dataclass(frozen=True, kw_only=True)
class SessionsChanged(Fact):
    name: ClassVar[str] = "sessions.changed"


class Add(Body):
    by: Annotated[int, Field(ge=-1000, le=1000)] = 1
    note: Annotated[Text, Field(max_length=60_000)] = ""


class Word(Body):
    word: Annotated[Line, Field(min_length=1, max_length=40)]


class Move(Body):
    to: PublicId
    by: int = 1


class Who(Body):
    person: PublicId


class Key(Body):
    key: Annotated[str, Field(max_length=80)]


class Nothing(Body):
    pass


class Debt(Body):
    creditor: Annotated[str, Field(max_length=40)]


def turn(transaction: Transaction, counter: str, by: int, note: str = "") -> int:
    turned = update(CounterRow).where(CounterRow.id == counter).values(value=CounterRow.value + by)
    transaction.connection.execute(turned)
    value = transaction.connection.execute(
        select(CounterRow.value).where(CounterRow.id == counter)
    ).scalar_one()
    transaction.append(f"counter/{counter}", Changed(value=value, note=note))
    return int(value)


@command("counter.add", Add, place="counter")
def add_to(transaction: Transaction, actor: Actor, place: places.Place, body: Add) -> Made:
    policy.require(actor, Permission.ADD, place)
    turn(transaction, place.id, body.by, body.note)
    transaction.append(f"counter/{place.id}/keepers", Noted(by=body.by))
    return {"entry": ids.public_id()}


@command("counter.name", Word, place="counter")
def name(transaction: Transaction, actor: Actor, place: places.Place, body: Word) -> Made:
    policy.require(actor, Permission.NAME, place)
    turn(transaction, place.id, 1)
    transaction.connection.execute(insert(WordRow).values(word=body.word, counter=place.id))
    return None


def _other_end(_connection: Connection, _place: places.Place, body: Move) -> list[str]:
    return [f"counter/{body.to}"]


@command("counter.move", Move, place="counter", touches=_other_end)
def move(transaction: Transaction, actor: Actor, place: places.Place, body: Move) -> Made:
    policy.require(actor, Permission.MOVE, place)
    policy.require(actor, Permission.MOVE, transaction.places.get(f"counter/{body.to}"))
    turn(transaction, place.id, -body.by)
    turn(transaction, body.to, body.by)
    return None


@command("counter.secret", Add, place="counter")
def secret(transaction: Transaction, actor: Actor, place: places.Place, body: Add) -> Made:
    """States something that only the keepers may read."""
    policy.require(actor, Permission.SECRET, place)
    transaction.append(f"counter/{place.id}/keepers", Noted(by=body.by), subjects=["b", "a"])
    return None


@command("counter.schedule", Add, place="counter")
def schedule(transaction: Transaction, actor: Actor, place: places.Place, body: Add) -> Made:
    policy.require(actor, Permission.SCHEDULE, place)
    payload = {"counter": place.id, "by": body.by}
    return {"job": jobs.schedule(transaction.connection, "counter.add_later", transaction.now, payload)}


@command("counter.place", Who, place="hall")
def place_counter(transaction: Transaction, actor: Actor, place: places.Place, body: Who) -> Made:
    """Make a counter of that id."""
    policy.require(actor, Permission.PLACE, place)
    transaction.create_place(f"counter/{body.person}", parent=place.name)
    transaction.connection.execute(insert(CounterRow).values(id=body.person, value=0))
    turn(transaction, body.person, 1)
    return {"counter": body.person}


def _them(_connection: Connection, _place: places.Place, body: Who) -> list[str]:
    return [f"person/{body.person}"]


@command("hall.admit", Who, place="hall", touches=_them, changes_rights=True)
def admit(transaction: Transaction, actor: Actor, place: places.Place, body: Who) -> Made:
    policy.require(actor, Permission.ADMIT, place)
    grant = {"person": body.person, "role": Role.PARTICIPANT, "scope": place.name}
    transaction.connection.execute(insert(GrantRow).values(**grant))
    transaction.raise_acl(place.name)
    transaction.append(f"person/{body.person}", RightsChanged())
    return None


@command("hall.dismiss", Who, place="hall", touches=_them, changes_rights=True)
def dismiss(transaction: Transaction, actor: Actor, place: places.Place, body: Who) -> Made:
    policy.require(actor, Permission.DISMISS, place)
    gone = delete(GrantRow).where(GrantRow.person == body.person, GrantRow.scope == place.name)
    transaction.connection.execute(gone)
    transaction.raise_acl(place.name)
    transaction.append(f"person/{body.person}", RightsChanged())
    return None


@command("session.close", Key, place="person", changes_rights=True)
def close(transaction: Transaction, actor: Actor, place: places.Place, body: Key) -> Made:
    policy.require(actor, Permission.CLOSE, place)
    transaction.connection.execute(delete(SessionRow).where(SessionRow.key == body.key))
    transaction.append(place.name, SessionsChanged())
    return None


@command("counter.unruled", Nothing, place="counter")
def unruled(transaction: Transaction, actor: Actor, place: places.Place, body: Nothing) -> Made:
    policy.require(actor, Permission.NOBODY, place)
    turn(transaction, place.id, 1)
    return None


def is_on(connection: Connection, *, counter: str) -> bool:
    """A counter below nothing is over."""
    value = connection.execute(select(CounterRow.value).where(CounterRow.id == counter)).scalar()
    return value is not None and value >= 0


@stream("counter/{counter}", place="counter/{counter}", readers=Permission.FOLLOW, counts_as_use=is_on)
def counter_state(connection: Connection, *, counter: str) -> dict[str, Any]:
    return {
        "value": connection.execute(select(CounterRow.value).where(CounterRow.id == counter)).scalar_one()
    }


@stream("counter/{counter}/keepers", place="counter/{counter}", readers=Permission.KEEP)
def keepers_state(connection: Connection, *, counter: str) -> dict[str, Any]:
    return {"counter": counter}


@stream("person/{person}", place="person/{person}", readers=Permission.OWN)
def person_state(connection: Connection, *, person: str) -> dict[str, Any]:
    return {"person": person}


@job("counter.add_later")
def add_later(door: Door, due: jobs.Job) -> None:
    body = {"by": due.payload["by"]}
    asked = commands.ask("counter.add", f"counter/{due.payload['counter']}", body, id=due.id)
    door.carry_out(policy.system("later"), asked)


stock.take_in(_house)

HOUSE = policy.system("test")


def add(by: int = 1, *, place: str = PLACE, id_: str = "", note: str = "") -> commands.Command:
    return commands.ask("counter.add", place, {"by": by, "note": note}, id=id_)


def ask(
    name: str, body: Mapping[str, Any] | None = None, *, place: str = PLACE, id_: str = ""
) -> commands.Command:
    return commands.ask(name, place, body, id=id_)


def refusal_of(act: Callable[[], object]) -> Refusal:
    """The refusal that it ends with."""
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def code_of(act: Callable[[], object]) -> Code:
    return refusal_of(act).code
