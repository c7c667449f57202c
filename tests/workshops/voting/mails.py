"""Polls that are opened, and the mails about them that have gone."""

from datetime import timedelta

from sqlalchemy import select, update

from foundation import clock as house_clock
from people.accounts.models import Person
from people.mail.models import MailRow

VOTERS = ["ahlen", "ahlen_2", "menden", "senden"]


def later(**by):
    return house_clock.wire(house_clock.now() + timedelta(**by))


def open_(world, **body):
    return world.ask("facilitator", "poll.open", body).result["poll"]


def have_been_sent(world, *who):
    """Their mails have gone; those of the others wait for their hours."""
    theirs = select(Person.id).where(Person.public_id.in_([world.people[key] for key in who]))
    gone = update(MailRow).where(MailRow.person_id.in_(theirs)).values(sent_at=house_clock.now())
    world.door.write(lambda connection: connection.execute(gone))
