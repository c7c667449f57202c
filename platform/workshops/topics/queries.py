"""Reads of topics: as the wire shows them, and as verbs need them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal, select, union_all

from foundation import clock
from people.cohorts.models import Team
from workshops.agenda.queries import settled
from workshops.series.models import Workshop
from workshops.voting.models import Poll

from .models import Need, Offer, Topic

State = dict[str, Any]
"""A topic as the wire shows it, ready for JSON."""


@dataclass(frozen=True, kw_only=True)
class StandingTopic:
    """A topic with what decides whether it may be touched."""

    row: int
    id: str
    team: str | None
    title: str
    question: str
    minutes: int
    state: str
    poll: str | None
    settled: bool


def at(connection: Connection, workshop: str) -> list[State]:
    """The topics of a workshop in order of arrival, also those withdrawn; three queries however many."""
    return states(connection, Topic.workshop_id == _row_of(workshop))


def one(connection: Connection, topic: int) -> State:
    """One topic by its row."""
    return states(connection, Topic.id == topic)[0]


def states(connection: Connection, which: ColumnElement[bool]) -> list[State]:
    """Topics as the wire shows them, in order of arrival."""
    query = (
        select(
            Topic.id,
            Topic.public_id,
            Topic.title,
            Topic.question,
            Topic.minutes,
            Topic.state,
            Topic.proposed_at,
            Team.public_id.label("team"),
        )
        .outerjoin(Team, Team.id == Topic.team_id)
        .where(which)
        .order_by(Topic.position, Topic.id)
    )
    need, offer = voices(connection, which)
    return [
        {
            "id": row.public_id,
            "title": row.title,
            "question": row.question,
            "minutes": row.minutes,
            "team": row.team,
            "state": row.state,
            "need": need[row.id],
            "offer": offer[row.id],
            "proposed_at": clock.wire(row.proposed_at),
        }
        for row in connection.execute(query)
    ]


def voices(
    connection: Connection, which: ColumnElement[bool]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """By row of a topic: the teams that need it and those that offer something, in the order they said so."""
    said: dict[str, dict[int, list[str]]] = {"need": defaultdict(list), "offer": defaultdict(list)}
    parts = [
        select(literal(kind).label("kind"), voice.id, voice.topic_id, Team.public_id.label("team"))
        .join(Topic, Topic.id == voice.topic_id)
        .join(Team, Team.id == voice.team_id)
        .where(which)
        for kind, voice in (("need", Need), ("offer", Offer))
    ]
    spoken = union_all(*parts).subquery()
    for row in connection.execute(select(spoken).order_by(spoken.c.kind, spoken.c.id)):
        said[row.kind][row.topic_id].append(row.team)
    return said["need"], said["offer"]


def standing(connection: Connection, workshop: str, topic: str) -> StandingTopic | None:
    """A topic of that workshop with its team, the poll not closed yet, and whether the agenda stands."""
    query = (
        select(
            Topic.id,
            Topic.public_id,
            Topic.title,
            Topic.question,
            Topic.minutes,
            Topic.state,
            Team.public_id.label("team"),
            Poll.public_id.label("poll"),
            settled().label("settled"),
        )
        .join(Workshop, Workshop.id == Topic.workshop_id)
        .outerjoin(Team, Team.id == Topic.team_id)
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, Poll.closed_at.is_(None)))
        .where(Workshop.public_id == workshop, Topic.public_id == topic)
    )
    row = connection.execute(query).first()
    return row and StandingTopic(
        row=row.id,
        id=row.public_id,
        team=row.team,
        title=row.title,
        question=row.question,
        minutes=row.minutes,
        state=row.state,
        poll=row.poll,
        settled=row.settled,
    )


def _row_of(workshop: str) -> Any:
    return select(Workshop.id).where(Workshop.public_id == workshop).scalar_subquery()
