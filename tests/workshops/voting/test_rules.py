"""Most approvals that fit the minutes: what holds for every election, and a few checked by hand."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from workshops.voting.rules import (
    RULES,
    Candidate,
    Election,
    Method,
    Verdict,
    by_seed,
    most_approvals_that_fit,
)

TOPICS = [f"topic{number:011}" for number in range(8)]
TEAMS = [f"team{number:012}" for number in range(10)]


def _election(topics, ballots, minutes=360, seed="seed"):
    return Election(
        topics=[Candidate(*topic) for topic in topics],
        teams=TEAMS,
        ballots=ballots,
        minutes=minutes,
        ties=by_seed(seed),
    )


def _wanted(election):
    return {
        topic.id: sum(1 for marks in election.ballots.values() if marks.get(topic.id))
        for topic in election.topics
    }


@st.composite
def elections(draw):
    ids = draw(st.lists(st.sampled_from(TOPICS), unique=True, max_size=8))
    lengths = st.integers(1, 96).map(lambda fives: fives * 5)
    topics = [(topic, draw(lengths)) for topic in ids]
    marks = st.dictionaries(st.sampled_from(TOPICS), st.integers(0, 1))
    ballots = draw(st.dictionaries(st.sampled_from(TEAMS), marks))
    return _election(topics, ballots, draw(st.integers(0, 600)), draw(st.text(max_size=8)))


@given(elections())
def test_what_is_chosen_fits_the_minutes(election):
    length = {topic.id: topic.minutes for topic in election.topics}
    outcome = most_approvals_that_fit(election)
    assert sum(length[topic] for topic in outcome.chosen) <= election.minutes


@given(elections())
def test_every_topic_is_chosen_or_left_over_with_a_receipt(election):
    outcome = most_approvals_that_fit(election)
    everything = sorted(topic.id for topic in election.topics)
    assert sorted([*outcome.chosen, *outcome.left_over]) == everything
    assert sorted(outcome.receipts) == everything


@given(elections())
def test_what_nobody_wants_is_not_chosen(election):
    wanted = _wanted(election)
    assert [topic for topic in most_approvals_that_fit(election).chosen if not wanted[topic]] == []


@given(elections(), st.randoms(use_true_random=False))
def test_the_order_of_topics_and_ballots_changes_nothing(election, random):
    topics = random.sample(election.topics, len(election.topics))
    teams = random.sample(sorted(election.ballots), len(election.ballots))
    turned = replace(
        election,
        topics=topics,
        teams=random.sample(election.teams, len(election.teams)),
        ballots={team: dict(reversed(election.ballots[team].items())) for team in teams},
    )
    assert most_approvals_that_fit(turned) == most_approvals_that_fit(election)


@given(elections(), st.sampled_from(TEAMS), st.sampled_from(TOPICS))
def test_one_more_approval_never_hurts_a_topic(election, team, topic):
    others = [candidate for candidate in election.topics if candidate.id != topic]
    stands = replace(election, topics=[*others, Candidate(topic, 60)])
    before, after = (
        most_approvals_that_fit(
            replace(stands, ballots={**ballots, team: {**ballots.get(team, {}), topic: value}})
        )
        for ballots in [election.ballots]
        for value in (0, 1)
    )
    assert [*after.receipts].index(topic) <= [*before.receipts].index(topic)
    assert topic in after.chosen or topic not in before.chosen


@given(elections())
def test_a_topic_that_was_passed_over_did_not_fit_when_its_turn_came(election):
    outcome = most_approvals_that_fit(election)
    too_long = [receipt for receipt in outcome.receipts.values() if receipt.verdict is Verdict.TOO_LONG]
    assert all(receipt.minutes > receipt.free and receipt.support for receipt in too_long)
    fitting = [receipt for receipt in outcome.receipts.values() if receipt.verdict is Verdict.FITS]
    assert [receipt.topic for receipt in fitting] == list(outcome.chosen)
    assert all(receipt.minutes <= receipt.free for receipt in fitting)


@given(elections())
def test_support_rises_never_along_the_order(election):
    support = [receipt.support for receipt in most_approvals_that_fit(election).receipts.values()]
    assert support == sorted(support, reverse=True)


@given(st.text(max_size=20), st.permutations(TOPICS))
def test_ties_go_by_the_seed_alone(seed, topics):
    ballots = {team: dict.fromkeys(TOPICS, 1) for team in TEAMS[:3]}
    outcome = most_approvals_that_fit(_election([(topic, 60) for topic in topics], ballots, seed=seed))
    drawn = sorted(TOPICS, key=lambda topic: hashlib.sha256(f"{seed}/{topic}".encode()).hexdigest())
    assert outcome.chosen == drawn[:6]


def test_a_shorter_topic_may_still_fit_where_a_longer_one_did_not():
    first, long, short = TOPICS[:3]
    ballots = {
        "a": {first: 1, long: 1, short: 1},
        "b": {first: 1, long: 1},
        "c": {first: 1},
    }
    outcome = most_approvals_that_fit(_election([(short, 60), (long, 120), (first, 270)], ballots))
    assert (outcome.chosen, outcome.left_over) == ([first, short], [long])
    assert outcome.receipts[long].free == 90


def test_marks_for_what_does_not_stand_count_for_nothing():
    outcome = most_approvals_that_fit(_election([(TOPICS[0], 60)], {"a": {TOPICS[1]: 1}}))
    assert (outcome.chosen, outcome.left_over) == ([], [TOPICS[0]])


def test_the_example_of_the_ten_teams_comes_out_as_most_votes_first_does():
    """Six teams and four: the four get 30 to 60 of 360 minutes, by how ties fall."""
    lengths = {"Anerkennung": 90, "Netzwerk": 120, "Strategie": 120, "Digital": 60, "Jung": 60}
    lengths |= {"Fördermittel": 90, "Geflüchtete": 60, "Ehrenamtskarte": 30}
    six = dict.fromkeys(("Strategie", "Netzwerk", "Fördermittel", "Anerkennung"), 1)
    four = dict.fromkeys(("Ehrenamtskarte", "Jung", "Geflüchtete"), 1)
    ballots = {team: six if number < 6 else four for number, team in enumerate(TEAMS)}
    shares = set()
    for number in range(200):
        outcome = most_approvals_that_fit(_election(lengths.items(), ballots, seed=str(number)))
        shares.add(sum(lengths[topic] for topic in outcome.chosen if topic in four))
    assert shares == {30, 60}


def test_every_method_has_its_rule():
    assert set(RULES) == set(Method)
