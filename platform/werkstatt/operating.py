"""What an operator types before and beside the server: settings, tables, the first account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import click

from foundation import commands, policy
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.policy import Role
from people.accounts.queries import account, names
from people.sign_in import passwords
from werkstatt import dangers, migrating, rooms
from werkstatt.bounds import Bounds
from werkstatt.opening import any_database, opened_door, settled
from werkstatt.settings import Settings


@click.command("check-config")
def check_config() -> None:
    """Prüft die Einstellungen und sagt, was gilt."""
    settings = settled()
    if found := list(dangers.in_settings(settings)):
        raise click.ClickException("\n".join(found))
    for name, field in sorted(Settings.model_fields.items(), key=lambda each: each[0] in Bounds.model_fields):
        variable = field.alias or f"WERKSTATT_{name.upper()}"
        click.echo(f"{variable}={_without_secrets(name, getattr(settings, name))}    # {field.description}")


@click.command()
def migrate() -> None:
    """Bringt die Datenbank auf den Stand dieser Version."""
    settings = settled()
    with any_database(settings) as database:
        migrating.upgrade(settings.database)
        with database.transaction() as connection:
            rooms.furnish(connection)
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@click.command("create-admin")
@click.option("--email", prompt="E-Mail-Adresse")
@click.option("--name", help="Name, wie er angezeigt wird; nur für ein neues Konto.")
@click.option("--password", help="Ohne diese Angabe wird danach gefragt.")
def create_admin(email: str, name: str | None, password: str | None) -> None:
    """Legt ein Konto für die Programmverwaltung an, oder macht ein vorhandenes dazu."""
    with opened_door() as door:
        found = _known(door, email)
        if found:
            click.echo(f"Zu dieser Adresse gehört schon ein Konto: {found.name}. Es wird Programmverwaltung.")
            person, shown = found.id, found.name
            hashed = _hash(password)
        else:
            given = name or click.prompt("Name, wie er angezeigt wird", default="Programmbüro")
            hashed = _hash(password)
            made = _carry_out(door, "person.create", "house", {"name": given, "email": email})
            person, shown = made["person"], _name(door, made["person"])
        _make_administrator(door, person)
        _carry_out(door, "password.set", f"person/{person}", {"hash": hashed})
    click.echo(f"{shown} kann sich jetzt mit dieser Adresse anmelden.")


@click.command("set-password")
@click.option("--email", prompt="E-Mail-Adresse")
@click.option("--password", help="Ohne diese Angabe wird danach gefragt.")
def set_password(email: str, password: str | None) -> None:
    """Gibt einem Konto ein neues Passwort und beendet seine Sitzungen."""
    with opened_door() as door:
        found = _known(door, email)
        if found is None:
            raise click.ClickException("Zu dieser Adresse gibt es kein Konto.")
        _carry_out(door, "password.set", f"person/{found.id}", {"hash": _hash(password)})
    click.echo(f"{found.name} hat ein neues Passwort. Alle Sitzungen dieses Kontos sind beendet.")


@click.command("drop-factors")
@click.argument("email")
def drop_factors(email: str) -> None:
    """Nimmt einem Konto Passkeys, Codes und Wiederherstellungscodes: für jemanden, dem alles abhandenkam."""
    with opened_door() as door:
        found = _known(door, email)
        if found is None:
            raise click.ClickException("Zu dieser Adresse gibt es kein Konto.")
        _carry_out(door, "factors.drop", f"person/{found.id}", {})
    click.echo(
        f"{found.name} meldet sich wieder mit dem ersten Schritt allein an. Alle Sitzungen sind beendet."
    )


def _without_secrets(name: str, value: object) -> str:
    if name in ("secret_key", "oidc_client_secret"):
        return "***" if value else ""
    named = re.sub(r"(?<=://)([^/@]*):[^/@]*@", r"\1:***@", str(value))
    return re.sub(r"(?<=[?&]password=)[^&]*", "***", named)


@dataclass(frozen=True)
class _Known:
    id: str
    name: str


def _known(door: Door, email: str) -> _Known | None:
    """Whose account the address is, however it was typed."""
    with door.database.reading() as connection:
        found = account(connection, email)
    if found and found.locked:
        raise click.ClickException("Das Konto zu dieser Adresse ist gesperrt.")
    return _Known(found.id, _name(door, found.id)) if found else None


def _name(door: Door, person: str) -> str:
    with door.database.reading() as connection:
        return names(connection, [person])[person]


def _hash(password: str | None) -> str:
    """Of what was given, or else typed twice."""
    if password is None:
        password = click.prompt("Passwort", hide_input=True, confirmation_prompt="Passwort noch einmal")
    passwords.check_new(password, repeated=password)
    return passwords.hash_of(password)


def _make_administrator(door: Door, person: str) -> None:
    try:
        _carry_out(door, "role.grant", "house", {"person": person, "role": Role.ADMINISTRATOR})
    except Refusal as refusal:
        if refusal.code is not Code.CONFLICT:  # has the role already
            raise


def _carry_out(door: Door, name: str, place: str, body: dict[str, Any]) -> dict[str, str]:
    return dict(door.carry_out(policy.COMMAND_LINE, commands.ask(name, place, body)).result)
