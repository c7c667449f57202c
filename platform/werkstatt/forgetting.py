"""What an operator types to have the house forget now, or to see what it would forget."""

from __future__ import annotations

import click

from foundation import clock, commands
from foundation.errors import Refusal
from people.privacy.retention import queries, service
from people.privacy.retention.words import CALLED
from werkstatt.opening import door_of, opened, said


@click.command()
@click.option("--dry-run", is_flag=True, help="Sagt nur, was gelöscht würde.")
def retention(*, dry_run: bool) -> None:
    """Löscht, was älter ist als seine Frist; der Server tut das jede Nacht von selbst."""
    now = clock.now()
    with opened() as (settings, database):
        if dry_run:
            with database.reading() as connection:
                going = queries.would_go(connection, settings.periods, now)
                warned = queries.to_warn(connection, settings.periods, now)
        else:
            door = door_of(settings, database)
            try:
                going = service.go_through(door, settings.periods, round_=commands.new_id(), now=now)
                warned = service.warn_unused(door, settings.periods, now=now)
            except Refusal as refusal:
                raise click.ClickException(said(refusal)) from refusal
        for kind, kept in settings.periods.items():
            click.echo(f"{CALLED[kind]}, älter als {kept.days} Tage: {going[kind]}")
        click.echo(f"Konten, vor deren Löschen eine E-Mail warnt: {warned}")
    total = f"Zusammen: {sum(going.values())}."
    click.echo(f"{total} Es wurde nichts verändert." if dry_run else total)
