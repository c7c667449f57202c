"""Putting the rows of a backup into the tables of its own time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, column, insert, inspect, table
from sqlalchemy.exc import DataError, IntegrityError

from werkstatt import migrating

from .archive import Archive, TableEntry
from .rows import TYPES, DamagedError

AT_ONCE = 500


def load(connection: Connection, archive: Archive) -> None:
    """Make the tables as they were when the backup was made, and fill them; the database has none of ours.

    Raises `DamagedError` for rows that do not fit the tables or each other.
    """
    revision = archive.manifest.revision
    if not migrating.knows(revision):
        raise DamagedError(
            "Diese Version kennt den Stand der Datenbank nicht, von dem die Sicherung ist. "
            "Bitte nehmen Sie die Version, mit der sie gemacht wurde, oder eine neuere."
        )
    migrating.upgrade_within(connection, revision)
    look = inspect(connection)
    present = set(look.get_table_names())
    for entry in archive.manifest.tables:
        columns = (
            {found["name"] for found in look.get_columns(entry.name)} if entry.name in present else set()
        )
        if not columns or columns != {named.name for named in entry.columns}:
            raise DamagedError(f"Die Tabelle {entry.name} der Sicherung passt nicht zu ihrem Stand.")
        _fill(connection, archive, entry)


def _fill(connection: Connection, archive: Archive, entry: TableEntry) -> None:
    names = [named.name for named in entry.columns]
    into = insert(table(entry.name, *(column(named.name, TYPES[named.kind]) for named in entry.columns)))
    try:
        for rows in _batches(archive, entry, names):
            connection.execute(into, rows)
    except (IntegrityError, DataError):
        raise DamagedError(f"Die Zeilen von {entry.name} passen nicht zu den anderen.") from None


def _batches(archive: Archive, entry: TableEntry, names: list[str]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for values in archive.lines(entry):
        batch.append(dict(zip(names, values, strict=True)))
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
