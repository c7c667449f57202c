"""Accounts at a sign-in service are joined to one person, used and removed."""

import pytest
from sqlalchemy import select, update

from foundation import clock as house_clock
from foundation import commands
from people.accounts.models import Person
from people.identities.models import Identity
from people.sign_in.policy import DOOR

A = {"issuer": "https://service.example", "subject": "a"}


def linked(world):
    with world.door.database.reading() as connection:
        return connection.execute(select(Person.public_id).join(Identity)).scalars().all()


def test_an_account_belongs_to_one_person(world):
    world.ask(DOOR, "identity.link", world.place("ahlen"), A)
    world.ask(DOOR, "identity.link", world.place("ahlen"), A)
    assert world.refused(DOOR, "identity.link", world.place("menden"), A) == "conflict"
    assert linked(world) == [world.people["ahlen"]]


def test_who_is_locked_is_not_joined_to_anything(world):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(locked_at=house_clock.now()))
    assert world.refused(DOOR, "identity.link", world.place("ahlen"), A) == "not_found"


def test_only_what_was_joined_can_be_used(world):
    assert world.refused(DOOR, "identity.use", world.place("ahlen"), A) == "not_found"


@pytest.mark.parametrize("name", ["identity.link", "identity.use", "identity.remove"])
def test_nobody_but_the_door_joins_or_uses_or_removes(world, name):
    body = {**A, "passwords": True} if name == "identity.remove" else A
    assert {world.refused(who, name, world.place("ahlen"), body) for who in ("ahlen", "administrator")} == {
        "not_found"
    }


def test_what_was_joined_is_removed_but_not_the_only_way_in(world):
    world.ask(DOOR, "identity.link", world.place("ahlen"), A)
    removal = DOOR, "identity.remove", world.place("ahlen")
    assert world.refused(*removal, {**A, "subject": "b", "passwords": True}) == "not_found"
    assert world.refused(*removal, {**A, "passwords": False}) == "closed"
    another = {"issuer": f"{A['issuer']}/", "subject": "b"}
    world.ask(DOOR, "identity.link", world.place("ahlen"), another)
    here = {"passwords": False, "service": A["issuer"]}
    elsewhere = {"passwords": False, "service": "https://newer.example"}
    assert world.refused(*removal, {**another, **elsewhere}) == "closed"
    assert world.refused(*removal, {**another, **here}) is None
    password = select(Person.password_hash).where(Person.public_id == world.people["ahlen"])
    with world.door.database.transaction() as connection:
        kept = connection.execute(password).scalar_one()
        connection.execute(update(Person).values(password_hash=None))
    assert world.refused(*removal, {**A, "passwords": True}) == "closed"
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=kept))
    once = commands.new_id()
    for _ in range(2):
        world.ask(*removal, {**A, "passwords": True}, command_id=once)
    assert linked(world) == []
