"""The life of a topic: from a question to a topic, prerequisites, who carries it, and what came of it."""

from datetime import timedelta

import pytest
from tests.workshops.topics.polls import DESK, vote

from foundation import clock
from foundation.errors import Refusal

LONG = {"question": "", "minutes": 300}


def _topic(world, topic):
    return next(found for found in world.state()["topics"] if found["id"] == topic)


def _ask(world, who="ahlen", question="Wie erreichen wir junge Menschen?", title=""):
    return world.ask(who, "topic.ask", {"question": question, "title": title}).result["topic"]


def _fields(world, who, name, body):
    with pytest.raises(Refusal) as refused:
        world.ask(who, name, body)
    return str(refused.value.code), set(refused.value.fields)


def _yesterday(world):
    """A workshop that is over, for all that is done from now on."""
    world.workshop = world.add_workshop(starts_at=clock.wire(clock.now() - timedelta(days=1)))


def test_a_question_does_not_stand_for_election(world):
    topic = world.propose()
    with world.everything_is_told():
        question = _ask(world)
    assert (_topic(world, question)["state"], _topic(world, question)["minutes"]) == ("question", None)
    world.ask(DESK, "poll.open")
    assert world.state()["poll"]["tally"] == {topic: 0}
    assert world.refused("ahlen", "ballot.mark", {"topic": question, "value": 1}) == "closed"
    with world.everything_is_told():
        _ask(world, "menden", "Noch eine?")
    world.ask(DESK, "poll.close")
    assert world.state()["agenda"]["left_over"] == [
        {"topic": topic, "title": "Anerkennungskultur", "minutes": 90, "approvals": 0}
    ]


def test_a_question_becomes_a_topic_and_keeps_its_id(world):
    question = _ask(world, title="Jugend")
    world.ask("menden", "topic.need", {"topic": question, "value": True})
    asked_at = _topic(world, question)["asked_at"]
    world.ask(DESK, "poll.open")
    with world.everything_is_told():
        body = {"title": "Junges Engagement", "question": "Wie?", "minutes": 60, "asked": question}
        made = world.ask("ahlen_2", "topic.propose", body).result["topic"]
    assert made == question
    found = _topic(world, question)
    assert (found["state"], found["asked_at"]) == ("proposed", asked_at)
    assert found["need"] == [world.teams["menden"]]
    assert world.state()["poll"]["tally"] == {question: 0}


def test_only_the_team_that_asked_makes_a_topic_of_it_and_only_once(world):
    question = _ask(world)
    body = {"title": "Junges Engagement", "minutes": 60, "asked": question}
    assert world.refused("menden", "topic.propose", body) == "not_found"
    world.ask("ahlen", "topic.propose", body)
    assert world.refused("ahlen", "topic.propose", body) == "not_found"


def test_a_question_is_taken_back_and_comes_back_as_a_question(world):
    question = _ask(world)
    world.ask(DESK, "poll.open")
    for command, state in (("topic.withdraw", "withdrawn"), ("topic.restore", "question")):
        with world.everything_is_told():
            world.ask("ahlen", command, {"topic": question})
        assert _topic(world, question)["state"] == state
    body = {"topic": question, "title": "Neu", "minutes": 30}
    world.ask(DESK, "poll.close")
    assert world.refused("ahlen", "topic.change", body) == "closed"


def test_a_question_comes_back_whatever_is_being_voted_on_or_was_counted(world):
    """It is on no ballot, so no ballot holds it up; once the agenda stands, the next workshop takes it."""
    question, topic = _ask(world), world.propose()
    world.ask(DESK, "poll.open", {"method": "borda"})
    for command in (None, "poll.close"):
        if command:
            world.ask(DESK, command)
        world.ask("ahlen", "topic.withdraw", {"topic": question})
        with world.everything_is_told():
            world.ask("ahlen", "topic.restore", {"topic": question})
        assert _topic(world, question)["state"] == "question"
    assert world.refused("ahlen", "topic.change", {"topic": topic, "title": "Neu", "minutes": 30}) == "closed"


