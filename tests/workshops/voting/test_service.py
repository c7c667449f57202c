"""Polls: opened, announced, closed by hand and by time, opened again."""

from datetime import timedelta

import pytest

from foundation import clock as house_clock
from foundation import jobs
from foundation.policy import system
from workshops.voting.service import CLOSE

ROLE = "facilitator"


def _in(**by):
    return house_clock.wire(house_clock.now() + timedelta(**by))


def _log(world):
    return [entry["what"] for entry in world.state(world.stream("facilitators"))["log"]]


def test_an_opened_poll_names_every_topic_and_its_seed(world):
    topic = world.propose()
    with world.everything_is_told():
        made = world.ask(ROLE, "poll.open").result["poll"]
    poll = world.state()["poll"]
    assert len(poll.pop("seed")) == 16
    assert poll == {
        "id": made,
        "method": "approval",
        "completion": "raise-shares+approvals",
        "dots": None,
        "show": "live",
        "secret": False,
        "quorum": None,
        "ties": "seed",
        "carries": False,
        "opens_at": poll["opens_at"],
        "closes_at": None,
        "closed_at": None,
        "minutes": 360,
        "round": 1,
        "teams": 3,
        "voted": 0,
        "reset_at": None,
        "tally": {topic: 0},
        "voices": None,
    }
    missing = world.state(world.stream("facilitators"))["missing"]
    assert [team["name"] for team in missing] == ["Ahlen", "Menden", "Senden"]
    assert world.state(world.stream("ahlen"))["poll"] == made


def test_every_round_draws_a_seed_of_its_own(world):
    seeds = set()
    for _ in range(3):
        world.ask(ROLE, "poll.open")
        seeds.add(world.state()["poll"]["seed"])
        world.ask(ROLE, "poll.close")
    assert len(seeds) == 3
    assert world.state()["poll"]["round"] == 3


def test_a_new_round_begins_with_empty_ballots_and_no_agenda(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open")
    world.mark("ahlen", topic)
    world.ask(ROLE, "poll.close")
    with world.everything_is_told():
        world.ask(ROLE, "poll.open")
    state = world.state()
    assert (state["agenda"], state["poll"]["tally"], state["poll"]["voted"]) == (None, {topic: 0}, 0)
    assert state["topics"][0]["state"] == "proposed"
    assert world.state(world.stream("ahlen"))["marks"] == {}


def test_only_one_poll_is_open_at_a_time(world):
    world.ask(ROLE, "poll.open", {"opens_at": _in(hours=1)})
    assert world.refused(ROLE, "poll.open") == "closed"


@pytest.mark.parametrize("command", ["poll.close", "poll.reopen", "agenda.adopt"])
def test_without_a_poll_there_is_nothing_to_handle(world, command):
    assert world.refused(ROLE, command) == "closed"


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [
        ({"hours": 2}, {"hours": 1}, "closes_at"),
        ({"hours": -3}, {"hours": -1}, "closes_at"),
        ({"days": 1000}, {"days": 1001}, "opens_at"),
        ({"hours": 1}, {"days": 1000}, "closes_at"),
    ],
)
def test_times_that_make_no_poll_are_refused(world, opens, closes, field):
    body = {"opens_at": _in(**opens), "closes_at": _in(**closes)}
    assert world.refused(ROLE, "poll.open", body) == "invalid"
    assert world.state()["poll"] is None


def test_an_opening_in_the_past_means_now(world):
    world.ask(ROLE, "poll.open", {"opens_at": _in(minutes=-5), "closes_at": None})
    topic = world.propose()
    world.mark("ahlen", topic)
    assert world.state()["poll"]["opens_at"] > _in(minutes=-1)


def _freeze(monkeypatch, moment):
    """The clock stands still, so that the edges can be met exactly."""
    monkeypatch.setattr(house_clock, "now", lambda: moment)


def test_a_poll_takes_marks_from_its_opening_to_just_before_its_end(world, monkeypatch):
    topic = world.propose()
    now = house_clock.now()
    opens, closes = now + timedelta(hours=1), now + timedelta(hours=2)
    tick = timedelta(microseconds=1)
    world.ask(ROLE, "poll.open", {"opens_at": house_clock.wire(opens), "closes_at": house_clock.wire(closes)})
    outcomes = {}
    for name, moment in (
        ("just before", opens - tick),
        ("opening", opens),
        ("last moment", closes - tick),
        ("end", closes),
    ):
        _freeze(monkeypatch, moment)
        value = int(name != "last moment")
        outcomes[name] = world.refused("ahlen", "ballot.mark", {"topic": topic, "value": value})
    assert outcomes == {"just before": "closed", "opening": None, "last moment": None, "end": "closed"}
    assert world.refused("menden", "ballot.abstain", {"value": True}) == "closed"


