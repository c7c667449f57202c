"""Every row of the house that names a person, found by what the tables say of themselves.

A new table is covered without new code: its `__about__` names the columns that name people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Integer, RowMapping, Table, func, or_, select

from foundation import eventlog
from foundation.database import Model
from foundation.eventlog import EventRow
from foundation.personal import About, Fate
from people.accounts.models import Person

SECRET = frozenset(
    {"password_hash", "key", "secret", "credential", "public_key", "fingerprint", "seal", "previous"}
)
"""Columns of which only is said that there is something: who has the archive must not get in with it."""
ADDRESSES = frozenset({"email", "address"})
"""Columns that name a person by mail address, where there is no account to point at yet."""

THERE, YOURSELF, ANOTHER = "vorhanden", "Sie selbst", "eine andere Person"

Rows = list[dict[str, Any]]


def about_person(connection: Connection, person: str) -> dict[str, Rows]:
    """By table, every row that names the person (public id). Secrets and other people are left out."""
    who = connection.execute(select(Person.id, Person.email).where(Person.public_id == person)).one()
    found: dict[str, Rows] = {}
    for table, told in _tables():
        rows = _of_table(connection, table, told, row=who.id, person=person, email=who.email)
        if rows:
            found[table.name] = rows
    if events := _events(connection, person):
        found[EventRow.__tablename__] = events
    return found


def _tables() -> Iterator[tuple[Table, About]]:
    classes = {mapper.class_.__tablename__: mapper.class_ for mapper in Model.registry.mappers}
    for name in sorted(classes):
        yield Model.metadata.tables[name], classes[name].__about__


def _of_table(
    connection: Connection, table: Table, told: About, *, row: int, person: str, email: str
) -> Rows:
    naming = {name: row if _counts(table.columns[name]) else person for name in told.persons}
    meant = [table.columns[name] == value for name, value in naming.items()]
    meant += [func.lower(table.columns[name]) == email.lower() for name in told.personal & ADDRESSES]
    if not meant:
        return []
    found = connection.execute(select(table).where(or_(*meant))).mappings()
    return [_told(one, told, naming, email) for one in found]


def _counts(column: Column[Any]) -> bool:
    """Whether the column holds row numbers; the others hold public ids."""
    return bool(column.foreign_keys) or isinstance(column.type, Integer)


def _told(found: RowMapping, told: About, naming: dict[str, Any], email: str) -> dict[str, Any]:
    """The row as it is handed out. Who only did something to it does not get what it says of another."""
    matched = {name for name, value in naming.items() if found[name] == value}
    main = {name for name, fate in told.persons.items() if fate is not Fate.CLEARED}
    addressed = any(str(found[name]).lower() == email.lower() for name in told.personal & ADDRESSES)
    own = not main or bool(matched & main) or addressed
    shown: dict[str, Any] = {}
    for name, value in found.items():
        if name in SECRET:
            shown[name] = THERE if value else None
        elif name in told.persons:
            shown[name] = YOURSELF if name in matched else ANOTHER if value is not None else None
        elif own or name not in told.personal:
            shown[name] = value
    return shown


def _events(connection: Connection, person: str) -> Rows:
    """What the streams tell about the person; bodies only where nobody else is in them."""
    query = select(EventRow).where(
        or_(EventRow.subjects.contains(person, autoescape=True), EventRow.stream == f"person/{person}")
    )
    rows: Rows = []
    for found in connection.execute(query.order_by(EventRow.at)).mappings():
        row = {name: found[name] for name in ("stream", "seq", "name", "at")}
        if found["subjects"] == person or found["stream"] == f"person/{person}":
            row["body"] = found["body"]
        rows.append(row)
    return rows


def as_json(found: dict[str, Rows]) -> str:
    """The same as text, moments as the wire writes them."""
    return eventlog.encode(
        {
            table: [{key: _plain(value) for key, value in row.items()} for row in rows]
            for table, rows in found.items()
        }
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool) or hasattr(value, "tzinfo"):
        return value
    return str(value)
