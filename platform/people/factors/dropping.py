"""The verb for somebody who has lost every second factor: the operator takes them away."""

from __future__ import annotations

from sqlalchemy import delete, select

from foundation import clock, policy
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.mail import service as mail
from people.mail.rules import Kind
from people.sign_in.service import end_sessions

from .models import OneTimeCode, Passkey, RecoveryCode
from .policy import OperatorPermission


class DropFactors(Body):
    """Passkeys, the app's codes and the recovery codes of the person that the command runs on."""


@command("factors.drop", DropFactors, place="person", changes_rights=True, audited=True)
def drop(transaction: Transaction, actor: Actor, place: Place, _body: DropFactors) -> Made:
    """Every session ends, and the person is told. Raises `conflict` where there is nothing to take away."""
    policy.require(actor, OperatorPermission.DROP, place)
    person = select(Person.id).where(Person.public_id == place.id).scalar_subquery()
    gone = [
        transaction.connection.execute(delete(table).where(table.person_id == person)).rowcount
        for table in (OneTimeCode, RecoveryCode, Passkey)
    ]
    if not any(gone):
        raise Refusal(Code.CONFLICT, N_("Dieses Konto hat keinen zweiten Faktor."))
    end_sessions(transaction, place)
    mail.post(transaction, Kind.FACTOR_CHANGED, person=place.id, params={"at": clock.wire(transaction.now)})
    return None
