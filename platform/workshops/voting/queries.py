"""Reads of a vote: the poll with its tally, a team's ballot, and who has not voted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select
from sqlalchemy.orm import aliased

from foundation import clock
from people.accounts.models import Person
from people.cohorts.models import Team
from workshops.agenda import queries as agendas
from workshops.series.models import Workshop
from workshops.topics.models import Topic

from . import tallies
from .models import IS_LAST, Ballot, Handling, Mark, Poll, What
from .rules.methods import Kind, kind_of
from .settings import Show
from .tallies import VOTED

State = dict[str, Any]
"""A part of a stream's state, ready for JSON."""
_Source = aliased(Topic)
"""The merged topic that a mark was taken over from."""


@dataclass(frozen=True, kw_only=True)
class PollAt:
    """The last poll of a workshop, by its rows."""

    row: int
    id: str
    workshop: int
    round: int
    method: str
    completion: str
    dots: int | None
    show: str
    secret: bool
    quorum: int | None
    ties: str
    carries: bool
    opens_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    seed: str
    minutes: int
    job: str | None
    turnout: int | None
    reset_at: datetime | None
    teams: int
    voted: int

    @property
    def kind(self) -> Kind:
        """What stands on its ballots."""
        return kind_of(self.method)

    @property
    def shows(self) -> bool:
        """Whether everybody may see the count now."""
        return self.closed_at is not None or (self.show == Show.LIVE and not self.secret)


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
            Poll.completion,
            Poll.dots,
            Poll.show,
            Poll.secret,
            Poll.quorum,
            Poll.ties,
            Poll.carries,
            Poll.opens_at,
            Poll.closes_at,
            Poll.closed_at,
            Poll.seed,
            Poll.minutes,
            Poll.job,
            Poll.turnout,
            Poll.reset_at,
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


def was_held(connection: Connection, workshop: int, poll: str) -> bool:
    """Whether the workshop with that row has had that poll."""
    query = select(Poll.id).where(Poll.workshop_id == workshop, Poll.public_id == poll)
    return connection.execute(query).first() is not None


def state(connection: Connection, poll: PollAt | None) -> State | None:
    """The poll as everybody sees it; one query. What is hidden from some is nothing here."""
    if poll is None:
        return None
    return {
        "id": poll.id,
        "method": poll.method,
        "completion": poll.completion,
        "dots": poll.dots,
        "show": poll.show,
        "secret": poll.secret,
        "quorum": poll.quorum,
        "ties": poll.ties,
        "carries": poll.carries,
        "opens_at": clock.wire(poll.opens_at),
        "closes_at": _wire(poll.closes_at),
        "closed_at": _wire(poll.closed_at),
        "seed": poll.seed,
        "minutes": poll.minutes,
        "round": poll.round,
        "teams": poll.teams,
        "voted": poll.turnout if poll.secret else poll.voted,
        "reset_at": _wire(poll.reset_at),
        "tally": _shown(connection, poll),
        "voices": _voices(connection, poll),
    }


def _shown(connection: Connection, poll: PollAt) -> dict[str, int] | None:
    if not poll.shows:
        return None
    if poll.closed_at is not None:
        return agendas.tally(connection, poll.row)
    return tallies.running(connection, poll.row, poll.workshop, poll.kind)


def _voices(connection: Connection, poll: PollAt) -> State | None:
    """The concerns and objections of a consent, once it is closed."""
    if poll.kind is not Kind.VOICES or poll.secret or poll.closed_at is None:
        return None
    return tallies.voices(connection, poll.row)


def ballot(connection: Connection, workshop: str, team: str) -> State | None:
    """The ballot of a team in the last round as the team sees it; none for a team of another cohort."""
    query = (
        select(
            Team.public_id,
            Poll.public_id.label("poll"),
            Ballot.id,
            Ballot.abstained,
            Ballot.version,
            Ballot.awaits,
            Ballot.owns,
            VOTED.label("voted"),
        )
        .join(Workshop, Workshop.cohort_id == Team.cohort_id)
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, IS_LAST))
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
        "owns": row.owns,
        "abstained": bool(row.abstained),
        "version": row.version or 0,
        "awaits": bool(row.awaits),
        "marks": marks(connection, row.id) if entitled else {},
        "tally": _own_tally(connection, workshop) if row.voted else None,
    }


def _own_tally(connection: Connection, workshop: str) -> State | None:
    """What a team that has voted sees where others do not see it yet; topics without support are left out."""
    poll = last(connection, workshop)
    if poll is None or poll.closed_at is not None or poll.show != Show.OWN:
        return None
    running = tallies.running(connection, poll.row, poll.workshop, poll.kind)
    return {topic: support for topic, support in running.items() if support}


def marks(connection: Connection, ballot: int) -> State:
    """What a ballot says, who of the team said so and when, by topic; one query."""
    query = (
        select(
            Topic.public_id.label("topic"),
            Mark.value,
            Mark.reason,
            Mark.at,
            Person.public_id.label("by"),
            Person.name,
            _Source.public_id.label("taken_from"),
        )
        .join(Topic, Topic.id == Mark.topic_id)
        .outerjoin(_Source, _Source.id == Mark.taken_from_id)
        .outerjoin(Person, Person.id == Mark.by_id)
        .where(Mark.ballot_id == ballot)
    )
    return {
        row.topic: {"value": row.value, "reason": row.reason, "by": _by(row), "at": clock.wire(row.at)}
        | ({"taken_from": row.taken_from} if row.taken_from else {})
        for row in connection.execute(query)
    }


def missing(connection: Connection, workshop: str) -> list[State]:
    """The teams that have not voted in the last round, by name; none before the first. One query.

    `awaits`: what was entered for the team waits for its yes. In a secret round nobody knows.
    """
    query = (
        select(Team.public_id, Team.name, Ballot.awaits)
        .join(Ballot, Ballot.team_id == Team.id)
        .join(Poll, Poll.id == Ballot.poll_id)
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Workshop.public_id == workshop, IS_LAST, ~VOTED, ~Poll.secret)
        .order_by(Team.name)
    )
    return [
        {"id": row.public_id, "name": row.name, "awaits": row.awaits} for row in connection.execute(query)
    ]


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
            "by": None if row.what in (What.CLOSED_BY_TIME, What.RESET) else _by(row),
        }
        for row in connection.execute(query)
    ]


def _by(row: Row[*tuple[Any, ...]]) -> State:
    """Who did it; both are empty where the person was erased."""
    return {"id": row.by or "", "name": row.name or ""}


def _wire(moment: datetime | None) -> str | None:
    return clock.wire(moment) if moment is not None else None
