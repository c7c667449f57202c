"""Reads of agendas: the result of the last vote, and whether it has been adopted."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, and_, exists, or_, select
from sqlalchemy.orm import aliased

from foundation import clock
from workshops.run_sheet.rules import Chosen
from workshops.series import queries as series
from workshops.series.models import Workshop
from workshops.topics.models import Topic, TopicState
from workshops.voting.models import IS_LAST, Poll

from .models import Agenda, Block

State = dict[str, Any]
"""An agenda as the wire shows it, ready for JSON."""
_Poll, _Topic = aliased(Poll), aliased(Topic)
"""Beside a poll, or topics, that are asked about; made once, for that takes longer than the query."""


def of(connection: Connection, workshop: str) -> State | None:
    """The agenda of a workshop, which is that of its last poll; two queries."""
    query = (
        select(Agenda.id, Agenda.adopted_at)
        .join(Poll, Poll.id == Agenda.poll_id)
        .join(Workshop, Workshop.id == Poll.workshop_id)
        .where(Workshop.public_id == workshop)
        .where(IS_LAST)
    )
    row = connection.execute(query).first()
    return row and state(connection, row.id, clock.wire(row.adopted_at) if row.adopted_at else None)


def state(connection: Connection, agenda: int, adopted_at: str | None) -> State:
    """The agenda with that row as the wire shows it."""
    blocks, left_over = [], []
    for row in connection.execute(_blocks(agenda)):
        counted = {
            "topic": row.public_id,
            "title": row.title,
            "minutes": row.minutes,
            "approvals": row.approvals,
        }
        if row.position is None:
            left_over.append(counted)
        else:
            blocks.append({**counted, "position": row.position})
    blocks.sort(key=itemgetter("position"))
    unmet = connection.execute(select(Agenda.unmet).where(Agenda.id == agenda)).scalar_one()
    return {"adopted_at": adopted_at, "blocks": blocks, "left_over": left_over, "unmet": json.loads(unmet)}


def chosen(connection: Connection, poll: int) -> tuple[list[Chosen], dict[str, int]]:
    """What was chosen in the poll with that row, in its order; and the rows of those topics."""
    query = (
        select(Topic.public_id, Block.topic_id, Block.title, Block.minutes)
        .join(Topic, Topic.id == Block.topic_id)
        .join(Agenda, Agenda.id == Block.agenda_id)
        .where(Agenda.poll_id == poll, Block.position.is_not(None))
        .order_by(Block.position)
    )
    rows = connection.execute(query).all()
    topics = [Chosen(topic=row.public_id, title=row.title, minutes=row.minutes) for row in rows]
    return topics, {row.public_id: row.topic_id for row in rows}


def tally(connection: Connection, poll: int) -> dict[str, int]:
    """By topic: how many teams approved it when the poll was closed."""
    query = (
        select(Topic.public_id, Block.approvals)
        .join(Block, Block.topic_id == Topic.id)
        .join(Agenda, Agenda.id == Block.agenda_id)
        .where(Agenda.poll_id == poll)
    )
    return {row.public_id: row.approvals for row in connection.execute(query)}


def is_settled(connection: Connection, workshop: int) -> bool:
    """Whether the agenda of the workshop with that row has been adopted."""
    return (
        connection.execute(select(Workshop.id).where(Workshop.id == workshop, settled())).first() is not None
    )


def following(connection: Connection, workshop: int | ScalarSelect[int]) -> Row[int, str] | None:
    """The next workshop by date that can still take topics, as its agenda is open: row (`id`), public id."""
    query = select(Workshop.id, Workshop.public_id).where(series.after(workshop), ~settled())
    return connection.execute(query.order_by(Workshop.starts_at, Workshop.id).limit(1)).first()


def next_place(connection: Connection, workshop: str) -> list[str]:
    """The place of that next one, which a command touches that sends topics there; none without one."""
    this = select(Workshop.id).where(Workshop.public_id == workshop).scalar_subquery()
    found = following(connection, this)
    return [f"workshop/{found.public_id}"] if found else []


def settled() -> ColumnElement[bool]:
    """The condition, in a query over workshops, that the agenda has been adopted."""
    adopted = _agendas().where(Agenda.adopted_at.is_not(None))
    return exists(adopted.correlate(Workshop))


def waits() -> ColumnElement[bool]:
    """The condition, in a query over workshops, that a result waits to be adopted."""
    drawn_up = _agendas().where(Agenda.adopted_at.is_(None))
    return exists(drawn_up.correlate(Workshop))


def is_undone() -> ColumnElement[bool]:
    """The condition, in a query over polls and their agendas, that nothing can be made of this one any more.

    It was not adopted, and topics of it have been handed on since; some may be back, but are not chosen.
    """
    elsewhere = or_(_Topic.workshop_id.is_(None), _Topic.workshop_id != Poll.workshop_id)
    not_chosen = and_(Block.position.is_not(None), _Topic.state != TopicState.CHOSEN)
    counted = (Block.agenda_id == Agenda.id, Block.topic_id == _Topic.id)
    gone = exists().where(*counted, or_(elsewhere, not_chosen))
    return and_(Agenda.adopted_at.is_(None), gone.correlate(Agenda, Poll))


def is_undone_at(connection: Connection, poll: int) -> bool:
    """The same of the poll with that row."""
    query = select(Agenda.id).join(Poll, Poll.id == Agenda.poll_id).where(Poll.id == poll, is_undone())
    return connection.execute(query).first() is not None


def _agendas() -> Any:
    """Of all polls of a workshop."""
    return select(Agenda.id).join(_Poll, _Poll.id == Agenda.poll_id).where(_Poll.workshop_id == Workshop.id)


def _blocks(agenda: int) -> Any:
    return (
        select(Topic.public_id, Block.title, Block.minutes, Block.approvals, Block.position)
        .join(Topic, Topic.id == Block.topic_id)
        .where(Block.agenda_id == agenda)
        .order_by(Block.rank)
    )
