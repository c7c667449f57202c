"""Reads for the overview: how full the cohorts are, and what keeps somebody from coming on board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, or_, select, true

from foundation import clock
from foundation.policy import Role
from people.accounts.models import Person
from people.cohorts.models import Cohort, Programme, Seat, Team
from people.cohorts.rules import Period, most_at_once
from people.invitations.queries import OpenInvitation

SOON = timedelta(days=7)
"""How long before its link ends an invitation is pointed out."""
SHOWN = 10
"""How many of a kind the overview names; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class TeamSeats:
    """A team and how its seats stand: who sits there, who will later, who is invited, what is left."""

    id: str
    name: str
    joined: int
    later: int
    invited: int
    empty: int


@dataclass(frozen=True, kw_only=True)
class CohortCard:
    """A cohort with the seats of its teams."""

    id: str
    name: str
    starts_on: date
    ends_on: date
    programme: str | None
    seats: int
    teams: Sequence[TeamSeats]

    @property
    def joined(self) -> int:
        return sum(team.joined for team in self.teams)

    @property
    def later(self) -> int:
        return sum(team.later for team in self.teams)

    @property
    def invited(self) -> int:
        return sum(team.invited for team in self.teams)

    @property
    def empty(self) -> int:
        return sum(team.empty for team in self.teams)


def cohorts(
    connection: Connection, invited: Sequence[OpenInvitation], *, over: bool = True, only: str | None = None
) -> Sequence[CohortCard]:
    """Every cohort, the newest first; without those that are over, or one. Three queries, however many."""
    which = true() if only is None else Cohort.public_id == only
    if not over:
        which &= Cohort.ends_on >= clock.first_day(clock.now())
    rows = connection.execute(
        select(Cohort, Programme.name.label("programme"))
        .outerjoin(Programme, Programme.id == Cohort.programme_id)
        .where(which)
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    ).all()
    teams: dict[int, list[tuple[str, str]]] = {}
    named = select(Team.cohort_id, Team.public_id, Team.name).join(Cohort, Cohort.id == Team.cohort_id)
    for cohort, team, name in connection.execute(named.where(which).order_by(Team.name, Team.id)):
        teams.setdefault(cohort, []).append((team, name))
    held = _held(connection)
    asked: dict[str, list[Period]] = {}
    for one in invited:
        if one.role is Role.PARTICIPANT and one.team:
            asked.setdefault(one.team, []).append(one.period)
    return [
        CohortCard(
            id=row.public_id,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            programme=row.programme,
            seats=row.seats_per_team * len(teams.get(row.id, ())),
            teams=[
                _seats(team, name, held.get(team, ()), asked.get(team, ()), row.seats_per_team)
                for team, name in teams.get(row.id, ())
            ],
        )
        for row in rows
    ]


def _held(connection: Connection) -> Mapping[str, Sequence[Period]]:
    """The seats that are not over, by team."""
    query = select(Team.public_id, Seat.valid_from, Seat.valid_until).join(Team, Team.id == Seat.team_id)
    found: dict[str, list[Period]] = {}
    ahead = or_(Seat.valid_until.is_(None), Seat.valid_until > clock.now())
    for team, begins, ends in connection.execute(query.where(ahead)):
        found.setdefault(team, []).append(Period(begins, ends))
    return found


def _seats(team: str, name: str, held: Sequence[Period], asked: Sequence[Period], most: int) -> TeamSeats:
    now = clock.now()
    return TeamSeats(
        id=team,
        name=name,
        joined=sum(period.holds(now) for period in held),
        later=sum(period.begins > now for period in held),
        invited=len(asked),
        empty=max(0, most - most_at_once([*held, *asked], Period(now))),
    )


@dataclass(frozen=True, kw_only=True)
class Some:
    """The first few of a kind, and how many there are."""

    first: Sequence[OpenInvitation]
    count: int


@dataclass(frozen=True, kw_only=True)
class Hindrances:
    """What keeps somebody from coming on board: mails that came back, links that have ended or soon will."""

    bounced: Some
    expired: Some
    ending: Some
    accounts: Sequence[tuple[str, str]]
    """Accounts to which mail comes back: public id and name."""
    more_accounts: int

    @property
    def any(self) -> bool:
        return bool(self.bounced.count or self.expired.count or self.ending.count or self.accounts)


def hindrances(connection: Connection, invited: Sequence[OpenInvitation]) -> Hindrances:
    """Of open invitations and of accounts; two queries."""
    soon = clock.now() + SOON
    bounced = [one for one in invited if one.bounced]
    expired = [one for one in invited if one.expired and not one.bounced]
    ending = [one for one in invited if not (one.expired or one.bounced) and one.ends_at <= soon]
    back = Person.bounced_at.is_not(None) & Person.erased_at.is_(None) & Person.locked_at.is_(None)
    accounts = select(Person.public_id, Person.name).where(back).order_by(Person.name, Person.id)
    count = connection.execute(select(func.count()).select_from(Person).where(back)).scalar_one()
    named = [(own, name) for own, name in connection.execute(accounts.limit(SHOWN))]
    return Hindrances(
        bounced=_some(bounced),
        expired=_some(expired),
        ending=_some(ending),
        accounts=named,
        more_accounts=count - len(named),
    )


def _some(found: Sequence[OpenInvitation]) -> Some:
    return Some(first=found[:SHOWN], count=len(found))


def invited_to(invited: Sequence[OpenInvitation], cards: Sequence[CohortCard]) -> Sequence[OpenInvitation]:
    """The invitations that lead to one of the cohorts, or to none at all: what is over needs nobody."""
    here = {card.id for card in cards}
    return [one for one in invited if one.cohort is None or one.cohort in here]
