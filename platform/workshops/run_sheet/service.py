"""The verbs of a run sheet: drawn up with the agenda, arranged and gone through by facilitators."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Connection, delete, insert, select, update

from foundation import bodies, clock, ids, policy
from foundation.bodies import Body, Line, PublicId
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from workshops.series import queries as series
from workshops.series import service as workshops
from workshops.series.models import Workshop

from . import queries, rules
from .events import SheetChanged
from .models import RunSheet, SheetBlock
from .policy import SheetPermission
from .rules import Block, Chosen, Kind, Sheet
from .rules.sheet import length

Base = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The version of the sheet that the asker has before them."""
Minutes = Annotated[int, Field(ge=1, le=rules.LONGEST)]
Title = Annotated[Line, Field(max_length=120)]


class OnSheet(Body):
    """The sheet as it was seen."""

    base: Base


class OnBlock(OnSheet):
    """One block of it."""

    block: PublicId


class PutBlock(OnBlock):
    """A block, and the one that it shall stand after; without one, as early as possible."""

    after: PublicId | None = None


class ResizeBlock(OnBlock):
    """A block, and how long it lasts: for a split, its first part."""

    minutes: Minutes


class RenameBlock(OnBlock):
    """A block, and what it is called; nothing for its usual name."""

    title: Title = ""


class JoinBlocks(OnBlock):
    """A block, and the part that it takes up."""

    other: PublicId


class AddBlock(OnSheet):
    """Something that is no topic."""

    kind: Literal["break", "lunch", "other"] = "break"
    title: Title = ""
    minutes: Minutes
    after: PublicId | None = None


class ExtendBlock(OnSheet):
    """How long the block that is on lasts altogether."""

    minutes: Minutes


def draw_up(
    transaction: Transaction, place: Place, chosen: Sequence[Chosen], topics: Mapping[str, int]
) -> None:
    """The run sheet of what was chosen, and all are told. `topics` are their rows by public id."""
    connection = transaction.connection
    query = select(Workshop.id, Workshop.starts_at, Workshop.minutes).where(Workshop.public_id == place.id)
    workshop = connection.execute(query).one()
    there = workshop.starts_at.astimezone(clock.SHOWN_IN)
    blocks = rules.drawn_up(chosen, begins=there.hour * 60 + there.minute, new_id=ids.public_id)
    sheet = Sheet(blocks=blocks, planned=length(blocks))
    row = connection.execute(
        insert(RunSheet)
        .values(workshop_id=workshop.id, version=sheet.version, planned=sheet.planned)
        .returning(RunSheet.id)
    ).scalar_one()
    _write(connection, row, sheet, topics)
    if sheet.planned != workshop.minutes:
        workshops.tell_calendars(transaction, place)
    transaction.append(place.name, SheetChanged(sheet=queries.shown(sheet)))


@command("block.move", PutBlock, place="workshop")
def move(transaction: Transaction, actor: Actor, place: Place, body: PutBlock) -> Made:
    policy.require(actor, SheetPermission.MOVE, place)
    return _change(transaction, place, body, lambda sheet: rules.moved(sheet, body.block, body.after))


@command("block.resize", ResizeBlock, place="workshop")
def resize(transaction: Transaction, actor: Actor, place: Place, body: ResizeBlock) -> Made:
    policy.require(actor, SheetPermission.RESIZE, place)
    return _change(transaction, place, body, lambda sheet: rules.resized(sheet, body.block, body.minutes))


@command("block.rename", RenameBlock, place="workshop")
def rename(transaction: Transaction, actor: Actor, place: Place, body: RenameBlock) -> Made:
    policy.require(actor, SheetPermission.RENAME, place)
    return _change(transaction, place, body, lambda sheet: rules.renamed(sheet, body.block, body.title))


@command("block.split", ResizeBlock, place="workshop")
def split(transaction: Transaction, actor: Actor, place: Place, body: ResizeBlock) -> Made:
    """The result is the id of the second part."""
    policy.require(actor, SheetPermission.SPLIT, place)
    made = ids.public_id()
    _change(transaction, place, body, lambda sheet: rules.split(sheet, body.block, body.minutes, made))
    return {"block": made}


@command("block.join", JoinBlocks, place="workshop")
def join(transaction: Transaction, actor: Actor, place: Place, body: JoinBlocks) -> Made:
    policy.require(actor, SheetPermission.JOIN, place)
    return _change(transaction, place, body, lambda sheet: rules.joined(sheet, body.block, body.other))


