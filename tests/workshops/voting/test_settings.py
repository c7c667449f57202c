"""How a poll is held: set at the opening, changed until somebody votes, and kept from whom it is hidden."""

import json
from datetime import timedelta

import pytest

from foundation import clock as house_clock
from foundation import jobs
from foundation.errors import Refusal

ROLE = "facilitator"
SECRET = {"secret": True, "show": "end", "quorum": 3}


def _in(**by):
    return house_clock.wire(house_clock.now() + timedelta(**by))


def _poll(world):
    return world.state()["poll"]


def _everything_told(world):
    """Everything that stands in streams other than those of the teams."""
    names = [world.stream(), world.stream("facilitators"), f"cohort/{world.cohort}"]
    return json.dumps([[world.events(name), world.state(name)] for name in names])


def test_a_poll_is_held_as_it_was_set(world):
    world.propose()
    body = {"method": "dots", "minutes": 240, "dots": 7, "show": "own", "completion": "none"}
    body |= {"ties": "least_served"}
    with world.everything_is_told():
        world.ask(ROLE, "poll.open", body)
    assert {name: _poll(world)[name] for name in body} == body
    assert (_poll(world)["tally"], _poll(world)["voted"]) == (None, 0)


def test_dots_and_quorum_stand_only_where_they_mean_something(world):
    world.ask(ROLE, "poll.open", {"method": "approval", "dots": 7, "quorum": 8})
    assert (_poll(world)["dots"], _poll(world)["quorum"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"secret": True}, {"show"}),
        ({"secret": True, "show": "own", "ties": "least_served"}, {"show", "ties"}),
        ({**SECRET, "method": "equal_shares", "carries": True}, {"carries"}),
        ({"method": "approval", "carries": True}, {"carries"}),
        ({"method": "majority"}, {"method"}),
        ({"minutes": 7}, {"minutes"}),
        ({"dots": 0}, {"dots"}),
        ({"quorum": 2}, {"quorum"}),
        ({"show": "never"}, {"show"}),
    ],
)
def test_what_does_not_go_together_is_refused_and_named(world, body, fields):
    for command in ("poll.open", "poll.change"):
        with pytest.raises(Refusal) as refused:
            world.ask(ROLE, command, body)
        assert (refused.value.code, set(refused.value.fields)) == ("invalid", fields)
    assert _poll(world) is None


