"""What becomes of minutes from workshop to workshop, and whose wishes they went to: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from workshops.voting.rules.election import Ballots
from workshops.voting.rules.methods import Kind, worth

HUNDREDTHS = 100
"""Minutes are taken along in hundredths: fractions of fractions would grow from workshop to workshop."""


def left_over(owns: Fraction, paid: Fraction) -> Fraction:
    """What a team takes along: what it owned and did not pay, in hundredths of a minute, rounded down.

    It may have paid more than it owned, where all shares were raised; then it takes along nothing.
    """
    return Fraction(floor(max(Fraction(0), owns - paid) * HUNDREDTHS), HUNDREDTHS)


def share_out(minutes: int, brought: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """By team: its part of the minutes, in the proportion of an equal share and what it brings along.

    Together exactly the minutes, so that none is promised twice: where some bring along, the part of the
    others becomes smaller.
    """
    whole = minutes + sum(brought.values())
    equal = Fraction(minutes, max(1, len(brought)))
    return {team: minutes * (equal + own) / whole for team, own in brought.items()}


def wishes(kind: Kind, ballots: Ballots) -> dict[str, dict[str, int]]:
    """What each team wants of what stands on its ballot: an objection, for one, is no wish."""
    return {
        team: {topic: value for topic, value in marks.items() if worth(kind, value) > 0}
        for team, marks in ballots.items()
    }


def served(chosen: Mapping[str, int], wanted: Iterable[str]) -> int:
    """The minutes of what was chosen (by topic) that a team wanted; shared with all who wanted it too."""
    return sum(chosen.get(topic, 0) for topic in wanted)


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a team owned at a workshop, and what it paid there."""

    owns: Fraction
    paid: Fraction


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team in the series; `served` and `shares` by workshop, where it had a ballot."""

    id: str
    name: str
    served: Mapping[str, int]
    shares: Mapping[str, Share]

    @property
    def total(self) -> int:
        return sum(self.served.values())

    def brings(self, last: str | None) -> Fraction | None:
        """What it has left from the workshop that was the last one counted by shares."""
        share = self.shares.get(last) if last else None
        return left_over(share.owns, share.paid) if share else None


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A part of a bar, in percent of the width of the picture. `at`: which of the workshops it stands for."""

    at: int
    start: float
    width: float


def bar(team: Team, workshops: Sequence[str], longest: int) -> list[Segment]:
    """A segment for each workshop that brought the team minutes; the longest bar fills the width."""
    segments, start = [], 0
    for at, workshop in enumerate(workshops):
        minutes = team.served.get(workshop, 0)
        if minutes:
            begins, wide = (round(100 * part / longest, 2) for part in (start, minutes))
            segments.append(Segment(at=at, start=begins, width=wide))
            start += minutes
    return segments
