"""Bringing a database to the tables of this version, and back; Alembic called from code."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.exc import OperationalError

from foundation.database import Database, Model
from werkstatt import rooms  # noqa: F401  -- declares every table
from werkstatt.paths import MIGRATIONS

TABLES: MetaData = Model.metadata
"""What the models say, once every room has declared its own."""


def upgrade(url: str, revision: str = "head", *, then: Callable[[Connection], None] | None = None) -> None:
    """Go up to a revision and do what comes with it, all of it or nothing."""

    def do(config: Config) -> None:
        command.upgrade(config, revision)
        if then is not None:
            then(config.attributes["connection"])

    _run(url, do)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """The same in a transaction that the caller has begun."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Whether this version can bring a database to that revision."""
    return any(
        revision == known.revision for known in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def downgrade(url: str, revision: str) -> None:
    """Go back down to a revision; `base` leaves no table of ours."""
    _run(url, lambda config: command.downgrade(config, revision))


def check(url: str) -> None:
    """Raise if the tables differ from the models."""
    _run(url, command.check)


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest


class NotMigratedError(Exception):
    """The database is not at this version's tables; the message says what to do."""


def require_current(database: Database) -> None:
    """Raise `NotMigratedError` unless the database stands at the newest revision."""
    if not is_current(database):
        raise NotMigratedError(
            "Die Datenbank ist nicht auf dem Stand dieser Version: »werkstatt migrate« hilft."
        )


def unreachable(error: OperationalError) -> str:
    """What to tell whoever starts something while the database does not answer."""
    reason = str(error.orig).strip().splitlines()
    return "\n".join(["Die Datenbank antwortet nicht:", *reason])


def has_tables(database: Database) -> bool:
    with database.reading() as connection:
        return bool(inspect(connection).get_table_names())


def empty(database: Database) -> None:
    """Drop every table of ours; only ever called for a demo's database."""
    with database.transaction() as connection:
        drop(connection)


def drop(connection: Connection) -> None:
    """Drop every table of ours in the caller's transaction, with all that is in them."""
    found = MetaData()
    ours = {*TABLES.tables, "alembic_version"}
    found.reflect(connection, only=lambda name, _: name in ours)
    found.drop_all(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s")
    return config


def _run(url: str, do: Callable[[Config], None]) -> None:
    database = Database(url)
    try:
        with database.transaction() as connection:
            config = _config()
            config.attributes["connection"] = connection
            do(config)
    finally:
        database.close()
