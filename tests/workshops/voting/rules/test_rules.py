"""What holds for every rule and every election, in whatever order it is given."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import TEAMS, TOPICS, an_election, elections, minutes_of

from workshops.voting.rules import BY_NAME
from workshops.voting.rules.election import Election, Outcome, Rule, Verdict, approvals
from workshops.voting.rules.methods import METHODS, Method

pytestmark = pytest.mark.parametrize("rule", list(BY_NAME.values()), ids=list(BY_NAME))

votes = elections(most=3)


@given(election=votes)
def test_what_is_chosen_fits_the_minutes(rule: Rule, election: Election) -> None:
    length = minutes_of(election)
    assert sum(length[topic] for topic in rule(election).chosen) <= election.minutes


@given(election=votes)
def test_every_topic_is_chosen_or_left_over_with_a_receipt(rule: Rule, election: Election) -> None:
    outcome = rule(election)
    everything = sorted(minutes_of(election))
    assert sorted([*outcome.chosen, *outcome.left_over]) == everything
    assert sorted(outcome.receipts) == everything
    assert all(receipt.minutes == minutes_of(election)[topic] for topic, receipt in outcome.receipts.items())


@given(election=votes)
def test_the_receipt_says_whether_a_topic_was_chosen(rule: Rule, election: Election) -> None:
    outcome = rule(election)
    chosen = {topic for topic, one in outcome.receipts.items() if one.verdict in (Verdict.PAID, Verdict.FITS)}
    assert chosen == set(outcome.chosen)
    assert all(outcome.receipts[topic].minutes <= outcome.receipts[topic].free for topic in chosen)


@given(election=votes)
def test_what_nobody_wants_is_not_chosen(rule: Rule, election: Election) -> None:
    wanted = approvals(election)
    assert [topic for topic in rule(election).chosen if not wanted[topic]] == []


@given(election=votes, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_topics_teams_and_ballots_changes_nothing(
    rule: Rule, election: Election, shuffle: random.Random
) -> None:
    turned = replace(
        election,
        topics=shuffle.sample(election.topics, len(election.topics)),
        teams=shuffle.sample(election.teams, len(election.teams)),
        ballots={
            team: dict(reversed(election.ballots[team].items()))
            for team in shuffle.sample(sorted(election.ballots), len(election.ballots))
        },
    )
    assert rule(turned) == rule(election)


@given(election=votes, renamed=st.permutations(TEAMS))
def test_it_does_not_matter_who_the_teams_are(rule: Rule, election: Election, renamed: list[str]) -> None:
    names = dict(zip(TEAMS, renamed, strict=True))
    other = replace(election, ballots={names[team]: marks for team, marks in election.ballots.items()})
    assert _without_names(rule(other)) == _without_names(rule(election))


def test_without_topics_teams_or_minutes_nothing_is_chosen(rule: Rule) -> None:
    everything = {team: dict.fromkeys(TOPICS, 1) for team in TEAMS}
    assert rule(an_election([], everything)).chosen == []
    assert rule(an_election([(TOPICS[0], 60)], {})).chosen == []
    assert rule(an_election([(TOPICS[0], 60)], everything, minutes=0)).chosen == []
    assert rule(replace(an_election([(TOPICS[0], 60)], {}), teams=[])).chosen == []


def test_every_method_has_its_rule(rule: Rule) -> None:
    assert set(METHODS) == set(Method)
    assert {counted.rule for counted in METHODS.values()} == set(BY_NAME.values())
    assert rule.__doc__


def _without_names(outcome: Outcome) -> list[object]:
    return [
        (one.topic, one.verdict, one.support, one.free, one.funds, sorted(one.payments.values()))
        for one in outcome.receipts.values()
    ]
