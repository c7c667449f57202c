"""What an operator types to have the house forget now, or to see what it would forget."""

from __future__ import annotations

import click

from foundation import clock, commands
from foundation.door import Door
from foundation.errors import Refusal
from people.privacy.retention import queries, service
from people.privacy.retention.words import CALLED
from people.sign_in.queries import identify_within
from werkstatt import keys
from werkstatt.operating import opened


@click.command()
@click.option("--dry-run", is_flag=True, help="Sagt nur, was gelöscht würde.")
def retention(*, dry_run: bool) -> None:
    """Löscht, was älter ist als seine Frist; der Server tut das jede Nacht von selbst."""
    now = clock.now()
    with opened() as (settings, database):
        if dry_run:
            with database.reading() as connection:
                going = queries.would_go(connection, settings.periods, now)
        else:
            door = Door(
                database,
                identify_within(settings.session_limits),
                secret=keys.key(settings, keys.RECEIPTS),
            )
            try:
                going = service.go_through(door, settings.periods, round_=commands.new_id(), now=now)
            except Refusal as refusal:
                raise click.ClickException(refusal.message) from refusal
        for kind, kept in settings.periods.items():
            click.echo(f"{CALLED[kind]}, älter als {kept.days} Tage: {going[kind]}")
    said = f"Zusammen: {sum(going.values())}."
    click.echo(f"{said} Es wurde nichts verändert." if dry_run else said)
