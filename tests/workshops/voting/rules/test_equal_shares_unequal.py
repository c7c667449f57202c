"""The method of equal shares where teams begin with different amounts: a recount, and what it promises."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workshops.voting.rules.elections import TEAMS, an_election, elections, minutes_of, ten_teams
from tests.workshops.voting.rules.recount import recount

from workshops.voting.rules.election import Completion, Election, Outcome
from workshops.voting.rules.equal_shares import equal_shares

TWO = (TEAMS[0], TEAMS[1])
OTHERS = tuple(TEAMS[2:])


def payments(outcome: Outcome) -> dict[str, dict[str, Fraction]]:
    return {topic: dict(one.payments) for topic, one in outcome.receipts.items() if one.payments}


def spent(outcome: Outcome) -> Counter[str]:
    """By team."""
    total: Counter[str] = Counter()
    for paid in payments(outcome).values():
        total.update(paid)
    return total


@st.composite
def unequal(draw: st.DrawFn, most: int = 5) -> Election:
    """Some own nothing, many the same; together all the minutes or fewer."""
    election = draw(elections(most=most))
    weights = {team: draw(st.integers(0, 6)) for team in TEAMS}
    whole = sum(weights.values()) + draw(st.integers(0, 3)) or 1
    owned = {team: Fraction(election.minutes * weight, whole) for team, weight in weights.items()}
    return replace(election, owned=owned)


@given(unequal(most=1) | unequal(most=9))
def test_a_recount_finds_the_same(election: Election) -> None:
    outcome = equal_shares(election)
    assert (outcome.chosen, payments(outcome), outcome.share) == recount(election)


@given(unequal(), st.sampled_from([1, 20, 1000]))
def test_raises_that_change_nothing_are_skipped_and_no_others(election: Election, times: int) -> None:
    """With minutes cut into so many parts; the recount takes one raise after the other."""
    topics = [replace(topic, minutes=topic.minutes * times) for topic in election.topics]
    owned = {team: own * times for team, own in (election.owned or {}).items()}
    fine = replace(election, topics=topics, minutes=election.minutes * times, owned=owned)
    unit = max(1, sum(topic.minutes for topic in topics) // 200)
    outcome = equal_shares(replace(fine, unit=unit))
    assert (outcome.chosen, payments(outcome), outcome.share) == recount(replace(fine, unit=unit))


@given(unequal())
def test_nobody_pays_more_than_it_owns_and_what_everybody_was_raised_by(election: Election) -> None:
    outcome = equal_shares(election)
    assert election.owned is not None
    assert outcome.share is not None
    raised = outcome.share - Fraction(election.minutes, len(TEAMS))
    assert raised >= 0
    assert raised == 0 or election.completion is not Completion.NONE
    assert all(0 <= paid <= election.owned[team] + raised for team, paid in spent(outcome).items())


@given(unequal())
def test_topics_are_paid_in_full_and_never_exceed_the_minutes(election: Election) -> None:
    outcome = equal_shares(election)
    for topic, paid in payments(outcome).items():
        assert sum(paid.values()) == minutes_of(election)[topic]
        assert all(election.ballots[team].get(topic, 0) > 0 for team in paid)
    assert sum(minutes_of(election)[topic] for topic in outcome.chosen) <= election.minutes


@given(unequal(), st.randoms())
def test_the_order_of_rows_decides_nothing(election: Election, random: object) -> None:
    shuffle = random.shuffle  # type: ignore[attr-defined]  # hypothesis types its random as an object
    teams, topics = list(election.teams), list(election.topics)
    ballots, owned = list(election.ballots.items()), list((election.owned or {}).items())
    for rows in (teams, topics, ballots, owned):
        shuffle(rows)
    mixed = replace(election, teams=teams, topics=topics, ballots=dict(ballots), owned=dict(owned))
    one, other = equal_shares(election), equal_shares(mixed)
    assert (one.chosen, one.left_over, payments(one)) == (other.chosen, other.left_over, payments(other))


@given(elections(most=3))
def test_who_own_the_same_find_the_same_as_where_nothing_is_said(election: Election) -> None:
    same = dict.fromkeys(TEAMS, Fraction(election.minutes, len(TEAMS)))
    assert equal_shares(replace(election, owned=same)) == equal_shares(election)


def test_what_a_team_brings_along_pays_for_what_it_wants() -> None:
    """Two teams want 90 minutes and own 36 each; with 45 each they can pay them."""
    ballots = {team: {"x": 1} for team in TWO}
    vote = an_election([("x", 90)], ballots, completion=Completion.NONE)
    rich = dict.fromkeys(TWO, Fraction(45)) | dict.fromkeys(OTHERS, Fraction(270, 8))
    assert equal_shares(vote).chosen == []
    outcome = equal_shares(replace(vote, owned=rich))
    assert (outcome.chosen, outcome.share) == (["x"], 36)
    assert payments(outcome) == {"x": dict.fromkeys(TWO, Fraction(45))}


def test_who_owns_less_gives_all_and_the_others_the_rest() -> None:
    ballots = {team: {"x": 1} for team in TWO}
    owned = dict.fromkeys(TEAMS, Fraction(0)) | {TWO[0]: Fraction(10), TWO[1]: Fraction(50)}
    vote = an_election([("x", 60)], ballots, completion=Completion.NONE, owned=owned)
    assert payments(equal_shares(vote)) == {"x": {TWO[0]: Fraction(10), TWO[1]: Fraction(50)}}


@pytest.mark.parametrize("own", [Fraction(37), Fraction(-1)])
def test_teams_cannot_own_more_than_there_is_nor_less_than_nothing(own: Fraction) -> None:
    owned = dict.fromkeys(TEAMS, Fraction(36)) | {TEAMS[0]: own}
    with pytest.raises(ValueError, match="minutes"):
        ten_teams(owned=owned)
