"""Accounts at a sign-in service are joined to one person, used and removed."""

import pytest
from sqlalchemy import select, update

from foundation import clock as house_clock
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


@pytest.mark.parametrize("name", ["identity.link", "identity.use"])
def test_nobody_but_the_door_joins_or_uses(world, name):
    assert {world.refused(who, name, world.place("ahlen"), A) for who in ("ahlen", "administrator")} == {
        "not_found"
    }


def test_one_removes_ones_own_but_not_the_only_way_in(world):
    world.ask(DOOR, "identity.link", world.place("ahlen"), A)
    assert world.refused("menden", "identity.remove", world.place("ahlen"), A) == "not_found"
    password = select(Person.password_hash).where(Person.public_id == world.people["ahlen"])
    with world.door.database.transaction() as connection:
        kept = connection.execute(password).scalar_one()
        connection.execute(update(Person).values(password_hash=None))
    assert world.refused("ahlen", "identity.remove", world.place("ahlen"), A) == "closed"
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).values(password_hash=kept))
    world.ask("ahlen", "identity.remove", world.place("ahlen"), A)
    assert linked(world) == []
