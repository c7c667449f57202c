"""The append-only log of what happened, numbered without gaps in each stream.

Whoever appends holds the stream's place, so within one stream numbers become visible in their own
order: who has read up to 7 will never later find a 6 that was not there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar

from sqlalchemy import (
    Connection,
    ForeignKey,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock, ids
from foundation.database import Model, adding, elements
from foundation.personal import About, about
from foundation.places import Place, PlaceRow
from foundation.prepared import Prepared

MOST = 500
"""Events that are read at once unless somebody says otherwise."""
PORTION = 50_000
"""Characters of bodies with which one answer ends; long events come in several."""


class StreamRow(Model):
    """How far a stream has come. Made by its first event; until then its place's epoch is its own."""

    __tablename__ = "stream"
    __about__ = about(plain="name place epoch head trimmed")

    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(ForeignKey("place.name"), index=True)
    epoch: Mapped[str]
    head: Mapped[int]
    trimmed: Mapped[int]


class EventRow(Model):
    """One thing that happened. `subjects` are the public ids of the persons it tells about."""

    __tablename__ = "event"
    # Whom an event tells about stands in `subjects`; `people/privacy` takes the person out of the bodies.
    __about__ = about(personal="body subjects", plain="stream seq name at acl_version")

    stream: Mapped[str] = mapped_column(ForeignKey("stream.name"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[str]
    acl_version: Mapped[int]
    subjects: Mapped[str] = mapped_column(default="")


_HEADS = Prepared(
    select(StreamRow.name, StreamRow.epoch, StreamRow.head, StreamRow.trimmed).where(
        StreamRow.name.in_(bindparam("names"))
    ),
    lists=["names"],
)
_STORE = Prepared(
    insert(EventRow), columns=["stream", "seq", "name", "at", "body", "acl_version", "subjects"]
)
_CUT = update(StreamRow).where(StreamRow.name == bindparam("cut")).values(trimmed=bindparam("upto"))
_DROP = delete(EventRow).where(EventRow.stream == bindparam("cut"), EventRow.seq <= bindparam("upto"))


@dataclass(frozen=True)
class Fact:
    """Base of what features state in the past tense. Fields are new absolute values, never differences.

    `__about__` says of each field whether a person may stand in it. Outside of a person's own stream that is
    always as `{id, name}`: so `people/privacy` finds them, in whatever they are nested.
    """

    name: ClassVar[str]
    __about__: ClassVar[About] = about()


@dataclass(frozen=True)
class Stated:
    """A fact that has no number yet, with the place of its stream as it was then."""

    stream: str
    place: Place
    name: str
    at: datetime
    body: str
    subjects: str = ""


@dataclass(frozen=True)
class Event:
    """A committed fact with its number. `body` is JSON text: it is encoded once."""

    stream: str
    seq: int
    name: str
    at: datetime
    body: str
    acl_version: int
    subjects: str = ""

    def as_json(self) -> str:
        return f'{{"seq":{self.seq},"name":"{self.name}","at":"{clock.wire(self.at)}","body":{self.body}}}'


@dataclass(frozen=True)
class Head:
    """Where a stream stands: its epoch, its last number, and the last number that is no longer kept."""

    epoch: str
    seq: int
    trimmed: int


@dataclass(frozen=True)
class CaughtUp:
    """What came after a number. `events is None`: the reader's past is not ours, a snapshot is needed."""

    head: Head
    events: Sequence[Event] | None

    @property
    def more(self) -> bool:
        last = self.events[-1].seq if self.events else self.head.seq
        return last < self.head.seq

    @cached_property
    def as_json(self) -> str:
        """The members of an answer, written once for all who stood at the same number."""
        if self.events is None:
            return '"reset":true'
        events = ",".join(event.as_json() for event in self.events)
        more = "true" if self.more else "false"
        return f'"epoch":"{self.head.epoch}","head":{self.head.seq},"events":[{events}],"more":{more}'


def encode(value: Any) -> str:
    """JSON as it is stored and sent: dataclasses by their fields, moments as the wire writes them."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.wire(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {key: getattr(value, name) for key, name in _members(type(value))}
    raise TypeError(f"{type(value).__name__} does not go on the wire")


@cache
def _members(kind: type[Any]) -> list[tuple[str, str]]:
    """How the fields of a dataclass are called on the wire, and what they are called."""
    return [(field.metadata.get("wire", field.name), field.name) for field in fields(kind)]


_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def heads(connection: Connection, names: Iterable[str]) -> dict[str, Head]:
    """The heads of the streams that have begun; one query."""
    rows = _HEADS.rows(connection, {"names": list(names)})
    return {row.name: Head(row.epoch, row.head, row.trimmed) for row in rows}


def head(connection: Connection, name: str, place: str) -> Head:
    """The head of one stream, begun or not; its place must exist."""
    found = heads(connection, [name]).get(name)
    if found is None:
        epoch = connection.execute(select(PlaceRow.epoch).where(PlaceRow.name == place)).scalar_one()
        return Head(epoch, 0, 0)
    return found


def write(connection: Connection, stated: Sequence[Stated]) -> list[Event]:
    """Number what was stated, store it, and move the heads of its streams; the caller holds the places."""
    owners = {one.stream: one.place for one in stated}
    last = _move(connection, owners, Counter(one.stream for one in stated))
    events = []
    for one in stated:
        last[one.stream] += 1
        seq, version = last[one.stream], one.place.acl_version
        events.append(Event(one.stream, seq, one.name, one.at, one.body, version, one.subjects))
    _STORE.write(connection, [vars(event) for event in events])
    return events


def _move(connection: Connection, owners: Mapping[str, Place], by: Mapping[str, int]) -> dict[str, int]:
    """Move the heads on by so many, beginning what has not begun; where they stood before. One statement."""
    moved = [(name, place.name, place.epoch, by[name]) for name, place in owners.items()]
    rows = _moving(connection.dialect.name).rows(connection, {"moved": moved})
    return {name: head - by[name] for name, head in rows}


@cache
def _moving(dialect: str) -> Prepared:
    value = elements("moved").c.value
    texts = (value[at].as_string() for at in range(3))
    # Without `WHERE`, SQLite would read `ON CONFLICT` as the condition of a join.
    moved = select(*texts, value[3].as_integer(), literal(0)).where(true())
    begin = adding(dialect, StreamRow).from_select(["name", "place", "epoch", "head", "trimmed"], moved)
    on = {"head": StreamRow.head + begin.excluded.head}
    move = begin.on_conflict_do_update(index_elements=[StreamRow.name], set_=on)
    return Prepared(move.returning(StreamRow.name, StreamRow.head))


def after(connection: Connection, name: str, seq: int, most: int = MOST) -> list[Event]:
    """The events of a stream that come after a number, in order, at most `most`."""
    query = select(
        EventRow.stream, EventRow.seq, EventRow.name, EventRow.at, EventRow.body, EventRow.acl_version
    ).where(EventRow.stream == name, EventRow.seq > seq)
    return [Event(*row) for row in connection.execute(query.order_by(EventRow.seq).limit(most))]


def catch_up(
    connection: Connection, name: str, now: Head, *, epoch: str, seq: int, most: int = MOST
) -> CaughtUp:
    """What came after `seq` of that epoch; `now` is where the stream stands, in the same consistent read."""
    if epoch != now.epoch or seq < now.trimmed or seq > now.seq:
        return CaughtUp(now, None)
    return CaughtUp(now, _portion(after(connection, name, seq, most)) if seq < now.seq else [])


def _portion(events: Sequence[Event]) -> Sequence[Event]:
    """The first of them, until that is much to hold for somebody who takes it slowly; one at least."""
    length = 0
    for number, event in enumerate(events, 1):
        length += len(event.body)
        if length >= PORTION:
            return events[:number]
    return events


def older(connection: Connection, before: datetime) -> int:
    """How many events `trim` would forget."""
    last = _oldest(before).subquery()
    found = connection.execute(select(func.sum(last.c.last - last.c.trimmed))).scalar()
    return int(found or 0)


def trim(connection: Connection, before: datetime, *, most: int | None = None) -> int:
    """Forget events older than that; who is further behind takes a snapshot. Returns how many went.

    At most so many at once, the rest at the next call; streams stay without gaps in between. Three
    statements, however many streams there are.
    """
    gone, cuts = 0, []
    for name, trimmed, last in connection.execute(_oldest(before).order_by(StreamRow.name)).all():
        upto = last if most is None else min(last, trimmed + most - gone)
        gone += upto - trimmed
        cuts.append({"cut": name, "upto": upto})
        if gone == most:
            break
    if cuts:
        connection.execute(_CUT, cuts)
        connection.execute(_DROP, cuts)
    return gone


def _oldest(before: datetime) -> Select[str, int, int]:
    """The streams with events older than that, what is no longer kept of them, and the last to go."""
    return (
        select(StreamRow.name, StreamRow.trimmed, func.max(EventRow.seq).label("last"))
        .join(StreamRow, StreamRow.name == EventRow.stream)
        .where(EventRow.at < before)
        .group_by(StreamRow.name, StreamRow.trimmed)
    )


def begin_epoch(connection: Connection, name: str) -> str:
    """Start the stream anew: whoever follows it takes a snapshot. The caller holds its place."""
    epoch = ids.public_id()
    connection.execute(update(StreamRow).where(StreamRow.name == name).values(epoch=epoch))
    return epoch
