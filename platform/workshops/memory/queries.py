"""Reads of the whole series: what teams have left, and what their wishes have got.

A workshop counts in them from the moment its agenda is adopted: nothing of its poll can change then. Secret
polls do not count; what a team wanted there nobody knows. Nor do polls from before there was a memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, and_, cast, exists, func, or_, select

from foundation import policy
from foundation.policy import Actor
from people.cohorts.models import Cohort
from people.cohorts.models import Team as TeamRow
from workshops.agenda.models import Agenda
from workshops.series import queries as series
from workshops.series.models import Workshop
from workshops.series.policy import SeriesPermission
from workshops.voting.models import IS_LAST, Ballot, Poll
from workshops.voting.rules.methods import OWNING, Method
from workshops.voting.settings import TieRule

from .rules import Share, Team, left_over

COUNTED = and_(Agenda.adopted_at.is_not(None), ~Poll.secret)
NOT_RECALLED = and_(IS_LAST, or_(Poll.closed_at.is_(None), Poll.closed_at >= Poll.opens_at))
"""The last poll of its workshop, unless it was recalled before it began."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A workshop with its last poll, as far as there is one.

    `settled`: its agenda is adopted. `noted`: what wishes got was written down at the close.
    """

    id: str
    number: int
    title: str
    starts_at: datetime
    poll: int | None
    method: str | None
    secret: bool
    settled: bool
    noted: bool
    by_ties: bool

    @property
    def counted(self) -> bool:
        """Whether the series remembers it."""
        return self.settled and self.noted and not self.secret

    @property
    def owning(self) -> bool:
        """Whether every team owned minutes there."""
        return self.counted and self.method is not None and Method(self.method) in OWNING


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The workshops of a cohort by date, and its teams by name.

    `ahead`: by workshop whose vote goes on and whose ties go by it, what the wishes of each team had got when
    it was opened.
    """

    workshops: Sequence[Held]
    teams: Sequence[Team]
    ahead: Mapping[str, Mapping[str, int]]


def source(connection: Connection, workshop: int) -> int | None:
    """The poll that minutes are taken along from: the last one before this workshop counted by shares."""
    query = _counted(select(Poll.id), workshop).where(Poll.method.in_(OWNING))
    last = query.order_by(Workshop.starts_at.desc(), Workshop.id.desc()).limit(1)
    found: int | None = connection.execute(last).scalar()
    return found


def is_taken(connection: Connection, source: int, workshop: int) -> bool:
    """Whether another workshop has taken along what was left there, by a poll that still stands.

    Where that workshop is cancelled, minutes may have gone on from it before; a query for each such step.
    """
    sources = [source]
    while sources:
        carriers = (
            select(Poll.id, Workshop.cancelled_at)
            .join(Workshop, Workshop.id == Poll.workshop_id)
            .where(Poll.carries_from_id.in_(sources), Poll.workshop_id != workshop, NOT_RECALLED)
        )
        found = connection.execute(carriers).all()
        if any(row.cancelled_at is None for row in found):
            return True
        sources = [row.id for row in found]
    return False


def carries_what_is_taken(connection: Connection, workshop: int) -> bool:
    """Whether a poll that stands there has taken along what another workshop has taken along since."""
    query = select(Poll.carries_from_id).where(Poll.workshop_id == workshop, NOT_RECALLED)
    source = connection.execute(query).scalar()
    return source is not None and is_taken(connection, source, workshop)


def brought(connection: Connection, poll: int) -> dict[str, Fraction]:
    """By team: what it had left when that poll was counted."""
    query = (
        select(TeamRow.public_id, Ballot.owns, Ballot.paid)
        .join(Ballot, Ballot.team_id == TeamRow.id)
        .where(Ballot.poll_id == poll, Ballot.owns.is_not(None), Ballot.paid.is_not(None))
    )
    return {
        row.public_id: left_over(Fraction(row.owns), Fraction(row.paid)) for row in connection.execute(query)
    }


def served_before(connection: Connection, workshop: int) -> dict[str, int]:
    """By team: the minutes that its wishes got at the workshops before this one; who has none is left out."""
    query = _counted(
        select(TeamRow.public_id, cast(func.sum(Ballot.served), Integer).label("minutes")), workshop
    )
    query = query.join(Ballot, Ballot.poll_id == Poll.id).join(TeamRow, TeamRow.id == Ballot.team_id)
    query = query.where(Ballot.served > 0).group_by(TeamRow.public_id)
    return {row.public_id: int(row.minutes) for row in connection.execute(query)}


