"""By what somebody comes in: a password, a passkey, an account at the sign-in service. One of them stays."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection, exists, or_, select

from foundation.bodies import Body, Line
from people.accounts.models import Person
from people.factors.models import Passkey
from people.identities.models import Identity
from people.identities.queries import same


class WaysIn(Body):
    """What lets people in here beside passkeys: a password, if `passwords`; an account at the sign-in
    `service`, if there is one, by its issuer.
    """

    passwords: bool
    service: Annotated[Line, Field(min_length=1, max_length=500)] | None = None


def has_one(connection: Connection, person: int, here: WaysIn) -> bool:
    """Whether the person (row number) has one of them left."""
    ways = [exists().where(Passkey.person_id == person)]
    if here.passwords:
        ways.append(exists().where(Person.id == person, Person.password_hash.is_not(None)))
    if here.service:
        ways.append(exists().where(Identity.person_id == person, same(here.service)))
    return bool(connection.execute(select(or_(*ways))).scalar_one())
