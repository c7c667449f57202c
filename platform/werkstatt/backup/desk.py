"""What an operator types to make, check and restore a backup."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from babel.dates import format_datetime
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.database import Database
from foundation.errors import Refusal
from people.privacy import erasing, sweeping
from people.privacy import erasures as list_of_erasures
from werkstatt import keys, migrating
from werkstatt.holding import AlreadyServedError, hold
from werkstatt.opening import any_database, door_of, settled
from werkstatt.settings import Settings
from workshops.voting.secret import keeping

from . import archive, making, restoring, verifying
from .archive import Archive, Manifest
from .rows import DamagedError

BACKUPS = "backups"
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group("backup", invoke_without_command=True)
@click.option("--to", type=click.Path(path_type=Path), help="Datei oder Ordner; sonst im Datenordner.")
@click.pass_context
def backup(context: click.Context, to: Path | None) -> None:
    """Sichert alle Daten in eine Datei, auch während der Server läuft."""
    if context.invoked_subcommand is not None:
        return
    settings = settled()
    sealed = bool(settings.backup_recipient)
    name = making.default_name(clock.now(), sealed=sealed)
    target = to or settings.data_dir / BACKUPS
    if target.is_dir() or to is None:
        target = target / name
    with any_database(settings) as database:
        try:
            migrating.require_current(database)
            made = making.make(database, target, recipient=settings.backup_recipient)
        except migrating.NotMigratedError as error:
            raise click.ClickException(str(error)) from error
        except FileExistsError as error:
            raise click.ClickException(
                f"{target} gibt es schon. Bitte nennen Sie eine andere Datei."
            ) from error
        except OSError as error:
            raise click.ClickException(f"Die Sicherung ist nicht zu schreiben: {error.strerror}.") from error
    click.echo(f"{made.file}: {made.rows} Zeilen, {made.size / 1e6:.1f} MB.")
    if not made.sealed:
        click.echo(
            "Achtung: Die Sicherung ist nicht verschlüsselt. WERKSTATT_BACKUP_RECIPIENT nennt den Schlüssel, "
            "für den sie es wäre.",
            err=True,
        )


@backup.command()
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="Datei mit dem geheimen Schlüssel (age).")
def verify(file: Path, identity: Path | None) -> None:
    """Prüft eine Sicherung, ohne sie einzuspielen."""
    settings = settled()
    with _opened(settings, file, identity) as found:
        click.echo(_about(found.manifest))
        key = keys.key(settings, keys.RECEIPTS)
        problems = verifying.problems(found, key=key, scratch=settings.data_dir)
    if problems:
        raise click.ClickException("\n".join(problems))
    click.echo("Die Sicherung ist vollständig und in sich stimmig.")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="Datei mit dem geheimen Schlüssel (age).")
@click.option("--erasures", type=_FILE, help="Liste der Löschungen; sonst die im Datenordner.")
def restore(file: Path, identity: Path | None, erasures: Path | None) -> None:
    """Spielt eine Sicherung in eine leere Datenbank ein."""
    settings = settled()
    with _held(settings), _opened(settings, file, identity) as found, any_database(settings) as database:
        erased = _listed(erasures or settings.data_dir / list_of_erasures.FILE)
        click.echo(_about(found.manifest))
        try:
            done = restoring.restore(database, found, erased=erased, key=keys.key(settings, keys.RECEIPTS))
        except restoring.NotEmptyError:
            raise click.ClickException(
                "In dieser Datenbank stehen schon Daten. Eine Sicherung wird nur in eine leere eingespielt: "
                "Nennen Sie in WERKSTATT_DATABASE_URL eine neue Datenbank oder in WERKSTATT_DATA_DIR einen "
                "neuen Ordner. Es wurde nichts verändert."
            ) from None
        click.echo(f"{done.rows} Zeilen sind eingespielt.")
        click.echo("Alle Sitzungen sind beendet, Links aus Mails außer Einladungen gelten nicht mehr.")
        _erase_again(settings, database, done.erased_again)
        _reset_secret_polls(settings, database)


def _listed(file: Path) -> dict[str, datetime]:
    try:
        return list_of_erasures.read(file) if file.exists() else {}
    except list_of_erasures.WrongListError:
        raise DamagedError(f"{file} ist keine Liste der Löschungen.") from None


def _erase_again(settings: Settings, database: Database, again: erasing.Erased) -> None:
    if not again:
        click.echo("Niemand musste noch einmal gelöscht werden.")
        return
    door = door_of(settings, database)
    try:
        erasing.reapply(door, again)
        sweeping.sweep(database)
    except (Refusal, SQLAlchemyError) as error:
        raise click.ClickException(
            "Das Löschen der Personen, die schon gelöscht waren, ist nicht gelungen. Bitte nehmen Sie diese "
            "Datenbank nicht in Betrieb, sondern spielen Sie die Sicherung in eine neue ein."
        ) from error
    click.echo(f"{len(again)} Personen, die nach der Sicherung gelöscht wurden, sind wieder gelöscht.")


def _reset_secret_polls(settings: Settings, database: Database) -> None:
    """Their ballots are in no backup: who had voted has to be told before anybody goes on."""
    if reset := keeping.mend(door_of(settings, database)):
        click.echo(f"{reset} geheime Abstimmungen liefen; sie beginnen von vorn, und alle erfahren es.")


def _about(manifest: Manifest) -> str:
    made = format_datetime(
        datetime.fromisoformat(manifest.made_at), "d. MMMM y, H:mm 'Uhr'", clock.SHOWN_IN, "de"
    )
    return f"Sicherung vom {made}, Version {manifest.version}, {manifest.rows} Zeilen."


@contextmanager
def _opened(settings: Settings, file: Path, identity: Path | None) -> Iterator[Archive]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with archive.opened(file, identity=identity, scratch=settings.data_dir) as found:
            yield found
    except DamagedError as error:
        raise click.ClickException(f"{error} Es wurde nichts verändert.") from error


@contextmanager
def _held(settings: Settings) -> Iterator[None]:
    """No server may have the SQLite database meanwhile; PostgreSQL locks the tables itself."""
    if not settings.is_sqlite:
        yield
        return
    try:
        lock = hold(settings.data_dir)
    except AlreadyServedError as error:
        raise click.ClickException(f"{error} Bitte halten Sie ihn zuerst an.") from error
    with lock:
        yield
