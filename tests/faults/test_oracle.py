"""The oracle of the faults sees each of them: a test that cannot fail proves nothing."""

import pytest
from tests.faults.oracle import Acknowledged, Log, Writer, faults
from tests.faults.screens import Screen
from tests.visiting import Visitor

PLACE, TEAM = "workshop/0", "workshop/0/team/0"


def proposed(seq, title):
    return (seq, "topic.proposed", {"topic": {"id": title, "title": title, "state": "proposed"}})


def marked(seq, value):
    return (seq, "ballot.marked", {"topic": "own", "value": value})


def log(topics, marks=()):
    events = {PLACE: topics, TEAM: marks}
    return Log(
        {name: ("epoch", 0, max(seq for seq, *_ in told)) for name, told in events.items() if told}, events
    )


@pytest.fixture
def writer():
    """Has proposed two topics, of which the first was acknowledged at the second 10."""
    made = Writer(Visitor("http://nowhere.invalid"), PLACE, "member")
    made.asked = ["one", "two"]
    made.acknowledged = [Acknowledged(b"", b"", 10.0, (PLACE, 1, "one"))]
    return made


@pytest.fixture
def voter():
    made = Writer(Visitor("http://nowhere.invalid"), PLACE, "member", votes=True)
    made._topic = "own"
    made.asked = ["own", 1, 0]
    made.acknowledged = [
        Acknowledged(b"", b"", 10.0, told) for told in ((PLACE, 1, "own"), (TEAM, 1, 1), (TEAM, 2, 0))
    ]
    return made


def test_what_was_acknowledged_may_be_followed_by_what_was_not(writer):
    assert faults(log([proposed(1, "one")]), [writer]) == []
    assert faults(log([proposed(1, "one"), proposed(2, "two")]), [writer]) == []


def test_what_is_missing_is_seen(writer):
    missing = ["missing: member ('workshop/0', 1, 'one')"]
    assert faults(log([proposed(1, "two")]), [writer]) == missing
    assert faults(log([proposed(1, "two"), proposed(2, "one")]), [writer]) == missing
    assert faults(log([proposed(1, "two")]), [writer], until=11.0) == missing
    assert faults(log([proposed(1, "two")]), [writer], until=9.0) == []


def test_what_is_there_twice_is_seen(writer, voter):
    assert faults(log([proposed(1, "one"), proposed(2, "one")]), [writer]) == ["twice: member one"]
    marks = [marked(1, 1), marked(2, 0)]
    assert faults(log([proposed(1, "own")], marks), [voter]) == []
    assert faults(log([proposed(1, "own")], [*marks, marked(3, 1)]), [voter]) == ["twice: member 1"]


def test_a_number_left_out_is_seen(writer):
    assert faults(log([proposed(1, "one"), proposed(3, "two")]), [writer]) == [f"gap in {PLACE}"]
    behind = Log({PLACE: ("epoch", 0, 2)}, {PLACE: [proposed(1, "one")]})
    assert faults(behind, [writer]) == [f"gap in {PLACE}"]
    trimmed = Log({PLACE: ("epoch", 1, 2)}, {PLACE: [proposed(2, "two")]})
    assert trimmed.gaps() == []


def test_a_refusal_is_seen(writer):
    writer.refused.append("500 error")
    assert faults(log([proposed(1, "one")]), [writer]) == ["refused: member 500 error"]


def test_a_screen_applies_each_number_once_and_nothing_after_a_hole():
    screen = Screen(Visitor("http://nowhere.invalid"), [PLACE])
    screen.shown[PLACE] = ("epoch", 4, {"topics": [], "poll": None})

    def told(*numbers):
        found = [proposed(seq, f"topic {seq}") for seq in numbers]
        return [{"seq": seq, "name": name, "body": body} for seq, name, body in found]

    assert screen._apply(PLACE, told(4, 5, 5, 6))
    assert not screen._apply(PLACE, told(8))
    assert screen.has({PLACE: ("epoch", 6), "another": ("epoch", 9)})
    assert not screen.has({PLACE: ("epoch", 7)})
    assert not screen.has({PLACE: ("another", 6)})
    assert [topic["title"] for topic in screen.shown[PLACE][2]["topics"]] == ["topic 5", "topic 6"]
