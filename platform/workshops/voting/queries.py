"""Reads of a vote: the poll with its tally, a team's ballot, who has not voted, and what is to be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from foundation import clock
from people.accounts.models import Person
from people.cohorts.models import Team
from workshops.agenda import queries as agendas
from workshops.series.models import Workshop
from workshops.topics.models import Topic, TopicState

from .models import Ballot, Handling, Mark, Poll, What
from .rules.election import Ballots, Candidate

State = dict[str, Any]
"""A part of a stream's state, ready for JSON."""

VOTED = or_(Ballot.marked, Ballot.abstained)
"""A team has voted from its first mark or an explicit abstention."""
COUNTS = and_(Mark.value > 0, ~Ballot.abstained)
"""Which marks approve: an abstention lays a ballot's marks aside until it is lifted."""
STANDS = Topic.state.in_([TopicState.PROPOSED, TopicState.CHOSEN])


@dataclass(frozen=True, kw_only=True)
class PollAt:
    """The last poll of a workshop, by its rows."""

    row: int
    id: str
    workshop: int
    round: int
    method: str
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    seed: str
    minutes: int
    job: str | None
    teams: int
    voted: int


def last(connection: Connection, workshop: str) -> PollAt | None:
    """The poll of the last round, with the numbers of teams that may vote and that have; one query."""
    issued = select(func.count()).select_from(Ballot).where(Ballot.poll_id == Poll.id)
    query = (
        select(
            Poll.id.label("row"),
            Poll.public_id.label("id"),
            Poll.workshop_id.label("workshop"),
            Poll.round,
            Poll.method,
            Poll.opens_at,
            Poll.closes_at,
            Poll.closed_at,
            Poll.seed,
            Poll.minutes,
            Poll.job,
            issued.scalar_subquery().label("teams"),
            issued.where(VOTED).scalar_subquery().label("voted"),
        )
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Workshop.public_id == workshop)
        .order_by(Poll.round.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return PollAt(**row._mapping) if row else None  # noqa: SLF001 -- SQLAlchemy's public name for it


def state(connection: Connection, poll: PollAt | None) -> State | None:
    """The poll as the wire shows it; one query."""
    if poll is None:
        return None
    return {
        "id": poll.id,
        "method": poll.method,
        "opens_at": clock.wire(poll.opens_at),
        "closes_at": _wire(poll.closes_at),
        "closed_at": _wire(poll.closed_at),
        "seed": poll.seed,
        "minutes": poll.minutes,
        "round": poll.round,
        "teams": poll.teams,
        "voted": poll.voted,
        "tally": _running(connection, poll)
        if poll.closed_at is None
        else agendas.tally(connection, poll.row),
    }


def _running(connection: Connection, poll: PollAt) -> dict[str, int]:
    query = (
        select(Topic.public_id, approvals(poll.row).label("approvals"))
        .where(Topic.workshop_id == poll.workshop, STANDS)
        .order_by(Topic.position)
    )
    return {row.public_id: row.approvals for row in connection.execute(query)}


def approvals(poll: int) -> Any:
    """Inside a query over topics: how many teams approve the topic."""
    counted = select(func.count()).select_from(Mark).join(Ballot, Ballot.id == Mark.ballot_id)
    return (
        counted.where(Mark.topic_id == Topic.id, Ballot.poll_id == poll, COUNTS)
        .correlate(Topic)
        .scalar_subquery()
    )


def ballot(connection: Connection, workshop: str, team: str) -> State | None:
    """The ballot of a team in the last round as the team sees it; none for a team of another cohort."""
    query = (
        select(Team.public_id, Poll.public_id.label("poll"), Ballot.id, Ballot.abstained)
        .join(Workshop, Workshop.cohort_id == Team.cohort_id)
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, ~_later()))
        .outerjoin(Ballot, and_(Ballot.poll_id == Poll.id, Ballot.team_id == Team.id))
        .where(Workshop.public_id == workshop, Team.public_id == team)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    entitled = row.id is not None
    return {
        "team": row.public_id,
        "poll": row.poll,
        "entitled": entitled,
        "abstained": bool(row.abstained),
        "marks": _marks(connection, row.id) if entitled else {},
    }


