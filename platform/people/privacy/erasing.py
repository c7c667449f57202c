"""Erasing a person from the tables, and once more after a backup was put back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from foundation import commands
from foundation.door import Door
from foundation.jobs import JobRow
from foundation.personal import Fate
from people.accounts.models import Person
from people.invitations.models import Invitation
from people.links.models import LinkRow

from . import finding
from .finding import Who
from .policy import RESTORING


def forget_rows(connection: Connection, person: Who) -> None:
    """What each table says becomes of rows that name the person: deleted, or emptied of them.

    The person's own row, and what keeps pointing at it, is left to the caller.
    """
    due = [work.id for work in finding.due_work(connection, person)]
    connection.execute(delete(JobRow).where(JobRow.id.in_(due)))
    _forget_links(connection, person)
    for table, told in finding.tables():
        conditions = finding.naming(table, told, person)
        gone = [
            condition
            for name, condition in conditions.items()
            if finding.fate(told, name) is Fate.DELETED and table.name != Person.__tablename__
        ]
        if gone:
            connection.execute(delete(table).where(or_(*gone)))
        for name, fate in told.persons.items():
            if fate is Fate.CLEARED:
                connection.execute(update(table).where(conditions[name]).values({name: None}))


def _forget_links(connection: Connection, person: Who) -> None:
    """The links of invitations name nobody yet: they go with their invitations."""
    invited = finding.naming(Invitation.__table__, Invitation.__about__, person)  # type: ignore[arg-type]  # it is a table
    own = or_(invited["person_id"], invited["email"])
    ids = select(Invitation.public_id).where(own)
    connection.execute(delete(LinkRow).where(LinkRow.subject.in_(ids)))


def reapply(door: Door, erased: Sequence[tuple[str, datetime]]) -> None:
    """Erase again who is back with a backup: public ids, with the moments of their erasure.

    Raises what the door raises; who is erased already is left alone.
    """
    for person, _at in erased:
        with door.database.reading() as connection:
            if finding.who(connection, person) is None:
                continue
        door.carry_out(RESTORING, commands.ask("person.erase", f"person/{person}", {"sure": True}))
