"""The verbs about persons."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import insert, update

from foundation import bodies, ids, policy
from foundation.bodies import Body, Line
from foundation.commands import Made, command
from foundation.database import once
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction

from .models import NAMELESS, Language, Person, Theme
from .policy import PersonPermission
from .rules import LONGEST, address

Name = Annotated[Line, Field(min_length=1, max_length=120)]
NO_ADDRESS = N_("Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@ort.de.")


class CreatePerson(Body):
    """A person who can sign in once a password is set."""

    name: Name
    email: Annotated[Line, Field(min_length=1, max_length=LONGEST)]
    language: Annotated[Language, Field(strict=False)] = Language.GERMAN


@command("person.create", CreatePerson, place="house", audited=True)
def create(transaction: Transaction, actor: Actor, place: Place, body: CreatePerson) -> Made:
    policy.require(actor, PersonPermission.CREATE, place)
    email = address(body.email)
    if not email:
        raise bodies.invalid(email=NO_ADDRESS)
    return {"person": make(transaction, name=body.name, email=email, language=body.language)}


def make(
    transaction: Transaction, *, name: str, email: str, language: str, password_hash: str | None = None
) -> str:
    """A person with a place of their own, which this command holds; returns the public id.

    `email` is written as `rules.address` writes it. Raises `invalid` if it belongs to somebody already.
    """
    public_id = ids.public_id()
    person = insert(Person).values(
        public_id=public_id,
        name=name,
        email=email,
        password_hash=password_hash,
        language=language,
        theme=Theme.AUTO,
        created_at=transaction.now,
    )
    taken = bodies.invalid(email=N_("Mit dieser E-Mail-Adresse gibt es schon ein Konto."))
    with once(transaction.connection, taken):
        transaction.connection.execute(person)
    transaction.create_place(f"person/{public_id}")
    return public_id


def erase(transaction: Transaction, person: str) -> None:
    """Empty everything that the row says of the person (public id); it stays for what points at it."""
    columns = Person.__table__.columns
    emptied: dict[str, Any] = {name: None for name in Person.__about__.personal if columns[name].nullable}
    emptied |= {
        "name": NAMELESS,
        "email": f"erased-{person}@invalid",
        "language": Language.GERMAN,
        "theme": Theme.AUTO,
        "created_at": transaction.now,
        "erased_at": transaction.now,
    }
    transaction.connection.execute(update(Person).where(Person.public_id == person).values(emptied))