@command("block.add", AddBlock, place="workshop")
def add(transaction: Transaction, actor: Actor, place: Place, body: AddBlock) -> Made:
    policy.require(actor, SheetPermission.ADD, place)
    kind = Kind(body.kind)
    if kind is Kind.OTHER and not body.title:
        raise bodies.invalid(title=N_("Bitte füllen Sie dieses Feld aus."))
    block = Block(id=ids.public_id(), kind=kind, title=body.title, minutes=body.minutes)
    _change(transaction, place, body, lambda sheet: rules.added(sheet, block, body.after))
    return {"block": block.id}


@command("block.remove", OnBlock, place="workshop")
def remove(transaction: Transaction, actor: Actor, place: Place, body: OnBlock) -> Made:
    policy.require(actor, SheetPermission.REMOVE, place)
    return _change(transaction, place, body, lambda sheet: rules.removed(sheet, body.block))


@command("block.restore", PutBlock, place="workshop")
def restore(transaction: Transaction, actor: Actor, place: Place, body: PutBlock) -> Made:
    policy.require(actor, SheetPermission.RESTORE, place)
    return _change(transaction, place, body, lambda sheet: rules.restored(sheet, body.block, body.after))


@command("sheet.start", OnSheet, place="workshop")
def start(transaction: Transaction, actor: Actor, place: Place, body: OnSheet) -> Made:
    """Only around the time of the meeting: a slip weeks before would set the whole plan off."""
    policy.require(actor, SheetPermission.START, place)

    def begin(sheet: Sheet) -> Sheet:
        if not series.is_on(transaction.connection, workshop=place.id):
            raise Refusal(
                Code.CLOSED, N_("Beginnen lässt sich das Treffen nur am Tag selbst, zu seiner Zeit.")
            )
        return rules.started(sheet, transaction.now)

    return _change(transaction, place, body, begin)


@command("sheet.next", OnSheet, place="workshop")
def go_on(transaction: Transaction, actor: Actor, place: Place, body: OnSheet) -> Made:
    policy.require(actor, SheetPermission.NEXT, place)
    return _change(transaction, place, body, lambda sheet: rules.next_one(sheet, transaction.now))


@command("sheet.back", OnSheet, place="workshop")
def go_back(transaction: Transaction, actor: Actor, place: Place, body: OnSheet) -> Made:
    policy.require(actor, SheetPermission.BACK, place)
    return _change(transaction, place, body, rules.back)


@command("sheet.extend", ExtendBlock, place="workshop")
def extend(transaction: Transaction, actor: Actor, place: Place, body: ExtendBlock) -> Made:
    policy.require(actor, SheetPermission.EXTEND, place)
    return _change(transaction, place, body, lambda sheet: rules.extended(sheet, body.minutes))


def _change(transaction: Transaction, place: Place, body: OnSheet, act: Callable[[Sheet], Sheet]) -> Made:
    """Carry an act out on the sheet as the asker saw it; who saw an older one is shown the present one."""
    connection = transaction.connection
    series.refuse_if_cancelled(connection, place.id)
    found = queries.at(connection, place.id)
    if found is None:
        raise Refusal(Code.CLOSED, N_("Einen Ablauf gibt es erst, wenn das Ergebnis übernommen ist."))
    if found.sheet.version != body.base:
        raise Refusal(
            Code.STALE,
            N_("Der Ablauf hat sich inzwischen geändert. Sie sehen jetzt den neuen Stand."),
            present=queries.shown(found.sheet),
        )
    sheet = replace(act(found.sheet), version=body.base + 1)
    values = {"version": sheet.version, "agreed": sheet.agreed, "ended_at": sheet.ended_at}
    connection.execute(update(RunSheet).where(RunSheet.id == found.row).values(values))
    connection.execute(delete(SheetBlock).where(SheetBlock.sheet_id == found.row))
    _write(connection, found.row, sheet, found.topics)
    if length(sheet.blocks) != length(found.sheet.blocks):
        workshops.tell_calendars(transaction, place)
    transaction.append(place.name, SheetChanged(sheet=queries.shown(sheet)))
    return None


def _write(connection: Connection, sheet: int, value: Sheet, topics: Mapping[str, int]) -> None:
    """All blocks anew: they are few, nothing points to them, and an order is changed as a whole."""
    rows = [
        {
            "public_id": block.id,
            "sheet_id": sheet,
            "topic_id": topics[block.topic] if block.topic else None,
            "is_off": is_off,
            "position": position,
            "kind": block.kind,
            "title": block.title,
            "minutes": block.minutes,
            "begun_at": block.begun_at,
        }
        for is_off, blocks in ((False, value.blocks), (True, value.off))
        for position, block in enumerate(blocks, start=1)
    ]
    if rows:
        connection.execute(insert(SheetBlock), rows)
