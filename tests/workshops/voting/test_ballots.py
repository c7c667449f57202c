"""Ballots: they belong to the team, either member fills them in, and an abstention lays them aside."""

import pytest

from foundation.errors import Refusal


@pytest.fixture
def topics(world):
    """Three topics and an open poll."""
    made = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel", "Ehrenamtskarte")]
    world.ask("facilitator", "poll.open")
    return made


def _ballot(world, who="ahlen"):
    return world.state(world.stream(who))


def _counted(world):
    poll = world.state()["poll"]
    return list(poll["tally"].values()), poll["voted"]


def _missing(world):
    return [team["name"] for team in world.state(world.stream("facilitators"))["missing"]]


def test_either_member_fills_in_the_ballot_of_the_team(world, topics):
    with world.everything_is_told():
        world.mark("ahlen", topics[0])
        world.mark("ahlen_2", topics[1])
        world.mark("ahlen_2", topics[0], 0)
    marks = _ballot(world)["marks"]
    by = {"id": world.people["ahlen_2"], "name": "Ahlen · Stadtteilarbeit"}
    assert {topic: mark["value"] for topic, mark in marks.items()} == {topics[0]: 0, topics[1]: 1}
    assert [mark["by"] for mark in marks.values()] == [by, by]
    assert _counted(world) == ([0, 1, 0], 1)


def test_a_team_has_voted_from_its_first_mark(world, topics):
    with world.everything_is_told():
        world.mark("ahlen", topics[0], 0)
    assert _counted(world) == ([0, 0, 0], 1)
    assert _missing(world) == ["Menden", "Senden"]
    told = {"poll": world.state()["poll"]["id"], "topic": None, "approvals": None, "voted": 1}
    assert world.events()[-1] == ("poll.tally_changed", told)


def test_a_mark_tells_the_team_the_workshop_and_only_once_the_facilitators(world, topics):
    before = world.heads()
    world.mark("ahlen", topics[0])
    world.mark("ahlen", topics[1])
    after = world.heads()
    news = {name: head - before.get(name, 0) for name, head in after.items() if head != before.get(name, 0)}
    assert news == {world.stream("ahlen"): 2, world.stream(): 2, world.stream("facilitators"): 1}


def test_the_same_mark_again_is_no_news(world, topics):
    world.mark("ahlen", topics[0])
    heads, ballot = world.heads(), _ballot(world)
    world.mark("ahlen_2", topics[0])
    assert (world.heads(), _ballot(world)) == (heads, ballot)


def test_an_abstention_is_a_vote(world, topics):
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": True})
    assert _ballot(world, "menden")["abstained"] is True
    assert (_counted(world), _missing(world)) == (([0, 0, 0], 1), ["Ahlen", "Senden"])


def test_an_abstention_taken_back_leaves_the_team_missing(world, topics):
    world.ask("menden", "ballot.abstain", {"value": True})
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": False})
    assert (_counted(world), _missing(world)) == (([0, 0, 0], 0), ["Ahlen", "Menden", "Senden"])


def test_an_abstention_lays_the_marks_aside_and_a_mark_lifts_it(world, topics):
    world.mark("ahlen", topics[0])
    world.mark("ahlen", topics[1])
    with world.everything_is_told():
        world.ask("ahlen_2", "ballot.abstain", {"value": True})
    assert _counted(world) == ([0, 0, 0], 1)
    with world.everything_is_told():
        world.mark("ahlen", topics[2])
    assert _counted(world) == ([1, 1, 1], 1)
    assert _ballot(world)["abstained"] is False


def test_an_abstention_is_lifted_by_the_same_mark_as_well(world, topics):
    world.mark("ahlen", topics[0])
    world.mark("ahlen", topics[1])
    world.ask("ahlen", "ballot.abstain", {"value": True})
    with world.everything_is_told():
        world.mark("ahlen_2", topics[0])
    assert _counted(world) == ([1, 1, 0], 1)
    world.ask("ahlen", "ballot.abstain", {"value": True})
    with world.everything_is_told():
        world.mark("ahlen_2", topics[0], 0)
    assert _counted(world) == ([0, 1, 0], 1)


def test_the_same_abstention_again_is_no_news(world, topics):
    world.ask("menden", "ballot.abstain", {"value": False})
    world.ask("menden", "ballot.abstain", {"value": True})
    heads = world.heads()
    world.ask("menden", "ballot.abstain", {"value": True})
    assert world.heads() == heads


def test_the_marks_of_a_team_that_abstains_are_not_counted_at_the_close(world, topics):
    world.mark("ahlen", topics[0])
    world.ask("ahlen", "ballot.abstain", {"value": True})
    world.mark("menden", topics[1])
    with world.everything_is_told():
        world.ask("facilitator", "poll.close")
    assert [block["topic"] for block in world.state()["agenda"]["blocks"]] == [topics[1]]


@pytest.mark.parametrize("value", [2, -1, True, "1", 0.5, None])
def test_a_mark_is_yes_or_no(world, topics, value):
    with pytest.raises(Refusal) as refused:
        world.ask("ahlen", "ballot.mark", {"topic": topics[0], "value": value})
    assert (refused.value.code, set(refused.value.fields)) == ("invalid", {"value"})


def test_without_an_open_poll_there_is_no_ballot(world):
    topic = world.propose()
    assert world.refused("ahlen", "ballot.mark", {"topic": topic, "value": 1}) == "closed"
    assert world.refused("ahlen", "ballot.abstain", {"value": True}) == "closed"


def test_a_topic_of_another_workshop_cannot_be_marked(world, topics):
    elsewhere = world.propose(at=f"workshop/{world.add_workshop()}")
    assert world.refused("ahlen", "ballot.mark", {"topic": elsewhere, "value": 1}) == "not_found"


def test_a_later_mark_takes_at_most_three_statements_of_its_own(world, topics):
    """The hot path: what the door needs itself is measured by a command that finds nothing to do."""
    world.mark("ahlen", topics[0])
    world.mark("menden", topics[0])
    _, idle = world.count_statements(lambda: world.mark("menden", topics[0]))
    _, marking = world.count_statements(lambda: world.mark("menden", topics[1]))
    written = 5  # the heads of two streams read, both moved on, the events inserted
    assert marking - idle <= 2 + written
