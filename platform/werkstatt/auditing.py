"""What an operator types to see whether anybody has touched the list of what was administered."""

from __future__ import annotations

from datetime import datetime

import click

from foundation import audit, clock
from foundation.audit import Chain
from werkstatt import keys
from werkstatt.opening import opened


@click.group("audit")
def group() -> None:
    """Prüft das Protokoll der Verwaltung."""


@group.command()
@click.option("--head", default="", help="Prüfwert von einer früheren Prüfung: Er muss noch vorkommen.")
def verify(head: str) -> None:
    """Prüft, ob ein Eintrag verändert, entfernt, eingefügt oder verschoben wurde."""
    with opened() as (settings, database), database.reading() as connection:
        found = audit.look(connection, key=keys.key(settings, keys.RECEIPTS), head=head.strip().lower())
    click.echo(_told(found))
    if found.broken is not None:
        raise click.ClickException(
            f"Eintrag {found.broken} passt nicht zu seinem Prüfwert oder nicht zu dem Eintrag davor. "
            "Entweder wurde das Protokoll verändert, oder WERKSTATT_SECRET_KEY ist ein anderer als damals."
        )
    if not found.known:
        raise click.ClickException(
            "Der genannte Prüfwert kommt nicht mehr vor. Entweder wurde am Ende etwas entfernt, "
            "oder der Eintrag ist so alt, dass er inzwischen vergessen wurde."
        )
    click.echo("Das Protokoll ist unverändert.")


def _told(found: Chain) -> str:
    if found.begins is None or found.ends is None:
        return "Das Protokoll ist leer."
    lines = [
        f"Einträge: {found.entries}",
        f"Erster: Nummer {found.first} vom {_day(found.begins)}",
        f"Letzter: Nummer {found.first + found.entries - 1} vom {_day(found.ends)}",
        f"Prüfwert des letzten: {found.ends_at}",
    ]
    return "\n".join(lines)


def _day(moment: datetime) -> str:
    return moment.astimezone(clock.SHOWN_IN).strftime("%d.%m.%Y, %H:%M Uhr")
