"""Dots and orders: the whole paper at once, and never over what somebody has not seen."""

import pytest

from foundation.errors import Refusal
from foundation.ids import public_id


@pytest.fixture
def held(world):
    """Three topics and an open poll of the method: `held("dots")` are the topics."""

    def open_poll(method, **settings):
        made = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel", "Ehrenamtskarte")]
        world.ask("facilitator", "poll.open", {"method": method, **settings})
        return made

    return open_poll


def _fill(world, who, base, marks, **own):
    return world.ask(who, "ballot.fill", {"base": base, "marks": marks, **own})


def _refusal(world, who, base, marks, **own):
    with pytest.raises(Refusal) as refused:
        _fill(world, who, base, marks, **own)
    return refused.value


def _ballot(world, who="ahlen"):
    return world.state(world.stream(who))


def _values(world, who="ahlen"):
    return {topic: mark["value"] for topic, mark in _ballot(world, who)["marks"].items()}


def _tally(world):
    return list(world.state()["poll"]["tally"].values())


def test_dots_are_counted_and_the_ballot_has_a_version(world, held):
    first, second, _ = held("dots")
    with world.everything_is_told():
        _fill(world, "ahlen", 0, {first: 7, second: 3})
        _fill(world, "menden", 0, {second: 1})
        _fill(world, "ahlen_2", 1, {first: 8})
    assert (_tally(world), world.state()["poll"]["voted"]) == ([8, 1, 0], 2)
    assert (_ballot(world)["version"], _values(world)) == (2, {first: 8, second: 0})


def test_only_what_has_changed_gets_another_author_and_is_told(world, held):
    first, second, _ = held("dots")
    _fill(world, "ahlen", 0, {first: 7, second: 3})
    before = world.heads()[world.stream()]
    _fill(world, "ahlen_2", 1, {first: 7, second: 2})
    marks = _ballot(world)["marks"]
    assert [marks[topic]["by"]["id"] for topic in (first, second)] == [
        world.people["ahlen"],
        world.people["ahlen_2"],
    ]
    told = world.events(after=before)
    assert [(name, body["topic"], body["approvals"]) for name, body in told] == [
        ("poll.tally_changed", second, 2)
    ]


@pytest.mark.parametrize("method", ["borda", "schulze"])
def test_an_order_counts_the_teams_that_ranked_a_topic(world, held, method):
    first, second, third = held(method)
    with world.everything_is_told():
        _fill(world, "ahlen", 0, {second: 1, first: 2})
        _fill(world, "menden", 0, {second: 1})
        _fill(world, "ahlen", 1, {third: 1, second: 2})
        _fill(world, "senden", 0, {second: 1})
    assert _tally(world) == [0, 3, 1]
    with world.everything_is_told():
        world.ask("facilitator", "poll.close")
    assert world.state()["agenda"]["blocks"][0]["topic"] == second


def test_a_stale_paper_is_refused_and_brings_what_is_there(world, held):
    first, second, third = held("dots")
    _fill(world, "ahlen", 0, {first: 7, second: 3})
    _fill(world, "ahlen_2", 1, {first: 6, third: 1})
    before = world.heads()
    refused = _refusal(world, "ahlen", 1, {second: 4})
    at = _ballot(world)["marks"][third]["at"]
    assert refused.code == "stale"
    assert refused.present == {
        "version": 2,
        "marks": {first: 6, third: 1},
        "by": {"id": world.people["ahlen_2"], "name": "Ahlen · Stadtteilarbeit"},
        "at": at,
    }
    assert world.heads() == before
    _fill(world, "ahlen", 2, {second: 4})
    assert _values(world) == {first: 0, second: 4, third: 0}


def test_what_the_ballot_says_already_is_never_stale_and_no_news(world, held):
    first, *_ = held("dots")
    _fill(world, "ahlen", 0, {first: 7})
    before = world.heads()
    _fill(world, "ahlen_2", 0, {first: 7})
    _fill(world, "ahlen_2", 9, {first: 7})
    assert (world.heads(), _ballot(world)["version"]) == (before, 1)


