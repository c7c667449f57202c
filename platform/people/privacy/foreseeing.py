"""What erasing a person would do, without doing it: what goes, what stays without the name, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, false, func, not_, or_, select

from foundation.errors import Refusal
from foundation.eventlog import EventRow
from foundation.jobs import JobRow
from foundation.personal import Fate
from people.accounts.models import Person
from people.cohorts import leaving

from . import finding, mentions
from .finding import Who
from .labels import GOES, STAYS, WHY_TOLD
from .models import Erasure


@dataclass(frozen=True)
class Subject:
    """One kind of thing the house knows, as people call it, and how many there are. `why` it stays."""

    what: str
    count: int
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """All texts are message ids; `obstacles` keep it from being done."""

    name: str
    email: str
    goes: Sequence[Subject]
    stays: Sequence[Subject]
    obstacles: Sequence[Refusal]


def foresee(connection: Connection, person: str, now: datetime) -> Foreseen | None:
    """For the person with that public id; none for who is erased. A query or two for each table."""
    found = finding.who(connection, person)
    if found is None:
        return None
    account = Person.__tablename__
    goes, stays = [Subject(GOES[account], 1)], [Subject(STAYS[account], 1, Person.__about__.why)]
    for table, told in finding.tables():
        conditions = finding.naming(table, told, found)
        if table.name == account or not conditions:
            continue
        gone = or_(
            false(), *(one for name, one in conditions.items() if finding.fate(told, name) is Fate.DELETED)
        )
        left = or_(
            false(),
            *(one for name, one in conditions.items() if finding.fate(told, name) is not Fate.DELETED),
        )
        counts = select(
            func.count().filter(gone),
            func.count().filter(and_(left, not_(func.coalesce(gone, False)))),
        )
        going, staying = connection.execute(counts.select_from(table)).one()
        goes += [Subject(GOES[table.name], going)] if going else []
        stays += [Subject(STAYS[table.name], staying, told.why)] if staying else []
    goes += _due(connection, found)
    stays += _told(connection, person)
    stays.append(Subject(STAYS[Erasure.__tablename__], 1, Erasure.__about__.why))
    return Foreseen(
        name=connection.execute(select(Person.name).where(Person.id == found.row)).scalar_one(),
        email=found.email,
        goes=goes,
        stays=stays,
        obstacles=leaving.obstacles(connection, person, now),
    )


def _due(connection: Connection, person: Who) -> list[Subject]:
    works = len(finding.due_work(connection, person))
    return [Subject(GOES[JobRow.__tablename__], works)] if works else []


def _told(connection: Connection, person: str) -> list[Subject]:
    elsewhere = EventRow.stream != mentions.own_stream(person)
    query = select(func.count()).select_from(EventRow).where(mentions.mentioning(person), elsewhere)
    count = connection.execute(query).scalar_one()
    return [Subject(STAYS[EventRow.__tablename__], count, WHY_TOLD)] if count else []
