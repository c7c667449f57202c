"""The verbs about accounts at a sign-in service: joined to a person, used, removed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from foundation import policy
from foundation.bodies import Body, Line
from foundation.commands import Made, command
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.accounts.queries import row_of
from people.cohorts.models import Organisation
from people.mail import service as mail
from people.mail.rules import Kind
from people.sign_in.ways_in import WaysIn, has_one

from .models import Identity
from .policy import IdentityPermission

Issuer = Annotated[Line, Field(min_length=1, max_length=500)]
Subject = Annotated[Line, Field(min_length=1, max_length=255)]
"""OpenID Connect allows a `sub` no more than 255 signs."""
TAKEN = N_("Dieser Zugang beim Anmeldedienst gehört schon zu einem anderen Konto.")
ONLY_WAY_IN = N_(
    "Das ist Ihr einziger Weg in die Werkstatt. Bitte richten Sie zuerst ein Passwort oder einen Passkey ein."
)


def link_identity(transaction: Transaction, person: int, issuer: str, subject: str) -> bool:
    """Join the account at the service to the person (row number); whether it was not so before.

    Raises `conflict` if it belongs to somebody else.
    """
    connection = transaction.connection
    row = {"person_id": person, "issuer": issuer, "subject": subject}
    try:
        with connection.begin_nested():
            connection.execute(
                insert(Identity).values(**row, linked_at=transaction.now, used_at=transaction.now)
            )
    except IntegrityError:
        if _owner(connection, issuer, subject) != person:
            raise Refusal(Code.CONFLICT, TAKEN) from None
        return False
    return True


def _owner(connection: Connection, issuer: str, subject: str) -> int | None:
    query = select(Identity.person_id).where(Identity.issuer == issuer, Identity.subject == subject)
    return connection.execute(query).scalar_one_or_none()


class LinkIdentity(Body):
    """The account at the service that shows the person's own address as verified."""

    issuer: Issuer
    subject: Subject


@command("identity.link", LinkIdentity, place="person")
def link(transaction: Transaction, actor: Actor, place: Place, body: LinkIdentity) -> Made:
    policy.require(actor, IdentityPermission.LINK, place)
    connection = transaction.connection
    query = select(Person.id).where(
        Person.public_id == place.id, Person.locked_at.is_(None), Person.erased_at.is_(None)
    )
    person = connection.execute(query).scalar_one_or_none()
    if person is None:
        raise not_found()
    if link_identity(transaction, person, body.issuer, body.subject):
        mail.post(transaction, Kind.FACTOR_CHANGED, person=place.id)
    return None


class UseIdentity(LinkIdentity):
    """A sign-in by the account; `claim` is how the service calls the person's town."""

    claim: Annotated[Line, Field(max_length=200)] = ""


@command("identity.use", UseIdentity, place="person")
def use(transaction: Transaction, actor: Actor, place: Place, body: UseIdentity) -> Made:
    policy.require(actor, IdentityPermission.USE, place)
    connection = transaction.connection
    person = select(Person.id).where(Person.public_id == place.id).scalar_subquery()
    own = (Identity.person_id == person) & (Identity.issuer == body.issuer)
    used = connection.execute(
        update(Identity).where(own, Identity.subject == body.subject).values(used_at=transaction.now)
    )
    if not used.rowcount:
        raise not_found()
    if not body.claim:
        return None
    organisation = connection.execute(
        select(Organisation.id, Organisation.public_id).where(Organisation.claim == body.claim)
    ).first()
    if organisation is None:
        return None
    connection.execute(
        update(Person).where(Person.public_id == place.id).values(organisation_id=organisation.id)
    )
    return {"organisation": organisation.public_id}


class RemoveIdentity(WaysIn):
    """Which of one's accounts at a service is no longer a way in."""

    issuer: Issuer
    subject: Subject


@command("identity.remove", RemoveIdentity, place="person")
def remove(transaction: Transaction, actor: Actor, place: Place, body: RemoveIdentity) -> Made:
    policy.require(actor, IdentityPermission.REMOVE, place)
    connection = transaction.connection
    person = row_of(connection, place.id)
    which = (Identity.person_id == person) & (Identity.issuer == body.issuer)
    if not connection.execute(delete(Identity).where(which, Identity.subject == body.subject)).rowcount:
        raise not_found()
    if not has_one(connection, person, body):
        raise Refusal(Code.CLOSED, ONLY_WAY_IN)
    mail.post(transaction, Kind.FACTOR_CHANGED, person=place.id)
    return None
