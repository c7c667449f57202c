"""The verb about erasing a person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from foundation import bodies, clock, database, jobs, policy, streams
from foundation.bodies import Body
from foundation.commands import Made, command
from foundation.errors import not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts import service as accounts
from people.cohorts import leaving
from people.mail import service as mail
from people.mail.rules import Kind
from people.sign_in import shown
from people.sign_in.events import SessionsChanged

from . import erasing, erasures, farewell, finding, mentions, sweeping
from .models import Erasure
from .policy import RESTORING, PrivacyPermission


class ErasePerson(Body):
    """The person that the command runs on, for good; `sure` is the tick that says so."""

    sure: bool = False


def _touched(connection: Connection, place: Place, _body: ErasePerson) -> Sequence[str]:
    """Where the person has rights, so that they write nothing meanwhile, and where they are named."""
    told = {streams.place_of(stream) for stream in mentions.streams_about(connection, place.id)}
    return sorted({one for one in told if one} | leaving.places_of(connection, place.id))


@command("person.erase", ErasePerson, place="person", touches=_touched, changes_rights=True, audited=True)
def erase(transaction: Transaction, actor: Actor, place: Place, body: ErasePerson) -> Made:
    """Ends the person's rights and sessions, empties every row of them, and leaves no name in the log.

    What is to be done outside the transaction, the list beside the database and the storage's forgetting, is
    due work.
    """
    policy.require(actor, PrivacyPermission.ERASE, place)
    connection = transaction.connection
    person = finding.who(connection, place.id)
    if person is None:
        raise not_found()
    restoring = actor.id == RESTORING.id
    if not restoring:
        shown.require(connection, actor)
        if not body.sure:
            raise bodies.invalid(sure=N_("Bitte kreuzen Sie an, dass das Konto gelöscht werden soll."))
        for obstacle in leaving.obstacles(connection, place.id, transaction.now):
            raise obstacle
    listed = [place.id, *erasing.invitations_of(connection, person)]
    leaving.leave(transaction, place.id)
    erasing.forget_rows(connection, person)
    accounts.erase(transaction, place.id)
    mentions.forget(connection, place.id)
    noted = {"person": place.id, "at": transaction.now}
    database.upsert(connection, Erasure, ("person",), noted)
    transaction.raise_acl(place.name)
    transaction.append(place.name, SessionsChanged(sessions=[]))
    if not restoring:
        sent = mail.post(transaction, Kind.ERASED, address=person.email, language=person.language)
        farewell.forget_later(transaction, sent)
    lines = [{"id": one, "at": clock.wire(transaction.now)} for one in listed]
    jobs.schedule_all(connection, erasures.NOTE, [(transaction.now, line) for line in lines])
    sweeping.plan(connection, transaction.now)
    return None