def test_questions_and_what_was_not_chosen_wait_for_the_next_workshop(world):
    chosen, parked, question = world.propose(), world.propose(title="Digital"), _ask(world)
    vote(world, chosen, adopt=True)
    assert [topic["id"] for topic in world.state()["topics"]] == [chosen]
    following = world.add_workshop()
    found = {topic["id"]: topic["parked"] for topic in world.state(f"workshop/{following}")["topics"]}
    assert found == {parked: [1], question: []}


def test_a_topic_remembers_every_workshop_at_which_it_was_parked(world):
    later = [world.add_workshop(starts_at=f"2016-0{month}-09T07:00:00Z") for month in (6, 7)]
    parked = world.propose(title="Digital")
    for number, workshop in enumerate([world.workshop, *later[:1]], start=1):
        world.workshop = workshop
        chosen = world.propose(title=f"Thema {number}", minutes=300)
        with world.everything_is_told(*[world.workshop, later[number - 1]]):
            vote(world, chosen, adopt=True)
    assert world.state(f"workshop/{later[1]}")["topics"][0]["parked"] == [1, 2]
    assert parked == world.state(f"workshop/{later[1]}")["topics"][0]["id"]


def test_a_topic_may_take_longer_but_not_less_than_is_voted_on(world):
    body = {"title": "Anerkennungskultur", "question": "", "minutes": 60, "minutes_most": 90}
    made = world.ask("ahlen", "topic.propose", body).result["topic"]
    assert _topic(world, made)["minutes_most"] == 90
    short = {**body, "minutes_most": 55}
    assert _fields(world, "ahlen", "topic.propose", short) == ("invalid", {"minutes_most"})
    assert _fields(world, "ahlen", "topic.change", {**short, "topic": made}) == ("invalid", {"minutes_most"})
    with world.everything_is_told():
        world.ask("ahlen", "topic.change", {**body, "minutes_most": None, "topic": made})
    assert _topic(world, made)["minutes_most"] is None


def test_what_has_to_come_before_is_another_topic_of_the_same_workshop(world):
    first = world.propose()
    elsewhere = world.propose(at=f"workshop/{world.add_workshop()}")
    body = {"title": "Danach", "question": "", "minutes": 30}
    for wrong in ([elsewhere], [_ask(world)], ["0" * 16], [first] * 6):
        assert _fields(world, "menden", "topic.propose", {**body, "after": wrong})[0] == "invalid"
    with world.everything_is_told():
        second = world.ask("menden", "topic.propose", {**body, "after": [first]}).result["topic"]
    assert _topic(world, second)["after"] == [first]
    change = {"title": "Anerkennungskultur", "minutes": 90, "topic": first}
    before = world.state()
    for after in ([first], [second]):
        assert _fields(world, "ahlen", "topic.change", {**change, "after": after}) == ("invalid", {"after"})
    assert world.state() == before


def test_a_prerequisite_that_was_withdrawn_may_stay_in_what_was_written(world):
    first = world.propose()
    body = {"title": "Danach", "question": "", "minutes": 30, "after": [first]}
    second = world.ask("menden", "topic.propose", body).result["topic"]
    world.ask("ahlen", "topic.withdraw", {"topic": first})
    with world.everything_is_told():
        world.ask("menden", "topic.change", {**body, "title": "Später", "topic": second})
    assert (_topic(world, second)["title"], _topic(world, second)["after"]) == ("Später", [first])


def test_the_agenda_puts_a_chosen_topic_behind_what_it_needs(world):
    before = world.propose(title="Grundlagen", minutes=60)
    body = {"title": "Aufbau", "question": "", "minutes": 60, "after": [before]}
    second = world.ask("menden", "topic.propose", body).result["topic"]
    world.ask(DESK, "poll.open")
    for who, topic in (("ahlen", second), ("menden", second), ("senden", before)):
        world.mark(who, topic)
    with world.everything_is_told():
        world.ask(DESK, "poll.close")
    agenda = world.state()["agenda"]
    assert [(block["topic"], block["position"]) for block in agenda["blocks"]] == [(before, 1), (second, 2)]
    assert agenda["unmet"] == {}


