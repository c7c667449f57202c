"""What every rule gets and gives: topics with minutes and ballots in, a choice with receipts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from .ties import TieOrder


class Verdict(StrEnum):
    """Why a topic was chosen or not."""

    PAID = "paid"
    """Those who want it paid for it with minutes of their own."""
    FITS = "fits"
    """Its turn came while there was room for it."""
    TOO_LONG = "too_long"
    """Its turn came when there were too few minutes left."""
    TOO_DEAR = "too_dear"
    """Those who want it have too few minutes of their own left."""
    OPPOSED = "opposed"
    """Somebody has a grave objection."""
    NOBODY = "nobody"
    """Nobody wants it."""


class Completion(StrEnum):
    """What becomes of the minutes that nobody could spend in the method of equal shares."""

    NONE = "none"
    RAISE_SHARES = "raise-shares"
    RAISE_SHARES_AND_APPROVALS = "raise-shares+approvals"


@dataclass(frozen=True)
class Candidate:
    """A topic that stands for election, by public id, and what it costs: whole minutes, at least one."""

    id: str
    minutes: int


Ballots = Mapping[str, Mapping[str, int]]
"""By team, by topic: what the team wrote. What stands nowhere is 0; what does not stand for election counts
for nothing. Approval: 1. Dots and grades: how many. Ranks: 1 is the best. Consent: see `consent.py`."""


@dataclass(frozen=True, kw_only=True)
class Election:
    """Everything a rule may look at. `teams` names also those that stay silent: they own minutes too.

    `unit`: by how much each share is raised at a time, in the measure of `minutes`. `owned`: what each team
    owns before any raise, where teams bring along different amounts; nothing: all own the same.
    """

    topics: Sequence[Candidate]
    teams: Sequence[str]
    ballots: Ballots
    minutes: int
    ties: TieOrder
    completion: Completion = Completion.RAISE_SHARES_AND_APPROVALS
    unit: int = 1
    owned: Mapping[str, Fraction] | None = None

    def __post_init__(self) -> None:
        """Raises ValueError where teams would own more together than there is."""
        if self.owned is None:
            return
        owned = [self.owned[team] for team in self.teams]
        if any(minutes < 0 for minutes in owned) or sum(owned) > self.minutes:
            raise ValueError("teams own parts of the minutes, and together no more than all of them")


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Why one topic was chosen or not.

    `support`: how many teams want it, or their points together, as the rule counts. `free`: the minutes that
    were left when its turn came. Where teams own minutes, `payments` says who paid how many, exactly, and
    `funds` how many those who want it had left together in the end.
    """

    topic: str
    verdict: Verdict
    support: int
    minutes: int
    free: int
    payments: Mapping[str, Fraction] = field(default_factory=dict)
    funds: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Chosen topics in the order they come to stand in, the others in the order they came close.

    `share`: the minutes that each team owned in the end, where teams own minutes. Where they did not own the
    same at the beginning, it is what an equal share would have become: each was raised by as much as that.
    """

    chosen: Sequence[str]
    left_over: Sequence[str]
    receipts: Mapping[str, Receipt]
    share: Fraction | None = None


class Rule(Protocol):
    """A way to choose topics that fill the minutes. The same election gives the same outcome, in whatever
    order topics, teams and ballots are given."""

    def __call__(self, election: Election, /) -> Outcome: ...


def approvals(election: Election) -> dict[str, int]:
    """By topic: how many teams want it, or have given it a rank."""
    return _summed(election, lambda _value: 1)


def points(election: Election) -> dict[str, int]:
    """By topic: the points of all teams together."""
    return _summed(election, lambda value: value)


def _summed(election: Election, worth: Callable[[int], int]) -> dict[str, int]:
    support = {topic.id: 0 for topic in election.topics}
    for marks in election.ballots.values():
        for topic, value in marks.items():
            if value > 0 and topic in support:
                support[topic] += worth(value)
    return support
