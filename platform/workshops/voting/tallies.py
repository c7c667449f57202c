"""What the marks of a poll come to: while it runs, and when it is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from people.cohorts.models import Team
from workshops.topics.models import STANDING, Topic

from .models import Ballot, Mark
from .rules.consent import Consent
from .rules.election import Ballots, Candidate
from .rules.methods import Kind

VOTED = and_(or_(Ballot.marked, Ballot.abstained), ~Ballot.awaits)
"""A team has voted from its first mark or an explicit abstention; what was entered for it needs its yes."""
COUNTS = and_(Mark.value > 0, ~Ballot.abstained, ~Ballot.awaits)
"""Which marks count: an abstention lays a ballot's marks aside until it is lifted."""
STANDS = Topic.state.in_(STANDING)


def running(
    connection: Connection, poll: int, workshop: int, kind: Kind, *which: ColumnElement[bool]
) -> dict[str, int]:
    """The support of the topics that stand (or of which of them), whoever may see it; one query."""
    query = (
        select(Topic.public_id, support(poll, kind).label("support"))
        .where(Topic.workshop_id == workshop, STANDS, *which)
        .order_by(Topic.position)
    )
    return {row.public_id: row.support for row in connection.execute(query)}


def support(poll: int, kind: Kind) -> Any:
    """Inside a query over topics: the support of the topic, as `worth` adds it up."""
    marks = select(func.coalesce(summed(kind), 0)).select_from(Mark)
    return (
        marks.join(Ballot, Ballot.id == Mark.ballot_id)
        .where(Mark.topic_id == Topic.id, Ballot.poll_id == poll, COUNTS)
        .correlate(Topic)
        .scalar_subquery()
    )


def summed(kind: Kind) -> ColumnElement[int]:
    """Inside a query over marks that count: what all of them are worth together."""
    return cast(func.sum(worth_of(kind)), Integer)


def worth_of(kind: Kind) -> ColumnElement[int]:
    """Inside a query over marks that count: what `worth` says of them."""
    match kind:
        case Kind.ORDER:
            return literal(1)
        case Kind.VOICES:
            return case((Mark.value.in_([Consent.AGREES, Consent.HAS_A_CONCERN]), 1), else_=0)
        case _:
            return type_coerce(Mark.value, Integer)


def voices(connection: Connection, poll: int) -> dict[str, list[dict[str, Any]]]:
    """The concerns and objections of a consent by topic, the gravest first, with their reasons."""
    query = (
        select(Topic.public_id.label("topic"), Team.public_id.label("team"), Mark.value, Mark.reason)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .join(Team, Team.id == Ballot.team_id)
        .join(Topic, Topic.id == Mark.topic_id)
        .where(Ballot.poll_id == poll, COUNTS, Mark.value >= Consent.HAS_A_CONCERN)
        .order_by(Mark.value.desc(), Team.name)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.topic].append({"team": row.team, "value": row.value, "reason": row.reason})
    return dict(found)


def voted(connection: Connection, poll: int) -> list[str]:
    """The teams that have voted, by public id."""
    query = select(Team.public_id).join(Ballot, Ballot.team_id == Team.id)
    return list(connection.execute(query.where(Ballot.poll_id == poll, VOTED).order_by(Team.id)).scalars())


@dataclass(frozen=True, kw_only=True)
class Counting:
    """What goes into the count of a poll, and the rows it came from."""

    topics: Sequence[Candidate]
    titles: dict[str, str]
    rows: dict[str, int]
    teams: Sequence[str]
    ballots: Ballots


def counting(connection: Connection, poll: int, workshop: int) -> Counting:
    """The topics that stand, all teams with a ballot, and what the ballots say; three queries."""
    standing = select(Topic.id, Topic.public_id, Topic.title, Topic.minutes)
    topics = connection.execute(
        standing.where(Topic.workshop_id == workshop, STANDS).order_by(Topic.position)
    ).all()
    teams = select(Team.public_id).join(Ballot, Ballot.team_id == Team.id)
    marks = (
        select(Team.public_id.label("team"), Topic.public_id.label("topic"), Mark.value)
        .join(Ballot, Ballot.id == Mark.ballot_id)
        .join(Team, Team.id == Ballot.team_id)
        .join(Topic, Topic.id == Mark.topic_id)
        .where(Ballot.poll_id == poll, ~Ballot.abstained, ~Ballot.awaits)
    )
    ballots: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(marks):
        ballots[row.team][row.topic] = row.value
    return Counting(
        topics=[Candidate(row.public_id, row.minutes) for row in topics],
        titles={row.public_id: row.title for row in topics},
        rows={row.public_id: row.id for row in topics},
        teams=list(connection.execute(teams.where(Ballot.poll_id == poll).order_by(Team.id)).scalars()),
        ballots=dict(ballots),
    )
