"""The verbs about second factors; only the door gives them, after its pages have seen who it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, insert, select, update

from foundation import bodies, policy
from foundation.bodies import Body, Line
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.sign_in.service import Key

from . import standing
from .models import OneTimeCode, RecoveryCode
from .policy import FactorPermission
from .rules import RECOVERY_CODES

WRONG_CODE = N_("Dieser Code gilt nicht oder nicht mehr. Bitte nehmen Sie den nächsten.")
Sealed = Annotated[Line, Field(min_length=1, max_length=400)]
Keys = Annotated[list[Key], Field(min_length=RECOVERY_CODES, max_length=RECOVERY_CODES)]


class BeginCodes(Body):
    """A secret for an app, sealed; it counts once a first code has shown that the app has it."""

    secret: Sealed


@command("codes.begin", BeginCodes, place="person")
def begin(transaction: Transaction, actor: Actor, place: Place, body: BeginCodes) -> Made:
    policy.require(actor, FactorPermission.BEGIN, place)
    connection, person = transaction.connection, standing.row(transaction, place)
    unused = (OneTimeCode.person_id == person) & OneTimeCode.confirmed_at.is_(None)
    connection.execute(delete(OneTimeCode).where(unused))
    if connection.execute(select(OneTimeCode.person_id).where(OneTimeCode.person_id == person)).first():
        raise Refusal(Code.CONFLICT, N_("Codes einer App sind bei Ihnen schon eingerichtet."))
    values = {"person_id": person, "secret": body.secret, "made_at": transaction.now, "last_step": 0}
    connection.execute(insert(OneTimeCode).values(**values))
    return None


class ConfirmCodes(Body):
    """The first code was right: its step, and the session that showed it.

    `keys` are those of new recovery codes if this is the first factor.
    """

    secret: Sealed
    step: Annotated[int, Field(ge=1, le=2**40)]
    keys: Keys | None = None
    session: Key


@command("codes.confirm", ConfirmCodes, place="person", changes_rights=True)
def confirm(transaction: Transaction, actor: Actor, place: Place, body: ConfirmCodes) -> Made:
    """From now on a password alone does not let the person in."""
    policy.require(actor, FactorPermission.CONFIRM, place)
    person = standing.row(transaction, place)
    first = not standing.has_any(transaction.connection, person)
    begun = (OneTimeCode.person_id == person) & OneTimeCode.confirmed_at.is_(None)
    done = transaction.connection.execute(
        update(OneTimeCode)
        .where(begun, OneTimeCode.secret == body.secret)
        .values(confirmed_at=transaction.now, last_step=body.step)
    )
    if not done.rowcount:
        raise bodies.invalid(code=WRONG_CODE)
    standing.gained(transaction, place, body.session, first=first, keys=body.keys)
    return None


class RemoveCodes(Body):
    """The app's codes are no longer asked for; `session` is the one that asks."""

    session: Key | None = None


@command("codes.remove", RemoveCodes, place="person", changes_rights=True)
def remove(transaction: Transaction, actor: Actor, place: Place, body: RemoveCodes) -> Made:
    """A second time nothing is left to do."""
    policy.require(actor, FactorPermission.REMOVE, place)
    person = standing.row(transaction, place)
    mine = (OneTimeCode.person_id == person) & OneTimeCode.confirmed_at.is_not(None)
    if transaction.connection.execute(delete(OneTimeCode).where(mine)).rowcount:
        standing.lost(transaction, place, body.session)
    return None


class UseCode(Body):
    """A code that was typed and fits: the step of an app's, or the key of a recovery code."""

    step: Annotated[int, Field(ge=1, le=2**40)] | None = None
    key: Key | None = None


@command("code.use", UseCode, place="person")
def use(transaction: Transaction, actor: Actor, place: Place, body: UseCode) -> Made:
    """Refused for what has been used before: each works once."""
    policy.require(actor, FactorPermission.USE, place)
    connection, person = transaction.connection, standing.row(transaction, place)
    if (body.step is None) == (body.key is None):
        raise bodies.invalid(code=WRONG_CODE)
    if body.step is not None:
        mine = (OneTimeCode.person_id == person) & OneTimeCode.confirmed_at.is_not(None)
        later = update(OneTimeCode).where(mine, OneTimeCode.last_step < body.step)
        used = connection.execute(later.values(last_step=body.step))
    else:
        unused = (RecoveryCode.person_id == person) & RecoveryCode.used_at.is_(None)
        one = update(RecoveryCode).where(unused, RecoveryCode.key == body.key)
        used = connection.execute(one.values(used_at=transaction.now))
    if not used.rowcount:
        raise bodies.invalid(code=WRONG_CODE)
    if body.key is not None:
        standing.tell(transaction, place)
    return None


class RenewRecovery(Body):
    """New recovery codes in place of the old ones."""

    keys: Keys


@command("recovery.renew", RenewRecovery, place="person")
def renew(transaction: Transaction, actor: Actor, place: Place, body: RenewRecovery) -> Made:
    policy.require(actor, FactorPermission.RENEW, place)
    person = standing.row(transaction, place)
    if not standing.has_any(transaction.connection, person):
        raise not_found()
    standing.replace_recovery(transaction, person, body.keys)
    standing.tell(transaction, place)
    return None


class ConfirmSession(Body):
    """Whoever has this session has shown once more who they are; `strong`: with a second factor."""

    session: Key
    strong: bool = False


@command("session.confirm", ConfirmSession, place="person", changes_rights=True)
def confirm_session(transaction: Transaction, actor: Actor, place: Place, body: ConfirmSession) -> Made:
    policy.require(actor, FactorPermission.SHOWN, place)
    if not standing.shown(transaction, standing.row(transaction, place), body.session, strong=body.strong):
        raise not_found()
    if body.strong:
        transaction.raise_acl(place.name)
    return None
