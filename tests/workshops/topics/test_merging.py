"""Topics that mean the same are merged: supporters united, everyone told, and undone exactly."""

from datetime import timedelta

import pytest

from foundation import clock
from foundation.errors import Refusal

DESK = "facilitator"


@pytest.fixture
def pair(world):
    """Two topics that mean the same: what goes on, and what becomes part of it."""
    return (
        world.propose("ahlen", title="Netzwerke"),
        world.propose("menden", title="Netzwerkmanagement", minutes=60),
    )


def _merge(world, into, topic):
    with world.everything_is_told():
        world.ask(DESK, "topic.merge", {"into": into, "topic": topic})


def _unmerge(world, topic):
    with world.everything_is_told():
        world.ask(DESK, "topic.unmerge", {"topic": topic})


def _refusal(world, name, body):
    before = world.heads(), world.state()
    with pytest.raises(Refusal) as refused:
        world.ask(DESK, name, body)
    assert (world.heads(), world.state()) == before
    return str(refused.value.code), refused.value.message


def _topics(world):
    return {topic["id"]: topic for topic in world.state()["topics"]}


def _tally(world):
    return world.state()["poll"]["tally"]


def _values(world, who):
    return {topic: mark["value"] for topic, mark in world.state(world.stream(who))["marks"].items()}


def _everything(world):
    kinds = ("", "facilitators", "ahlen", "menden", "senden")
    return {kind: world.state(world.stream(kind)) for kind in kinds}


def test_a_merged_topic_does_not_stand_and_its_voices_count_at_the_other(world, pair):
    goes_on, part = pair
    for who, topic in (("menden", part), ("ahlen", goes_on), ("menden", goes_on), ("senden", part)):
        world.ask(who, "topic.need", {"topic": topic, "value": True})
    world.ask("senden", "topic.offer", {"topic": part, "value": True})
    before = _everything(world)
    _merge(world, goes_on, part)
    topics = _topics(world)
    assert (topics[part]["state"], topics[part]["merged_into"]) == ("merged", goes_on)
    assert topics[goes_on]["need"] == [world.teams[who] for who in ("menden", "ahlen", "senden")]
    assert topics[goes_on]["offer"] == [world.teams["senden"]]
    _unmerge(world, part)
    assert _everything(world) == before


