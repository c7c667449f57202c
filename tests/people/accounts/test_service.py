"""Who can be made a person here, and by whom."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal
from people.accounts.queries import account

NEW = {"name": "Bergkamen · Bürgerschaft", "email": "Buergerschaft@Bergkamen.de"}


def test_a_new_person_is_found_by_address_however_it_is_typed(world, database):
    made = world.ask("administrator", "person.create", "house", NEW).result["person"]
    with database.reading() as connection:
        assert account(connection, " buergerschaft@BERGKAMEN.de").id == made


def test_a_new_person_has_a_place_of_their_own(world):
    made = world.ask("administrator", "person.create", "house", NEW).result["person"]
    assert world.state(f"person/{made}") == (
        0,
        {"name": "Bergkamen · Bürgerschaft", "language": "de", "theme": "auto", "sessions": []},
    )


def test_an_address_belongs_to_one_person(world):
    world.ask("administrator", "person.create", "house", NEW)
    with pytest.raises(Refusal) as refused:
        world.ask("administrator", "person.create", "house", {**NEW, "email": "buergerschaft@bergkamen.DE"})
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, {"email"})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({**NEW, "email": "bergkamen"}, {"email"}),
        ({**NEW, "name": ""}, {"name"}),
        ({**NEW, "name": "x" * 121}, {"name"}),
        ({**NEW, "name": "zwei\nZeilen"}, {"name"}),
        ({**NEW, "language": "fr"}, {"language"}),
        ({**NEW, "password": "geheim"}, {"password"}),
        ({}, {"name", "email"}),
    ],
)
def test_what_does_not_fit_is_named_by_field(world, body, fields):
    with pytest.raises(Refusal) as refused:
        world.ask("administrator", "person.create", "house", body)
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, fields)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("administrator", None),
        ("ahlen", "not_found"),
        ("coach", "not_found"),
        ("facilitator", "not_found"),
        ("stranger", "not_found"),
    ],
)
def test_only_the_office_creates_persons(world, who, code):
    assert world.refused(who, "person.create", "house", NEW) == code


def test_asked_twice_one_person_is_made(world):
    once = {"command_id": commands.new_id()}
    first = world.ask("administrator", "person.create", "house", NEW, **once)
    assert world.ask("administrator", "person.create", "house", NEW, **once) == first
