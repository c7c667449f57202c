"""Most approvals that fit the minutes: what holds for every election, and a few checked by hand."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import (
    FOUR,
    LENGTHS,
    TEAMS,
    TOPICS,
    an_election,
    elections,
    ten_teams,
)

from workshops.voting.rules.election import Candidate, Verdict
from workshops.voting.rules.filling import most_approvals_that_fit


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
    outcome = most_approvals_that_fit(an_election([(topic, 60) for topic in topics], ballots, seed=seed))
    drawn = sorted(TOPICS, key=lambda topic: hashlib.sha256(f"{seed}/{topic}".encode()).hexdigest())
    assert outcome.chosen == drawn[:6]


def test_a_shorter_topic_may_still_fit_where_a_longer_one_did_not():
    first, long, short = TOPICS[:3]
    ballots = {
        "a": {first: 1, long: 1, short: 1},
        "b": {first: 1, long: 1},
        "c": {first: 1},
    }
    outcome = most_approvals_that_fit(an_election([(short, 60), (long, 120), (first, 270)], ballots))
    assert (outcome.chosen, outcome.left_over) == ([first, short], [long])
    assert outcome.receipts[long].free == 90


def test_marks_for_what_does_not_stand_count_for_nothing():
    outcome = most_approvals_that_fit(an_election([(TOPICS[0], 60)], {"a": {TOPICS[1]: 1}}))
    assert (outcome.chosen, outcome.left_over) == ([], [TOPICS[0]])


def test_the_example_of_the_ten_teams_comes_out_as_most_votes_first_does():
    """Six teams and four: the four get 30 to 60 of 360 minutes, by how ties fall."""
    shares = set()
    for number in range(200):
        outcome = most_approvals_that_fit(ten_teams(seed=str(number)))
        shares.add(sum(LENGTHS[topic] for topic in outcome.chosen if topic in FOUR))
    assert shares == {30, 60}
