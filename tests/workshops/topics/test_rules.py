"""Which order prerequisites leave, what a circle is, and what a merger makes of ballots."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from workshops.topics.rules import (
    AtTarget,
    Said,
    Vote,
    has_circle,
    in_order_of_prerequisites,
    merged,
    refuse_to_merge_during,
    refuse_unless_standing,
    roots,
    separated,
    unmet,
)

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
TOPICS = "abcdef"
AFTER = st.dictionaries(st.sampled_from(TOPICS), st.sets(st.sampled_from(TOPICS), max_size=3))
UNDER_WAY = {"settled": False, "closed": False, "started": True, "method": "approval", "secret": False}


def _reaches(after, start):
    """Everything that has to come before `start`, by hand."""
    found, waiting = set(), [*after.get(start, ())]
    while waiting:
        topic = waiting.pop()
        if topic not in found:
            found.add(topic)
            waiting += after.get(topic, ())
    return found


@given(after=AFTER)
def test_a_circle_is_found_where_a_topic_would_have_to_come_before_itself(after):
    assert has_circle(after) == any(topic in _reaches(after, topic) for topic in after)


@given(chosen=st.permutations(TOPICS), after=AFTER)
def test_what_is_chosen_stays_and_comes_behind_what_it_needs(chosen, after):
    ordered = in_order_of_prerequisites(chosen, after)
    assert sorted(ordered) == sorted(chosen)
    if not has_circle(after):
        assert [
            (topic, before)
            for topic, needed in after.items()
            for before in needed
            if ordered.index(before) > ordered.index(topic)
        ] == []


@given(chosen=st.permutations(TOPICS), after=AFTER)
def test_an_order_that_is_right_already_stays(chosen, after):
    ordered = in_order_of_prerequisites(chosen, after)
    if not has_circle(after):
        assert in_order_of_prerequisites(ordered, after) == ordered
    assert in_order_of_prerequisites(chosen, {}) == list(chosen)


def test_a_topic_waits_right_behind_the_last_one_it_needs():
    assert in_order_of_prerequisites(["x", "y", "a", "b"], {"x": ["a"]}) == ["y", "a", "x", "b"]
    assert in_order_of_prerequisites(["x", "a"], {"x": ["gone"]}) == ["x", "a"]
    assert in_order_of_prerequisites(["x", "a", "b"], {"x": ["a"], "a": ["x"]}) == ["b", "x", "a"]


def test_what_was_not_chosen_is_noted_at_the_topic_that_needs_it():
    after = {"x": ["a", "gone", "lost"], "a": ["gone"], "other": ["x"], "b": ["a"]}
    assert unmet(["x", "a", "b"], after) == {"x": ["gone", "lost"], "a": ["gone"]}


def test_what_is_part_of_a_part_stands_as_the_whole():
    assert roots({1: None, 2: 1, 3: 2, 4: None}) == {1: 1, 2: 1, 3: 1, 4: 4}


@pytest.mark.parametrize("state", ["withdrawn", "question", "merged"])
def test_what_is_put_aside_is_not_voted_on(state):
    with pytest.raises(Refusal) as refused:
        refuse_unless_standing(state)
    assert refused.value.code == "closed"
    for standing in ("proposed", "chosen"):
        refuse_unless_standing(standing)


@pytest.mark.parametrize(
    "vote", [{}, {"method": "equal_shares"}, {"method": "dots", "started": False}], ids=str
)
def test_topics_are_merged_before_a_vote_and_while_plain_approvals_are_given(vote):
    refuse_to_merge_during(None)
    refuse_to_merge_during(Vote(**{**UNDER_WAY, **vote}))


@pytest.mark.parametrize(
    "vote",
    [
        {"method": "dots"},
        {"secret": True},
        {"secret": True, "started": False},
        {"closed": True},
        {"closed": True, "settled": True},
    ],
    ids=str,
)
def test_topics_are_not_merged_where_marks_cannot_be_united_any_more(vote):
    with pytest.raises(Refusal) as refused:
        refuse_to_merge_during(Vote(**{**UNDER_WAY, **vote}))
    assert refused.value.code == "closed"


class _Paper:
    """One team's ballot over three topics, by the rules; `own` is the log of what the team said itself."""

    def __init__(self):
        self.moment = 0
        self.marks, self.carried = {}, {topic: {} for topic in range(3)}
        self.into, self.merged_at, self.own = {}, {}, {}

    def mark(self, topic, value):
        said = self.marks.get(topic)
        if topic in self.into or (said and said.value == value):
            return
        self.own[topic] = (value, self.moment)
        at = NOON + timedelta(seconds=self.moment)
        self.marks[topic] = Said(value=value, by=7, at=at)

    def merge(self, source, target):
        if source == target or source in self.into or target in self.into:
            return
        self.into[source], self.merged_at[source] = target, self.moment
        self._say(target, merged(self._at(target), self.marks, source))

    def unmerge(self, source):
        target = self.into.get(source)
        if target is None or target in self.into:
            return
        del self.into[source]
        self._say(target, separated(self._at(target), self.marks, source))

    def wants(self, topic):
        """By hand: its own yes, or that of a part that it has not answered since."""
        value, said_at = self.own.get(topic, (0, -1))
        parts = [part for part, into in self.into.items() if into == topic]
        return bool(value) or any(self.merged_at[part] > said_at and self.wants(part) for part in parts)

    def _at(self, topic):
        return AtTarget(said=self.marks.get(topic), carried=self.carried[topic])

    def _say(self, topic, now):
        self.carried[topic] = dict(now.carried)
        self.marks.pop(topic, None)
        if now.said:
            self.marks[topic] = now.said


STEP = st.one_of(
    st.tuples(st.just("mark"), st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.just("merge"), st.integers(0, 2), st.integers(0, 2)),
    st.tuples(st.just("unmerge"), st.integers(0, 2)),
)


ANSWERED = [("mark", 1, 1), ("merge", 1, 0), ("mark", 0, 0), ("unmerge", 1)]
FROM_BOTH = [("mark", 1, 1), ("mark", 2, 1), ("merge", 1, 0), ("merge", 2, 0), ("unmerge", 1)]


@settings(max_examples=400)
@given(steps=st.lists(STEP, min_size=4, max_size=30))
@example(steps=ANSWERED)
@example(steps=FROM_BOTH)
def test_a_ballot_wants_what_its_team_said_in_whatever_order_topics_are_merged_and_separated(steps):
    paper = _Paper()
    for name, *arguments in steps:
        paper.moment += 1
        getattr(paper, name)(*arguments)
        standing = [topic for topic in range(3) if topic not in paper.into]
        found = {topic: topic in paper.marks and paper.marks[topic].value == 1 for topic in standing}
        assert found == {topic: paper.wants(topic) for topic in standing}
    while paper.into:
        for topic in list(paper.into):
            paper.unmerge(topic)
    own = {topic: (value, NOON + timedelta(seconds=at)) for topic, (value, at) in paper.own.items()}
    assert {topic: (said.value, said.at) for topic, said in paper.marks.items()} == own
    assert all(said.taken_from is None for said in paper.marks.values())
