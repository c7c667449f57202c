"""The methods that a poll can be counted by: what a ballot says in each of them, and which rule counts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .consent import Consent, nobody_objects
from .election import Rule
from .equal_shares import equal_shares
from .filling import most_approvals_that_fit, most_points_that_fit
from .rankings import borda, schulze


class Method(StrEnum):
    """What a ballot says and how ballots are counted."""

    EQUAL_SHARES = "equal_shares"
    EQUAL_SHARES_POINTS = "equal_shares_points"
    APPROVAL = "approval"
    DOTS = "dots"
    SCORE = "score"
    BORDA = "borda"
    SCHULZE = "schulze"
    CONSENT = "consent"


class Kind(StrEnum):
    """What a team writes on its ballot."""

    TICKS = "ticks"
    """1: we want it."""
    DOTS = "dots"
    """So many of the dots that every team has."""
    GRADES = "grades"
    """From 0 to `BEST_GRADE`."""
    ORDER = "order"
    """1 is the best; no two the same."""
    VOICES = "voices"
    """A `Consent`."""


BEST_GRADE = 5


@dataclass(frozen=True)
class Counted:
    """The rule that counts a method's ballots, and what stands on them."""

    rule: Rule
    kind: Kind


METHODS: Mapping[Method, Counted] = {
    Method.EQUAL_SHARES: Counted(equal_shares, Kind.TICKS),
    Method.EQUAL_SHARES_POINTS: Counted(equal_shares, Kind.DOTS),
    Method.APPROVAL: Counted(most_approvals_that_fit, Kind.TICKS),
    Method.DOTS: Counted(most_points_that_fit, Kind.DOTS),
    Method.SCORE: Counted(most_points_that_fit, Kind.GRADES),
    Method.BORDA: Counted(borda, Kind.ORDER),
    Method.SCHULZE: Counted(schulze, Kind.ORDER),
    Method.CONSENT: Counted(nobody_objects, Kind.VOICES),
}
OWNING = frozenset({Method.EQUAL_SHARES, Method.EQUAL_SHARES_POINTS})
"""The methods in which every team owns minutes."""


def kind_of(method: str) -> Kind:
    """What stands on the ballots of a poll with that method."""
    return METHODS[Method(method)].kind


def worth(kind: Kind, value: int) -> int:
    """What a mark adds to the running count of its topic: points, or one for a team that wants it."""
    match kind:
        case Kind.ORDER:
            return int(value > 0)
        case Kind.VOICES:
            return int(value in (Consent.AGREES, Consent.HAS_A_CONCERN))
        case _:
            return value


def highest(kind: Kind, dots: int | None, topics: int) -> int:
    """The highest value that a mark of that kind can have."""
    match kind:
        case Kind.TICKS:
            return 1
        case Kind.DOTS:
            return dots or 0
        case Kind.GRADES:
            return BEST_GRADE
        case Kind.ORDER:
            return topics
        case Kind.VOICES:
            return max(Consent)
