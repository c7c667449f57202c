"""Putting the rows of a backup into the tables of its own time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, column, insert, inspect, table, update
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
        pointing = [
            key["constrained_columns"][0]
            for key in look.get_foreign_keys(entry.name)
            if key["referred_table"] == entry.name
        ]
        _fill(connection, archive, entry, pointing)


def _fill(connection: Connection, archive: Archive, entry: TableEntry, pointing: Sequence[str]) -> None:
    """`pointing`: the columns that point at rows of the same table, which may come later than theirs."""
    names = [named.name for named in entry.columns]
    this = table(entry.name, *(column(named.name, TYPES[named.kind]) for named in entry.columns))
    nowhere = dict.fromkeys(pointing)
    pointed = update(this).where(this.c.id == bindparam("row")) if pointing else None
    later = []
    try:
        for rows in _batches(archive, entry, names):
            connection.execute(insert(this), [{**row, **nowhere} for row in rows])
            later += [
                {"row": row["id"], **{f"to_{name}": row[name] for name in pointing}}
                for row in rows
                if any(row[name] is not None for name in pointing)
            ]
        if pointed is not None and later:
            connection.execute(pointed.values({name: bindparam(f"to_{name}") for name in pointing}), later)
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
