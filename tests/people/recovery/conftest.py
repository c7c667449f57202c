"""The links in the mails that the house has written."""

import json

import pytest
from sqlalchemy import select

from foundation import jobs
from people.accounts.models import Person
from people.links.rules import PATHS, Purpose, token
from people.mail.models import MailRow


@pytest.fixture
def mails(world):
    """Every mail as (kind, who gets it, the public id of its link)."""

    def look():
        jobs.carry_out_due(world.door)
        query = (
            select(MailRow.kind, MailRow.address, Person.email, MailRow.params)
            .join(Person, Person.id == MailRow.person_id, isouter=True)
            .order_by(MailRow.id)
        )
        with world.door.database.reading() as connection:
            rows = connection.execute(query).all()
        return [(row.kind, row.address or row.email, json.loads(row.params).get("link")) for row in rows]

    return look


@pytest.fixture
def path(app, mails):
    """The address in the last mail of a kind."""

    def path(kind):
        link = [link for found, _who, link in mails() if found == kind][-1]
        return PATHS[Purpose(kind)] + token(link, app.extensions["house"].link_key)

    return path
