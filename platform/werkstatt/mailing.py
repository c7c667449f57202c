"""The loop that sends mail, what all mails of this installation have in common, and mail that comes back."""

from __future__ import annotations

import sys
import threading
from functools import partial

import click
import structlog
from sqlalchemy.exc import OperationalError

from foundation import clock
from foundation.door import Door
from foundation.errors import Refusal
from people.mail import bouncing
from people.mail.handing import Server
from people.mail.sending import Postman
from people.mail.writing import Letterhead
from werkstatt import keys
from werkstatt.opening import door_of, opened
from werkstatt.paths import TRANSLATIONS
from werkstatt.settings import Settings

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two looks for mail that is due."""
TRY_AGAIN_LATER = 75
"""What a mail server understands as the wish to have the mail kept for later (EX_TEMPFAIL)."""


def letterhead(settings: Settings) -> Letterhead:
    return Letterhead(
        base_url=settings.base_url,
        sender=settings.mail_from,
        link_key=keys.key(settings, keys.LINKS),
        translations=TRANSLATIONS,
    )


class Mailing:
    """One a process, beside the worker; several share the mails by claiming them."""

    def __init__(self, door: Door, settings: Settings) -> None:
        self._door = door
        self._server = settings.smtp_url
        self._postman = Postman(Server(settings.smtp_url), letterhead(settings))

    def run(self, stopping: threading.Event) -> None:
        """Send until told to stop. Without a mail server everything waits until there is one."""
        if not self._server:
            log.warning("mail_waits", why="WERKSTATT_SMTP_URL is empty")
            stopping.wait()
        while not stopping.wait(EVERY):
            self._postman.work(self._door)


@click.command("note-bounce")
def note_bounce() -> None:
    """Liest die Meldung eines Mailservers, dass etwas nicht zuzustellen war, und merkt sich das."""
    report = bouncing.read(sys.stdin.buffer.read(bouncing.LARGEST))
    if not report.addresses:
        click.echo("Darin steht nichts von einer Mail, die nicht zuzustellen war.")
        return
    try:
        with opened() as (settings, database):
            door = door_of(settings, database)
            note = partial(bouncing.note, addresses=report.addresses, mails=report.mails, at=clock.now())
            door.write(note)
    except (OperationalError, Refusal, click.ClickException) as error:
        why = error.format_message() if isinstance(error, click.ClickException) else type(error).__name__
        click.echo(f"Das geht gerade nicht, bitte später noch einmal: {why}", err=True)
        sys.exit(TRY_AGAIN_LATER)
    click.echo("Vermerkt.")
