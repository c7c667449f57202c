"""When somebody is where, how many overlap, and whether a cohort has room for one more."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate

from foundation import bodies
from foundation.text import N_


@dataclass(frozen=True)
class Period:
    """From a moment up to another one, which no longer belongs to it; without one, for good."""

    begins: datetime
    ends: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment and (self.ends is None or moment < self.ends)

    def meets(self, other: Period) -> bool:
        """Whether a moment belongs to both; none does to what was taken back before it began."""
        later = max(self.begins, other.begins)
        return self.holds(later) and other.holds(later)


ENDS_BEFORE_IT_BEGINS = N_("Das Ende liegt vor dem Anfang.")


def changed(held: Period, *, begins: datetime | None, ends: datetime | None, now: datetime) -> Period:
    """The period as it shall be; without a beginning it begins now, and what has begun has begun.

    Raises `invalid` for a beginning that has been, and for an end before the beginning or in the past.
    """
    if held.begins > now:
        period = Period(begins or now, ends)
    elif begins not in (None, held.begins):
        raise bodies.invalid(valid_from=N_("Der erste Tag war schon und bleibt, wie er ist."))
    else:
        period = Period(held.begins, ends)
    if ends is not None and ends <= period.begins:
        raise bodies.invalid(valid_until=ENDS_BEFORE_IT_BEGINS)
    if ends is not None and ends <= now:
        raise bodies.invalid(valid_until=N_("Dieser Tag ist schon vorbei."))
    return period


def most_at_once(periods: Iterable[Period], during: Period) -> int:
    """How many of the periods hold together at the fullest moment of `during`."""
    met = [period for period in periods if period.meets(during)]
    changes = [(max(period.begins, during.begins), 1) for period in met]
    changes += [(period.ends, -1) for period in met if period.ends is not None]
    # At the same moment who leaves goes before who comes: the end no longer belongs to a period.
    return max(accumulate(change for _, change in sorted(changes)), default=0)


class Lack(StrEnum):
    """What a cohort has no more of."""

    SEATS = "seats"
    PEOPLE = "people"
    TEAMS = "teams"


NO_ROOM: Mapping[Lack, str] = {
    Lack.SEATS: N_(
        "Alle %(seats)s Plätze dieses Teams sind besetzt oder durch Einladungen vergeben. "
        "Beenden Sie zuerst einen Platz, oder ziehen Sie eine Einladung zurück."
    ),
    Lack.PEOPLE: N_(
        "In diesen Durchgang passen %(people)s Personen. So viele sind schon dabei oder eingeladen."
    ),
    Lack.TEAMS: N_("In diesen Durchgang passen %(teams)s Teams. So viele sind schon dabei oder eingeladen."),
}
"""Why not, in a sentence; its parameter bears the name of what is lacking."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a cohort takes at most; none: no limit."""

    seats_per_team: int
    places_people: int | None = None
    places_teams: int | None = None

    def of(self, lack: Lack) -> int | None:
        return {
            Lack.SEATS: self.seats_per_team,
            Lack.PEOPLE: self.places_people,
            Lack.TEAMS: self.places_teams,
        }[lack]


Team = Hashable
"""Whatever tells teams apart: the number of a row, the name of one that a list would make."""


@dataclass(kw_only=True)
class Room:
    """What a cohort takes, its teams, and every seat in it that was ever given or is offered now.

    A team takes a place until its last seat is over; one in which nobody ever sat takes one as well.
    """

    limits: Limits
    now: datetime
    teams: set[Team]
    taken: list[tuple[Team, Period]]

    def lack_of_team(self) -> Lack | None:
        """What is lacking for one more team."""
        return Lack.TEAMS if self._full(Lack.TEAMS, len(self._here())) else None

    def lack_of_seat(self, team: Team, during: Period) -> Lack | None:
        """What is lacking for one more seat in that team."""
        own = [period for of, period in self.taken if of == team]
        if self._full(Lack.SEATS, most_at_once(own, during)):
            return Lack.SEATS
        # Counting everybody takes time, and a list asks for each of its lines.
        if self.limits.places_people is not None:
            everybody = [period for _, period in self.taken]
            if self._full(Lack.PEOPLE, most_at_once(everybody, during)):
                return Lack.PEOPLE
        if self.limits.places_teams is None:
            return None
        here = self._here()
        return Lack.TEAMS if team not in here and self._full(Lack.TEAMS, len(here)) else None

    def needed(self) -> Mapping[Lack, int]:
        """What is taken from now on at the fullest moment: no limit can be lower."""
        ahead = Period(self.now)
        by_team: dict[Team, list[Period]] = {}
        for team, period in self.taken:
            by_team.setdefault(team, []).append(period)
        return {
            Lack.SEATS: max((most_at_once(held, ahead) for held in by_team.values()), default=0),
            Lack.PEOPLE: most_at_once([period for _, period in self.taken], ahead),
            Lack.TEAMS: len(self._here()),
        }

    def _here(self) -> frozenset[Team]:
        ahead = Period(self.now)
        ever = {team for team, _ in self.taken}
        still = {team for team, period in self.taken if period.meets(ahead)}
        return frozenset(team for team in self.teams if team in still or team not in ever)

    def _full(self, lack: Lack, taken: int) -> bool:
        most = self.limits.of(lack)
        return most is not None and taken >= most
