"""Topics of a workshop that is cancelled go on to the next one, or wait for it; nothing strands."""

from datetime import timedelta

import pytest
from tests.workshops.topics.polls import DESK, vote

from foundation import clock
from foundation.errors import Refusal

LATER, LATEST = "2098-06-09T07:00:00.000000Z", "2099-06-09T07:00:00.000000Z"


@pytest.fixture
def here(world):
    """A workshop that lies ahead, as those are that get cancelled."""
    world.workshop = world.add_workshop(starts_at=LATER)
    return world.workshop


def topics(world, workshop=""):
    return {topic["id"]: topic["state"] for topic in world.state(world.stream(workshop=workshop))["topics"]}


def noted(world):
    return world.ask("ahlen", "topic.ask", {"question": "Wie erreichen wir junge Menschen?"}).result["topic"]


def cancel_and_forward(world):
    world.ask(DESK, "workshop.cancel")
    return world.ask(DESK, "topic.forward").result


def refusal(world, name="topic.forward"):
    with pytest.raises(Refusal) as refused:
        world.ask(DESK, name)
    return refused.value.code, refused.value.message


def test_all_that_stands_goes_to_the_next_workshop_in_its_order(world, here):
    following = world.add_workshop(starts_at=LATEST)
    first, question, second = world.propose(), noted(world), world.propose("menden", title="Digital")
    world.ask("menden", "topic.need", {"topic": first, "value": True})
    world.ask(DESK, "topic.merge", {"topic": second, "into": first})
    withdrawn = world.propose(title="Doch nicht")
    world.ask("ahlen", "topic.withdraw", {"topic": withdrawn})
    with world.everything_is_told(here, following):
        assert cancel_and_forward(world) == {"workshop": following}
    assert topics(world) == {withdrawn: "withdrawn"}
    assert list(topics(world, following).items()) == [
        (first, "proposed"), (question, "question"), (second, "merged")
    ]  # fmt: skip
    assert world.state(world.stream(workshop=following))["topics"][0]["need"] == [world.teams["menden"]]


def test_it_goes_past_what_is_cancelled_or_has_its_agenda(world, here):
    cancelled, settled, following = (
        world.add_workshop(starts_at=f"2098-0{month}-09T07:00:00Z") for month in (7, 8, 9)
    )
    world.ask(DESK, "workshop.cancel", at=f"workshop/{cancelled}")
    for command in ("poll.open", "poll.close", "agenda.adopt"):
        world.ask(DESK, command, at=f"workshop/{settled}")
    topic = world.propose()
    assert cancel_and_forward(world) == {"workshop": following}
    assert topics(world, following) == {topic: "proposed"}


def test_without_a_next_workshop_topics_wait_until_one_is_announced(world, here):
    topic = world.propose()
    with world.everything_is_told():
        assert cancel_and_forward(world) == {}
    assert topics(world) == {}
    assert topics(world, world.add_workshop(starts_at=LATEST)) == {topic: "proposed"}


def test_what_was_chosen_stands_for_election_again_and_the_result_stays_readable(world, here, browse):
    following = world.add_workshop(starts_at=LATEST)
    topic = world.propose()
    vote(world, topic, adopt=True)
    agenda, sheet = world.state()["agenda"], world.state()["sheet"]
    with world.everything_is_told(here, following):
        cancel_and_forward(world)
    assert (topics(world), topics(world, following)) == ({}, {topic: "proposed"})
    assert (world.state()["agenda"], world.state()["sheet"]) == (agenda, sheet)
    for tab in ("topics", "poll", "result", "agenda"):
        assert browse("ahlen").get(f"/workshops/{here}/{tab}").status_code == 200
    assert "Anerkennungskultur" in browse("ahlen").get(f"/workshops/{here}/result").text


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=2)])
def test_while_a_poll_is_open_or_announced_it_has_to_be_closed_first(world, here, ahead):
    world.propose()
    world.ask(DESK, "poll.open", {"opens_at": clock.wire(clock.now() + ahead)})
    world.ask(DESK, "workshop.cancel")
    code, message = refusal(world)
    assert (code, "Schließen Sie zuerst die Abstimmung" in message) == ("closed", True)
    world.ask(DESK, "poll.close")
    assert world.refused(DESK, "topic.forward") is None


def test_only_of_a_workshop_that_is_cancelled_and_only_what_is_there(world, here):
    topic = world.propose()
    assert refusal(world) == ("closed", "Dieses Treffen ist nicht abgesagt.")
    assert topics(world) == {topic: "proposed"}
    cancel_and_forward(world)
    code, message = refusal(world)
    assert (code, message.startswith("Hier steht kein Thema")) == ("closed", True)


def test_taken_back_the_cancellation_leaves_topics_where_they_went(world, here):
    following = world.add_workshop(starts_at=LATEST)
    topic = world.propose()
    cancel_and_forward(world)
    with world.everything_is_told(here, following):
        world.ask(DESK, "workshop.reinstate")
    assert (topics(world), topics(world, following)) == ({}, {topic: "proposed"})


def test_what_still_waits_comes_back_with_the_workshop(world, here):
    topic = world.propose()
    cancel_and_forward(world)
    with world.everything_is_told():
        world.ask(DESK, "workshop.reinstate")
    assert topics(world) == {topic: "proposed"}


def test_a_workshop_that_is_over_or_settled_takes_up_nothing_when_it_is_reinstated(world, here):
    over, settled = world.add_workshop(), world.add_workshop(starts_at=LATEST)
    for command in ("poll.open", "poll.close", "agenda.adopt"):
        world.ask(DESK, command, at=f"workshop/{settled}")
    world.propose()
    cancel_and_forward(world)
    for workshop in (over, settled):
        for command in ("workshop.cancel", "workshop.reinstate"):
            world.ask(DESK, command, at=f"workshop/{workshop}")
        assert topics(world, workshop) == {}


def test_of_a_result_that_was_not_adopted_nothing_can_be_made_once_its_topics_are_gone(world, here):
    following = world.add_workshop(starts_at=LATEST)
    topic = world.propose()
    vote(world, topic)
    cancel_and_forward(world)
    for command in ("poll.open", "poll.close"):
        world.ask(DESK, command, at=f"workshop/{following}")
        if command == "poll.open":
            world.ask("ahlen", "ballot.mark", {"topic": topic, "value": 1}, at=f"workshop/{following}")
    world.ask(DESK, "workshop.reinstate")
    for command in ("agenda.adopt", "poll.reopen"):
        code, message = refusal(world, command)
        assert (code, message.startswith("Die Themen dieses Ergebnisses")) == ("closed", True)
    assert world.state()["agenda"]["blocks"][0]["topic"] == topic
    with world.everything_is_told(here, following):
        world.ask(DESK, "poll.open")
    assert topics(world, following) == {topic: "chosen"}


def test_what_comes_back_unchosen_is_not_adopted_either(world, here):
    vote(world, world.propose())
    cancel_and_forward(world)
    world.ask(DESK, "workshop.reinstate")
    assert world.refused(DESK, "agenda.adopt") == "closed"
    with world.everything_is_told():
        world.ask(DESK, "poll.open")


def test_the_overview_collects_topics_again_where_a_result_has_come_to_nothing(world, here, browse):
    vote(world, world.propose())
    assert "Ablauf übernehmen" in browse(DESK).get("/").text
    cancel_and_forward(world)
    world.ask(DESK, "workshop.reinstate")
    page = browse(DESK).get("/").text
    assert ("Ablauf übernehmen" in page, "Themen werden gesammelt" in page) == (False, True)
