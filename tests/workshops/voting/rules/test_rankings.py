"""Ballots that bring topics into an order: published cases, and what holds for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from tests.workshops.voting.rules.elections import TOPICS, an_election, elections

from workshops.voting.rules.election import Candidate, Election, Outcome
from workshops.voting.rules.rankings import borda, schulze
from workshops.voting.rules.ties import by_id


def ranked(groups: dict[str, int]) -> Election:
    """`groups`: how many bring the letters into this order; all of them fit."""
    ballots = [
        {letter: rank for rank, letter in enumerate(letters, 1)}
        for letters, size in groups.items()
        for _one in range(size)
    ]
    return Election(
        topics=[Candidate(letter, 1) for letter in sorted(set("".join(groups)))],
        teams=[f"voter {number}" for number in range(len(ballots))],
        ballots={f"voter {number}": ballot for number, ballot in enumerate(ballots)},
        minutes=100,
        ties=by_id,
    )


def test_the_capital_of_tennessee() -> None:
    """The usual illustration of Borda's count: Memphis, Nashville, Chattanooga, Knoxville."""
    outcome = borda(ranked({"MNCK": 42, "NCKM": 26, "CKNM": 15, "KCNM": 17}))
    assert {city: outcome.receipts[city].support for city in "MNCK"} == {
        "M": 126,
        "N": 194,
        "C": 173,
        "K": 107,
    }
    assert outcome.chosen == ["N", "C", "M", "K"]


def test_what_is_not_ranked_stands_below_and_gets_nothing() -> None:
    outcome = borda(ranked({"a": 1, "bca": 1}))
    assert {letter: outcome.receipts[letter].support for letter in "abc"} == {"a": 2, "b": 2, "c": 1}


def test_the_example_of_schulze_with_45_voters() -> None:
    """Schulze 2011, the example of five candidates: E, A, C, B, D."""
    groups = {"acbed": 5, "adecb": 5, "bedac": 8, "cabed": 3, "caebd": 7, "cbade": 2, "dceba": 7, "ebadc": 8}
    assert schulze(ranked(groups)).chosen == list("eacbd")


def test_the_winner_of_all_duels_comes_first() -> None:
    """Condorcet: Nashville beats each of the others, though most have put Memphis first."""
    assert schulze(ranked({"MNCK": 42, "NCKM": 26, "CKNM": 15, "KCNM": 17})).chosen == list("NCKM")


def test_what_nobody_ranked_comes_last_and_is_not_chosen() -> None:
    vote = ranked({"ab": 2})
    vote = replace(vote, topics=[*vote.topics, Candidate("c", 1)])
    for rule in (borda, schulze):
        assert list(rule(vote).receipts) == ["a", "b", "c"]
        assert rule(vote).left_over == ["c"]


@pytest.mark.parametrize("rule", [borda, schulze])
def test_an_order_that_all_share_is_the_order(rule: Callable[[Election], Outcome]) -> None:
    same = {topic: rank for rank, topic in enumerate(TOPICS, 1)}
    vote = an_election([(topic, 10) for topic in TOPICS], {"a": same, "b": same})
    assert list(rule(vote).receipts) == TOPICS


@given(elections(most=5))
def test_schulze_never_puts_the_loser_of_all_duels_before_the_winner(election: Election) -> None:
    names = [topic.id for topic in election.topics]

    def beats(one: str, other: str) -> bool:
        ahead = 0
        for marks in election.ballots.values():
            a, b = (marks.get(name, 0) or 99 for name in (one, other))
            ahead += (a < b) - (b < a)
        return ahead > 0

    order = list(schulze(election).receipts)
    for winner in names:
        if all(beats(winner, other) for other in names if other != winner):
            assert order[0] == winner
    for loser in names:
        if len(names) > 1 and all(beats(other, loser) for other in names if other != loser):
            assert order[-1] == loser


@pytest.mark.parametrize("rule", [borda, schulze])
@pytest.mark.parametrize("order", ["abc", "a"])
def test_the_last_of_an_order_is_wanted_too(rule: Callable[[Election], Outcome], order: str) -> None:
    """It gets no points from Borda, and still fits."""
    assert rule(ranked({order: 2})).chosen == list(order)
