"""The verbs about a forgotten password."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from foundation import commands, jobs, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.door import Door
from foundation.errors import Code, Refusal, not_found
from foundation.jobs import Job
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.accounts.rules import LONGEST
from people.links import service as links
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.mail import service as mail
from people.mail.rules import Kind
from people.sign_in.service import Hash, SetPassword, set_password

from . import queries
from .policy import RECOVERY, RecoveryPermission

REQUEST = "reset.request"


class RequestReset(Body):
    """The address as it was typed; whether anybody has it is looked up later, out of sight."""

    address: Annotated[Line, Field(max_length=LONGEST)]


@command(REQUEST, RequestReset, place="house")
def request(transaction: Transaction, actor: Actor, place: Place, body: RequestReset) -> Made:
    policy.require(actor, RecoveryPermission.REQUEST, place)
    jobs.schedule(transaction.connection, REQUEST, transaction.now, {"address": body.address})
    return None


@jobs.job(REQUEST)
def answer(door: Door, job: Job) -> None:
    with door.database.reading() as connection:
        found = queries.by_address(connection, job.payload["address"])
    if found:
        door.carry_out(RECOVERY, commands.ask("reset.make", f"person/{found.id}", id=job.id))


class MakeReset(Body):
    """A link for the person that the command runs on."""


@command("reset.make", MakeReset, place="person")
def make(transaction: Transaction, actor: Actor, place: Place, _body: MakeReset) -> Made:
    policy.require(actor, RecoveryPermission.MAKE, place)
    if queries.by_id(transaction.connection, place.id) is None:
        raise not_found()
    link = links.make(transaction, Purpose.RESET, person=place.id)
    mail.post(transaction, Kind.RESET, person=place.id, params={"link": link})
    return None


class UseReset(Body):
    """The link out of the mail and the new password's hash."""

    link: PublicId
    hash: Hash


@command("reset.use", UseReset, place="person", changes_rights=True)
def use(transaction: Transaction, actor: Actor, place: Place, body: UseReset) -> Made:
    policy.require(actor, RecoveryPermission.USE, place)
    connection = transaction.connection
    owner = connection.execute(
        select(LinkRow.person).where(LinkRow.public_id == body.link)
    ).scalar_one_or_none()
    if owner != place.id or queries.by_id(connection, place.id) is None:
        raise Refusal(Code.CLOSED, links.SPENT)
    links.use_up(transaction, body.link, Purpose.RESET)
    return set_password(transaction, actor, place, SetPassword(hash=body.hash))
