"""The agenda: drawn up by the close, void when the poll is opened again, adopted for good."""

import pytest

EARLIER = "2016-02-04T09:00:00Z"
LATER = "2016-06-09T09:00:00Z"
LAST = "2016-11-10T09:00:00Z"
ROLE = "facilitator"


def _vote(world, marks):
    """Open, let teams mark topics, close."""
    world.ask(ROLE, "poll.open")
    for who, topics in marks.items():
        for topic in topics:
            world.mark(who, topic)
    world.ask(ROLE, "poll.close")


@pytest.fixture
def counted(world):
    """A counted poll: two topics chosen, one too long, one that nobody wanted."""
    topics = [
        world.propose(title=title, minutes=minutes)
        for title, minutes in (("Karte", 60), ("Netzwerke", 240), ("Fördermittel", 120), ("Digital", 60))
    ]
    card, networks, grants, _digital = topics
    _vote(world, {"ahlen": [networks, card, grants], "menden": [networks, grants], "senden": [networks]})
    return topics


def _titles(world, workshop):
    return [topic["title"] for topic in world.state(f"workshop/{workshop}")["topics"]]


def test_the_close_draws_up_the_agenda(world, counted):
    card, networks, grants, digital = counted
    state = world.state()
    assert state["agenda"] == {
        "adopted_at": None,
        "blocks": [
            {"topic": networks, "title": "Netzwerke", "position": 1, "minutes": 240, "approvals": 3},
            {"topic": grants, "title": "Fördermittel", "position": 2, "minutes": 120, "approvals": 2},
        ],
        "left_over": [
            {"topic": card, "title": "Karte", "minutes": 60, "approvals": 1},
            {"topic": digital, "title": "Digital", "minutes": 60, "approvals": 0},
        ],
        "unmet": {},
    }
    states = {topic["title"]: topic["state"] for topic in state["topics"]}
    assert states == {
        "Karte": "proposed",
        "Netzwerke": "chosen",
        "Fördermittel": "chosen",
        "Digital": "proposed",
    }


def test_a_poll_without_topics_leads_to_an_empty_agenda(world):
    with world.everything_is_told():
        _vote(world, {})
        world.ask(ROLE, "agenda.adopt")
    assert world.state()["agenda"]["blocks"] == []


def test_opening_again_makes_the_agenda_void_until_it_is_adopted(world, counted):
    world.ask(ROLE, "poll.reopen")
    assert world.state()["agenda"] is None
    world.ask(ROLE, "poll.close")
    with world.everything_is_told():
        world.ask(ROLE, "agenda.adopt")
    assert world.state()["agenda"]["adopted_at"] is not None
    assert world.refused(ROLE, "poll.reopen") == "closed"
    assert world.refused(ROLE, "poll.open") == "closed"
    assert world.refused(ROLE, "agenda.adopt") == "closed"


def test_what_did_not_fit_goes_on_to_the_next_workshop_by_date(world, counted):
    last = world.add_workshop(starts_at=LAST)
    following = world.add_workshop(starts_at=LATER)
    earlier = world.add_workshop(starts_at=EARLIER)
    world.propose("menden", title="Schon da", at=f"workshop/{following}")
    with world.everything_is_told(world.workshop, following, last, earlier):
        world.ask(ROLE, "agenda.adopt")
    assert _titles(world, world.workshop) == ["Netzwerke", "Fördermittel"]
    assert _titles(world, following) == ["Schon da", "Karte", "Digital"]
    assert (_titles(world, last), _titles(world, earlier)) == ([], [])
    assert len(world.state()["poll"]["tally"]) == 4


def test_a_topic_that_moves_keeps_what_teams_said_of_it(world, counted):
    card, *_ = counted
    following = world.add_workshop(starts_at=LATER)
    world.ask("senden", "topic.need", {"topic": card, "value": True})
    world.ask("menden", "topic.offer", {"topic": card, "value": True})
    before = next(topic for topic in world.state()["topics"] if topic["id"] == card)
    world.ask(ROLE, "agenda.adopt")
    assert world.state(f"workshop/{following}")["topics"][0] == {**before, "parked": [1]}


def test_topics_that_come_over_join_a_vote_that_runs_there(world, counted):
    card, _networks, _grants, digital = counted
    following = world.add_workshop(starts_at=LATER)
    world.ask(ROLE, "poll.open", at=f"workshop/{following}")
    with world.everything_is_told(world.workshop, following):
        world.ask(ROLE, "agenda.adopt")
    assert world.state(f"workshop/{following}")["poll"]["tally"] == {card: 0, digital: 0}


def test_a_next_workshop_whose_agenda_stands_is_passed_over(world, counted):
    following, last = world.add_workshop(starts_at=LATER), world.add_workshop(starts_at=LAST)
    for command in ("poll.open", "poll.close", "agenda.adopt"):
        world.ask(ROLE, command, at=f"workshop/{following}")
    world.ask(ROLE, "agenda.adopt")
    assert (_titles(world, following), _titles(world, last)) == ([], ["Karte", "Digital"])


def test_without_a_next_workshop_topics_wait_until_one_is_announced(world, counted):
    with world.everything_is_told():
        world.ask(ROLE, "agenda.adopt")
    assert _titles(world, world.workshop) == ["Netzwerke", "Fördermittel"]
    following = world.add_workshop(starts_at=LATER)
    assert _titles(world, following) == ["Karte", "Digital"]
    names = [name for name, _body in world.events(f"workshop/{following}")]
    assert names == ["topic.proposed", "topic.proposed"]
    assert _titles(world, world.add_workshop(starts_at=LAST)) == []


def test_topics_of_another_cohort_do_not_come_over(world, counted):
    world.ask(ROLE, "agenda.adopt")
    assert _titles(world, world.add_workshop(cohort=world.other_cohort)) == []


def test_the_agenda_keeps_the_words_that_were_voted_on(world, counted):
    card, *_ = counted
    following = world.add_workshop(starts_at=LATER)
    world.ask(ROLE, "agenda.adopt")
    agenda = world.state()["agenda"]
    body = {"topic": card, "title": "Landesehrenamtskarte", "question": "", "minutes": 30}
    world.ask("ahlen", "topic.change", body, at=f"workshop/{following}")
    assert world.state()["agenda"] == agenda


def test_a_topic_proposed_after_the_close_goes_on_with_the_rest(world, counted):
    world.propose("menden", title="Zu spät für diesmal")
    following = world.add_workshop(starts_at=LATER)
    world.ask(ROLE, "agenda.adopt")
    assert _titles(world, following) == ["Karte", "Digital", "Zu spät für diesmal"]


def test_a_withdrawn_topic_stays_behind(world, counted):
    card, *_ = counted
    following = world.add_workshop(starts_at=LATER)
    world.ask("ahlen", "topic.withdraw", {"topic": card})
    world.ask(ROLE, "agenda.adopt")
    assert _titles(world, following) == ["Digital"]
