"""Organisations and programmes are changed and removed by the office."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal
from people.organisations import queries

OLPE = {"name": "Olpe", "kind": "kreis", "region": "Südwestfalen", "claim": "kreis-olpe"}


@pytest.fixture
def olpe(world):
    return world.ask("administrator", "organisation.create", "house", OLPE).result["organisation"]


def found(world, organisation=None):
    with world.door.database.reading() as connection:
        return queries.organisations(connection, only=organisation)


def refusal(world, name, body):
    with pytest.raises(Refusal) as refused:
        world.ask("administrator", name, "house", body)
    return refused.value.code, set(refused.value.fields)


def test_an_organisation_is_changed(world, olpe):
    changed = {"name": "Olpe", "kind": "stadt", "region": "", "claim": ""}
    world.ask("administrator", "organisation.change", "house", {**changed, "organisation": olpe})
    (one,) = found(world, olpe)
    assert (one.name, one.kind, one.region, one.claim) == ("Olpe", "stadt", "", "")


def test_name_and_claim_stay_the_only_ones(world, olpe):
    ahlen = {"organisation": world.organisation, "name": "Ahlen", "kind": "stadt"}
    assert [
        refusal(world, "organisation.change", {**OLPE, "claim": "", "organisation": world.organisation}),
        refusal(world, "organisation.change", {**ahlen, "claim": "kreis-olpe"}),
        refusal(world, "organisation.create", {"name": "Wenden", "kind": "gemeinde", "claim": "kreis-olpe"}),
    ] == [(Code.INVALID, {"name"}), (Code.INVALID, {"claim"}), (Code.INVALID, {"claim"})]
    world.ask("administrator", "organisation.change", "house", {**OLPE, "organisation": olpe})


def test_an_organisation_that_nothing_belongs_to_is_removed(world, olpe):
    world.ask("administrator", "organisation.remove", "house", {"organisation": olpe})
    assert found(world, olpe) == []


def test_one_that_has_a_team_stays(world):
    assert refusal(world, "organisation.remove", {"organisation": world.organisation}) == (
        Code.CONFLICT,
        set(),
    )
    assert [(one.teams, one.unused) for one in found(world, world.organisation)] == [(2, False)]


def test_asked_twice_it_is_changed_and_removed_once(world, olpe):
    for name, body in (
        ("organisation.change", {**OLPE, "region": "Westfalen", "organisation": olpe}),
        ("organisation.remove", {"organisation": olpe}),
    ):
        once = {"command_id": commands.new_id()}
        answers = [world.ask("administrator", name, "house", body, **once) for _ in range(2)]
        assert answers[0] == answers[1]
    assert found(world, olpe) == []


def test_a_programme_is_made_and_renamed_once(world):
    once = {"command_id": commands.new_id()}
    made = [
        world.ask("administrator", "programme.create", "house", {"name": "Engagiert"}, **once).result
        for _ in range(2)
    ]
    assert made[0] == made[1]
    for _ in range(2):
        world.ask("administrator", "programme.change", "house", {**made[0], "name": "Engagiert in NRW"})
    with world.door.database.reading() as connection:
        assert [one.name for one in queries.programmes(connection)] == ["Engagiert in NRW"]


def test_two_programmes_do_not_share_a_name(world):
    made = [
        world.ask("administrator", "programme.create", "house", {"name": name}).result["programme"]
        for name in ("Nord", "Süd")
    ]
    assert [
        refusal(world, "programme.create", {"name": "Nord"}),
        refusal(world, "programme.create", {"name": " NORD"}),
        refusal(world, "programme.change", {"programme": made[1], "name": "Nord"}),
    ] == [(Code.INVALID, {"name"})] * 3
    world.ask("administrator", "programme.change", "house", {"programme": made[0], "name": "NORD"})


@pytest.mark.parametrize("who", ["ahlen", "coach", "facilitator", "stranger"])
def test_only_the_office_does_any_of_it(world, who):
    asked = {
        "organisation.change": {**OLPE, "organisation": world.organisation},
        "organisation.remove": {"organisation": world.organisation},
        "programme.create": {"name": "Engagiert"},
        "programme.change": {"programme": "0" * 16, "name": "Engagiert"},
    }
    assert {world.refused(who, name, "house", body) for name, body in asked.items()} == {"not_found"}


@pytest.mark.parametrize("name", ["ahlen", " Stadt  Ahlen ", "AHLEN"])
def test_a_town_is_there_once_however_its_name_is_written(world, name):
    body = {"name": name, "kind": "stadt"}
    assert world.refused("administrator", "organisation.create", "house", body) == "invalid"
    other = world.ask(
        "administrator", "organisation.create", "house", {"name": "Hamm", "kind": "stadt"}
    ).result
    assert world.refused("administrator", "organisation.change", "house", {**body, **other}) == "invalid"
    own = {**body, "organisation": world.organisation}
    assert world.refused("administrator", "organisation.change", "house", own) is None


def test_a_county_may_bear_the_name_of_its_town(world):
    body = {"name": "Kreis Ahlen", "kind": "kreis"}
    assert world.refused("administrator", "organisation.create", "house", body) is None
