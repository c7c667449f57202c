"""Who gets a mail when a workshop is cancelled, or takes place after all."""

import json

import pytest
from sqlalchemy import select, text, update

from foundation import clock, policy
from people.accounts.models import Person
from people.mail.models import MailRow

SEED = policy.system("seed")
LATER = "2098-06-09T07:00:00.000000Z"
GROUP = ["ahlen", "ahlen_2", "coach", "menden", "senden"]


@pytest.fixture
def upcoming(world):
    return f"workshop/{world.add_workshop(starts_at=LATER)}"


@pytest.fixture
def told(world):
    """Who a mail waits for, by key, and what it says."""

    def told():
        keys = {public_id: key for key, public_id in world.people.items()}
        query = select(Person.public_id, MailRow.params).join(MailRow, MailRow.person_id == Person.id)
        with world.door.database.reading() as connection:
            rows = connection.execute(query.where(MailRow.kind == "workshop_cancelled")).all()
        return sorted((keys[row.public_id], json.loads(row.params)["held"]) for row in rows)

    return told


def test_everybody_who_was_coming_is_told_but_not_who_cancelled(world, upcoming, told):
    world.ask("facilitator", "workshop.cancel", {"reason": "Der Saal ist gesperrt."}, at=upcoming)
    assert told() == [(who, "no") for who in GROUP]


def test_guests_of_this_workshop_are_told_too(world, upcoming, told):
    stay = {"person": world.people["stranger"], "role": "expert"}
    world.carry_out(SEED, "role.grant", "house", {**stay, "place": upcoming})
    world.ask("administrator", "workshop.cancel", at=upcoming)
    assert told() == [(who, "no") for who in sorted([*GROUP, "facilitator", "stranger"])]


def test_guests_of_another_workshop_are_not(world, upcoming, told):
    stay = {"person": world.people["stranger"], "role": "expert", "place": f"workshop/{world.workshop}"}
    world.carry_out(SEED, "role.grant", "house", stay)
    world.ask("administrator", "workshop.cancel", at=upcoming)
    assert "stranger" not in dict(told())


def have_been_sent(world, *who):
    """Their mails have gone; those of the others wait for their hours."""
    theirs = select(Person.id).where(Person.public_id.in_([world.people[key] for key in who]))
    waiting = (MailRow.person_id.in_(theirs), MailRow.sent_at.is_(None))
    gone = update(MailRow).where(*waiting).values(sent_at=clock.now())
    world.door.write(lambda connection: connection.execute(gone))


def test_who_has_not_heard_of_a_cancellation_is_not_told_that_it_is_taken_back(world, upcoming, told):
    world.ask("facilitator", "workshop.cancel", at=upcoming)
    have_been_sent(world, "ahlen", "coach")
    world.ask("facilitator", "workshop.reinstate", at=upcoming)
    assert told() == [("ahlen", "no"), ("ahlen", "yes"), ("coach", "no"), ("coach", "yes")]


def test_cancelled_once_more_everybody_is_told_who_did_not_hear_it_last(world, upcoming, told):
    world.ask("facilitator", "workshop.cancel", at=upcoming)
    have_been_sent(world, "ahlen", "menden")
    world.ask("facilitator", "workshop.reinstate", at=upcoming)
    have_been_sent(world, "menden")
    world.ask("facilitator", "workshop.cancel", at=upcoming)
    ahlen = [("ahlen", "no")]
    menden = [("menden", "no"), ("menden", "no"), ("menden", "yes")]
    assert told() == sorted([*ahlen, *menden, ("ahlen_2", "no"), ("coach", "no"), ("senden", "no")])
    world.ask("facilitator", "workshop.reinstate", at=upcoming)
    assert told() == sorted([*ahlen, ("ahlen", "yes"), ("menden", "no"), ("menden", "yes")])


def test_of_a_workshop_that_has_begun_nobody_is_told(world, told):
    world.ask("facilitator", "workshop.cancel")
    assert told() == []


def test_mails_say_when_it_was_and_nothing_else(world, upcoming):
    world.ask("facilitator", "workshop.cancel", {"reason": "Der Saal ist gesperrt."}, at=upcoming)
    with world.door.database.reading() as connection:
        params = json.loads(connection.execute(text("SELECT params FROM mail")).scalars().first())
    assert params == {
        "path": f"/{upcoming.replace('workshop/', 'workshops/')}/topics",
        "starts_at": LATER,
        "held": "no",
        "place": upcoming,
        "until": LATER,
    }


def test_telling_many_takes_as_many_statements_as_telling_few(world, upcoming):
    _, few = world.count_statements(lambda: world.ask("facilitator", "workshop.cancel", at=upcoming))
    world.ask("facilitator", "workshop.reinstate", at=upcoming)
    for town in ("Bergkamen", "Finnentrop", "Kirchhundem"):
        world.join(town.lower())
    _, many = world.count_statements(lambda: world.ask("facilitator", "workshop.cancel", at=upcoming))
    assert many == few
