"""Sending what waits in the outbox: once each as far as that can be known, and again when it could not be."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection, case, delete, update

from foundation import clock, jobs
from foundation.door import Door
from foundation.errors import busy
from foundation.jobs import Job

from . import bouncing, queries, writing
from .handing import Server, TurnedDownError
from .models import MailRow
from .queries import Waiting
from .rules import CHOSEN, GIVE_UP, Kind, after_quiet
from .service import SEND
from .writing import Letterhead, NoAddressError, Written

log = structlog.get_logger()

POINTLESS = "pointless"
GIVEN_UP = "given_up"
NO_ADDRESS = TurnedDownError("no_address", bounced=True)


class Postman:
    """Does the work of `mail.send`, in a loop of its own: a slow mail server must not delay the house."""

    def __init__(self, server: Server, head: Letterhead) -> None:
        self._server = server
        self._head = head

    def work(self, door: Door) -> int:
        """Send what is due; returns how many mails were tried."""
        return jobs.carry_out_due(door, {SEND: self.send})

    def send(self, door: Door, job: Job) -> None:
        """Send the mail of the job, if it still waits and has a purpose. Raises `busy` to be asked again."""
        with door.database.reading() as connection:
            mail = queries.waiting(connection, job.payload["mail"])
            if mail is None:
                return
            try:
                written = writing.write(connection, mail, self._head)
            except NoAddressError:
                written = None
        now = clock.now()
        later = after_quiet(now, mail.hours) if mail.kind in CHOSEN else now
        if written is None:
            self._turned_down(door, mail, [mail.row], NO_ADDRESS)
        elif written.message is None:
            door.write(partial(_note_failed, rows=written.rows, why=POINTLESS))
        elif later > now:
            door.write(partial(_postpone, mail=mail, until=later))
        else:
            self._send(door, mail, written)

    def _send(self, door: Door, mail: Waiting, written: Written) -> None:
        assert written.message is not None
        to = written.message["To"].addresses[0].addr_spec
        try:
            self._server.deliver(
                written.message, sender=self._head.sender_address, to=to, name=self._head.host
            )
        except TurnedDownError as error:
            self._turned_down(door, mail, written.rows, error)
        except (OSError, smtplib.SMTPException) as error:
            self._try_again(door, mail, written, error)
        else:
            # Whoever is killed between the server's answer and this line sends the mail once more, two
            # minutes later: SMTP has no way to ask whether it came. Noting it before would lose it instead.
            door.write(partial(_note_sent, rows=written.rows))

    def _turned_down(self, door: Door, mail: Waiting, rows: Sequence[int], error: TurnedDownError) -> None:
        log.warning("mail_turned_down", kind=mail.kind, why=error.why)
        door.write(partial(_note_turned_down, mail=mail, rows=rows, error=error))

    def _try_again(self, door: Door, mail: Waiting, written: Written, error: Exception) -> None:
        """Leave the mail for later, until it has been tried for days."""
        code = getattr(error, "smtp_code", None)
        log.warning("mail_not_sent", kind=mail.kind, error=type(error).__name__, code=code)
        door.write(partial(_note_attempt, row=mail.row))
        if clock.now() - mail.due_at > GIVE_UP:
            door.write(partial(_note_failed, rows=written.rows, why=GIVEN_UP))
            return
        raise busy() from error


_EMPTIED = {"params": "{}", "address": None, "matter": None}
"""What a mail was about is nobody's business any more once it has been sent or given up."""
_MATTER = case((MailRow.kind.in_(CHOSEN), MailRow.matter))
"""But for the matter of news that was sent: nobody is told twice (`service.told`)."""


def _note_sent(connection: Connection, *, rows: Sequence[int]) -> None:
    values = {"sent_at": clock.now(), "attempts": MailRow.attempts + 1, **_EMPTIED, "matter": _MATTER}
    connection.execute(update(MailRow).where(MailRow.id.in_(rows)).values(**values))
    _forget_farewells(connection, rows)


def _forget_farewells(connection: Connection, rows: Sequence[int]) -> None:
    """Of who is erased not even a note is left that there was a mail."""
    connection.execute(delete(MailRow).where(MailRow.id.in_(rows), MailRow.kind == Kind.ERASED))


def _note_attempt(connection: Connection, *, row: int) -> None:
    connection.execute(update(MailRow).where(MailRow.id == row).values(attempts=MailRow.attempts + 1))


def _note_failed(connection: Connection, *, rows: Sequence[int], why: str) -> None:
    connection.execute(update(MailRow).where(MailRow.id.in_(rows)).values(failed=why, **_EMPTIED))
    _forget_farewells(connection, rows)


def _note_turned_down(
    connection: Connection, *, mail: Waiting, rows: Sequence[int], error: TurnedDownError
) -> None:
    _note_attempt(connection, row=mail.row)
    _note_failed(connection, rows=rows, why=error.why)
    if error.bounced:
        bouncing.note(connection, addresses=[mail.address], mails=[mail.id], at=clock.now())


def _postpone(connection: Connection, *, mail: Waiting, until: datetime) -> None:
    """The quiet hours of the reader have begun since this was planned."""
    connection.execute(update(MailRow).where(MailRow.id == mail.row).values(due_at=until))
    jobs.schedule(connection, SEND, until, {"mail": mail.id})
