"""A furnished database on PostgreSQL that is brought back for each test, quicker than it could be copied."""

from __future__ import annotations

from sqlalchemy import Connection, select

from foundation.database import Database, Model


class Kept:
    """What stands in the database now, kept beside it and brought back in one round trip.

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
