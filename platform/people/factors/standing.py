"""What the verbs of all second factors do alike, inside their transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from foundation import clock
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.events import RightsChanged
from people.accounts.queries import row_of
from people.mail import service as mail
from people.mail.rules import Kind
from people.sign_in.models import SessionRow

from .models import OneTimeCode, Passkey, RecoveryCode

MEANWHILE = N_(
    "Ihre Anmeldung hat sich gerade an anderer Stelle geändert. Bitte laden Sie die Seite neu und versuchen "
    "Sie es noch einmal."
)


def row(transaction: Transaction, place: Place) -> int:
    return row_of(transaction.connection, place.id)


def has_any(connection: Connection, person: int) -> bool:
    """Whether the person (row number) has codes in use or a passkey."""
    codes = exists().where(OneTimeCode.person_id == person, OneTimeCode.confirmed_at.is_not(None))
    query = select(or_(codes, exists().where(Passkey.person_id == person)))
    return bool(connection.execute(query).scalar_one())


def gained(
    transaction: Transaction, place: Place, session: str, *, first: bool, keys: Sequence[str] | None
) -> None:
    """The person has a factor more; `first`: had none before.

    The first one brings recovery codes, and makes the session strong that has just shown it. Raises
    `conflict` if the page took it for a first one and it is none, or the other way round.
    """
    person = row(transaction, place)
    if first != (keys is not None):
        raise Refusal(Code.CONFLICT, MEANWHILE)
    if keys is not None:
        replace_recovery(transaction, person, keys)
        shown(transaction, person, session, strong=True)
    transaction.raise_acl(place.name)
    tell(transaction, place)


def lost(transaction: Transaction, place: Place, session: str | None) -> None:
    """The person has a factor less.

    Other sessions may have been opened with it, so they no longer count as strong. Without any factor left
    none does, and the recovery codes go too.
    """
    connection, person = transaction.connection, row(transaction, place)
    weak = SessionRow.person_id == person
    if has_any(connection, person):
        weak &= SessionRow.key != (session or "")
    else:
        connection.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person))
    connection.execute(update(SessionRow).where(weak).values(strong=False))
    transaction.raise_acl(place.name)
    # Where a second factor is needed, open sockets have lost what they could do with it.
    transaction.append(place.name, RightsChanged(), subjects=[place.id])
    tell(transaction, place)


def shown(transaction: Transaction, person: int, session: str, *, strong: bool) -> bool:
    """Note in the session that its person has shown who they are; whether there is such a session."""
    values = {"confirmed_at": transaction.now, **({"strong": True} if strong else {})}
    which = (SessionRow.person_id == person) & (SessionRow.key == session)
    return bool(transaction.connection.execute(update(SessionRow).where(which).values(**values)).rowcount)


def replace_recovery(transaction: Transaction, person: int, keys: Sequence[str]) -> None:
    connection = transaction.connection
    connection.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person))
    connection.execute(insert(RecoveryCode), [{"person_id": person, "key": key} for key in keys])


def tell(transaction: Transaction, place: Place) -> None:
    mail.post(transaction, Kind.FACTOR_CHANGED, person=place.id, params={"at": clock.wire(transaction.now)})
