"""A mail server, a postman who knows it, and who wrote what into the outbox."""

from datetime import datetime

import pytest
from sqlalchemy import select
from tests.mail_server import MailServer

from foundation import clock as house_clock
from foundation.transaction import Transaction
from people.accounts.models import Person
from people.mail import service
from people.mail.handing import Server
from people.mail.models import MailRow
from people.mail.sending import Postman
from people.mail.writing import Letterhead
from werkstatt.paths import TRANSLATIONS

BASE = "https://werkstatt.example.org"
KEY = b"the key of links in these tests"


@pytest.fixture(scope="session")
def mail_servers():
    """One for all tests: starting one takes longer than most of them."""
    with MailServer() as server:
        yield server


@pytest.fixture
def mail_server(mail_servers):
    for kept in (mail_servers.messages, mail_servers.answers, mail_servers.verdicts, mail_servers.refused):
        kept.clear()
    mail_servers.asked.clear()
    return mail_servers


@pytest.fixture
def head():
    return Letterhead(
        base_url=BASE, sender="Werkstatt <post@example.org>", link_key=KEY, translations=TRANSLATIONS
    )


@pytest.fixture
def postman(mail_server, head):
    return Postman(Server(mail_server.url), head)


@pytest.fixture
def noon(clock):
    """The clock stands at noon of a Wednesday in winter, local time."""
    moment = datetime(2027, 1, 13, 12, tzinfo=house_clock.SHOWN_IN)
    clock.move(seconds=(moment - clock.now()).total_seconds())
    return moment


@pytest.fixture
def within(world):
    """`within(work)` does something in a transaction of its own, as a command would."""

    def within(work):
        made = []
        world.door.write(lambda connection: made.append(work(Transaction(connection))))
        return made[0]

    return within


@pytest.fixture
def post(within, world):
    """`post(Kind.RESET, "ahlen", params={...})`"""

    def post(kind, who=None, **more):
        person = world.people[who] if who else None
        within(lambda transaction: service.post(transaction, kind, person=person, **more))

    return post


@pytest.fixture
def notify(within, world):
    """`notify(Kind.POLL_OPENED, ["ahlen"])`"""

    def notify(kind, people, **more):
        params = {
            "path": "/workshops/0123456789abcdef/poll",
            "starts_at": house_clock.wire(house_clock.now()),
            **more.pop("params", {}),
        }
        persons = [world.people[who] for who in people]
        within(lambda transaction: service.notify(transaction, kind, persons=persons, params=params, **more))

    return notify


@pytest.fixture
def outbox(world):
    """The rows of the outbox, in order, each with the key of its reader as `who`."""

    def outbox(kind=None):
        query = select(MailRow, Person.public_id.label("reader")).outerjoin(
            Person, Person.id == MailRow.person_id
        )
        if kind:
            query = query.where(MailRow.kind == kind)
        with world.door.database.reading() as connection:
            return connection.execute(query.order_by(MailRow.id)).all()

    return outbox