def _later() -> ColumnElement[bool]:
    later = aliased(Poll)
    return exists().where(later.workshop_id == Poll.workshop_id, later.round > Poll.round).correlate(Poll)


def _marks(connection: Connection, ballot: int) -> State:
    source = aliased(Topic)
    query = (
        select(Topic.public_id.label("topic"), Mark.value, Mark.at, Person.public_id.label("by"), Person.name)
        .add_columns(source.public_id.label("taken_from"))
        .join(Topic, Topic.id == Mark.topic_id)
        .outerjoin(source, source.id == Mark.taken_from_id)
        .outerjoin(Person, Person.id == Mark.by_id)
        .where(Mark.ballot_id == ballot)
    )
    return {
        row.topic: {"value": row.value, "by": _by(row), "at": clock.wire(row.at)}
        | ({"taken_from": row.taken_from} if row.taken_from else {})
        for row in connection.execute(query)
    }


def missing(connection: Connection, workshop: str) -> list[State]:
    """The teams whose ballot in the last round is blank, by name; none before the first. One query."""
    query = (
        select(Team.public_id, Team.name)
        .join(Ballot, Ballot.team_id == Team.id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Workshop.public_id == workshop, ~_later(), ~VOTED)
        .order_by(Team.name)
    )
    return [{"id": row.public_id, "name": row.name} for row in connection.execute(query)]


def handled(connection: Connection, workshop: str) -> list[State]:
    """Who did what to the polls of the workshop, in order."""
    query = (
        select(Handling.at, Handling.what, Person.public_id.label("by"), Person.name)
        .join(Workshop, Workshop.id == Handling.workshop_id)
        .outerjoin(Person, Person.id == Handling.by_id)
        .where(Workshop.public_id == workshop)
        .order_by(Handling.id)
    )
    return [
        {
            "at": clock.wire(row.at),
            "what": row.what,
            "by": None if row.what == What.CLOSED_BY_TIME else _by(row),
        }
        for row in connection.execute(query)
    ]


def _by(row: Row[*tuple[Any, ...]]) -> State:
    """Who did it; both are empty where the person was erased."""
    return {"id": row.by or "", "name": row.name or ""}


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What goes into the count of a poll, and the rows it came from."""

    topics: Sequence[Candidate]
    titles: dict[str, str]
    rows: dict[str, int]
    teams: Sequence[str]
    ballots: Ballots


def counting(connection: Connection, poll: PollAt) -> Counting:
    """The topics that stand, all teams with a ballot, and what the ballots say; three queries."""
    standing = select(Topic.id, Topic.public_id, Topic.title, Topic.minutes)
    topics = connection.execute(
        standing.where(Topic.workshop_id == poll.workshop, STANDS).order_by(Topic.position)
    ).all()
    teams = select(Team.public_id).join(Ballot, Ballot.team_id == Team.id)
    marks = (
        select(Team.public_id.label("team"), Topic.public_id.label("topic"), Mark.value)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .join(Team, Team.id == Ballot.team_id)
        .join(Topic, Topic.id == Mark.topic_id)
        .where(Ballot.poll_id == poll.row, ~Ballot.abstained)
    )
    ballots: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(marks):
        ballots[row.team][row.topic] = row.value
    return Counting(
        topics=[Candidate(row.public_id, row.minutes) for row in topics],
        titles={row.public_id: row.title for row in topics},
        rows={row.public_id: row.id for row in topics},
        teams=list(connection.execute(teams.where(Ballot.poll_id == poll.row).order_by(Team.id)).scalars()),
        ballots=dict(ballots),
    )


def _wire(moment: datetime | None) -> str | None:
    return clock.wire(moment) if moment is not None else None
