"""A facilitator fills in a ballot for a team in the room; it counts once the team says that it is right."""

import pytest

from foundation.errors import Refusal


@pytest.fixture
def topics(world):
    made = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel", "Ehrenamtskarte")]
    world.ask("facilitator", "poll.open")
    return made


def _enter(world, team, marks):
    return world.ask("facilitator", "ballot.enter", {"team": world.teams[team], "marks": marks})


def _take_over(world, who, name, **body):
    """By somebody who has seen what stands there."""
    return world.ask(who, name, {**body, "base": world.state(world.stream(who))["version"]})


def _counted(world):
    poll = world.state()["poll"]
    return list(poll["tally"].values()), poll["voted"]


def _missing(world):
    missing = world.state(world.stream("facilitators"))["missing"]
    return {team["name"]: team["awaits"] for team in missing}


def _ballot(world, who="menden"):
    ballot = world.state(world.stream(who))
    return {topic: mark["value"] for topic, mark in ballot["marks"].items()}, ballot["awaits"]


def test_what_was_entered_waits_and_does_not_count(world, topics):
    with world.everything_is_told():
        _enter(world, "menden", {topics[0]: 1, topics[2]: 1})
    assert _ballot(world) == ({topics[0]: 1, topics[2]: 1}, True)
    by = world.state(world.stream("menden"))["marks"][topics[0]]["by"]
    assert by == {"id": world.people["facilitator"], "name": "Moderation"}
    assert _counted(world) == ([0, 0, 0], 0)
    assert _missing(world) == {"Ahlen": False, "Menden": True, "Senden": False}


def test_it_counts_from_the_yes_of_a_member(world, topics):
    _enter(world, "menden", {topics[0]: 1, topics[2]: 1})
    world.mark("ahlen", topics[0])
    with world.everything_is_told():
        _take_over(world, "menden", "ballot.confirm")
    assert _ballot(world) == ({topics[0]: 1, topics[2]: 1}, False)
    assert _counted(world) == ([2, 0, 1], 2)
    assert _missing(world) == {"Senden": False}


