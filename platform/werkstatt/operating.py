"""What an operator types before and beside the server: settings, tables, the first account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from foundation import commands, policy
from foundation.database import Database
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.policy import Role
from people.accounts.queries import account
from people.sign_in import passwords
from people.sign_in.queries import identify_within
from people.sign_in.rules import SHORTEST_PASSWORD
from werkstatt import keys, migrating, rooms
from werkstatt.settings import Settings, WrongSettingsError, load


@click.command("check-config")
def check_config() -> None:
    """Prüft die Einstellungen und sagt, was gilt."""
    settings = _settings()
    for name, field in Settings.model_fields.items():
        variable = field.alias or f"WERKSTATT_{name.upper()}"
        click.echo(f"{variable}={_without_secrets(name, getattr(settings, name))}    # {field.description}")


@click.command()
def migrate() -> None:
    """Bringt die Datenbank auf den Stand dieser Version."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrating.upgrade(settings.database)
    with _database(settings) as database, database.transaction() as connection:
        rooms.furnish(connection)
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@click.command("create-admin")
@click.option("--email", prompt="E-Mail-Adresse")
@click.option("--name", prompt="Name, wie er angezeigt wird", default="Programmbüro")
@click.password_option("--password", prompt="Passwort", confirmation_prompt="Passwort noch einmal")
def create_admin(email: str, name: str, password: str) -> None:
    """Legt ein Konto für die Programmverwaltung an, oder gibt ihm ein neues Passwort."""
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"Das Passwort braucht mindestens {SHORTEST_PASSWORD} Zeichen.")
    settings = _settings()
    with _database(settings) as database:
        try:
            migrating.require_current(database)
            door = Door(
                database, identify_within(settings.session_limits), secret=keys.key(settings, keys.RECEIPTS)
            )
            person = _administrator(door, email, name)
            _carry_out(door, "password.set", f"person/{person}", {"hash": passwords.hash_of(password)})
        except migrating.NotMigratedError as error:
            raise click.ClickException(str(error)) from error
        except Refusal as refusal:
            sentences = [text if isinstance(text, str) else text[0] for text in refusal.fields.values()]
            raise click.ClickException(" ".join([refusal.message, *sentences])) from refusal
    click.echo(f"{name} kann sich jetzt mit dieser Adresse anmelden.")


def _without_secrets(name: str, value: object) -> str:
    if name == "secret_key":
        return "***"
    return re.sub(r"(?<=://)([^/@]*):[^/@]*@", r"\1:***@", str(value))


def _administrator(door: Door, email: str, name: str) -> str:
    """The public id of the person with that address, who is an administrator afterwards."""
    with door.database.reading() as connection:
        known = account(connection, email)
    created = {"name": name, "email": email}
    person = known.id if known else _carry_out(door, "person.create", "house", created)["person"]
    try:
        _carry_out(door, "role.grant", "house", {"person": person, "role": Role.ADMINISTRATOR})
    except Refusal as refusal:
        if refusal.code is not Code.CONFLICT:  # has the role already
            raise
    return person


def _carry_out(door: Door, name: str, place: str, body: dict[str, Any]) -> dict[str, str]:
    return dict(door.carry_out(policy.system("command-line"), commands.ask(name, place, body)).result)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database)
    try:
        yield database
    finally:
        database.close()


def _settings() -> Settings:
    try:
        return load()
    except WrongSettingsError as error:
        raise click.ClickException(f"Die Einstellungen passen nicht:\n{error}") from error
