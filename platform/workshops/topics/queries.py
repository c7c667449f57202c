"""Reads of topics: as the wire shows them, and as verbs need them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Row, and_, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from foundation import clock
from people.cohorts.models import Team
from workshops.agenda.models import Agenda, Block
from workshops.agenda.queries import settled, waits
from workshops.run_sheet import queries as run_sheet
from workshops.run_sheet.models import RunSheet
from workshops.series.models import Workshop
from workshops.voting.models import Poll

from . import rules
from .models import Need, Offer, Prerequisite, Topic, TopicState

State = dict[str, Any]
"""A topic as the wire shows it, ready for JSON."""
_Part, _Whole, _Before = aliased(Topic), aliased(Topic), aliased(Topic)
"""Beside the topic that is asked about: one that has become part of it, one that it is part of, one that has
to come before it. Made once, for that takes longer than the query."""
_Then, _ItsPoll = aliased(Workshop), aliased(Poll)
"""Another workshop at which the topic stood for election, and the poll there."""
_SHOWN = (
    Topic.id,
    Topic.public_id,
    Topic.title,
    Topic.question,
    Topic.minutes,
    Topic.minutes_most,
    Topic.state,
    Topic.proposed_at,
    Topic.asked_at,
    Topic.answered,
    Topic.answer_note,
    Topic.carrier,
    Topic.carrier_note,
)


@dataclass(frozen=True, kw_only=True)
class StandingTopic:
    """A topic with what decides whether it may be touched."""

    row: int
    id: str
    team: str | None
    title: str
    question: str
    minutes: int | None
    minutes_most: int | None
    state: str
    merged_into: int | None
    contains: bool
    answered: str | None
    answer_note: str
    carrier: str
    carrier_note: str
    poll: str | None
    counted: bool
    settled: bool
    cancelled: bool
    workshop: int
    ends_at: datetime
    taken_off: bool

    def is_held(self, now: datetime) -> bool:
        """Whether the workshop has dealt with it, which it has not with what was taken off its run sheet."""
        return self.is_over(now) and not self.taken_off

    def is_over(self, now: datetime) -> bool:
        """Whether the workshop that the topic was chosen for is over."""
        over = not self.cancelled and self.ends_at <= now
        return over and self.settled and self.state == TopicState.CHOSEN


def at(connection: Connection, workshop: str) -> list[State]:
    """The topics of a workshop in order of arrival, whether they stand or not; five queries."""
    return states(connection, Topic.workshop_id == _row_of(workshop))


def one(connection: Connection, topic: int) -> State:
    """One topic by its row."""
    return states(connection, Topic.id == topic)[0]


def states(connection: Connection, which: ColumnElement[bool]) -> list[State]:
    """Topics as the wire shows them, in order of arrival."""
    query = (
        select(*_SHOWN, Team.public_id.label("team"), _Whole.public_id.label("merged_into"))
        .outerjoin(Team, Team.id == Topic.team_id)
        .outerjoin(_Whole, _Whole.id == Topic.merged_into_id)
        .where(which)
        .order_by(Topic.position, Topic.id)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    need, offer = voices(connection, which)
    after, parked = _after(connection, which), _parked(connection, which)
    return [
        {
            "id": row.public_id,
            "title": row.title,
            "question": row.question,
            "minutes": row.minutes,
            "minutes_most": row.minutes_most,
            "after": after[row.id],
            "team": row.team,
            "state": row.state,
            "merged_into": row.merged_into,
            "need": need[row.id],
            "offer": offer[row.id],
            "proposed_at": clock.wire(row.proposed_at),
            "asked_at": clock.wire(row.asked_at) if row.asked_at else None,
            "parked": parked[row.id],
            "answer": {"answered": row.answered, "note": row.answer_note} if row.answered else None,
            "carrier": {"by": row.carrier, "note": row.carrier_note} if row.carrier else None,
        }
        for row in rows
    ]


def voices(
    connection: Connection, which: ColumnElement[bool]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """By row of a topic: the teams that need it and those that offer something, in the order they said so.

    What was said about topics that have become part of it is said about it too, by no team twice.
    """
    said: dict[str, dict[int, list[str]]] = {"need": defaultdict(list), "offer": defaultdict(list)}
    family = families(which)
    parts = [
        select(literal(kind).label("kind"), voice.id, family.c.root, Team.public_id.label("team"))
        .join(family, family.c.member == voice.topic_id)
        .join(Team, Team.id == voice.team_id)
        for kind, voice in (("need", Need), ("offer", Offer))
    ]
    spoken = union_all(*parts).subquery()
    for row in connection.execute(select(spoken).order_by(spoken.c.kind, spoken.c.id)):
        teams = said[row.kind][row.root]
        if row.team not in teams:
            teams.append(row.team)
    return said["need"], said["offer"]


def families(which: ColumnElement[bool]) -> CTE:
    """Topics (`root`) with all that has become part of them, themselves included (`member`)."""
    family = select(Topic.id.label("root"), Topic.id.label("member")).where(which).cte(recursive=True)
    parts = select(family.c.root, _Part.id).join(_Part, _Part.merged_into_id == family.c.member)
    return family.union_all(parts)


def prerequisites(connection: Connection, workshop: int) -> dict[str, set[str]]:
    """By topic of the workshop with that row: the topics that have to come before it, one query each for the
    topics and what they need. Topics that have become part of another one speak and are spoken of as that."""
    here = select(Topic.id, Topic.public_id, Topic.merged_into_id).where(Topic.workshop_id == workshop)
    rows = {row.id: row for row in connection.execute(here)}
    root = rules.roots({row.id: row.merged_into_id for row in rows.values()})
    after: dict[str, set[str]] = {row.public_id: set() for row in rows.values()}
    needs = select(Prerequisite.topic_id, Prerequisite.after_id)
    for row in connection.execute(needs.where(Prerequisite.topic_id.in_(rows))):
        topic, before = root[row.topic_id], root.get(row.after_id)
        if before is not None and before != topic:
            after[rows[topic].public_id].add(rows[before].public_id)
    return after


def left_open(connection: Connection, team: int, topic: str) -> Row[*tuple[Any, ...]] | None:
    """What a team has said about a topic of its own that was held, or taken off the run sheet: title,
    question, minutes, note."""
    query = select(Topic.title, Topic.question, Topic.minutes, Topic.answer_note)
    goes_on = or_(Topic.answered.is_not(None), run_sheet.taken_off())
    own = (Topic.public_id == topic, Topic.team_id == team, goes_on)
    return connection.execute(query.where(*own)).first()


def standing(connection: Connection, workshop: str, topic: str) -> StandingTopic | None:
    """A topic of that workshop with its team, the poll not closed yet, and how far its result has come."""
    query = (
        select(
            *_SHOWN,
            Topic.merged_into_id,
            Topic.workshop_id,
            exists().where(_Part.merged_into_id == Topic.id).label("contains"),
            Team.public_id.label("team"),
            Poll.public_id.label("poll"),
            waits().label("counted"),
            settled().label("settled"),
            Workshop.cancelled_at,
            Workshop.starts_at,
            run_sheet.takes().label("takes"),
            RunSheet.ended_at,
            run_sheet.taken_off().label("taken_off"),
        )
        .join(Workshop, Workshop.id == Topic.workshop_id)
        .outerjoin(Team, Team.id == Topic.team_id)
        .outerjoin(Poll, and_(Poll.workshop_id == Workshop.id, Poll.closed_at.is_(None)))
        .outerjoin(RunSheet, RunSheet.workshop_id == Workshop.id)
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
        minutes_most=row.minutes_most,
        state=row.state,
        merged_into=row.merged_into_id,
        contains=row.contains,
        answered=row.answered,
        answer_note=row.answer_note,
        carrier=row.carrier,
        carrier_note=row.carrier_note,
        poll=row.poll,
        counted=row.counted,
        settled=row.settled,
        cancelled=row.cancelled_at is not None,
        workshop=row.workshop_id,
        ends_at=row.ended_at or row.starts_at + timedelta(minutes=row.takes),
        taken_off=row.taken_off,
    )


def _after(connection: Connection, which: ColumnElement[bool]) -> dict[int, list[str]]:
    """By row of a topic: what has to come before it, in order of arrival."""
    query = (
        select(Prerequisite.topic_id, _Before.public_id)
        .join(Topic, Topic.id == Prerequisite.topic_id)
        .join(_Before, _Before.id == Prerequisite.after_id)
        .where(which)
        .order_by(_Before.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.topic_id].append(row.public_id)
    return found


def _parked(connection: Connection, which: ColumnElement[bool]) -> dict[int, list[int]]:
    """By row of a topic: the numbers of the other workshops at which it stood for election in vain."""
    query = (
        select(Block.topic_id, _Then.number)
        .join(Topic, Topic.id == Block.topic_id)
        .join(Agenda, Agenda.id == Block.agenda_id)
        .join(_ItsPoll, _ItsPoll.id == Agenda.poll_id)
        .join(_Then, _Then.id == _ItsPoll.workshop_id)
        .where(which, Block.position.is_(None), Agenda.adopted_at.is_not(None))
        .where(_Then.id != Topic.workshop_id)
        .order_by(_Then.number)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.topic_id].append(row.number)
    return found


def _row_of(workshop: str) -> Any:
    return select(Workshop.id).where(Workshop.public_id == workshop).scalar_subquery()
