"""The verb about the tour."""

from datetime import timedelta

from sqlalchemy import select

from foundation import commands
from people.accounts.models import Person


def toured_at(world, who):
    with world.door.database.reading() as connection:
        query = select(Person.toured_at).where(Person.public_id == world.people[who])
        return connection.execute(query).scalar_one()


def test_the_first_moment_is_kept(world, clock):
    world.ask("menden", "tour.finish", world.place("menden"))
    first = toured_at(world, "menden")
    clock.move(hours=1)
    world.ask("menden", "tour.finish", world.place("menden"))
    assert toured_at(world, "menden") == first
    assert clock.now() - first >= timedelta(hours=1)


def test_asked_twice_it_is_done_once(world):
    asked = commands.new_id()
    answers = [world.ask("menden", "tour.finish", world.place("menden"), command_id=asked) for _ in range(2)]
    assert answers[0] == answers[1]


def test_nobody_finishes_it_for_somebody_else(world):
    assert world.refused("ahlen", "tour.finish", world.place("menden")) == "not_found"
    assert toured_at(world, "menden") is None