def test_a_second_yes_and_one_without_anything_entered_change_nothing(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    _take_over(world, "menden", "ballot.confirm")
    before = world.heads()
    _take_over(world, "menden", "ballot.confirm")
    _take_over(world, "senden", "ballot.confirm")
    assert world.heads() == before


def test_a_mark_of_a_member_takes_it_over(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    with world.everything_is_told():
        _take_over(world, "menden", "ballot.mark", topic=topics[1], value=1)
    assert _ballot(world) == ({topics[0]: 1, topics[1]: 1}, False)
    assert _counted(world) == ([1, 1, 0], 1)
    _enter(world, "senden", {topics[0]: 1})
    with world.everything_is_told():
        _take_over(world, "senden", "ballot.mark", topic=topics[0], value=1)
    assert _counted(world) == ([2, 1, 0], 2)


def test_an_abstention_of_a_member_takes_it_over_and_lays_it_aside(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    with world.everything_is_told():
        _take_over(world, "menden", "ballot.abstain", value=True)
    assert (_ballot(world)[1], _counted(world)) == (False, ([0, 0, 0], 1))
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": False})
    assert _counted(world) == ([1, 0, 0], 1)


def test_a_whole_paper_of_a_member_takes_it_over(world):
    topics = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel")]
    world.ask("facilitator", "poll.open", {"method": "borda"})
    with world.everything_is_told():
        _enter(world, "menden", {topics[0]: 1, topics[1]: 2})
    stale = {"base": 0, "marks": {topics[1]: 1}}
    assert world.refused("menden", "ballot.fill", stale) == "stale"
    with world.everything_is_told():
        world.ask("menden", "ballot.fill", {"base": 1, "marks": {topics[1]: 1}})
    assert _ballot(world) == ({topics[0]: 0, topics[1]: 1}, False)
    assert _counted(world) == ([0, 1], 1)


def test_until_then_it_can_be_entered_anew(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    with world.everything_is_told():
        _enter(world, "menden", {topics[1]: 1})
    _take_over(world, "menden", "ballot.confirm")
    assert _counted(world) == ([0, 1, 0], 1)


@pytest.mark.parametrize("vote", ["mark", "abstain"])
def test_nothing_is_entered_over_what_a_team_has_said_itself(world, topics, vote):
    if vote == "mark":
        world.mark("menden", topics[0], 0)
    else:
        world.ask("menden", "ballot.abstain", {"value": True})
    body = {"team": world.teams["menden"], "marks": {topics[0]: 1}}
    assert world.refused("facilitator", "ballot.enter", body) == "closed"


def test_what_was_not_confirmed_is_not_counted_at_the_close(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    world.mark("ahlen", topics[1])
    with world.everything_is_told():
        world.ask("facilitator", "poll.close")
    assert [block["topic"] for block in world.state()["agenda"]["blocks"]] == [topics[1]]
    assert world.refused("menden", "ballot.confirm") == "closed"
    world.ask("facilitator", "poll.reopen")
    _take_over(world, "menden", "ballot.confirm")
    assert _counted(world) == ([1, 1, 0], 2)


def test_what_makes_no_sense_is_not_entered(world, topics):
    menden = world.teams["menden"]
    for marks in ({}, {topics[0]: 0}, {topics[0]: 2}):
        assert world.refused("facilitator", "ballot.enter", {"team": menden, "marks": marks}) == "invalid"
    elsewhere = {"team": world.teams["olpe"], "marks": {topics[0]: 1}}
    assert world.refused("facilitator", "ballot.enter", elsewhere) == "not_found"
    world.join("hilden")
    late = {"team": world.teams["hilden"], "marks": {topics[0]: 1}}
    assert world.refused("facilitator", "ballot.enter", late) == "closed"


def test_no_facilitator_fills_in_ballots_of_a_secret_poll(world):
    topic = world.propose()
    world.ask("facilitator", "poll.open", {"secret": True, "show": "end", "quorum": 3})
    body = {"team": world.teams["menden"], "marks": {topic: 1}}
    assert world.refused("facilitator", "ballot.enter", body) == "closed"


def test_a_poll_keeps_its_settings_once_a_ballot_was_entered(world, topics):
    _enter(world, "menden", {topics[0]: 1})
    assert world.refused("facilitator", "poll.change", {"method": "score"}) == "closed"


def test_the_answer_names_no_stream_of_the_team(world, topics):
    answer = _enter(world, "menden", {topics[0]: 1})
    assert set(answer.seqs) == {world.stream("facilitators")}


@pytest.mark.parametrize(
    ("name", "body"),
    [("ballot.confirm", {}), ("ballot.abstain", {"value": True}), ("ballot.mark", {"value": 1})],
)
def test_nobody_takes_over_what_they_have_not_seen(world, topics, name, body):
    """The moderation corrects what it had entered while the team's answer is on its way."""
    _enter(world, "menden", {topics[0]: 1})
    _enter(world, "menden", {topics[1]: 1})
    body = {"topic": topics[2], **body} if name == "ballot.mark" else body
    for seen in ({}, {"base": 1}):
        with pytest.raises(Refusal) as refused:
            world.ask("menden", name, {**body, **seen})
        assert refused.value.code == "stale"
        assert refused.value.present["marks"] == {topics[1]: 1}
    assert (_ballot(world)[1], _counted(world)[1]) == (True, 0)
    world.ask("menden", name, {**body, "base": 2})
    assert (_ballot(world)[1], _counted(world)[1]) == (False, 1)


@pytest.mark.parametrize("name", ["ballot.mark", "ballot.abstain", "ballot.confirm", "ballot.fill"])
def test_what_was_on_its_way_when_a_poll_ended_is_not_for_the_next(world, topics, name):
    before = world.state()["poll"]["id"]
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "poll.open", {"method": "dots" if name == "ballot.fill" else "score"})
    body = {
        "ballot.mark": {"topic": topics[0], "value": 1},
        "ballot.abstain": {"value": True},
        "ballot.confirm": {},
        "ballot.fill": {"base": 0, "marks": {topics[0]: 1}},
    }[name]
    assert world.refused("ahlen", name, {**body, "poll": before}) == "closed"
    assert world.refused("ahlen", name, {**body, "poll": world.state()["poll"]["id"]}) is None
