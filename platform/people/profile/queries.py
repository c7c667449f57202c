"""The stream of a person about themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from foundation.streams import stream
from people.accounts.models import Person
from people.accounts.policy import PersonPermission
from people.sign_in.queries import sessions_of


@stream("person/{person}", place="person/{person}", readers=PersonPermission.FOLLOW)
def profile(connection: Connection, *, person: str) -> dict[str, Any]:
    """Name, language, theme and open sessions."""
    query = select(Person.name, Person.language, Person.theme).where(Person.public_id == person)
    return {**connection.execute(query).one()._asdict(), "sessions": sessions_of(connection, person)}
