"""Everything the house knows about a person, as it is handed out to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, or_, select

from foundation import eventlog
from foundation.database import Model
from foundation.eventlog import EventRow
from foundation.jobs import JobRow
from foundation.personal import About, Fate
from foundation.text import N_
from people.accounts.models import Person
from people.accounts.queries import names

from . import finding, mentions
from .finding import ADDRESSES, Who

SECRET = frozenset(
    {"password_hash", "key", "secret", "credential", "public_key", "fingerprint", "seal", "previous"}
)
"""Columns of which only is said that there is something: who has the archive must not get in with it."""


class Said(StrEnum):
    """What stands in place of a value; message ids."""

    THERE = N_("vorhanden")
    YOURSELF = N_("Sie selbst")
    ANOTHER = N_("eine andere Person")


Rows = list[dict[str, Any]]
Found = dict[str, Rows]
"""By table, its rows by column."""


def about_person(connection: Connection, person: str) -> Found:
    """By table, every row that names the person (public id). Secrets and other people are left out."""
    who = finding.who(connection, person)
    if who is None:
        return {}
    found: Found = {}
    for table, told in finding.tables():
        if rows := _of_table(connection, table, told, who):
            found[table.name] = rows
    if events := _events(connection, who):
        found[EventRow.__tablename__] = events
    if due := finding.due_work(connection, who):
        found[JobRow.__tablename__] = [
            {"kind": work.kind, "due_at": work.due_at, "payload": dict(work.payload)} for work in due
        ]
    return dict(sorted(found.items()))


def _of_table(connection: Connection, table: Table, told: About, who: Who) -> Rows:
    conditions = finding.naming(table, told, who)
    if not conditions:
        return []
    found = connection.execute(select(table).where(or_(*conditions.values()))).mappings()
    return [_told(one, table, told, who) for one in found]


def _told(found: RowMapping, table: Table, told: About, who: Who) -> dict[str, Any]:
    """The row as it is handed out. Who only did something to it does not get what it says of another."""
    matched = {name for name in told.persons if found[name] in (who.row, who.id)}
    main = {name for name, fate in told.persons.items() if fate is not Fate.CLEARED}
    addressed = any(str(found[name]).lower() == who.email for name in told.personal & ADDRESSES)
    own = not main or bool(matched & main) or addressed
    shown: dict[str, Any] = {}
    for column in table.columns:
        name, value = column.name, found[column.name]
        if name in SECRET:
            shown[name] = Said.THERE if value else None
        elif name in told.persons:
            shown[name] = Said.YOURSELF if name in matched else Said.ANOTHER if value is not None else None
        elif own or name not in told.personal:
            shown[name] = value
    return shown


def _events(connection: Connection, who: Who) -> Rows:
    """What the streams tell about the person, by themselves or by others; nobody else is named in it."""
    query = select(EventRow).where(mentions.mentioning(who.id)).order_by(EventRow.at, EventRow.seq)
    rows = connection.execute(query).mappings().all()
    told = [json.loads(row["body"]) for row in rows]
    others = set(names(connection, mentions.named(told))) - {who.id}
    return [
        {
            **{name: row[name] for name in ("stream", "seq", "name", "at")},
            "body": mentions.without_others(body, others, Said.ANOTHER),
        }
        for row, body in zip(rows, told, strict=True)
    ]


def names_behind(connection: Connection, found: Found) -> Mapping[tuple[str, int], str]:
    """By column and row number: what the thing is called that a row points at; one query a table."""
    behind: dict[tuple[str, int], str] = {}
    for name, rows in found.items():
        table = Model.metadata.tables[name]
        for key in (key for column in table.columns for key in column.foreign_keys):
            target = key.column.table
            word = target.columns.get("name") if "name" in target.columns else target.columns.get("title")
            numbers = {row.get(key.parent.name) for row in rows}
            asked = [one for one in numbers if isinstance(one, int)]
            if word is None or target.name == Person.__tablename__ or not asked:
                continue
            called = connection.execute(select(key.column, word).where(key.column.in_(asked)))
            behind |= {(key.parent.name, number): text for number, text in called}
    return behind


def as_json(found: Found, say: Callable[[str], str] = str) -> str:
    """The same as text, moments as the wire writes them; `say` translates what stands in place of values."""
    return eventlog.encode(_plain(found, say))


def _plain(value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, Said):
        return say(value)
    if isinstance(value, dict):
        return {key: _plain(one, say) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, say) for one in value]
    if value is None or isinstance(value, str | int | float | bool) or hasattr(value, "tzinfo"):
        return value
    return str(value)
