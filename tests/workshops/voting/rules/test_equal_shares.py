"""The method of equal shares: against a recount, against what it promises, and against published cases."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import (
    FOUR,
    LENGTHS,
    TEAMS,
    an_election,
    elections,
    minutes_of,
    ten_teams,
)
from tests.workshops.voting.rules.recount import recount

from workshops.voting.rules.election import Candidate, Completion, Election, Outcome, Verdict
from workshops.voting.rules.equal_shares import equal_shares
from workshops.voting.rules.ties import by_id


def payments(outcome: Outcome) -> dict[str, dict[str, Fraction]]:
    return {topic: dict(one.payments) for topic, one in outcome.receipts.items() if one.payments}


def spent(outcome: Outcome) -> Counter[str]:
    """By team."""
    total: Counter[str] = Counter()
    for paid in payments(outcome).values():
        total.update(paid)
    return total


@st.composite
def fine_ones(draw: st.DrawFn) -> Election:
    """With a unit so small that many raises change nothing."""
    coarse = draw(elections(most=draw(st.sampled_from([1, 3, 7]))))
    times = draw(st.sampled_from([1, 20, 1000]))
    return replace(
        coarse,
        minutes=coarse.minutes * times,
        topics=[
            Candidate(topic.id, topic.minutes * times + draw(st.integers(0, times - 1)))
            for topic in coarse.topics
        ],
    )


@given(elections(most=1) | elections(most=9))
def test_a_recount_finds_the_same(election: Election) -> None:
    outcome = equal_shares(election)
    assert (outcome.chosen, payments(outcome), outcome.share) == recount(election)


@given(fine_ones())
def test_raises_that_change_nothing_are_skipped_and_no_others(election: Election) -> None:
    """The recount takes one unit after the other, so there must not be too many of them."""
    unit = max(1, sum(topic.minutes for topic in election.topics) // 200)
    outcome = equal_shares(replace(election, unit=unit))
    assert (outcome.chosen, payments(outcome), outcome.share) == recount(replace(election, unit=unit))


@given(elections(most=5))
def test_each_topic_is_paid_by_those_who_want_it_and_in_full(election: Election) -> None:
    outcome = equal_shares(election)
    for topic, paid in payments(outcome).items():
        assert sum(paid.values()) == minutes_of(election)[topic]
        assert all(election.ballots[team].get(topic, 0) > 0 for team in paid)
        assert outcome.receipts[topic].verdict is Verdict.PAID


@given(elections(most=5))
def test_nobody_pays_more_than_their_share(election: Election) -> None:
    outcome = equal_shares(election)
    assert outcome.share is not None
    assert all(0 <= paid <= outcome.share for paid in spent(outcome).values())


@given(elections())
def test_what_a_team_pays_is_the_same_for_all_who_can(election: Election) -> None:
    """With approvals: whoever pays less than another pays all that was left."""
    outcome = equal_shares(election)
    assert outcome.share is not None
    left = dict.fromkeys(election.teams, outcome.share)
    for paid in payments(outcome).values():
        assert all(part == max(paid.values()) or part == left[team] for team, part in paid.items())
        for team, part in paid.items():
            left[team] -= part


@given(elections(most=3))
def test_in_the_end_no_topic_can_be_paid_and_none_would_fit(election: Election) -> None:
    outcome = equal_shares(election)
    free = election.minutes - sum(minutes_of(election)[topic] for topic in outcome.chosen)
    for topic in outcome.left_over:
        one = outcome.receipts[topic]
        if one.verdict is Verdict.NOBODY:
            continue
        assert one.funds is not None
        paid_in = one.funds
        assert one.verdict is (
            Verdict.TOO_LONG
            if election.completion is Completion.RAISE_SHARES_AND_APPROVALS
            else Verdict.TOO_DEAR
        )
        assert paid_in < one.minutes
        if election.completion is Completion.RAISE_SHARES_AND_APPROVALS:
            assert one.minutes > free


@given(elections(), st.sampled_from(Completion))
def test_a_group_that_agrees_gets_what_its_share_can_buy(election: Election, completion: Completion) -> None:
    """Extended justified representation up to one, by trying all groups and all they might agree on.

    Somebody in the group gets as many minutes as what the group could buy, or would with one topic of it
    more.
    """
    outcome = equal_shares(replace(election, completion=completion))
    length = minutes_of(election)
    wanted = {
        team: {topic for topic, value in election.ballots.get(team, {}).items() if value} for team in TEAMS
    }
    for bundle in _parts(length):
        group = [team for team in TEAMS if bundle <= wanted[team]]
        worth = sum(length[topic] for topic in bundle)
        if not group or len(group) * election.minutes < worth * len(TEAMS):
            continue
        # Of those who agree the worst off are the group that complains, as many as it takes to buy.
        needed = -(-worth * len(TEAMS) // election.minutes)
        gains = {team: sum(length[topic] for topic in wanted[team] & set(outcome.chosen)) for team in group}
        worst = sorted(group, key=gains.__getitem__)[:needed]
        assert any(
            gains[team] >= worth
            or any(gains[team] + length[topic] > worth for topic in bundle - set(outcome.chosen))
            for team in worst
        )


def _parts(length: dict[str, int]) -> list[frozenset[str]]:
    names = list(length)
    sizes = range(1, min(4, len(names)) + 1)
    return [frozenset(part) for part in chain.from_iterable(combinations(names, size) for size in sizes)]


def test_the_example_of_the_ten_teams() -> None:
    """Most votes first gives the four teams 30 to 60 minutes; here they get 150, however ties fall."""
    totals = set()
    for number in range(60):
        outcome = equal_shares(ten_teams(seed=str(number)))
        theirs = sum(LENGTHS[topic] for topic in outcome.chosen if topic in FOUR)
        totals.add((theirs, sum(LENGTHS[topic] for topic in outcome.chosen)))
    assert {theirs for theirs, _all in totals} == {150}
    assert {together for _theirs, together in totals} <= {330, 360}


def test_the_receipt_of_the_ehrenamtskarte() -> None:
    """Thirty minutes: four teams pay seven and a half each."""
    receipt = equal_shares(ten_teams(completion=Completion.NONE)).receipts["Ehrenamtskarte"]
    assert receipt.payments == dict.fromkeys(TEAMS[6:], Fraction(15, 2))
    assert (receipt.support, receipt.minutes) == (4, 30)


def committee(seats: int, groups: dict[str, int]) -> Election:
    """Candidates of the same cost: `groups` says how many approve exactly these letters."""
    ballots = [dict.fromkeys(letters, 1) for letters, size in groups.items() for _one in range(size)]
    return Election(
        topics=[Candidate(letter, 1) for letter in sorted(set("".join(groups)))],
        teams=[f"voter {number}" for number in range(len(ballots))],
        ballots={f"voter {number}": ballot for number, ballot in enumerate(ballots)},
        minutes=seats,
        ties=by_id,
        completion=Completion.NONE,
    )


def test_the_running_example_of_lackner_and_skowron() -> None:
    """Multi-Winner Voting with Approval Preferences, Springer 2023, examples 1 and 11, before the completion.

    Twelve voters, four seats: a is bought for an eighth each, 5/24 is left to those eight, and nothing else
    can be bought.
    """
    groups = {"ab": 3, "ac": 3, "ad": 2, "bcf": 1, "e": 1, "f": 1, "g": 1}
    outcome = equal_shares(committee(4, groups))
    assert outcome.chosen == ["a"]
    assert set(outcome.receipts["a"].payments.values()) == {Fraction(1, 8)}
    assert outcome.receipts["b"].funds == 3 * Fraction(5, 24) + Fraction(1, 3)
    assert outcome.receipts["b"].verdict is Verdict.TOO_DEAR


@pytest.mark.parametrize(("red", "blue"), [(51, 49), (60, 40), (70, 30)])
def test_a_majority_does_not_take_everything(red: int, blue: int) -> None:
    """The case by which the method is explained: ten projects for each side, money for ten."""
    letters = "abcdefghij"
    vote = committee(10, {letters: red, letters.upper(): blue})
    dearer = [Candidate(topic.id, 100) for topic in vote.topics]
    outcome = equal_shares(replace(vote, topics=dearer, minutes=1000, completion=Completion.RAISE_SHARES))
    chosen = Counter(letter.islower() for letter in outcome.chosen)
    assert (chosen[True], chosen[False]) == (round(red / 10), round(blue / 10))


def test_of_two_that_are_alike_the_announced_order_takes_one() -> None:
    both = {TEAMS[0]: {"x": 1, "y": 1}}
    vote = an_election([("x", 36), ("y", 36)], both, completion=Completion.NONE)
    assert equal_shares(replace(vote, ties=by_id)).chosen == ["x"]
    assert equal_shares(replace(vote, ties=lambda topic: -ord(topic))).chosen == ["y"]
