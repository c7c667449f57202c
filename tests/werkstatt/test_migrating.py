"""Migrations go up, agree with the models, go down and up again, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, inspect

from foundation.database import Database, Model
from werkstatt import migrating

NOW = "'2026-11-22 10:00:00+00:00'"
OF_THE_FIRST_VERSION = f"""
INSERT INTO person VALUES (1, 'a', 'Ahlen', 'a@b.de', 'hash', 'de', 'auto', {NOW}, NULL)
INSERT INTO organisation VALUES (1, 'b', 'Ahlen', 'stadt', 'Münsterland')
INSERT INTO cohort VALUES (1, 'c', 'Durchgang', '2026-01-01', '2026-12-31', 2)
INSERT INTO team VALUES (1, 'd', 1, 1, 'Ahlen')
INSERT INTO seat VALUES (1, 'e', 1, 1, {NOW}, NULL)
INSERT INTO role_grant VALUES (1, 'f', 1, 'administrator', NULL, NULL, {NOW}, NULL)
INSERT INTO role_grant VALUES (2, 'g', 1, 'coach', NULL, 1, {NOW}, NULL)
INSERT INTO session VALUES (1, 'h', 1, 'key', {NOW}, {NOW}, {NOW}, 'Firefox')
"""
AS_BEFORE = ("person", "organisation", "cohort", "team", "seat", "session")
"""New columns stand behind these; a table made anew on SQLite may have them in between."""


@contextmanager
def everything(url: str) -> Iterator[Connection]:
    database = Database(url)
    with database.transaction() as connection:
        yield connection
    database.close()


def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    with everything(url) as connection:
        return {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY id")]
            for name in (*AS_BEFORE, "role_grant")
        }


def tables(url: str) -> set[str]:
    database = Database(url)
    with database.reading() as connection:
        found = set(inspect(connection).get_table_names())
    database.close()
    return found - {"alembic_version"}


def test_migrations_go_up_and_down_and_agree_with_the_models(database_url: str) -> None:
    migrating.upgrade(database_url)
    migrating.check(database_url)
    assert tables(database_url) == set(Model.metadata.tables)
    migrating.downgrade(database_url, "base")
    assert tables(database_url) == set()
    migrating.upgrade(database_url)
    migrating.check(database_url)


def test_what_stands_in_the_database_is_still_there_a_version_later_and_back(database_url: str) -> None:
    migrating.upgrade(database_url, "2026_11_22_first_tables")
    with everything(database_url) as connection:
        for statement in OF_THE_FIRST_VERSION.strip().splitlines():
            connection.exec_driver_sql(statement)
    before = rows(database_url)
    migrating.upgrade(database_url)
    migrating.check(database_url)
    after = rows(database_url)
    assert {name: [row[: len(before[name][0])] for row in after[name]] for name in AS_BEFORE} == {
        name: before[name] for name in AS_BEFORE
    }
    migrating.downgrade(database_url, "2026_11_22_first_tables")
    assert rows(database_url) == before


def test_an_empty_database_is_not_current_and_a_migrated_one_is(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(migrating.NotMigratedError, match="werkstatt migrate"):
        migrating.require_current(database)
    migrating.upgrade(database_url)
    migrating.require_current(database)
    database.close()
