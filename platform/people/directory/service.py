"""The verb about what a person releases for the cohort."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from foundation import bodies, database, policy
from foundation.bodies import Body, Line
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Person

from .models import DirectoryEntry
from .policy import DirectoryPermission
from .rules import LONGEST, is_phone

Short = Annotated[Line, Field(max_length=LONGEST)]


class ChangeDirectory(Body):
    """Everything at once: what is left out is no longer released."""

    office: Short = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    offers: Short = ""
    seeks: Short = ""
    shows_email: bool = False
    shows_phone: bool = False


@command("directory.change", ChangeDirectory, place="person")
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeDirectory) -> Made:
    policy.require(actor, DirectoryPermission.CHANGE, place)
    if body.phone and not is_phone(body.phone):
        raise bodies.invalid(
            phone=N_("Bitte geben Sie eine Telefonnummer an, zum Beispiel 02382 59-0 oder +49 2382 590.")
        )
    query = select(Person.id).where(Person.public_id == place.id)
    person = transaction.connection.execute(query).scalar_one()
    row = {"person_id": person, **body.model_dump(), "changed_at": transaction.now}
    database.upsert(transaction.connection, DirectoryEntry, ("person_id",), row)
    return None
