"""The verbs about organisations and programmes that are there; a new organisation is made in `cohorts`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, Insert, Update, delete, insert, select, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.database import once
from foundation.errors import Code, Refusal, not_found
from foundation.places import Place
from foundation.pointing import pointing
from foundation.policy import Actor
from foundation.text import N_, same
from foundation.transaction import Transaction
from people.cohorts.models import Organisation, Programme
from people.cohorts.service import CreateOrganisation, one_of_its_kind, refuse_namesake

from .policy import OrganisationPermission

PROGRAMME_TAKEN = N_("Ein Programm mit diesem Namen gibt es schon.")
IN_USE = N_("Diese Kommune wird noch gebraucht: Sie hat Teams, oder Menschen gehören zu ihr.")


class ChangeOrganisation(CreateOrganisation):
    """The organisation as it shall be from now on."""

    organisation: PublicId


@command("organisation.change", ChangeOrganisation, place="house", audited=True)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeOrganisation) -> Made:
    policy.require(actor, OrganisationPermission.CHANGE, place)
    connection = transaction.connection
    row = _row(connection, body.organisation)
    refuse_namesake(connection, body, besides=body.organisation)
    values = {**body.model_dump(exclude={"organisation"}), "claim": body.claim or None}
    with one_of_its_kind(connection, body.organisation, body.claim):
        connection.execute(update(Organisation).where(Organisation.id == row).values(**values))
    return None


def _row(connection: Connection, organisation: str) -> int:
    query = select(Organisation.id).where(Organisation.public_id == organisation)
    row = connection.execute(query).scalar_one_or_none()
    if row is None:
        raise not_found()
    return row


class RemoveOrganisation(Body):
    """An organisation that was made by mistake: no team and nobody belongs to it."""

    organisation: PublicId


@command("organisation.remove", RemoveOrganisation, place="house", audited=True)
def remove(transaction: Transaction, actor: Actor, place: Place, body: RemoveOrganisation) -> Made:
    policy.require(actor, OrganisationPermission.REMOVE, place)
    connection = transaction.connection
    row = _row(connection, body.organisation)
    if pointing(connection, Organisation.id, [row]):
        raise Refusal(Code.CONFLICT, IN_USE)
    connection.execute(delete(Organisation).where(Organisation.id == row))
    return None


class CreateProgramme(Body):
    """What runs cohort after cohort."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]


@command("programme.create", CreateProgramme, place="house", audited=True)
def create_programme(transaction: Transaction, actor: Actor, place: Place, body: CreateProgramme) -> Made:
    policy.require(actor, OrganisationPermission.PROGRAMME_CREATE, place)
    public_id = ids.public_id()
    _refuse_namesake(transaction.connection, body.name)
    _write(transaction.connection, insert(Programme).values(public_id=public_id, name=body.name))
    return {"programme": public_id}


class ChangeProgramme(CreateProgramme):
    """The programme as it shall be called from now on."""

    programme: PublicId


@command("programme.change", ChangeProgramme, place="house", audited=True)
def change_programme(transaction: Transaction, actor: Actor, place: Place, body: ChangeProgramme) -> Made:
    policy.require(actor, OrganisationPermission.PROGRAMME_CHANGE, place)
    _refuse_namesake(transaction.connection, body.name, besides=body.programme)
    which = update(Programme).where(Programme.public_id == body.programme)
    if not _write(transaction.connection, which.values(name=body.name)):
        raise not_found()
    return None


def _refuse_namesake(connection: Connection, name: str, besides: str | None = None) -> None:
    """Names that differ in upper case or in spaces alone would be taken for one another."""
    for programme, known in connection.execute(select(Programme.public_id, Programme.name)):
        if programme != besides and same(known) == same(name):
            raise bodies.invalid(name=PROGRAMME_TAKEN)


def _write(connection: Connection, statement: Insert | Update) -> int:
    """How many rows were written; a name that is taken is refused."""
    taken = bodies.invalid(name=PROGRAMME_TAKEN)
    with once(connection, taken):
        return connection.execute(statement).rowcount
