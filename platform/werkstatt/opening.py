"""Settings, database and door for what an operator types; what is wrong ends the command with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from foundation.database import Database
from foundation.door import Door
from foundation.errors import Refusal
from people.sign_in.queries import identify_within
from werkstatt import keys, migrating
from werkstatt.settings import Settings, WrongSettingsError, load


def settled() -> Settings:
    try:
        return load()
    except WrongSettingsError as error:
        raise click.ClickException(f"Die Einstellungen passen nicht:\n{error}") from error


@contextmanager
def any_database(settings: Settings) -> Iterator[Database]:
    """The database, whatever stands in it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    try:
        yield database
    except OperationalError as error:
        raise click.ClickException(migrating.unreachable(error)) from error
    finally:
        database.close()


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The house's database as this version expects it."""
    settings = settled()
    with any_database(settings) as database:
        try:
            migrating.require_current(database)
        except migrating.NotMigratedError as error:
            raise click.ClickException(str(error)) from error
        yield settings, database


def door_of(settings: Settings, database: Database) -> Door:
    return Door(
        database,
        identify_within(settings.session_limits),
        secret=keys.key(settings, keys.RECEIPTS),
        vault=keys.vault(settings),
    )


@contextmanager
def opened_door() -> Iterator[Door]:
    """The house's door; a refusal ends the command with its sentences."""
    with opened() as (settings, database):
        try:
            yield door_of(settings, database)
        except Refusal as refusal:
            raise click.ClickException(said(refusal)) from refusal


def said(refusal: Refusal) -> str:
    """What is wrong with the fields, or else with the whole; in German, as everything at the command line."""
    fields = [(told, refusal.params) if isinstance(told, str) else told for told in refusal.fields.values()]
    sentences = fields or [(refusal.message, refusal.params)]
    return " ".join(told % params if params else told for told, params in sentences)
