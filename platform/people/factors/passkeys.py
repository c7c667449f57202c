"""The verbs about passkeys; only the door gives them, after its pages have seen that an answer is true."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line, PublicId, WireMoment
from foundation.commands import Made, command
from foundation.database import once
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.sign_in.service import Key
from people.sign_in.ways_in import WaysIn, has_one

from . import standing
from .models import Passkey
from .policy import FactorPermission
from .service import Keys

MOST = 10
"""Passkeys of one person."""
TOO_MANY = N_(
    "Mehr als %(most)s Passkeys gehen nicht. Bitte entfernen Sie zuerst einen, den Sie nicht mehr brauchen."
)
TAKEN = N_("Dieser Passkey ist schon eingerichtet.")
WRONG = N_(
    "Mit diesem Passkey hat es nicht geklappt. Bitte versuchen Sie es noch einmal, oder nehmen Sie einen "
    "anderen Weg."
)
ONLY_WAY_IN = N_(
    "Das ist Ihr einziger Weg in die Werkstatt. Bitte richten Sie zuerst ein Passwort oder einen anderen "
    "Passkey ein."
)
Base64 = r"^[A-Za-z0-9_-]+$"
Name = Annotated[Line, Field(min_length=1, max_length=80)]
Count = Annotated[int, Field(ge=0, le=2**32 - 1)]


class AddPasskey(Body):
    """A passkey that was just made; `keys` are those of new recovery codes if it is the first factor."""

    credential: Annotated[str, Field(pattern=Base64, max_length=1400)]
    public_key: Annotated[str, Field(pattern=Base64, max_length=4000)]
    sign_count: Count
    transports: Annotated[str, Field(pattern=r"^[a-z,-]*$", max_length=100)] = ""
    name: Name
    keys: Keys | None = None
    session: Key


@command("passkey.add", AddPasskey, place="person", changes_rights=True)
def add(transaction: Transaction, actor: Actor, place: Place, body: AddPasskey) -> Made:
    """From now on the person can sign in with it, alone."""
    policy.require(actor, FactorPermission.ADD, place)
    connection, person = transaction.connection, standing.row(transaction, place)
    if _count(connection, person) >= MOST:
        raise Refusal(Code.CONFLICT, TOO_MANY, most=MOST)
    first, public_id = not standing.has_any(connection, person), ids.public_id()
    row = body.model_dump(include={"credential", "public_key", "sign_count", "transports", "name"})
    passkey = insert(Passkey).values(**row, public_id=public_id, person_id=person, made_at=transaction.now)
    with once(connection, Refusal(Code.CONFLICT, TAKEN)):
        connection.execute(passkey)
    standing.gained(transaction, place, body.session, first=first, keys=body.keys)
    return {"passkey": public_id}


def _count(connection: Connection, person: int) -> int:
    query = select(func.count()).select_from(Passkey).where(Passkey.person_id == person)
    return int(connection.execute(query).scalar_one())


class UsePasskey(Body):
    """An answer that was found true: the passkey's new count, and when the house had asked."""

    passkey: PublicId
    sign_count: Count
    asked_at: WireMoment


@command("passkey.use", UsePasskey, place="person")
def use(transaction: Transaction, actor: Actor, place: Place, body: UsePasskey) -> Made:
    """Refused for a question from before the last answer, and for a count that does not grow.

    Some passkeys do not count and say 0 for ever.
    """
    policy.require(actor, FactorPermission.USE_PASSKEY, place)
    unanswered = or_(Passkey.used_at.is_(None), Passkey.used_at < body.asked_at)
    grows = Passkey.sign_count < body.sign_count
    if body.sign_count == 0:
        grows = Passkey.sign_count == 0
    which = and_(_own(transaction, place, body.passkey), unanswered, grows)
    used = update(Passkey).where(which).values(used_at=transaction.now, sign_count=body.sign_count)
    if not transaction.connection.execute(used).rowcount:
        raise bodies.invalid(answer=WRONG)
    return None


class RenamePasskey(Body):
    """What the person calls it."""

    passkey: PublicId
    name: Name


@command("passkey.rename", RenamePasskey, place="person")
def rename(transaction: Transaction, actor: Actor, place: Place, body: RenamePasskey) -> Made:
    policy.require(actor, FactorPermission.RENAME, place)
    which = _own(transaction, place, body.passkey)
    named = transaction.connection.execute(update(Passkey).where(which).values(name=body.name))
    if not named.rowcount:
        raise not_found()
    return None


class RemovePasskey(WaysIn):
    """Nobody gets in with it any more; `session` is the one that asks."""

    passkey: PublicId
    session: Key


@command("passkey.remove", RemovePasskey, place="person", changes_rights=True)
def remove(transaction: Transaction, actor: Actor, place: Place, body: RemovePasskey) -> Made:
    policy.require(actor, FactorPermission.REMOVE_PASSKEY, place)
    connection, person = transaction.connection, standing.row(transaction, place)
    gone = delete(Passkey).where(_own(transaction, place, body.passkey))
    if not connection.execute(gone).rowcount:
        raise not_found()
    if not has_one(connection, person, body):
        raise Refusal(Code.CLOSED, ONLY_WAY_IN)
    standing.lost(transaction, place, body.session)
    return None


def _own(transaction: Transaction, place: Place, passkey: str) -> ColumnElement[bool]:
    return and_(Passkey.person_id == standing.row(transaction, place), Passkey.public_id == passkey)
