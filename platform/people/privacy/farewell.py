"""The last mail: its row holds the address only until it is sent, and not for ever if it cannot be."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, delete

from foundation import clock, jobs
from foundation.door import Door
from foundation.transaction import Transaction
from people.mail.models import MailRow
from people.mail.rules import GIVE_UP

from . import sweeping

FORGET = "privacy.forget_farewell"


def forget_later(transaction: Transaction, mail: str | None) -> None:
    """Have the row of the mail (public id) gone in a few days, where no mail server has taken it by then."""
    if mail is not None:
        jobs.schedule(transaction.connection, FORGET, transaction.now + GIVE_UP, {"mail": mail})


@jobs.job(FORGET)
def forget(door: Door, job: jobs.Job) -> None:
    door.write(partial(_delete, mail=job.payload["mail"]))


def _delete(connection: Connection, *, mail: str) -> None:
    connection.execute(delete(MailRow).where(MailRow.public_id == mail))
    # The mail may have been sent, and its row deleted, after the storage was swept.
    sweeping.plan(connection, clock.now())
