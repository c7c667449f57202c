"""How a vote becomes a choice of topics: values in, values out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol


class Method(StrEnum):
    """What a ballot says and how ballots are counted."""

    APPROVAL = "approval"


class Verdict(StrEnum):
    """Why a topic was chosen or not."""

    FITS = "fits"
    TOO_LONG = "too_long"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Candidate:
    """A topic that stands for election, by public id."""

    id: str
    minutes: int


TieOrder = Callable[[str], Any]
"""A sort key over topic ids: of two topics that are otherwise equal, the smaller key goes first."""
Ballots = Mapping[str, Mapping[str, int]]
"""By team, by topic: what the team wrote. 0 and 1 for approval; points, ranks and grades fit as well."""


@dataclass(frozen=True, kw_only=True)
class Election:
    """Everything a rule may look at. `teams` names also those that stay silent: they own minutes too."""

    topics: Sequence[Candidate]
    teams: Sequence[str]
    ballots: Ballots
    minutes: int
    ties: TieOrder


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Why one topic was chosen or not.

    `free` are the minutes that were left when its turn came. `payments` says, for rules in which
    teams own minutes, who paid how many, exactly.
    """

    topic: str
    verdict: Verdict
    support: int
    minutes: int
    free: int
    payments: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Chosen topics in the order they come to stand in, the others in the order they came close."""

    chosen: Sequence[str]
    left_over: Sequence[str]
    receipts: Mapping[str, Receipt]


class Rule(Protocol):
    """A way to choose topics that fill the minutes. The same election gives the same outcome, in whatever
    order topics, teams and ballots are given."""

    def __call__(self, election: Election, /) -> Outcome: ...


def by_seed(seed: str) -> TieOrder:
    """The order in which ties are broken: SHA-256 over the seed and the topic's id, the smallest first.

    The seed is drawn before anybody has voted and shown, so that nobody can aim at it and anybody
    can check it: `printf '%s/%s' SEED TOPIC | sha256sum`.
    """

    def key(topic: str) -> str:
        return hashlib.sha256(f"{seed}/{topic}".encode()).hexdigest()

    return key


def most_approvals_that_fit(election: Election) -> Outcome:
    """Take the topics by number of approvals; each is chosen if it still fits into the minutes left.

    A topic that does not fit is passed over, and a shorter one with fewer approvals may still be
    chosen. What nobody approved is never chosen. Ties go by the announced order. This is the greedy
    rule of participatory budgeting with approval ballots, the gain of a topic being the number of
    those who approve it (Talmon and Faliszewski, A Framework for Approval-Based Budgeting Methods,
    AAAI 2019); most people know it from the vote on a citizens' budget.
    """
    support = approvals(election)
    ranked = sorted(election.topics, key=lambda topic: (-support[topic.id], election.ties(topic.id)))
    chosen: list[str] = []
    left_over: list[str] = []
    receipts: dict[str, Receipt] = {}
    free = election.minutes
    for topic in ranked:
        verdict = _verdict(topic, support[topic.id], free)
        receipts[topic.id] = Receipt(
            topic=topic.id, verdict=verdict, support=support[topic.id], minutes=topic.minutes, free=free
        )
        if verdict is Verdict.FITS:
            chosen.append(topic.id)
            free -= topic.minutes
        else:
            left_over.append(topic.id)
    return Outcome(chosen=chosen, left_over=left_over, receipts=receipts)


def approvals(election: Election) -> dict[str, int]:
    """By topic: how many teams want it. Marks for what does not stand for election count for nothing."""
    support = {topic.id: 0 for topic in election.topics}
    for marks in election.ballots.values():
        for topic, value in marks.items():
            if value and topic in support:
                support[topic] += 1
    return support


def _verdict(topic: Candidate, support: int, free: int) -> Verdict:
    if not support:
        return Verdict.NOBODY
    return Verdict.FITS if topic.minutes <= free else Verdict.TOO_LONG


RULES: Mapping[Method, Rule] = {Method.APPROVAL: most_approvals_that_fit}
"""The rule that counts the ballots of each method."""
