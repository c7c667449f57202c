"""Putting a backup into an empty database: as it was, but nobody is signed in and who was erased stays so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, inspect, select, update

from foundation import audit, clock, ids
from foundation.database import Database
from foundation.eventlog import StreamRow
from foundation.jobs import JobRow
from foundation.places import HOUSE, PlaceRow
from foundation.policy import COMMAND_LINE
from people.links.models import LinkRow
from people.links.rules import Purpose
from people.privacy.erasing import Erased, forget_invitations, still_there
from people.privacy.models import Erasure
from people.sign_in.models import SessionRow
from werkstatt import migrating, rooms

from . import loading
from .archive import Archive

RESTORED = "backup.restore"
"""How the list of what was administered calls it."""


class NotEmptyError(Exception):
    """The database has rows of ours."""


@dataclass(frozen=True)
class Restored:
    """What is in the database now."""

    rows: int
    erased_again: Erased


def restore(database: Database, archive: Archive, *, erased: Mapping[str, datetime], key: bytes) -> Restored:
    """Load the backup into an empty database, in one transaction; the caller erases again who is named.

    `erased`: whom the list beside the database names. `key` seals what stands in the audit log. Raises
    `NotEmptyError` and `DamagedError`; nothing is changed then.
    """
    archive.check()
    with database.transaction() as connection:
        _require_empty(connection)
        migrating.drop(connection)
        loading.load(connection, archive)
        migrating.upgrade_within(connection)
        rooms.furnish(connection)
        if not database.is_sqlite:
            _set_sequences(connection)
        _shut(connection)
        _begin_anew(connection)
        listed = {row.person: row.at for row in connection.execute(select(Erasure.person, Erasure.at))}
        forget_invitations(connection, erased)
        again = still_there(connection, {**listed, **erased})
        # What was administered since the backup is gone from the list: that somebody went back stands in it.
        told = {"actor": COMMAND_LINE.id, "command": RESTORED, "place": HOUSE, "about": ""}
        audit.note(connection, key=key, at=clock.now(), **told)
        return Restored(archive.manifest.rows, again)


def _require_empty(connection: Connection) -> None:
    """A database that has just been migrated has the one place that no command makes."""
    look = inspect(connection)
    present = set(look.get_table_names())
    for table in migrating.TABLES.sorted_tables:
        if table.name not in present:
            continue
        rows = select(func.count()).select_from(table)
        if table.name == PlaceRow.__tablename__:
            rows = rows.where(table.c.name != HOUSE)
        if connection.execute(rows).scalar_one():
            raise NotEmptyError


def _set_sequences(connection: Connection) -> None:
    """PostgreSQL counts on from its own numbers, not from those that were loaded."""
    for table in migrating.TABLES.sorted_tables:
        counted = table.autoincrement_column
        if counted is None:
            continue
        last = connection.execute(select(func.max(counted))).scalar_one()
        if last is not None:
            name = func.pg_get_serial_sequence(table.name, counted.name)
            connection.execute(select(func.setval(name, last)))


def _shut(connection: Connection) -> None:
    """No session and no way back into an account returns; claims belonged to a process that is gone."""
    connection.execute(delete(SessionRow))
    connection.execute(delete(LinkRow).where(LinkRow.purpose != Purpose.INVITATION))
    connection.execute(update(JobRow).values(claimed_until=None))


def _begin_anew(connection: Connection) -> None:
    """New epochs: a page that knew more than the backup does must not go on counting from there."""
    for table in (PlaceRow, StreamRow):
        names = connection.execute(select(table.name)).scalars().all()
        begin = update(table).where(table.name == bindparam("begun")).values(epoch=bindparam("anew"))
        if names:
            connection.execute(begin, [{"begun": name, "anew": ids.public_id()} for name in names])
