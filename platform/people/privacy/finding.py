"""Where a person is named: in which rows, by what the tables say of themselves, and in which due work.

A new table is covered without new code: its `__about__` names the columns that name people.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, Table, func, select

from foundation.database import Model
from foundation.jobs import JobRow
from foundation.personal import About, Fate
from people.accounts.models import Person
from people.accounts.rules import address
from people.mail.models import MailRow

ADDRESSES = frozenset({"email", "address"})
"""Columns that name a person by mail address, where there is no account to point at yet."""


@dataclass(frozen=True)
class Who:
    """A person by everything that names them in the tables."""

    row: int
    id: str
    email: str
    language: str


def who(connection: Connection, person: str) -> Who | None:
    """The person with that public id; none for who is erased or never was."""
    query = select(Person.id, Person.public_id, Person.email, Person.language)
    row = connection.execute(query.where(Person.public_id == person, Person.erased_at.is_(None))).first()
    return Who(*row) if row else None


def tables() -> Iterator[tuple[Table, About]]:
    """Every table with what it says of itself; who points at another comes before it."""
    classes = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
    for table in reversed(Model.metadata.sorted_tables):
        yield table, classes[table.name].__about__


def naming(table: Table, told: About, person: Who) -> Mapping[str, ColumnElement[bool]]:
    """By column: the condition that a row names the person in it, by row, public id or address."""
    found = {name: table.c[name] == _value(table.c[name], person) for name in told.persons}
    return found | {name: func.lower(table.c[name]) == person.email for name in told.personal & ADDRESSES}


def fate(told: About, column: str) -> Fate:
    """What becomes of a row that names the person in that column; one that bears only the address goes."""
    return told.persons.get(column, Fate.DELETED)


def _value(column: Column[Any], person: Who) -> int | str:
    """Row numbers in columns of numbers; the others hold public ids."""
    return person.row if column.foreign_keys or isinstance(column.type, Integer) else person.id


@dataclass(frozen=True)
class Due:
    """A piece of due work that concerns the person."""

    id: str
    kind: str
    due_at: datetime
    payload: Mapping[str, Any]


def due_work(connection: Connection, person: Who) -> Sequence[Due]:
    """What is still to be done about the person: what names them, and the sending of their mails."""
    mails = connection.execute(select(MailRow.public_id).where(MailRow.person_id == person.row)).scalars()
    meant = {person.id, f"person/{person.id}", *mails}
    query = select(JobRow.id, JobRow.kind, JobRow.due_at, JobRow.payload).order_by(JobRow.due_at)
    rows = connection.execute(query)
    works = (Due(row.id, row.kind, row.due_at, json.loads(row.payload)) for row in rows)
    return [work for work in works if _concerns(work.payload.values(), meant, person.email)]


def _concerns(values: Collection[Any], meant: Collection[str], email: str) -> bool:
    return any(isinstance(one, str) and (one in meant or address(one) == email) for one in values)
