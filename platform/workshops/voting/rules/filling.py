"""Rules that bring the topics into an order and take each that still fits into the minutes left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .election import Candidate, Election, Outcome, Receipt, Verdict, approvals, points


@dataclass(frozen=True)
class Filled:
    """What was taken into the free minutes, and a receipt for each topic in its turn."""

    chosen: Sequence[str]
    receipts: Mapping[str, Receipt]


def fill(
    topics: Sequence[Candidate],
    support: Mapping[str, int],
    free: int,
    wanted: Mapping[str, int] | None = None,
) -> Filled:
    """Take each topic in its turn if it is wanted and still fits. `wanted`: by how many, if not by `support`.

    One that does not fit is passed over, and a shorter one behind it may still be taken.
    """
    chosen: list[str] = []
    receipts: dict[str, Receipt] = {}
    for topic in topics:
        verdict = _verdict(topic, (support if wanted is None else wanted)[topic.id], free)
        receipts[topic.id] = Receipt(
            topic=topic.id, verdict=verdict, support=support[topic.id], minutes=topic.minutes, free=free
        )
        if verdict is Verdict.FITS:
            chosen.append(topic.id)
            free -= topic.minutes
    return Filled(chosen, receipts)


def in_order(
    election: Election,
    ranked: Sequence[Candidate],
    support: Mapping[str, int],
    wanted: Mapping[str, int] | None = None,
) -> Outcome:
    """The outcome of taking the topics in that order, as many as fit."""
    filled = fill(ranked, support, election.minutes, wanted)
    left_over = [topic.id for topic in ranked if topic.id not in filled.chosen]
    return Outcome(chosen=filled.chosen, left_over=left_over, receipts=filled.receipts)


def by_support(
    election: Election, topics: Sequence[Candidate], support: Mapping[str, int]
) -> list[Candidate]:
    """The most supported first; ties go by the announced order."""
    return sorted(topics, key=lambda topic: (-support[topic.id], election.ties(topic.id)))


def most_approvals_that_fit(election: Election) -> Outcome:
    """Take the topics by number of approvals; each is chosen if it still fits into the minutes left.

    What nobody approved is never chosen. Ties go by the announced order. This is the greedy rule of
    participatory budgeting with approval ballots, the gain of a topic being the number of those who approve
    it (Talmon and Faliszewski, A Framework for Approval-Based Budgeting Methods, AAAI 2019); most people
    know it from the vote on a citizens' budget.
    """
    support = approvals(election)
    return in_order(election, by_support(election, election.topics, support), support)


def most_points_that_fit(election: Election) -> Outcome:
    """Take the topics by the sum of their points; each is chosen if it still fits into the minutes left.

    Counts dot voting, where each team has so many dots to give, and grades: the former is known as
    cumulative voting, the latter as score or range voting (Brams and Fishburn, Voting Procedures, Handbook
    of Social Choice and Welfare, 2002). Who says nothing about a topic gives it no points.
    """
    support = points(election)
    return in_order(election, by_support(election, election.topics, support), support)


def _verdict(topic: Candidate, wanted: int, free: int) -> Verdict:
    if wanted <= 0:
        return Verdict.NOBODY
    return Verdict.FITS if topic.minutes <= free else Verdict.TOO_LONG
