"""The verbs about a change of address: asked for, confirmed from both mailboxes, dropped."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import exists, select, update

from foundation import bodies, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.database import once
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.accounts.queries import row_of
from people.accounts.rules import LONGEST, address
from people.links import service as links
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.mail import service as mail
from people.mail.rules import Kind

from . import queries
from .policy import RecoveryPermission

BOTH = (Purpose.ADDRESS_OLD, Purpose.ADDRESS_NEW)
TAKEN = N_("Diese Adresse gehört inzwischen zu einem anderen Konto. Ihre Adresse bleibt, wie sie ist.")


class AskForAddress(Body):
    """Where the person's mail shall go from now on."""

    address: Annotated[Line, Field(min_length=1, max_length=LONGEST)]


@command("address.ask", AskForAddress, place="person")
def ask(transaction: Transaction, actor: Actor, place: Place, body: AskForAddress) -> Made:
    policy.require(actor, RecoveryPermission.ASK, place)
    connection, new = transaction.connection, address(body.address)
    row_of(connection, place.id)
    if not new:
        raise bodies.invalid(address=N_("Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@ort.de."))
    if new == queries.own_address(connection, place.id):
        raise bodies.invalid(address=N_("Das ist schon Ihre Adresse."))
    _withdraw(transaction, place)
    old, fresh = (links.make(transaction, purpose, person=place.id, subject=new) for purpose in BOTH)
    mail.post(transaction, Kind.ADDRESS_OLD, person=place.id, params={"link": old})
    # Whether somebody has the address shows nowhere: then its mailbox gets nothing, and all else is the same.
    if not connection.execute(select(exists().where(Person.email == new))).scalar_one():
        mail.post(transaction, Kind.ADDRESS_NEW, person=place.id, address=new, params={"link": fresh})
    return None


class ConfirmAddress(Body):
    """A link out of one of the two mails."""

    link: PublicId


@command("address.confirm", ConfirmAddress, place="person")
def confirm(transaction: Transaction, actor: Actor, place: Place, body: ConfirmAddress) -> Made:
    """Changes the address with the second confirmation, in the same transaction."""
    policy.require(actor, RecoveryPermission.CONFIRM, place)
    connection = transaction.connection
    link = connection.execute(
        select(LinkRow.person, LinkRow.purpose).where(LinkRow.public_id == body.link)
    ).first()
    if link is None or link.person != place.id or link.purpose not in BOTH:
        raise Refusal(Code.CLOSED, links.SPENT)
    if queries.by_id(connection, place.id) is None:
        raise Refusal(Code.CLOSED, links.SPENT)
    links.use_up(transaction, body.link, Purpose(link.purpose))
    change = queries.change_of(connection, place.id)
    if change is None:
        raise Refusal(Code.CLOSED, links.SPENT)
    if not (change.old_confirmed and change.new_confirmed):
        return None
    _change(transaction, place, change.address)
    return {"person": place.id}


def _change(transaction: Transaction, place: Place, new: str) -> None:
    connection = transaction.connection
    old = queries.own_address(connection, place.id)
    moved = update(Person).where(Person.public_id == place.id).values(email=new, bounced_at=None)
    with once(connection, Refusal(Code.CLOSED, TAKEN)):
        connection.execute(moved)
    for purpose in (*BOTH, Purpose.RESET):
        links.withdraw(transaction, purpose, person=place.id)
    mail.post(transaction, Kind.ADDRESS_CHANGED, person=place.id, address=old)


class DropAddress(Body):
    """The change that is under way; there is one at most."""


@command("address.drop", DropAddress, place="person")
def drop(transaction: Transaction, actor: Actor, place: Place, _body: DropAddress) -> Made:
    policy.require(actor, RecoveryPermission.DROP, place)
    _withdraw(transaction, place)
    return None


def _withdraw(transaction: Transaction, place: Place) -> None:
    for purpose in BOTH:
        links.withdraw(transaction, purpose, person=place.id)