def test_who_wants_either_counts_once(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("ahlen", goes_on)
    world.mark("ahlen", part)
    world.mark("menden", part)
    world.mark("senden", goes_on, 0)
    world.mark("senden", part)
    before = _everything(world)
    _merge(world, goes_on, part)
    assert _tally(world) == {goes_on: 3}
    _unmerge(world, part)
    assert _everything(world) == before
    assert _tally(world) == {goes_on: 1, part: 3}


def test_the_team_is_told_where_its_mark_comes_from(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    said = world.state(world.stream("menden"))["marks"][part]
    heads = world.heads()
    _merge(world, goes_on, part)
    marks = world.state(world.stream("menden"))["marks"]
    assert marks == {part: said, goes_on: {**said, "taken_from": part}}
    told = [name for name, _body in world.events(world.stream("menden"), heads[world.stream("menden")])]
    assert told == ["ballot.carried"]
    for who in ("ahlen", "senden"):
        assert world.heads()[world.stream(who)] == heads[world.stream(who)]


def test_a_team_withdraws_and_stays_withdrawn_after_the_undo(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    _merge(world, goes_on, part)
    with world.everything_is_told():
        world.mark("menden", goes_on, 0)
    assert _tally(world) == {goes_on: 0}
    assert "taken_from" not in world.state(world.stream("menden"))["marks"][goes_on]
    _unmerge(world, part)
    assert _values(world, "menden") == {part: 1, goes_on: 0}
    assert _tally(world) == {goes_on: 0, part: 1}


def test_what_a_team_marks_after_the_merger_is_its_own_and_stays(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    world.mark("senden", part)
    _merge(world, goes_on, part)
    for value in (0, 1):
        world.mark("menden", goes_on, value)
    assert _tally(world) == {goes_on: 2}
    _unmerge(world, part)
    assert (_values(world, "menden"), _values(world, "senden")) == ({part: 1, goes_on: 1}, {part: 1})


def test_an_abstention_lays_carried_marks_aside_too(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    world.ask("menden", "ballot.abstain", {"value": True})
    _merge(world, goes_on, part)
    assert _tally(world) == {goes_on: 0}
    with world.everything_is_told():
        world.ask("menden", "ballot.abstain", {"value": False})
    assert _tally(world) == {goes_on: 1}


def test_a_merged_topic_takes_neither_marks_nor_voices_nor_changes(world, pair):
    goes_on, part = pair
    _merge(world, goes_on, part)
    assert world.refused("menden", "topic.need", {"topic": part, "value": True}) == "closed"
    assert world.refused("menden", "topic.withdraw", {"topic": part}) == "closed"
    assert world.refused("ahlen", "topic.withdraw", {"topic": goes_on}) == "closed"
    world.ask(DESK, "poll.open")
    assert world.refused("menden", "ballot.mark", {"topic": part, "value": 1}) == "closed"
    assert _refusal(world, "topic.merge", {"into": part, "topic": goes_on})[0] == "closed"
    assert _refusal(world, "topic.merge", {"into": goes_on, "topic": part})[0] == "closed"


def test_a_team_takes_its_voice_back_from_all_that_was_merged(world, pair):
    goes_on, part = pair
    world.ask("menden", "topic.need", {"topic": part, "value": True})
    _merge(world, goes_on, part)
    with world.everything_is_told():
        world.ask("menden", "topic.need", {"topic": goes_on, "value": False})
    assert _topics(world)[goes_on]["need"] == []
    _unmerge(world, part)
    assert _topics(world)[part]["need"] == []


def test_a_chain_is_taken_apart_from_its_end(world, pair):
    goes_on, part = pair
    whole = world.propose("senden", title="Zusammenarbeit")
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    before = _everything(world)
    _merge(world, goes_on, part)
    between = _everything(world)
    _merge(world, whole, goes_on)
    assert _tally(world) == {whole: 1}
    code, sentence = _refusal(world, "topic.unmerge", {"topic": part})
    assert (code, "Trennen Sie zuerst" in sentence) == ("conflict", True)
    _unmerge(world, goes_on)
    assert _everything(world) == between
    _unmerge(world, part)
    assert _everything(world) == before


def test_parts_come_out_in_any_order(world, pair):
    goes_on, part = pair
    other = world.propose("senden", title="Vernetzung")
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    world.mark("menden", other)
    world.mark("senden", other)
    before = _everything(world)
    _merge(world, goes_on, part)
    _merge(world, goes_on, other)
    _unmerge(world, part)
    assert _tally(world) == {goes_on: 2, part: 1}
    _unmerge(world, other)
    assert _everything(world) == before


def test_a_merged_topic_is_counted_as_the_one_it_is_part_of(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    world.mark("senden", goes_on)
    _merge(world, goes_on, part)
    with world.everything_is_told():
        world.ask(DESK, "poll.close")
    agenda = world.state()["agenda"]
    assert [(block["topic"], block["approvals"]) for block in agenda["blocks"]] == [(goes_on, 2)]
    assert agenda["left_over"] == []
    assert _refusal(world, "topic.unmerge", {"topic": part})[0] == "closed"
    world.ask(DESK, "poll.reopen")
    _unmerge(world, part)
    assert _tally(world) == {goes_on: 1, part: 1}
    world.ask(DESK, "poll.close")
    assert _refusal(world, "topic.merge", {"into": goes_on, "topic": part})[0] == "closed"
    world.ask(DESK, "agenda.adopt")
    assert _refusal(world, "topic.merge", {"into": goes_on, "topic": part})[0] == "closed"


def test_a_new_round_begins_with_what_was_merged(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    _merge(world, goes_on, part)
    world.ask(DESK, "poll.close")
    with world.everything_is_told():
        world.ask(DESK, "poll.open")
    assert (_tally(world), _values(world, "menden")) == ({goes_on: 0}, {})
    _unmerge(world, part)
    assert (_tally(world), _values(world, "menden")) == ({goes_on: 0, part: 0}, {})


def test_what_is_merged_goes_on_to_the_next_workshop_together(world, pair):
    goes_on, part = pair
    chosen = world.propose("senden", title="Digital", minutes=300)
    following = world.add_workshop()
    _merge(world, goes_on, part)
    world.ask(DESK, "poll.open")
    for who in ("ahlen", "menden", "senden"):
        world.mark(who, chosen)
    world.mark("menden", goes_on)
    world.ask(DESK, "poll.close")
    with world.everything_is_told(world.workshop, following):
        world.ask(DESK, "agenda.adopt")
    there = {topic["id"]: topic for topic in world.state(f"workshop/{following}")["topics"]}
    assert {id_: (topic["merged_into"], topic["parked"]) for id_, topic in there.items()} == {
        goes_on: (None, [1]),
        part: (goes_on, []),
    }
    with world.everything_is_told(following):
        world.ask(DESK, "topic.unmerge", {"topic": part}, at=f"workshop/{following}")
    assert [topic["id"] for topic in world.state()["topics"]] == [chosen]


def test_after_an_announcement_was_taken_back_topics_are_merged_as_before(world, pair):
    into, topic = pair
    world.ask(DESK, "poll.open", {"opens_at": clock.wire(clock.now() + timedelta(hours=1))})
    world.ask(DESK, "poll.close")
    _merge(world, into, topic)
    assert _topics(world)[topic]["state"] == "merged"
    _unmerge(world, topic)
    assert _topics(world)[topic]["state"] == "proposed"


def test_topics_that_would_wait_for_each_other_are_not_merged(world, pair):
    goes_on, part = pair
    body = {"title": "Dazwischen", "question": "", "minutes": 30, "after": [goes_on]}
    between = world.ask("senden", "topic.propose", body).result["topic"]
    change = {"title": "Netzwerkmanagement", "minutes": 60, "after": [between]}
    world.ask("menden", "topic.change", {**change, "topic": part})
    assert _refusal(world, "topic.merge", {"into": goes_on, "topic": part})[0] == "conflict"


def test_a_topic_is_not_merged_with_itself_or_with_what_is_not_there(world, pair):
    goes_on, part = pair
    elsewhere = world.propose(at=f"workshop/{world.add_workshop()}")
    assert _refusal(world, "topic.merge", {"into": part, "topic": part})[0] == "invalid"
    for body in ({"into": elsewhere, "topic": part}, {"into": goes_on, "topic": elsewhere}):
        assert _refusal(world, "topic.merge", body)[0] == "not_found"


def test_separating_what_stands_alone_changes_nothing(world, pair):
    before = world.heads()
    world.ask(DESK, "topic.unmerge", {"topic": pair[0]})
    assert world.heads() == before


def test_merging_costs_the_same_for_many_ballots(world, pair):
    goes_on, part = pair
    body = {"into": goes_on, "topic": part}
    world.ask(DESK, "poll.open")
    world.mark("menden", part)
    _done, few = world.count_statements(lambda: world.ask(DESK, "topic.merge", body))
    world.ask(DESK, "topic.unmerge", {"topic": part})
    world.mark("senden", part)
    world.mark("ahlen", part)
    _done, many = world.count_statements(lambda: world.ask(DESK, "topic.merge", body))
    assert many == few


def test_a_merger_tells_the_hidden_count_only_to_those_who_may_see_it(world, pair):
    goes_on, part = pair
    world.ask(DESK, "poll.open", {"show": "own"})
    world.mark("ahlen", goes_on)
    world.mark("menden", part)
    _merge(world, goes_on, part)
    shown = [world.state(world.stream(team))["tally"] for team in ("ahlen", "menden", "senden")]
    assert (_tally(world), shown) == (None, [{goes_on: 2}, {goes_on: 2}, None])
    _unmerge(world, part)
    shown = [world.state(world.stream(team))["tally"] for team in ("ahlen", "menden", "senden")]
    assert shown == [{goes_on: 1, part: 1}, {goes_on: 1, part: 1}, None]
