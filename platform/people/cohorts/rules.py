"""When somebody is where: periods, and how many of them overlap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Period:
    """From a moment up to another one, which no longer belongs to it; without one, for good."""

    begins: datetime
    ends: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment and (self.ends is None or moment < self.ends)

    def meets(self, other: Period) -> bool:
        """Whether there is a moment that belongs to both."""
        return self.holds(other.begins) or other.holds(self.begins)


def most_at_once(periods: Iterable[Period], during: Period) -> int:
    """How many of the periods hold together at the fullest moment of `during`."""
    met = [period for period in periods if period.meets(during)]
    moments = [during.begins, *(period.begins for period in met if during.holds(period.begins))]
    return max(sum(period.holds(moment) for period in met) for moment in moments)