def test_who_builds_on_an_own_paper_without_an_answer_writes_over_nobody_else(world, held):
    first, *_ = held("dots")
    _fill(world, "ahlen", 0, {first: 1})
    _fill(world, "ahlen", 1, {first: 2}, own=True)
    _fill(world, "ahlen_2", 2, {first: 3})
    # The third of ahlen was refused as stale; the fourth would fit its number and must not.
    assert _refusal(world, "ahlen", 2, {first: 4}, own=True).code == "stale"
    assert _refusal(world, "ahlen", 3, {first: 5}, own=True).code == "stale"
    assert _values(world) == {first: 3}


def test_a_blank_paper_on_a_blank_ballot_is_no_vote(world, held):
    first, *_ = held("dots")
    before = world.heads()
    _fill(world, "ahlen", 0, {})
    _fill(world, "ahlen", 0, {first: 0})
    assert (world.heads(), world.state()["poll"]["voted"]) == (before, 0)


def test_a_paper_lifts_an_abstention_and_the_same_paper_does_too(world, held):
    first, second, _ = held("dots")
    _fill(world, "ahlen", 0, {first: 7})
    world.ask("ahlen_2", "ballot.abstain", {"value": True})
    assert _tally(world) == [0, 0, 0]
    with world.everything_is_told():
        _fill(world, "ahlen", 1, {first: 7})
    assert (_tally(world), _ballot(world)["abstained"]) == ([7, 0, 0], False)
    world.ask("ahlen_2", "ballot.abstain", {"value": True})
    with world.everything_is_told():
        _fill(world, "ahlen", 1, {first: 6, second: 1})
    assert _tally(world) == [6, 1, 0]


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("dots", (6, 5, 0)),
        ("equal_shares_points", (11, 0, 0)),
        ("borda", (1, 1, 0)),
        ("borda", (2, 3, 0)),
        ("schulze", (1, 3, 0)),
    ],
)
def test_too_many_dots_and_orders_with_gaps_are_refused(world, held, method, values):
    topics = held(method, dots=10)
    refused = _refusal(world, "ahlen", 0, dict(zip(topics, values, strict=True)))
    assert (refused.code, set(refused.fields)) == ("invalid", {"marks"})
    assert _values(world) == {}


def test_a_paper_names_only_topics_that_stand_here(world, held):
    first, *_ = held("dots")
    elsewhere = world.propose(at=f"workshop/{world.add_workshop()}")
    assert _refusal(world, "ahlen", 0, {elsewhere: 1}).code == "not_found"
    assert _refusal(world, "ahlen", 0, {public_id(): 1}).code == "not_found"
    assert _refusal(world, "ahlen", 0, {first: -1}).code == "invalid"
    assert _refusal(world, "ahlen", 0, {"Netzwerke": 1}).code == "invalid"


def test_a_withdrawn_topic_is_refused_by_its_name(world):
    topics = [world.propose(title=title) for title in ("Netzwerke", "Fördermittel")]
    world.ask("ahlen", "topic.withdraw", {"topic": topics[0]})
    world.ask("facilitator", "poll.open", {"method": "dots"})
    refused = _refusal(world, "ahlen", 0, {topics[0]: 1})
    assert (refused.code, refused.message) == ("closed", "Dieses Thema ist zurückgezogen.")


def test_marks_one_by_one_and_whole_papers_each_have_their_ballots(world, held):
    first, *_ = held("dots")
    assert world.refused("ahlen", "ballot.mark", {"topic": first, "value": 1}) == "invalid"
    world.ask("facilitator", "poll.close")
    world.ask("facilitator", "poll.open", {"method": "approval"})
    assert _refusal(world, "ahlen", 0, {first: 1}).code == "invalid"


def test_a_paper_costs_as_many_statements_for_sixty_topics_as_for_two(world):
    topics = [world.propose(title=f"Thema {number}") for number in range(60)]
    world.ask("facilitator", "poll.open", {"method": "dots", "dots": 100, "show": "end"})
    for who in ("ahlen", "menden"):
        _fill(world, who, 0, {topics[0]: 1})
    few = world.count_statements(lambda: _fill(world, "ahlen", 1, {topics[0]: 2, topics[1]: 1}))[1]
    many = world.count_statements(lambda: _fill(world, "menden", 1, dict.fromkeys(topics, 1)))[1]
    assert many <= few
