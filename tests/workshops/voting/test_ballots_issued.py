"""Who votes is settled when a poll is opened: whoever joins later neither votes nor is counted."""

from datetime import timedelta

import pytest

from foundation import clock as house_clock
from foundation.errors import Refusal


@pytest.fixture
def topic(world):
    """A topic and an open poll, in which Ahlen has voted."""
    made = world.propose(title="Netzwerke", minutes=60)
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", made)
    return made


def _turnout(world):
    poll = world.state()["poll"]
    return poll["voted"], poll["teams"]


def _missing(world):
    return [team["name"] for team in world.state(world.stream("facilitators"))["missing"]]


def _ballot(world, who):
    ballot = world.state(world.stream(who))
    return ballot["poll"], ballot["entitled"]


def test_a_team_that_joins_while_others_vote_changes_nothing_of_the_vote(world, topic):
    before, missing = world.state(), _missing(world)
    with world.everything_is_told():
        world.join("hilden")
    assert (world.state(), _missing(world)) == (before, missing)
    assert (_turnout(world), missing) == ((1, 3), ["Menden", "Senden"])


@pytest.mark.parametrize("act", ["mark", "abstain"])
def test_a_team_that_joined_later_is_told_why_it_cannot_vote(world, topic, act):
    world.join("hilden")
    heads = world.heads()
    body = {"mark": {"topic": topic, "value": 1}, "abstain": {"value": True}}[act]
    with pytest.raises(Refusal) as refused:
        world.ask("hilden", f"ballot.{act}", body)
    assert refused.value.code == "closed"
    assert "war Ihr Team noch nicht dabei" in str(refused.value)
    assert world.heads() == heads
    assert _turnout(world) == (1, 3)


def test_its_ballot_says_that_it_has_none(world, topic):
    world.join("hilden")
    poll = world.state()["poll"]["id"]
    assert (_ballot(world, "ahlen"), _ballot(world, "hilden")) == ((poll, True), (poll, False))


def test_a_team_that_joined_later_proposes_and_its_topic_can_be_voted_on(world, topic):
    world.join("hilden")
    with world.everything_is_told():
        made = world.propose("hilden", title="Vereine")
        world.mark("menden", made)
    assert world.state()["poll"]["tally"] == {topic: 1, made: 1}
    named = {team["id"]: team["name"] for team in world.state(f"cohort/{world.cohort}")["teams"]}
    assert named[world.state()["topics"][-1]["team"]] == "Hilden"


def test_who_votes_stays_the_same_when_the_poll_is_opened_again(world, topic):
    world.ask("facilitator", "poll.close")
    world.join("hilden")
    with world.everything_is_told():
        world.ask("facilitator", "poll.reopen")
    assert (_turnout(world), _missing(world)) == ((1, 3), ["Menden", "Senden"])
    assert world.refused("hilden", "ballot.mark", {"topic": topic, "value": 1}) == "closed"


def test_everybody_votes_in_the_next_poll(world, topic):
    world.join("hilden")
    world.ask("facilitator", "poll.close")
    with world.everything_is_told():
        world.ask("facilitator", "poll.open")
    assert (_turnout(world), _missing(world)) == ((0, 4), ["Ahlen", "Hilden", "Menden", "Senden"])
    assert world.events(world.stream("hilden")) == [
        ("ballot.renewed", {"poll": world.state()["poll"]["id"], "owns": None})
    ]
    world.mark("hilden", topic)
    assert (_turnout(world), _ballot(world, "hilden")) == ((1, 4), (world.state()["poll"]["id"], True))


def test_a_poll_that_is_announced_has_its_teams_already(world):
    tomorrow = house_clock.wire(house_clock.now() + timedelta(days=1))
    world.ask("facilitator", "poll.open", {"opens_at": tomorrow})
    world.join("hilden")
    assert (_turnout(world), _ballot(world, "hilden")[1]) == ((0, 3), False)


def test_teams_of_another_cohort_get_no_ballot(world):
    world.join("hilden", cohort=world.other_cohort)
    world.ask("facilitator", "poll.open")
    assert _turnout(world) == (0, 3)


def test_a_cohort_without_teams_can_open_and_close_a_poll(world):
    """Nobody to vote is no accident."""
    days = {"name": "Durchgang 2018", "starts_on": "2018-01-01", "ends_on": "2018-12-31"}
    cohort = world.ask("administrator", "cohort.create", days, at="house").result["cohort"]
    body = {"person": world.people["facilitator"], "role": "facilitator", "cohort": cohort}
    world.ask("administrator", "role.grant", body, at="house")
    workshop = world.add_workshop(cohort=cohort)
    world.ask("facilitator", "poll.open", at=f"workshop/{workshop}")
    world.ask("facilitator", "poll.close", at=f"workshop/{workshop}")
    state = world.state(f"workshop/{workshop}")
    assert (state["poll"]["teams"], state["agenda"]["blocks"]) == (0, [])


def test_a_team_that_joined_later_is_not_asked_for_its_ballot(world, browse):
    workshop = f"workshop/{world.add_workshop(starts_at='2099-04-28T07:00:00Z')}"
    world.propose(at=workshop)
    world.ask("facilitator", "poll.open", at=workshop)
    world.join("hilden")
    asked = {
        who: "Stimmzettel Ihres Teams ausfüllen" in browse(who).get("/").text for who in ("menden", "hilden")
    }
    assert asked == {"menden": True, "hilden": False}
