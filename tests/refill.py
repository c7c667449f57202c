"""A furnished database that is brought back for each test: quicker than one made or opened anew.

With the same engine, which has put together before what it asks: most of a short test would go into that.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, select

from foundation.database import Database, Model


class Kept(Protocol):
    """What stood in a database when it was kept."""

    def bring_back(self) -> None:
        """It stands there again, and nothing else."""


def keep(database: Database) -> Kept:
    """As it is now; nobody may be in it."""
    return _File(database) if database.is_sqlite else _Tables(database)


class _File:
    """A copy beside the file; whoever still has the old one open keeps that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = Path(str(database.url.database))
        self._copy = self._file.with_suffix(".kept")
        database.close()  # so that the file is whole, without a log beside it
        shutil.copy(self._file, self._copy)

    def bring_back(self) -> None:
        self._database.close()
        for name in (self._file, Path(f"{self._file}-wal"), Path(f"{self._file}-shm")):
            name.unlink(missing_ok=True)
        shutil.copy(self._copy, self._file)


class _Tables:
    """On PostgreSQL, in tables beside, brought back in one round trip.

    Numbers of rows go on from where they were: no test may rely on them.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.transaction() as connection:
            connection.exec_driver_sql("CREATE SCHEMA kept")
            self._script = ";\n".join(_statements(connection))

    def bring_back(self) -> None:
        with self._database.transaction() as connection:
            connection.exec_driver_sql(self._script)


def _statements(connection: Connection) -> list[str]:
    tables = Model.metadata.sorted_tables
    emptied = [f'DELETE FROM "{table.name}"' for table in reversed(tables)]
    filled = []
    for table in tables:
        if connection.execute(select(1).select_from(table).limit(1)).first():
            connection.exec_driver_sql(f'CREATE TABLE kept."{table.name}" AS TABLE "{table.name}"')
            filled.append(f'INSERT INTO "{table.name}" SELECT * FROM kept."{table.name}"')
    return [*emptied, *filled]
