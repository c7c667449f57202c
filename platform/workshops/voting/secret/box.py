"""The box of a secret poll in the database, and what becomes of its key."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Row, delete, select

from foundation import jobs
from foundation.database import upsert
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.jobs import Job
from foundation.text import N_
from foundation.transaction import Transaction
from foundation.vault import LostError, Vault
from workshops.voting.models import Ballot, Poll

from . import rules
from .models import PollBox
from .rules import Sheet

DESTROY = "poll.destroy_key"


def make(transaction: Transaction, poll: int) -> None:
    """An empty box for all teams with a ballot, under a new key; one that stands there already is removed."""
    remove(transaction, poll)
    teams = select(Ballot.team_id).where(Ballot.poll_id == poll)
    sheets = [Sheet(team=team) for team in transaction.connection.execute(teams).scalars()]
    first = transaction.connection.execute(select(PollBox.poll_id).limit(1)).first() is None
    _store(transaction, poll, transaction.vault.make(first=first), sheets)


def look(connection: Connection, vault: Vault, poll: int) -> dict[int, Sheet]:
    """What lies in it, by row of the team. Raises `LostError`."""
    row = _row(connection, poll)
    if row is None:
        raise LostError(str(poll))
    return rules.unpack(vault.open(row.key, row.sealed, about=row.public_id))


def take(connection: Connection, vault: Vault, poll: int) -> dict[int, Sheet]:
    """The same, for who asks: what is lost is set up anew before long (`keeping.py`)."""
    try:
        return look(connection, vault, poll)
    except LostError:
        raise Refusal(
            Code.BUSY,
            N_(
                "Diese geheime Abstimmung wird gerade neu vorbereitet. "
                "Bitte versuchen Sie es in einigen Minuten noch einmal."
            ),
        ) from None


def put_back(transaction: Transaction, poll: int, sheets: Iterable[Sheet]) -> None:
    """Seal all of it anew."""
    row = _row(transaction.connection, poll)
    if row is not None:
        _store(transaction, poll, row.key, sheets)


def remove(transaction: Transaction, poll: int) -> None:
    """Take the box away. Its key is destroyed as soon as this is committed, and not before."""
    row = _row(transaction.connection, poll)
    if row is not None:
        transaction.connection.execute(delete(PollBox).where(PollBox.poll_id == poll))
        jobs.schedule(transaction.connection, DESTROY, transaction.now, {"key": row.key})


@jobs.job(DESTROY)
def destroy_key(door: Door, job: Job) -> None:
    door.vault.destroy(job.payload["key"])


def _row(connection: Connection, poll: int) -> Row[str, bytes, str] | None:
    query = (
        select(PollBox.key, PollBox.sealed, Poll.public_id)
        .join(Poll, Poll.id == PollBox.poll_id)
        .where(PollBox.poll_id == poll)
    )
    return connection.execute(query).first()


def _store(transaction: Transaction, poll: int, key: str, sheets: Iterable[Sheet]) -> None:
    about = select(Poll.public_id).where(Poll.id == poll)
    public_id = transaction.connection.execute(about).scalar_one()
    sealed = transaction.vault.seal(key, rules.pack(sheets), about=public_id)
    row = {"poll_id": poll, "key": key, "sealed": sealed}
    upsert(transaction.connection, PollBox, ("poll_id",), row)
