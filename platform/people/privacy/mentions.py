"""Where the log of events tells about a person, and telling it without them."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update

from foundation import eventlog
from foundation.eventlog import EventRow, StreamRow
from people.accounts.models import NAMELESS

_REWRITE = (
    update(EventRow)
    .where(EventRow.stream == bindparam("of"), EventRow.seq == bindparam("number"))
    .values(body=bindparam("told"), subjects=bindparam("about"))
)


def own_stream(person: str) -> str:
    return f"person/{person}"


def mentioning(person: str) -> ColumnElement[bool]:
    """The condition that an event tells about the person (public id)."""
    return or_(
        EventRow.stream == own_stream(person),
        EventRow.body.contains(person, autoescape=True),
        EventRow.subjects.contains(person, autoescape=True),
    )


def streams_about(connection: Connection, person: str) -> list[str]:
    """The streams that tell about the person somewhere; reads through the whole log."""
    query = select(EventRow.stream).where(mentioning(person)).distinct().order_by(EventRow.stream)
    return list(connection.execute(query).scalars())


def forget(connection: Connection, person: str) -> None:
    """Take the person out of the log. Whoever follows a stream that told of them loads it anew.

    Their own stream is emptied; elsewhere their name and id become empty, and the event stays. The caller
    holds the places of the streams.
    """
    own, streams = own_stream(person), streams_about(connection, person)
    rows = connection.execute(select(EventRow).where(mentioning(person), EventRow.stream != own)).all()
    rewritten = [
        {
            "of": row.stream,
            "number": row.seq,
            "told": eventlog.encode(without(json.loads(row.body), person)),
            "about": ",".join(one for one in row.subjects.split(",") if one != person),
        }
        for row in rows
    ]
    if rewritten:
        connection.execute(_REWRITE, rewritten)
    connection.execute(delete(EventRow).where(EventRow.stream == own))
    connection.execute(update(StreamRow).where(StreamRow.name == own).values(trimmed=StreamRow.head))
    for stream in streams:
        eventlog.begin_epoch(connection, stream)


def without(value: Any, person: str) -> Any:
    """What an event tells, with nobody where the person (public id) stood."""
    if isinstance(value, dict):
        told = {key: without(one, person) for key, one in value.items()}
        return {**told, "name": NAMELESS} if value.get("id") == person and "name" in value else told
    if isinstance(value, list):
        return [without(one, person) for one in value]
    return "" if value == person else value


def named(value: Any) -> set[str]:
    """The public ids of everything that stands in it with a name; people are only some of them."""
    if isinstance(value, dict):
        own = {value["id"]} if isinstance(value.get("id"), str) and "name" in value else set()
        return own.union(*(named(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(named(one) for one in value))
    return set()


def without_others(value: Any, others: Collection[str], instead: str) -> Any:
    """The same with nobody of the others (public ids): `instead` stands for their names and ids."""
    if isinstance(value, dict):
        told = {key: without_others(one, others, instead) for key, one in value.items()}
        return {**told, "name": instead} if value.get("id") in others and "name" in value else told
    if isinstance(value, list):
        return [without_others(one, others, instead) for one in value]
    return instead if isinstance(value, str) and value in others else value
