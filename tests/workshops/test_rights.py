"""Every command and stream of the room: each role allowed or refused as the tables say."""

import pytest

from foundation import commands, places, policy, streams
from foundation.errors import Refusal

from .conftest import PEOPLE, SEED
from .situations import ALLOWED, MEMBERS, prepare

EVERYBODY = {*PEOPLE, "system"}
GROUP = MEMBERS | {"coach", "facilitator"}
READERS = {
    "cohort/{cohort}": GROUP | {"administrator"},
    "workshop/{workshop}": GROUP,
    "workshop/{workshop}/team/{team}": {"ahlen", "ahlen_2"},
    "workshop/{workshop}/facilitators": {"facilitator"},
}
OWN = ("workshop.", "topic.", "poll.", "ballot.", "agenda.", "block.", "sheet.")
# Tells nobody but by mail; where polls are, it is tested what the reminder of the clock does.
REMINDER = "poll.remind"
NOWHERE = "0" * 16


def _asker(who):
    return SEED if who == "system" else who


def _refusal(world, who, name, body, at=""):
    with pytest.raises(Refusal) as refused:
        world.ask(_asker(who), name, body, at=at)
    return refused.value.code, refused.value.message, refused.value.fields


def test_the_table_names_every_command_of_the_room():
    assert {*ALLOWED, REMINDER} == {name for name in commands.declared() if name.startswith(OWN)}


def test_the_table_names_every_stream_of_the_room():
    own = {pattern for pattern in streams.declared() if pattern.startswith(("cohort/", "workshop/"))}
    assert set(READERS) == own


@pytest.mark.parametrize("name", ALLOWED)
def test_every_command_has_a_rule(name):
    assert name in {str(permission) for permission in policy.rules()}


@pytest.mark.parametrize(("name", "who"), [(name, who) for name in ALLOWED for who in sorted(ALLOWED[name])])
def test_who_may_give_a_command_is_obeyed_and_everything_is_told(world, name, who):
    body, place = prepare(world, name)
    before = world.heads()
    with world.everything_is_told():
        world.ask(_asker(who), name, body, at=place)
    # What must leave no trace tells nobody anything.
    assert (world.heads() != before) is not commands.declared()[name].unlinkable


@pytest.mark.parametrize("name", ALLOWED)
def test_who_may_not_gets_the_answer_for_what_is_not_there(world, name):
    body, place = prepare(world, name)
    before = world.heads()
    missing = f"{place.partition('/')[0] or 'workshop'}/{NOWHERE}"
    nowhere = _refusal(world, "stranger", name, body, at=missing)
    assert nowhere[0] == "not_found"
    # The clock closes polls; that it closes only what is due is tested where polls are.
    refused = EVERYBODY - ALLOWED[name] - ({"system"} if name == "poll.close" else set())
    assert {who: _refusal(world, who, name, body, at=place) for who in refused} == dict.fromkeys(
        refused, nowhere
    )
    assert world.heads() == before


@pytest.mark.parametrize("name", ALLOWED)
def test_asked_twice_is_done_once(world, name):
    body, place = prepare(world, name)
    who = _asker(sorted(ALLOWED[name])[0])
    number = commands.new_id()
    first = world.ask(who, name, body, at=place, command_id=number)
    after_first = world.heads()
    second = world.ask(who, name, body, at=place, command_id=number)
    assert (second, world.heads()) == (first, after_first)


@pytest.mark.parametrize("pattern", READERS)
def test_a_stream_is_read_by_its_audience(world, pattern):
    ids = {"cohort": world.cohort, "workshop": world.workshop, "team": world.teams["ahlen"]}
    name = pattern.format(**ids)
    with world.door.database.reading() as connection:
        place = places.find(connection, [streams.place_of(name)])[streams.place_of(name)]
    readers = {who for who in PEOPLE if streams.may_read(world.actor(who), name, place)}
    assert readers == READERS[pattern]


def test_the_ballot_of_a_team_from_another_cohort_is_not_there(world):
    stream = f"workshop/{world.workshop}/team/{world.teams['olpe']}"
    with pytest.raises(Refusal) as refused:
        world.state(stream)
    assert refused.value.code == "not_found"


def test_an_answer_names_only_the_streams_that_the_asker_reads(world):
    topic = world.propose()
    world.ask("facilitator", "poll.open")
    answer = world.mark("ahlen", topic)
    assert set(answer.seqs) == {world.stream(), world.stream("ahlen")}