def test_the_agenda_notes_what_should_have_come_before_and_was_not_chosen(world):
    before = world.propose(title="Grundlagen", minutes=60)
    body = {"title": "Aufbau", "question": "", "minutes": 330, "after": [before]}
    second = world.ask("menden", "topic.propose", body).result["topic"]
    vote(world, second)
    assert world.state()["agenda"]["unmet"] == {second: [before]}
    with world.everything_is_told():
        world.ask(DESK, "poll.reopen")
        world.mark("ahlen", second, 0)
        world.mark("ahlen", before)
        world.ask(DESK, "poll.close")
        world.ask(DESK, "agenda.adopt")
    assert world.state()["agenda"]["unmet"] == {}


def test_the_decision_who_carries_a_topic_is_seen_by_all_and_can_be_taken_back(world):
    topic = world.propose()
    with world.everything_is_told():
        world.ask(DESK, "topic.carry", {"topic": topic, "by": "expert", "note": "Landesstelle fragen"})
    assert _topic(world, topic)["carrier"] == {"by": "expert", "note": "Landesstelle fragen"}
    with world.everything_is_told():
        world.ask(DESK, "topic.carry", {"topic": topic, "by": None, "note": "bleibt nicht stehen"})
    assert _topic(world, topic)["carrier"] is None
    assert _fields(world, DESK, "topic.carry", {"topic": topic, "by": "nobody"}) == ("invalid", {"by"})
    assert world.refused(DESK, "topic.carry", {"topic": _ask(world), "by": "group"}) == "closed"


def test_the_proposing_team_answers_once_the_workshop_is_over(world):
    _yesterday(world)
    topic = world.propose()
    body = {"topic": topic, "answered": "partly", "note": "Der Anfang ist gemacht."}
    vote(world, topic)
    assert world.refused("ahlen", "topic.answer", body) == "closed"
    world.ask(DESK, "agenda.adopt")
    assert world.refused("menden", "topic.answer", body) == "not_found"
    for answered in ("partly", "yes"):
        with world.everything_is_told():
            world.ask("ahlen_2", "topic.answer", {**body, "answered": answered})
        assert _topic(world, topic)["answer"] == {"answered": answered, "note": "Der Anfang ist gemacht."}
    before = world.heads()
    world.ask("ahlen", "topic.answer", {**body, "answered": "yes"})
    assert world.heads() == before


def test_nobody_answers_before_the_workshop_is_over(world):
    world.workshop = world.add_workshop(starts_at=clock.wire(clock.now() - timedelta(minutes=359)))
    topic = world.propose()
    vote(world, topic, adopt=True)
    body = {"topic": topic, "answered": "yes"}
    sheet = world.state()["sheet"]
    world.ask(DESK, "block.resize", {"base": 1, "block": sheet["blocks"][1]["id"], "minutes": 400})
    assert world.refused("ahlen", "topic.answer", body) == "closed"
    clock.move(timedelta(minutes=50))
    assert world.refused("ahlen", "topic.answer", body) == "closed"
    clock.move(timedelta(minutes=52))
    assert world.refused("ahlen", "topic.answer", body) is None


def test_what_was_taken_off_the_run_sheet_with_all_its_parts_was_not_held(world):
    _yesterday(world)
    topic = world.propose()
    vote(world, topic, adopt=True)
    body, block = {"topic": topic, "answered": "yes"}, world.state()["sheet"]["blocks"][1]["id"]
    part = world.ask(DESK, "block.split", {"base": 1, "block": block, "minutes": 30}).result["block"]
    world.ask(DESK, "block.remove", {"base": 2, "block": block})
    assert world.refused("ahlen", "topic.answer", body) is None
    world.ask(DESK, "block.remove", {"base": 3, "block": part})
    assert world.refused("ahlen", "topic.answer", {**body, "answered": "no"}) == "closed"
    world.ask(DESK, "block.restore", {"base": 4, "block": part})
    assert world.refused("ahlen", "topic.answer", {**body, "answered": "no"}) is None


def test_a_workshop_that_was_ended_is_over(world):
    world.workshop = world.add_workshop(starts_at=clock.wire(clock.now() - timedelta(minutes=10)))
    topic = world.propose()
    vote(world, topic, adopt=True)
    body = {"topic": topic, "answered": "yes"}
    for base, command in enumerate(("sheet.start", "sheet.next", "sheet.next"), start=1):
        assert world.refused("ahlen", "topic.answer", body) == "closed"
        world.ask(DESK, command, {"base": base})
    assert world.refused("ahlen", "topic.answer", body) is None
