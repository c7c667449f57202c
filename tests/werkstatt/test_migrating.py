"""Migrations go up, agree with the models, go down and up again, on both kinds of database."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect

from foundation.database import Database, Model
from werkstatt import migrating


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


def test_an_empty_database_is_not_current_and_a_migrated_one_is(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(migrating.NotMigratedError, match="werkstatt migrate"):
        migrating.require_current(database)
    migrating.upgrade(database_url)
    migrating.require_current(database)
    database.close()
