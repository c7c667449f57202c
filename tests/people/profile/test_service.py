"""A person changes how they are called and spoken to."""

import pytest

from foundation import commands
from foundation.errors import Code, Refusal

PROFILE = {"name": "Ahlen · Ehrenamtsbüro", "language": "en", "theme": "dark"}


def change(world, who="ahlen", body=PROFILE):
    return world.ask(who, "profile.change", world.place(who), body)


def test_whoever_follows_the_person_sees_it(world):
    drawn, state = world.followed(world.place("ahlen"), lambda: change(world))
    assert drawn == state
    assert {name: state[name] for name in PROFILE} == PROFILE


def test_whoever_follows_the_cohort_sees_the_new_name(world):
    cohort = f"cohort/{world.cohort}"
    drawn, state = world.followed(cohort, lambda: change(world))
    assert drawn == state
    assert state["teams"][0]["members"] == [{"id": world.people["ahlen"], "name": PROFILE["name"]}]


def test_the_cohort_hears_nothing_of_language_and_theme(world):
    seq, _ = world.state(f"cohort/{world.cohort}")
    change(world, body={**PROFILE, "name": "Ahlen · Engagementförderung"})
    assert world.events(f"cohort/{world.cohort}", seq) == []


def test_who_has_no_seat_changes_their_name_all_the_same(world):
    change(world, "stranger")
    assert world.state(world.place("stranger"))[1]["name"] == PROFILE["name"]


@pytest.mark.parametrize("who", ["administrator", "menden", "coach", "facilitator", "stranger"])
def test_nobody_changes_the_profile_of_others(world, who):
    assert world.refused(who, "profile.change", world.place("ahlen"), PROFILE) == "not_found"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({**PROFILE, "name": "  "}, {"name"}),
        ({**PROFILE, "language": "fr"}, {"language"}),
        ({**PROFILE, "theme": "pink"}, {"theme"}),
        ({**PROFILE, "email": "neu@example.org"}, {"email"}),
        ({}, {"name", "language", "theme"}),
    ],
)
def test_what_does_not_fit_is_named_by_field(world, body, fields):
    with pytest.raises(Refusal) as refused:
        change(world, body=body)
    assert (refused.value.code, set(refused.value.fields)) == (Code.INVALID, fields)


def test_asked_twice_it_is_changed_once(world):
    once = {"command_id": commands.new_id()}
    seq, _ = world.state(world.place("ahlen"))
    for _ in range(2):
        world.ask("ahlen", "profile.change", world.place("ahlen"), PROFILE, **once)
    assert [name for name, _ in world.events(world.place("ahlen"), seq)] == ["profile.changed"]
