"""Who a session stands for, and until when."""

import pytest
from sqlalchemy import update

from foundation import clock as house_clock
from foundation import policy
from foundation.policy import Credential
from people.accounts.models import Person
from people.sign_in import queries
from people.sign_in.rules import SessionLimits


@pytest.fixture
def identify(database):
    def identify(*credentials):
        with database.reading() as connection:
            return queries.identify(connection, credentials, limits=SessionLimits())

    return identify


def lock(world, who):
    with world.door.database.transaction() as connection:
        moment = {"locked_at": house_clock.now()}
        connection.execute(update(Person).where(Person.public_id == world.people[who]).values(**moment))


def use(world, who):
    world.door.write(lambda connection: queries.touch(connection, [world.credential(who)]))


def test_a_session_stands_for_its_person(world, identify):
    credential = world.credential("ahlen")
    actor = identify(credential)[credential]
    assert (actor.id, actor.name, actor.credential) == (
        world.people["ahlen"],
        "Ahlen · Engagementförderung",
        credential,
    )


def test_what_is_no_session_stands_for_nobody(world, identify):
    key = world.credential("ahlen").key
    assert identify(Credential("session", "0" * 64), Credential("link", key)) == {}


@pytest.mark.parametrize(
    ("who", "moves", "valid"),
    [
        ("ahlen", [{"hours": 11, "minutes": 59}], True),
        ("ahlen", [{"hours": 12}], False),
        ("administrator", [{"minutes": 29}], True),
        ("administrator", [{"minutes": 30}], False),
        ("ahlen", [{"hours": 11}] * 15, True),
        ("ahlen", [{"hours": 11}] * 16, False),
        ("administrator", [{"minutes": 29}] * 24, True),
        ("administrator", [{"minutes": 29}] * 25, False),
    ],
)
def test_sessions_end_unused_and_in_any_case_and_sooner_for_administrators(
    world, clock, identify, who, moves, valid
):
    for number, move in enumerate(moves):
        if number:
            use(world, who)
        clock.move(**move)
    assert bool(identify(world.credential(who))) == valid


def test_who_becomes_an_administrator_has_the_shorter_limits_at_once(world, clock, identify):
    clock.move(hours=1)
    office = {"person": world.people["ahlen"], "role": "administrator"}
    world.ask(policy.system("seed"), "role.grant", "house", office)
    assert identify(world.credential("ahlen")) == {}


def test_the_sessions_of_a_locked_person_count_no_more(world, identify):
    lock(world, "ahlen")
    assert identify(world.credential("ahlen")) == {}


def test_a_session_in_use_is_noted_once_a_minute(world, clock, database):
    begun, noted = house_clock.now(), []
    for seconds in (59, 2):
        clock.move(seconds=seconds)
        use(world, "ahlen")
        with database.reading() as connection:
            found = queries.known(connection, [world.credential("ahlen")], limits=SessionLimits())
        noted.append(found[world.credential("ahlen")].seen_at > begun)
    assert noted == [False, True]


def test_many_sessions_cost_as_many_queries_as_one(world, identify, queries_of):
    everybody = [world.credential(who) for who in world.people]
    counted = [queries_of(lambda: identify(*everybody[:1])), queries_of(lambda: identify(*everybody))]
    assert counted == [2, 2]


def test_sessions_that_ended_by_themselves_are_found(world, clock, database):
    clock.move(minutes=31)
    with database.reading() as connection:
        ended = queries.ended(connection, limits=SessionLimits())
    assert [person for person, _ in ended] == [world.people["administrator"]]
