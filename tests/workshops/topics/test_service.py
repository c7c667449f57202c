"""Topics: proposed, changed, taken back, needed, offered."""

import pytest

from foundation.errors import Refusal


def _topic(world, topic):
    return next(found for found in world.state()["topics"] if found["id"] == topic)


def _settle(world, *topics):
    world.ask("facilitator", "poll.open")
    for topic in topics:
        world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "agenda.adopt")


def test_a_proposed_topic_stands_at_the_end_of_the_list(world):
    first = world.propose(title="Anerkennungskultur")
    second = world.propose("menden", title="Netzwerkmanagement", minutes=120)
    topics = world.state()["topics"]
    assert [topic["id"] for topic in topics] == [first, second]
    assert topics[1] | {"proposed_at": ""} == {
        "id": second,
        "title": "Netzwerkmanagement",
        "question": "Wie gelingt Netzwerkmanagement?",
        "minutes": 120,
        "minutes_most": None,
        "after": [],
        "team": world.teams["menden"],
        "state": "proposed",
        "merged_into": None,
        "need": [],
        "offer": [],
        "proposed_at": "",
        "asked_at": None,
        "parked": [],
        "answer": None,
        "carrier": None,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "No"),
        ("title", "N" * 121),
        ("title", "zwei\nZeilen"),
        ("title", None),
        ("question", "?" * 601),
        ("minutes", 0),
        ("minutes", 485),
        ("minutes", 42),
        ("minutes", 42.5),
        ("minutes", "60"),
        ("minutes", True),
    ],
)
def test_what_a_topic_cannot_be_is_said_at_its_field(world, field, value):
    body = {"title": "Anerkennungskultur", "question": "", "minutes": 60, field: value}
    with pytest.raises(Refusal) as refused:
        world.ask("ahlen", "topic.propose", body)
    assert (refused.value.code, set(refused.value.fields)) == ("invalid", {field})
    assert world.state()["topics"] == []


def test_the_limits_of_a_topic_are_part_of_it(world):
    for title, minutes in (("Abc", 5), ("N" * 120, 480)):
        body = {"title": title, "question": "?" * 600, "minutes": minutes}
        world.ask("ahlen", "topic.propose", body)
    assert [topic["minutes"] for topic in world.state()["topics"]] == [5, 480]


def test_a_topic_proposed_while_a_vote_runs_joins_it(world):
    first = world.propose()
    world.ask("facilitator", "poll.open")
    with world.everything_is_told():
        second = world.propose("menden", title="Fördermittel")
    assert world.state()["poll"]["tally"] == {first: 0, second: 0}


def test_a_change_is_seen_by_all(world):
    topic = world.propose()
    body = {"topic": topic, "title": "Anerkennung", "question": "", "minutes": 45}
    world.ask("ahlen_2", "topic.change", body)
    found = _topic(world, topic)
    assert (found["title"], found["question"], found["minutes"]) == ("Anerkennung", "", 45)


def test_what_stays_the_same_is_no_news(world):
    topic = world.propose()
    same = {key: _topic(world, topic)[key] for key in ("title", "question", "minutes")}
    before = world.heads()
    world.ask("ahlen", "topic.change", {"topic": topic, **same})
    world.ask("ahlen", "topic.restore", {"topic": topic})
    world.ask("menden", "topic.need", {"topic": topic, "value": False})
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    assert world.heads()[world.stream()] == before[world.stream()] + 1
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    assert world.heads()[world.stream()] == before[world.stream()] + 1


@pytest.mark.parametrize("command", ["topic.change", "topic.withdraw"])
def test_a_topic_stays_as_it_is_while_a_poll_is_open(world, command):
    topic = world.propose()
    change = {"title": "Anders", "question": "", "minutes": 30} if command == "topic.change" else {}
    world.ask("facilitator", "poll.open")
    before = world.state()
    assert world.refused("ahlen", command, {"topic": topic, **change}) == "closed"
    assert world.state() == before
    world.ask("facilitator", "poll.close")
    after = {"topic.change": "closed", "topic.withdraw": None}
    assert world.refused("ahlen", command, {"topic": topic, **change}) == after[command]


def test_a_chosen_topic_stays_as_it_is(world):
    topic = world.propose()
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    world.ask("facilitator", "poll.close")
    assert world.refused("ahlen", "topic.withdraw", {"topic": topic}) == "closed"


def test_a_withdrawn_topic_stays_in_the_list_and_comes_back(world):
    topic = world.propose()
    with world.everything_is_told():
        world.ask("ahlen", "topic.withdraw", {"topic": topic})
    assert _topic(world, topic)["state"] == "withdrawn"
    assert world.refused("ahlen", "topic.change", {"topic": topic, "title": "Neu", "minutes": 5}) == "closed"
    assert world.refused("menden", "topic.need", {"topic": topic, "value": True}) == "closed"
    with world.everything_is_told():
        world.ask("ahlen_2", "topic.restore", {"topic": topic})
    assert _topic(world, topic)["state"] == "proposed"