def announced(connection: Connection, poll: int) -> dict[str, int]:
    """By team with a ballot: what its wishes had got when the poll was opened, where ties go by that."""
    query = (
        select(TeamRow.public_id, Ballot.served_before)
        .join(Ballot, Ballot.team_id == TeamRow.id)
        .where(Ballot.poll_id == poll, Ballot.served_before.is_not(None))
    )
    return {row.public_id: row.served_before for row in connection.execute(query)}


def memory(connection: Connection, actor: Actor, cohort: str) -> Memory:
    """The series of a cohort, as far as the actor may follow it; three queries, however long it is."""
    workshops = _workshops(connection, actor, cohort)
    by_poll = {held.poll: held for held in workshops if held.poll is not None}
    served: dict[str, dict[str, int]] = defaultdict(dict)
    shares: dict[str, dict[str, Share]] = defaultdict(dict)
    ahead: dict[str, dict[str, int]] = defaultdict(dict)
    exact = cache(Fraction)  # many own and pay the same
    for row in connection.execute(_ballots(list(by_poll))):
        held = by_poll[row.poll_id]
        if not held.settled and held.by_ties and row.served_before is not None:
            ahead[held.id][row.public_id] = row.served_before
        if not held.counted:
            continue
        served[row.public_id][held.id] = row.served or 0
        if row.owns is not None and row.paid is not None:
            shares[row.public_id][held.id] = Share(owns=exact(row.owns), paid=exact(row.paid))
    allowed = policy.where(actor, SeriesPermission.FOLLOW)
    theirs = select(Cohort.id).join(Workshop, Workshop.cohort_id == Cohort.id)
    teams = (
        select(TeamRow.public_id, TeamRow.name)
        .where(TeamRow.cohort_id.in_(theirs.where(Cohort.public_id == cohort, allowed)))
        .order_by(TeamRow.name, TeamRow.id)
    )
    return Memory(
        workshops=workshops,
        teams=[
            Team(
                id=row.public_id,
                name=row.name,
                served=served.get(row.public_id, {}),
                shares=shares.get(row.public_id, {}),
            )
            for row in connection.execute(teams)
        ],
        ahead=dict(ahead),
    )


def _workshops(connection: Connection, actor: Actor, cohort: str) -> list[Held]:
    newest = (
        select(Poll.workshop_id, func.max(Poll.round).label("round")).group_by(Poll.workshop_id).subquery()
    )
    query = (
        select(
            Workshop.public_id,
            Workshop.number,
            Workshop.title,
            Workshop.starts_at,
            Poll.id,
            Poll.method,
            Poll.secret,
            Poll.ties,
            Agenda.adopted_at,
            exists().where(Ballot.poll_id == Poll.id, Ballot.served.is_not(None)).label("noted"),
        )
        .join(Cohort, Cohort.id == Workshop.cohort_id)
        .outerjoin(newest, newest.c.workshop_id == Workshop.id)
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, Poll.round == newest.c.round))
        .outerjoin(Agenda, Agenda.poll_id == Poll.id)
        .where(Cohort.public_id == cohort, policy.where(actor, SeriesPermission.FOLLOW))
        .where(Workshop.cancelled_at.is_(None))
        .order_by(Workshop.starts_at, Workshop.id)
    )
    return [
        Held(
            id=row.public_id,
            number=row.number,
            title=row.title,
            starts_at=row.starts_at,
            poll=row.id,
            method=row.method,
            secret=bool(row.secret),
            settled=row.adopted_at is not None,
            noted=row.noted,
            by_ties=row.ties == TieRule.LEAST_SERVED,
        )
        for row in connection.execute(query)
    ]


def _ballots(polls: Sequence[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            TeamRow.public_id,
            Ballot.poll_id,
            Ballot.served,
            Ballot.owns,
            Ballot.paid,
            Ballot.served_before,
        )
        .join(TeamRow, TeamRow.id == Ballot.team_id)
        .where(Ballot.poll_id.in_(polls))
    )


def _counted(query: Select[*tuple[Any, ...]], workshop: int) -> Select[*tuple[Any, ...]]:
    """Over the polls that count of the workshops before this one."""
    return (
        query.select_from(Poll)
        .join(Agenda, Agenda.poll_id == Poll.id)
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(series.before(workshop), COUNTED)
    )
