"""Where the probe room stands: its tables, its halls, counters and people, and what is read of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, ForeignKey, MetaData, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from foundation import clock, eventlog, ids, places, streams
from foundation.audit import AuditRow
from foundation.database import Database, Model
from foundation.eventlog import EventRow, StreamRow
from foundation.jobs import JobRow
from foundation.places import PlaceRow
from foundation.policy import Actor, ActorKind, Credential, Grant, Role
from foundation.receipts import ReceiptRow

HALL = "ha11000000000001"
OTHER_HALL = "ha11000000000002"
COUNTERS = tuple(f"c0000000000000{number:02}" for number in range(12))
COUNTER = COUNTERS[0]
OTHER = COUNTERS[1]
FAR = "c000000000000far"
"""A counter in the other hall."""
PLACE = f"counter/{COUNTER}"
OTHER_PLACE = f"counter/{OTHER}"
FAR_PLACE = f"counter/{FAR}"
HALL_PLACE = f"hall/{HALL}"


class Base(DeclarativeBase):
    """Tables of the tests, apart from the house's."""

    metadata = MetaData()
    type_annotation_map = Model.type_annotation_map


class CounterRow(Base):
    __tablename__ = "probe_counter"
    id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class WordRow(Base):
    __tablename__ = "probe_word"
    word: Mapped[str] = mapped_column(primary_key=True)
    counter: Mapped[str]


class DebtRow(Base):
    """A row whose creditor is looked for only at the commit."""

    __tablename__ = "probe_debt"
    id: Mapped[str] = mapped_column(primary_key=True)
    creditor: Mapped[str] = mapped_column(
        ForeignKey("probe_counter.id", deferrable=True, initially="DEFERRED")
    )


class SessionRow(Base):
    __tablename__ = "probe_session"
    key: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    ends_at: Mapped[datetime | None]


class GrantRow(Base):
    __tablename__ = "probe_grant"
    person: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)


FOUNDATION = [table.__table__ for table in (PlaceRow, StreamRow, EventRow, ReceiptRow, JobRow, AuditRow)]


def build(database: Database) -> None:
    """The tables of the foundation and of this room."""
    with database.transaction() as connection:
        Model.metadata.create_all(connection, tables=FOUNDATION)
        Base.metadata.create_all(connection)


def clean(database: Database) -> None:
    """Empty the tables of a PostgreSQL that is used again."""
    with database.transaction() as connection:
        for metadata in (Base.metadata, Model.metadata):
            for table in reversed(metadata.sorted_tables):
                if metadata is Base.metadata or table in FOUNDATION:
                    connection.execute(table.delete())


def furnish(database: Database) -> None:
    """Two halls; twelve counters in the first, one in the second."""
    with database.transaction() as connection:
        places.create(connection, places.HOUSE, parent=None)
        for hall in (HALL, OTHER_HALL):
            places.create(connection, f"hall/{hall}")
        for counter in COUNTERS:
            places.create(connection, f"counter/{counter}", parent=HALL_PLACE)
        places.create(connection, FAR_PLACE, parent=f"hall/{OTHER_HALL}")
        connection.execute(insert(CounterRow), [{"id": counter, "value": 0} for counter in (*COUNTERS, FAR)])


@dataclass(frozen=True)
class Person:
    """Somebody with a session."""

    id: str
    key: str

    @property
    def credential(self) -> Credential:
        return Credential("session", self.key)

    @property
    def stream(self) -> str:
        return f"person/{self.id}"


def person(
    database: Database, *held: Role, hall: str = HALL_PLACE, ends_at: datetime | None = None
) -> Person:
    """A new person with a session, holding the roles at the hall."""
    made = Person(ids.public_id(), f"key-{ids.public_id()}")
    with database.transaction() as connection:
        places.create(connection, made.stream)
        connection.execute(insert(SessionRow).values(key=made.key, person=made.id, ends_at=ends_at))
        for role in held:
            connection.execute(insert(GrantRow).values(person=made.id, role=role, scope=hall))
    return made


def another_session(database: Database, of: Person) -> Person:
    """The same person in another browser."""
    made = Person(of.id, f"key-{ids.public_id()}")
    with database.transaction() as connection:
        connection.execute(insert(SessionRow).values(key=made.key, person=made.id, ends_at=None))
    return made


def identify(connection: Connection, credentials: Collection[Credential]) -> Mapping[Credential, Actor]:
    """Who the sessions stand for; two queries, however many they are."""
    keys = {credential.key: credential for credential in credentials}
    query = select(SessionRow.key, SessionRow.person, SessionRow.ends_at).where(SessionRow.key.in_(keys))
    rows = [row for row in connection.execute(query) if row.ends_at is None or row.ends_at > clock.now()]
    held: dict[str, set[Grant]] = {}
    granted = select(GrantRow.person, GrantRow.role, GrantRow.scope)
    for row in connection.execute(granted.where(GrantRow.person.in_({row.person for row in rows}))):
        held.setdefault(row.person, set()).add(Grant(Role(row.role), row.scope))
    return {
        keys[row.key]: Actor(
            kind=ActorKind.PERSON,
            id=row.person,
            name=f"Person {row.person[:4]}",
            grants=frozenset(held.get(row.person, ())),
            credential=keys[row.key],
        )
        for row in rows
    }


def value_of(database: Database, counter: str = COUNTER) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(CounterRow.value).where(CounterRow.id == counter)).scalar_one())


def events_of(database: Database, name: str = PLACE) -> list[eventlog.Event]:
    with database.reading() as connection:
        return eventlog.after(connection, name, 0, most=100_000)


def numbers_of(database: Database, name: str = PLACE) -> list[int]:
    return [event.seq for event in events_of(database, name)]


def head_of(database: Database, name: str = PLACE) -> eventlog.Head:
    with database.reading() as connection:
        return eventlog.head(connection, name, streams.place_of(name) or "")


def count(database: Database, table: type[DeclarativeBase]) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(table.__table__)).all())
