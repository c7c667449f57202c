"""Organisations, cohorts and teams come into being."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal

DAYS = {"starts_on": "2016-09-01", "ends_on": "2017-12-31"}
ORGANISATION = {"name": "Kreis Olpe", "kind": "kreis", "region": "Südwestfalen"}
COHORT = {"name": "Durchgang 2016/17", **DAYS}
OFFICE_ONLY = [
    ("administrator", None),
    ("ahlen", "not_found"),
    ("coach", "not_found"),
    ("facilitator", "not_found"),
    ("stranger", "not_found"),
]


def refused(world, name, place, body):
    with pytest.raises(Refusal) as refusal:
        world.ask("administrator", name, place, body)
    return refusal.value.code, set(refusal.value.fields)


@pytest.mark.parametrize(("who", "code"), OFFICE_ONLY)
def test_only_the_office_creates_organisations(world, who, code):
    assert world.refused(who, "organisation.create", "house", ORGANISATION) == code


@pytest.mark.parametrize(("who", "code"), OFFICE_ONLY)
def test_only_the_office_creates_cohorts(world, who, code):
    assert world.refused(who, "cohort.create", "house", COHORT) == code


@pytest.mark.parametrize(("who", "code"), OFFICE_ONLY)
def test_only_the_office_creates_teams(world, who, code):
    body = {"organisation": world.organisation, "name": "Bergkamen"}
    assert world.refused(who, "team.create", f"cohort/{world.cohort}", body) == code


def test_names_are_taken_once(world):
    team = {"organisation": world.organisation, "name": "Ahlen"}
    assert [
        refused(world, "organisation.create", "house", {**ORGANISATION, "name": "Ahlen", "kind": "stadt"}),
        refused(world, "cohort.create", "house", {**COHORT, "name": "Durchgang 2015/16"}),
        refused(world, "team.create", f"cohort/{world.cohort}", team),
    ] == [(Code.INVALID, {"name"})] * 3


def test_a_town_and_a_county_may_bear_the_same_name(world):
    assert (
        world.refused("administrator", "organisation.create", "house", {**ORGANISATION, "name": "Ahlen"})
        is None
    )


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"ends_on": "2016-08-31"}, {"ends_on"}),
        ({"starts_on": "im Herbst"}, {"starts_on"}),
        ({"seats_per_team": 0}, {"seats_per_team"}),
        ({"seats_per_team": "2"}, {"seats_per_team"}),
    ],
)
def test_a_cohort_has_days_and_seats_that_make_sense(world, change, fields):
    assert refused(world, "cohort.create", "house", {**COHORT, **change}) == (Code.INVALID, fields)


def test_a_new_cohort_is_empty(world):
    made = world.ask("administrator", "cohort.create", "house", COHORT).result["cohort"]
    cohort = {"id": made, "name": "Durchgang 2016/17"}
    assert world.state(f"cohort/{made}") == (0, {"workshops": [], "cohort": cohort, "teams": []})


def test_a_team_of_a_place_or_an_organisation_that_does_not_exist_is_refused(world):
    nowhere = "0" * 16
    body = {"organisation": world.organisation, "name": "Senden"}
    assert [
        world.refused("administrator", "team.create", f"cohort/{nowhere}", body),
        world.refused(
            "administrator", "team.create", f"cohort/{world.cohort}", {**body, "organisation": nowhere}
        ),
    ] == ["not_found", "not_found"]


def test_whoever_follows_the_cohort_sees_a_new_team(world):
    body = {"organisation": world.organisation, "name": "Senden"}
    drawn, state = world.followed(
        f"cohort/{world.cohort}",
        lambda: world.ask("administrator", "team.create", f"cohort/{world.cohort}", body),
    )
    assert drawn == state
    assert [team["name"] for team in state["teams"]] == ["Ahlen", "Menden", "Senden"]


@pytest.mark.parametrize(("name", "body"), [("organisation.create", ORGANISATION), ("cohort.create", COHORT)])
def test_asked_twice_it_is_made_once(world, name, body):
    once = {"command_id": commands.new_id()}
    assert world.ask("administrator", name, "house", body, **once) == world.ask(
        "administrator", name, "house", body, **once
    )


def test_a_team_asked_for_twice_is_made_once(world):
    once, cohort = {"command_id": commands.new_id()}, f"cohort/{world.cohort}"
    body = {"organisation": world.organisation, "name": "Senden"}
    first = world.ask("administrator", "team.create", cohort, body, **once)
    assert world.ask("administrator", "team.create", cohort, body, **once) == first
    assert len(world.state(cohort)[1]["teams"]) == 3


def change(world, **changes):
    body = {"name": "Durchgang 2015/16", **DAYS, "seats_per_team": 2, **changes}
    return world.ask("administrator", "cohort.change", f"cohort/{world.cohort}", body)


def test_a_cohort_is_changed_and_whoever_follows_it_is_told(world):
    programme = world.ask("administrator", "programme.create", "house", {"name": "Engagiert"}).result
    drawn, state = world.followed(
        f"cohort/{world.cohort}",
        lambda: change(world, name="Durchgang 15/16", places_teams=2, places_people=4, **programme),
    )
    assert drawn == state
    assert state["cohort"] == {"id": world.cohort, "name": "Durchgang 15/16"}


def test_a_cohort_takes_no_less_than_what_is_taken(world):
    cohort = f"cohort/{world.cohort}"
    body = {"team": world.teams["ahlen"], "person": world.people["ahlen_2"]}
    world.ask("administrator", "seat.give", cohort, body)
    invited = {
        "email": "neu@example.org",
        "name": "Neu",
        "role": "participant",
        "team": world.teams["menden"],
    }
    world.ask("administrator", "invitation.send", "house", invited)
    with pytest.raises(Refusal) as refused:
        change(world, seats_per_team=1, places_teams=1, places_people=3)
    assert {name: params["needed"] for name, (_, params) in refused.value.fields.items()} == {
        "seats_per_team": 2,
        "places_teams": 2,
        "places_people": 4,
    }
    change(world, seats_per_team=3, places_teams=2, places_people=4)
    seated = {"team": world.teams["ahlen"], "person": world.people["stranger"]}
    with pytest.raises(Refusal) as full:
        world.ask("administrator", "seat.give", cohort, seated)
    assert (full.value.code, full.value.params) == (Code.CONFLICT, {"people": 4})
    change(world, seats_per_team=3)
    world.ask("administrator", "seat.give", cohort, seated)


def test_what_does_not_exist_is_no_programme(world):
    body = {**COHORT, "seats_per_team": 2, "programme": "0" * 16}
    assert world.refused("administrator", "cohort.create", "house", body) == "not_found"
    assert world.refused("administrator", "cohort.change", f"cohort/{world.cohort}", body) == "not_found"


def test_a_team_takes_another_name_and_another_organisation(world):
    senden = world.ask(
        "administrator", "organisation.create", "house", {"name": "Senden", "kind": "gemeinde"}
    )
    cohort, body = f"cohort/{world.cohort}", {"team": world.teams["menden"], **senden.result}
    drawn, state = world.followed(
        cohort, lambda: world.ask("administrator", "team.change", cohort, {**body, "name": "Menden"})
    )
    assert drawn == state
    assert refused(world, "team.change", cohort, {**body, "name": "Ahlen"}) == (Code.INVALID, {"name"})


def test_a_team_to_which_nobody_came_is_removed_with_its_withdrawn_invitations(world):
    cohort = f"cohort/{world.cohort}"
    body = {"organisation": world.organisation, "name": "Senden"}
    team = world.ask("administrator", "team.create", cohort, body).result["team"]
    invited = {"email": "neu@example.org", "name": "Neu", "role": "participant", "team": team}
    waiting = world.ask("administrator", "invitation.send", "house", invited).result
    assert world.refused("administrator", "team.remove", cohort, {"team": team}) == "conflict"
    world.ask("administrator", "invitation.withdraw", "house", waiting)
    drawn, state = world.followed(
        cohort, lambda: world.ask("administrator", "team.remove", cohort, {"team": team})
    )
    assert drawn == state
    assert [one["name"] for one in state["teams"]] == ["Ahlen", "Menden"]


def test_a_team_with_a_history_stays(world):
    cohort, team = f"cohort/{world.cohort}", {"team": world.teams["menden"]}
    assert world.refused("administrator", "team.remove", cohort, team) == "conflict"
    assert world.refused("administrator", "team.remove", cohort, {"team": "0" * 16}) == "not_found"
