"""Whatever is merged, marked and separated: in the end each ballot says what its team said itself."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VOTERS = ("ahlen", "menden", "senden")
MARK = st.tuples(st.sampled_from(VOTERS), st.integers(0, 2), st.integers(0, 1))
PAIR = st.permutations(range(3)).map(lambda order: order[:2])
STEP = st.one_of(
    st.tuples(st.just("mark"), MARK),
    st.tuples(st.just("merge"), PAIR),
    st.tuples(st.just("unmerge"), st.integers(0, 2)),
)
HERE = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example has a workshop of its own."""


class _Vote:
    """A workshop of its own with three topics and an open poll."""

    def __init__(self, world, marks):
        self.world = world
        self.workshop = world.add_workshop()
        self.place = f"workshop/{self.workshop}"
        self.topics = [world.propose(who, title=f"Thema von {who}", at=self.place) for who in VOTERS]
        world.ask("facilitator", "poll.open", at=self.place)
        for who, topic, value in marks:
            self.mark(who, topic, value)

    def mark(self, who, topic, value):
        body = {"topic": self.topics[topic], "value": value}
        return self.world.refused(who, "ballot.mark", body, at=self.place)

    def merge(self, into, topic):
        body = {"into": self.topics[into], "topic": self.topics[topic]}
        return self.world.refused("facilitator", "topic.merge", body, at=self.place)

    def unmerge(self, topic):
        return self.world.refused(
            "facilitator", "topic.unmerge", {"topic": self.topics[topic]}, at=self.place
        )

    def separate_all(self):
        for _ in range(2):
            for topic in range(3):
                self.unmerge(topic)

    def everything(self):
        kinds = ("", "facilitators", *VOTERS)
        return {kind: self.world.state(self.world.stream(kind, self.workshop)) for kind in kinds}

    def said(self):
        """By team: what its ballot says, by the number of the topic."""
        number = {topic: n for n, topic in enumerate(self.topics)}
        everything = self.everything()
        return {
            who: {number[topic]: mark["value"] for topic, mark in everything[who]["marks"].items()}
            for who in VOTERS
        }


@HERE
@given(marks=st.lists(MARK, max_size=8), pairs=st.lists(PAIR, min_size=1, max_size=3))
def test_merged_and_separated_is_as_before_on_every_screen(world, marks, pairs):
    vote = _Vote(world, marks)
    before = vote.everything()
    with world.everything_is_told(vote.workshop):
        for into, topic in pairs:
            assert vote.merge(into, topic) in (None, "closed")
        vote.separate_all()
    assert vote.everything() == before


@HERE
@given(marks=st.lists(MARK, max_size=6), steps=st.lists(STEP, min_size=3, max_size=12))
def test_what_teams_mark_in_between_is_their_own_and_all_that_stays(world, marks, steps):
    vote = _Vote(world, marks)
    own = vote.said()
    with world.everything_is_told(vote.workshop):
        for name, arguments in steps:
            if name != "mark":
                vote.merge(*arguments) if name == "merge" else vote.unmerge(arguments)
                continue
            who, topic, value = arguments
            shown = vote.said()[who].get(topic)
            if vote.mark(*arguments) is None and shown != value:
                own[who][topic] = value
        vote.separate_all()
    assert vote.said() == own
    tally = {number: sum(own[who].get(number, 0) for who in VOTERS) for number in range(3)}
    state = vote.everything()[""]
    assert {vote.topics.index(topic): n for topic, n in state["poll"]["tally"].items()} == tally
    assert [topic["merged_into"] for topic in state["topics"]] == [None] * 3
