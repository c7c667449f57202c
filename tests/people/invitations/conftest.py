"""The world with a desk from which somebody is invited, and the links that come of it."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from people.cohorts.models import Cohort
from people.house import House
from people.invitations import queries
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.links.rules import token
from people.mail.models import MailRow


@dataclass
class Desk:
    """Inviting as the office does, and what the mails would have in them."""

    world: object

    def invite(self, email="neu@example.org", *, asker="administrator", once="", **body):
        """Invite to the team of Ahlen, unless the body says otherwise; the public id."""
        aim = body if body.keys() & {"role", "team"} else {"team": self.world.teams["ahlen"], **body}
        sent = {"email": email, "name": "Ahlen · Neu", "role": "participant", **aim}
        return self.world.ask(asker, "invitation.send", "house", sent, command_id=once).result["invitation"]

    def resend(self, invitation, **body):
        self.world.ask("administrator", "invitation.resend", "house", {"invitation": invitation, **body})

    def withdraw(self, invitation):
        self.world.ask("administrator", "invitation.withdraw", "house", {"invitation": invitation})

    def rows(self):
        with self.world.door.database.reading() as connection:
            return connection.execute(select(Invitation).order_by(Invitation.id)).all()

    def mails(self):
        """Address, language and params of each invitation in the outbox."""
        query = select(MailRow).where(MailRow.kind == "invitation").order_by(MailRow.id)
        with self.world.door.database.reading() as connection:
            return [(row.address, row.language, json.loads(row.params)) for row in connection.execute(query)]

    def link(self, invitation):
        """The public id of the link that works."""
        query = select(LinkRow.public_id).where(LinkRow.subject == invitation, LinkRow.used_at.is_(None))
        with self.world.door.database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def waiting(self):
        with self.world.door.database.reading() as connection:
            return queries.open_in(connection, self.world.cohort)

    def settle(self, **values):
        """What the office has settled for the cohort."""
        with self.world.door.database.transaction() as connection:
            connection.execute(update(Cohort).where(Cohort.public_id == self.world.cohort).values(**values))

    def mark(self, **values):
        with self.world.door.database.transaction() as connection:
            connection.execute(update(Invitation).values(**values))


@pytest.fixture
def desk(world):
    return Desk(world)


@pytest.fixture
def path(app, desk):
    """The address of the page behind an invitation's link."""
    house: House = app.extensions["house"]
    return lambda invitation: "/join/" + token(desk.link(invitation), house.link_key)
