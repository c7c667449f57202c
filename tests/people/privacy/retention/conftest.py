"""A house in which something of every kind is older than its period, and something is not."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from people.accounts.models import Person
from people.imports.models import ImportRow
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.sign_in.models import Device
from werkstatt.settings import load


@pytest.fixture
def periods():
    return load(secret_key="only for tests, and long enough for them").periods


@pytest.fixture
def aged(world, clock):
    """Everything twice: once before 2000 days have passed, once today. Events, answers and entries too."""
    _leave(world, clock, "old")
    world.ask("administrator", "text.change", "house", {"slug": "imprint", "language": "de", "source": "Alt"})
    clock.move(days=2000)
    for who in ("administrator", "ahlen"):
        world.sessions.pop(who)
        world.open_session(who)
    _leave(world, clock, "new")
    world.ask("administrator", "text.change", "house", {"slug": "imprint", "language": "de", "source": "Neu"})
    world.ask("ahlen", "tour.finish", world.place("ahlen"))
    return world


def _leave(world, clock, when):
    now = clock.now()
    with world.door.database.transaction() as connection:
        ahlen = connection.execute(
            select(Person.id).where(Person.public_id == world.people["ahlen"])
        ).scalar_one()
        office = {"role": "administrator", "language": "de", "invited_at": now, "name": when}
        for name, more in {
            "open": {},
            "accepted": {"accepted_at": now},
            "withdrawn": {"withdrawn_at": now},
        }.items():
            who = {"public_id": f"{when} {name}", "email": f"{when}.{name}@example.org"}
            connection.execute(insert(Invitation).values(**office, **who, **more))
        link = {"public_id": when, "purpose": "reset", "person": world.people["ahlen"], "subject": ""}
        connection.execute(insert(LinkRow).values(made_at=now, ends_at=now + timedelta(hours=1), **link))
        device = {"person_id": ahlen, "key": when, "name": "Firefox"}
        connection.execute(insert(Device).values(first_at=now - timedelta(days=900), last_at=now, **device))
        for name, more in {
            "sent": {"sent_at": now},
            "failed": {"failed": "given_up"},
            "waiting": {},
            "planned": {"due_at": now + timedelta(days=3000)},
        }.items():
            mail = {"public_id": f"{when} {name}", "kind": "reset", "params": "{}", "language": "de"}
            moments = {"made_at": now, "due_at": now}
            connection.execute(insert(MailRow).values(**{**mail, **moments, **more}))
        taken = {"public_id": when, "kind": "people", "made": "{}", "made_at": now}
        connection.execute(insert(ImportRow).values(made_by_id=ahlen, **taken))
