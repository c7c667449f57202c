"""Who is told of polls by mail."""

import pytest
from sqlalchemy import select

from people.accounts.models import Person
from people.mail.models import MailRow


@pytest.fixture
def told(world):
    """Who a mail of that kind waits for or has got, by key."""

    def told(kind="poll_opened"):
        keys = {public_id: key for key, public_id in world.people.items()}
        query = select(Person.public_id).join(MailRow, MailRow.person_id == Person.id)
        with world.door.database.reading() as connection:
            found = connection.execute(query.where(MailRow.kind == kind)).scalars().all()
        return sorted(keys[public_id] for public_id in found)

    return told