def test_a_poll_is_set_otherwise_until_somebody_has_voted(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open", {"closes_at": _in(hours=2)})
    opened = _poll(world)
    with world.everything_is_told():
        world.ask(ROLE, "poll.change", {"method": "score", "minutes": 120, "closes_at": _in(hours=3)})
    changed = _poll(world)
    assert (changed["id"], changed["round"], changed["seed"]) == (opened["id"], 1, opened["seed"])
    assert (changed["method"], changed["minutes"], changed["opens_at"]) == ("score", 120, opened["opens_at"])
    assert changed["closes_at"] > opened["closes_at"]
    assert [entry["what"] for entry in world.state(world.stream("facilitators"))["log"]] == [
        "opened",
        "changed",
    ]
    world.mark("menden", topic, 5)
    assert world.refused(ROLE, "poll.change", {"method": "approval"}) == "closed"
    assert _poll(world)["method"] == "score"


def test_an_abstention_settles_how_the_poll_is_held_as_a_mark_does(world):
    world.propose()
    world.ask(ROLE, "poll.open")
    world.ask("senden", "ballot.abstain", {"value": True})
    assert world.refused(ROLE, "poll.change", {"minutes": 60}) == "closed"
    world.ask("senden", "ballot.abstain", {"value": False})
    assert world.refused(ROLE, "poll.change", {"minutes": 60}) is None


@pytest.mark.parametrize(("before", "after"), [(SECRET, {}), ({}, SECRET), (SECRET, SECRET)])
def test_whether_a_poll_is_secret_is_settled_once_it_is_open(world, before, after):
    """Nobody may learn from a refusal whether somebody has voted already."""
    world.propose()
    world.ask(ROLE, "poll.open", before)
    assert world.refused(ROLE, "poll.change", {**after, "minutes": 60}) == "closed"


def test_an_announced_poll_can_be_moved_and_the_clock_keeps_to_it(world, monkeypatch):
    world.propose()
    world.ask(ROLE, "poll.open", {**SECRET, "opens_at": _in(hours=1), "closes_at": _in(hours=2)})
    body = {"opens_at": _in(hours=3), "closes_at": _in(hours=4)}
    with world.everything_is_told():
        world.ask(ROLE, "poll.change", body)
    assert (_poll(world)["secret"], _poll(world)["opens_at"]) == (False, body["opens_at"])
    now = house_clock.now()
    monkeypatch.setattr(house_clock, "now", lambda: now + timedelta(hours=2, minutes=30))
    jobs.carry_out_due(world.door)
    assert _poll(world)["closed_at"] is None
    monkeypatch.setattr(house_clock, "now", lambda: now + timedelta(hours=5))
    jobs.carry_out_due(world.door)
    assert _poll(world)["closed_at"] == body["closes_at"]


@pytest.mark.parametrize("command", ["poll.open", "poll.change"])
def test_an_end_before_the_beginning_is_refused(world, command):
    if command == "poll.change":
        world.ask(ROLE, "poll.open", {"opens_at": _in(hours=1)})
    body = {"opens_at": _in(hours=3), "closes_at": _in(hours=2)}
    assert world.refused(ROLE, command, body) == "invalid"


@pytest.mark.parametrize("show", ["own", "end"])
def test_a_hidden_count_stands_in_no_stream_that_others_read(world, show):
    topics = [
        world.propose(title=title, minutes=minutes) for title, minutes in (("Netzwerke", 90), ("Karte", 30))
    ]
    world.ask(ROLE, "poll.open", {"method": "score", "show": show})
    before = {name: head for name, head in world.heads().items() if "/team/" not in name}
    with world.everything_is_told():
        for who, topic, value in (("ahlen", 0, 4), ("ahlen", 1, 3), ("menden", 0, 2), ("menden", 0, 5)):
            world.mark(who, topics[topic], value)
    told = [body for name, body in world.events() if name == "poll.tally_changed"]
    poll = _poll(world)["id"]
    assert told == [{"poll": poll, "topic": None, "approvals": None, "voted": voted} for voted in (1, 2)]
    assert set(before) == {name for name in world.heads() if "/team/" not in name}
    assert '"tally": {' not in _everything_told(world)
    shown = {"own": {topics[0]: 9, topics[1]: 3}, "end": None}[show]
    assert [world.state(world.stream(team))["tally"] for team in ("ahlen", "menden", "senden")] == [
        shown,
        shown,
        None,
    ]
    with world.everything_is_told():
        world.ask(ROLE, "poll.close")
    assert _poll(world)["tally"] == {topics[0]: 9, topics[1]: 3}
    assert world.state(world.stream("ahlen"))["tally"] is None


def test_a_team_that_takes_its_abstention_back_sees_the_count_no_more(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open", {"show": "own"})
    world.mark("ahlen", topic)
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": True})
    assert world.state(world.stream("menden"))["tally"] == {topic: 1}
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": False})
    assert world.state(world.stream("menden"))["tally"] is None


def test_a_poll_that_is_opened_again_shows_its_count_as_its_result_was_seen(world):
    topic = world.propose()
    world.ask(ROLE, "poll.open", {"show": "own"})
    world.mark("ahlen", topic)
    world.ask(ROLE, "poll.close")
    with world.everything_is_told():
        world.ask(ROLE, "poll.reopen")
    assert (_poll(world)["show"], _poll(world)["tally"]) == ("live", {topic: 1})
    assert world.state(world.stream("ahlen"))["tally"] is None


def test_an_announcement_that_was_taken_back_stays_as_it_was_set(world):
    world.propose()
    world.ask(ROLE, "poll.open", {"show": "end", "opens_at": _in(hours=1)})
    world.ask(ROLE, "poll.close")
    world.ask(ROLE, "poll.reopen")
    assert (_poll(world)["show"], _poll(world)["tally"]) == ("end", None)


def test_a_topic_that_comes_back_is_counted_where_the_count_is_shown(world):
    topic, other = world.propose(), world.propose(title="Netzwerke")
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    world.ask(ROLE, "poll.open", {"show": "own"})
    world.mark("menden", other)
    with world.everything_is_told():
        world.ask("ahlen", "topic.restore", {"topic": topic})
    world.mark("ahlen", topic)
    assert world.state(world.stream("menden"))["tally"] == {topic: 1, other: 1}


def test_each_method_counts_by_its_own_rule(world):
    """Ahlen and Menden want the long topic, Senden the short one: only equal shares leave room for both."""
    long, short = world.propose(minutes=300), world.propose(title="Ehrenamtskarte", minutes=120)
    chosen = {}
    for method in ("approval", "equal_shares"):
        world.ask(ROLE, "poll.open", {"method": method, "completion": "none"})
        for who, topic in (("ahlen", long), ("menden", long), ("senden", short)):
            world.mark(who, topic)
        world.ask(ROLE, "poll.close")
        chosen[method] = [block["topic"] for block in world.state()["agenda"]["blocks"]]
    assert chosen == {"approval": [long], "equal_shares": [short]}