def test_the_clock_closes_what_is_due_and_not_before(world, monkeypatch):
    topic = world.propose()
    world.ask(ROLE, "poll.open", {"opens_at": None, "closes_at": _in(hours=1)})
    world.mark("ahlen", topic)
    closes = world.state()["poll"]["closes_at"]
    assert jobs.carry_out_due(world.door) == 0
    assert world.refused(system("anything"), "poll.close") == "closed"
    _freeze(monkeypatch, house_clock.now() + timedelta(hours=2))
    with world.everything_is_told():
        assert jobs.carry_out_due(world.door) == 1
    state = world.state()
    assert (state["poll"]["closed_at"], state["topics"][0]["state"]) == (closes, "chosen")
    assert state["agenda"]["blocks"][0]["topic"] == topic
    assert world.state(world.stream("facilitators"))["log"][-1]["what"] == "closed_by_time"
    assert world.state(world.stream("facilitators"))["log"][-1]["by"] is None


def test_closing_by_hand_leaves_nothing_for_the_clock_to_do(world, monkeypatch):
    world.ask(ROLE, "poll.open", {"opens_at": None, "closes_at": _in(hours=1)})
    world.ask(ROLE, "poll.close")
    _freeze(monkeypatch, house_clock.now() + timedelta(hours=2))
    assert jobs.carry_out_due(world.door) == 0
    assert _log(world) == ["opened", "closed"]


def test_a_job_that_comes_late_does_not_close_a_poll_opened_again(world):
    """Claimed by a worker just before the poll was closed by hand and opened again until tomorrow."""
    world.ask(ROLE, "poll.open", {"opens_at": None, "closes_at": _in(hours=1)})
    world.ask(ROLE, "poll.close")
    world.ask(ROLE, "poll.reopen", {"closes_at": _in(days=1)})
    assert world.refused(system(CLOSE), "poll.close") == "closed"
    assert world.state()["poll"]["closed_at"] is None


def test_a_poll_opened_again_closes_at_its_new_time(world, monkeypatch):
    world.ask(ROLE, "poll.open", {"opens_at": None, "closes_at": _in(hours=1)})
    world.ask(ROLE, "poll.close")
    world.ask(ROLE, "poll.reopen", {"closes_at": _in(hours=3)})
    now = house_clock.now()
    _freeze(monkeypatch, now + timedelta(hours=2))
    assert jobs.carry_out_due(world.door) == 0
    _freeze(monkeypatch, now + timedelta(hours=4))
    assert jobs.carry_out_due(world.door) == 1
    assert _log(world) == ["opened", "closed", "reopened", "closed_by_time"]


def test_a_poll_opened_again_has_the_ballots_and_the_seed_it_had(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open")
    world.mark("ahlen", topic)
    before, ballot = world.state(), world.state(world.stream("ahlen"))
    world.ask(ROLE, "poll.close")
    with world.everything_is_told():
        world.ask(ROLE, "poll.reopen", {"closes_at": None})
    assert (world.state(), world.state(world.stream("ahlen"))) == (before, ballot)


def test_a_poll_is_opened_again_only_into_the_future(world):
    world.ask(ROLE, "poll.open")
    world.ask(ROLE, "poll.close")
    assert world.refused(ROLE, "poll.reopen", {"closes_at": _in(minutes=-1)}) == "invalid"
    assert world.state()["poll"]["closed_at"] is not None


def test_an_announced_poll_that_was_closed_opens_at_once(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open", {"opens_at": _in(hours=1), "closes_at": _in(hours=2)})
    world.ask(ROLE, "poll.close")
    world.ask(ROLE, "poll.reopen")
    assert world.refused("ahlen", "ballot.mark", {"topic": topic, "value": 1}) is None


def test_two_who_close_at_once_close_once(world):
    world.ask(ROLE, "poll.open")
    world.ask(ROLE, "poll.close")
    assert world.refused(ROLE, "poll.close") == "closed"
    assert _log(world) == ["opened", "closed"]


def test_the_desk_says_who_did_what(world):
    world.ask(ROLE, "poll.open")
    (entry,) = world.state(world.stream("facilitators"))["log"]
    assert (entry["what"], entry["by"]) == ("opened", {"id": world.people[ROLE], "name": "Moderation"})