def test_a_withdrawn_topic_is_not_voted_on(world):
    topic = world.propose()
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    world.ask("facilitator", "poll.open")
    assert world.state()["poll"]["tally"] == {}
    assert world.refused("menden", "ballot.mark", {"topic": topic, "value": 1}) == "closed"


def test_marks_count_again_when_a_topic_comes_back_into_the_vote(world):
    topic = world.propose()
    world.ask("facilitator", "poll.open")
    world.mark("ahlen", topic)
    world.mark("menden", topic, 0)
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "poll.reopen")
    world.mark("ahlen", topic, 0)
    world.mark("senden", topic)
    world.mark("senden", topic, 0)
    world.mark("ahlen", topic)
    world.mark("ahlen", topic, 0)
    world.ask("facilitator", "poll.close")
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    world.ask("facilitator", "poll.reopen")
    with world.everything_is_told():
        world.ask("ahlen", "topic.restore", {"topic": topic})
        world.mark("menden", topic)
    assert world.state()["poll"]["tally"] == {topic: 1}
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "poll.reopen")
    assert world.state()["poll"]["tally"] == {topic: 1}


def test_marks_from_before_the_withdrawal_count_again(world):
    kept, topic = world.propose(title="Netzwerke", minutes=300), world.propose(minutes=90)
    world.ask("facilitator", "poll.open")
    for who in ("ahlen", "menden"):
        world.mark(who, kept)
    world.mark("senden", topic)
    world.ask("facilitator", "poll.close")
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    world.ask("facilitator", "poll.reopen")
    assert world.state()["poll"]["tally"] == {kept: 2}
    with world.everything_is_told():
        world.ask("ahlen", "topic.restore", {"topic": topic})
    assert world.state()["poll"]["tally"] == {kept: 2, topic: 1}


def test_teams_are_named_in_the_order_in_which_they_spoke(world):
    topic = world.propose()
    with world.everything_is_told():
        for who in ("menden", "ahlen", "senden"):
            world.ask(who, "topic.need", {"topic": topic, "value": True})
        world.ask("ahlen_2", "topic.need", {"topic": topic, "value": False})
        world.ask("senden", "topic.offer", {"topic": topic, "value": True})
    found = _topic(world, topic)
    assert found["need"] == [world.teams["menden"], world.teams["senden"]]
    assert found["offer"] == [world.teams["senden"]]


def test_a_settled_workshop_takes_no_more_topics(world):
    chosen, gone = world.propose(), world.propose(title="Fördermittel")
    world.ask("ahlen", "topic.withdraw", {"topic": gone})
    _settle(world, chosen)
    body = {"title": "Zu spät", "question": "", "minutes": 60}
    assert world.refused("menden", "topic.propose", body) == "closed"
    assert world.refused("ahlen", "topic.restore", {"topic": gone}) == "closed"
    assert world.refused("menden", "topic.offer", {"topic": chosen, "value": True}) is None


def test_a_topic_of_another_workshop_is_not_there(world):
    elsewhere = world.propose(at=f"workshop/{world.add_workshop()}")
    for command, body in (("topic.withdraw", {}), ("topic.need", {"value": True})):
        assert world.refused("ahlen", command, {"topic": elsewhere, **body}) == "not_found"


def test_a_topic_stays_as_it_is_while_a_result_waits_to_be_adopted(world):
    """The poll may be opened again, with the ballots that were filled in for the topic as it was."""
    kept, other = world.propose(minutes=300), world.propose(title="Netzwerke", minutes=120)
    withdrawn = world.propose(title="Karte", minutes=30)
    world.ask("ahlen", "topic.withdraw", {"topic": withdrawn})
    world.ask("facilitator", "poll.open")
    for who in ("ahlen", "menden"):
        world.mark(who, kept)
    world.ask("facilitator", "poll.close")
    changed = {"topic": other, "title": "Netzwerke", "question": "", "minutes": 15}
    refused = [
        world.refused("ahlen", name, body)
        for name, body in (
            ("topic.change", changed),
            ("topic.restore", {"topic": withdrawn}),
            ("topic.withdraw", {"topic": other}),
        )
    ]
    assert refused == ["closed", "closed", None]


@pytest.mark.parametrize(("method", "refused"), [("dots", "closed"), ("borda", "closed"), ("approval", None)])
def test_where_a_ballot_is_one_whole_no_topic_comes_back_to_it(world, method, refused):
    """The team has given what it had for it to others by then."""
    topic = world.propose()
    world.propose(title="Netzwerke")
    world.ask("ahlen", "topic.withdraw", {"topic": topic})
    world.ask("facilitator", "poll.open", {"method": method})
    assert world.refused("ahlen", "topic.restore", {"topic": topic}) == refused
