"""Rules for ballots that bring topics into an order: 1 is the best, what has no rank stands below."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

from .election import Candidate, Election, Outcome, approvals
from .filling import by_support, in_order


def borda(election: Election) -> Outcome:
    """A topic gets a point for each other topic that a team places it above; the most points that fit.

    The best of five gets four points, the next three. Topics without a rank, which a team places above
    nothing, get none (the count that is called pessimistic; Borda, Mémoire sur les élections au scrutin,
    1781; for ballots that rank only some, Baumeister et al., Campaigns for Lazy Voters, AAMAS 2012).
    """
    above = _placed_above(election)
    support = {topic.id: 0 for topic in election.topics}
    for (better, _worse), teams in above.items():
        support[better] += teams
    ranked = by_support(election, election.topics, support)
    return in_order(election, ranked, support, approvals(election))


def schulze(election: Election) -> Outcome:
    """Compare each topic with each other; the order that the strongest chains of victories give.

    A topic beats another if more teams place it above that one than below it; as strong as so many teams
    place it above. A chain of such victories is as strong as its weakest. A topic comes before another if
    the strongest chain to it is stronger than the one back (Schulze, A New Monotonic, Clone-Independent,
    Reversal Symmetric, and Condorcet-Consistent Single-Winner Election Method, Social Choice and Welfare
    36, 2011). Of those that none of the rest comes before, the announced order says which is next. What
    nobody has ranked is not chosen.
    """
    names = [topic.id for topic in election.topics]
    strength = _strongest_chains(names, _placed_above(election))
    ranked: list[Candidate] = []
    rest = sorted(election.topics, key=lambda topic: election.ties(topic.id))
    while rest:
        best = next(
            topic
            for topic in rest
            if all(
                strength[other.id, topic.id] <= strength[topic.id, other.id]
                for other in rest
                if other is not topic
            )
        )
        ranked.append(best)
        rest.remove(best)
    return in_order(election, ranked, approvals(election))


def _placed_above(election: Election) -> dict[tuple[str, str], int]:
    """By pair: how many teams place the first above the second."""
    names = [topic.id for topic in election.topics]
    above = dict.fromkeys(permutations(names, 2), 0)
    for marks in election.ballots.values():
        ranks = {name: marks[name] for name in names if marks.get(name, 0) > 0}
        for better, rank in ranks.items():
            for worse in names:
                if worse != better and rank < ranks.get(worse, rank + 1):
                    above[better, worse] += 1
    return above


def _strongest_chains(names: list[str], above: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """By pair: how strong the strongest chain from the first to the second is (Floyd and Warshall)."""
    strength = {pair: teams if teams > above[pair[::-1]] else 0 for pair, teams in above.items()}
    for middle in names:
        for start in names:
            if start == middle:
                continue
            reach = strength[start, middle]
            for end in names:
                if end not in (start, middle):
                    strength[start, end] = max(strength[start, end], min(reach, strength[middle, end]))
    return strength
