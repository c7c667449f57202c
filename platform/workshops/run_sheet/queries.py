"""Reads of run sheets: as the rules take them, and as the wire shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, ScalarSelect, and_, cast, exists, func, select

from foundation import clock
from workshops.series.models import Workshop
from workshops.topics.models import Topic

from .models import RunSheet, SheetBlock
from .rules import Block, Kind, Sheet

State = dict[str, Any]
"""A run sheet as the wire shows it, ready for JSON."""


@dataclass(frozen=True, kw_only=True)
class SheetAt:
    """A run sheet with its row, and the rows of its topics by their public ids."""

    row: int
    sheet: Sheet
    topics: dict[str, int]


def at(connection: Connection, workshop: str) -> SheetAt | None:
    """The run sheet of a workshop; two queries."""
    query = select(RunSheet).join(Workshop, Workshop.id == RunSheet.workshop_id)
    row = connection.execute(query.where(Workshop.public_id == workshop)).first()
    if row is None:
        return None
    blocks: list[Block] = []
    off: list[Block] = []
    topics: dict[str, int] = {}
    lines = (
        select(SheetBlock, Topic.public_id.label("topic"))
        .outerjoin(Topic, Topic.id == SheetBlock.topic_id)
        .where(SheetBlock.sheet_id == row.id)
        .order_by(SheetBlock.position)
    )
    for one in connection.execute(lines):
        block = Block(
            id=one.public_id,
            kind=Kind(one.kind),
            minutes=one.minutes,
            title=one.title,
            topic=one.topic,
            begun_at=one.begun_at,
        )
        (off if one.is_off else blocks).append(block)
        if one.topic:
            topics[one.topic] = one.topic_id
    sheet = Sheet(
        blocks=tuple(blocks),
        off=tuple(off),
        version=row.version,
        planned=row.planned,
        agreed=row.agreed,
        ended_at=row.ended_at,
    )
    return SheetAt(row=row.id, sheet=sheet, topics=topics)


def state(connection: Connection, workshop: str) -> State | None:
    """The run sheet of a workshop as the wire shows it; null until an agenda is adopted."""
    found = at(connection, workshop)
    return shown(found.sheet) if found else None


def lasts() -> ScalarSelect[int]:
    """In a query over run sheets: minutes from the beginning of the meeting to its end."""
    length = select(cast(func.sum(SheetBlock.minutes), Integer)).where(
        SheetBlock.sheet_id == RunSheet.id, ~SheetBlock.is_off, SheetBlock.kind != Kind.ARRIVAL
    )
    return length.correlate(RunSheet).scalar_subquery()


def takes() -> ColumnElement[int]:
    """In a query over workshops, with their run sheets where there are any: minutes to the end."""
    return func.coalesce(lasts(), Workshop.minutes)


def taken_off() -> ColumnElement[bool]:
    """In a query over topics: whether the topic was taken off its run sheet, with all its parts."""
    part = SheetBlock.topic_id == Topic.id
    return and_(exists().where(part, SheetBlock.is_off), ~exists().where(part, ~SheetBlock.is_off))


def shown(sheet: Sheet) -> State:
    return {
        "version": sheet.version,
        "planned": sheet.planned,
        "agreed": sheet.agreed,
        "ended_at": clock.wire(sheet.ended_at) if sheet.ended_at else None,
        "blocks": [_shown(block) for block in sheet.blocks],
        "off": [_shown(block) for block in sheet.off],
    }


def _shown(block: Block) -> State:
    return {
        "id": block.id,
        "kind": str(block.kind),
        "topic": block.topic,
        "title": block.title,
        "minutes": block.minutes,
        "begun_at": clock.wire(block.begun_at) if block.begun_at else None,
    }
