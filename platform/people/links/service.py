"""Making links and using them up, inside the command that they belong to."""

from __future__ import annotations

from sqlalchemy import delete, insert, update

from foundation import ids
from foundation.errors import Code, Refusal
from foundation.text import N_
from foundation.transaction import Transaction

from .models import LinkRow
from .rules import LASTS, Purpose

SPENT = N_("Dieser Link gilt nicht mehr: Er ist abgelaufen, schon benutzt oder durch einen neueren ersetzt.")


def make(transaction: Transaction, purpose: Purpose, *, person: str | None = None, subject: str = "") -> str:
    """A new link in place of all of the same purpose for that person and subject; returns its public id."""
    connection, public_id = transaction.connection, ids.public_id()
    withdraw(transaction, purpose, person=person, subject=subject)
    connection.execute(
        insert(LinkRow).values(
            public_id=public_id,
            purpose=purpose,
            person=person,
            subject=subject,
            made_at=transaction.now,
            ends_at=transaction.now + LASTS[purpose],
        )
    )
    return public_id


def withdraw(
    transaction: Transaction, purpose: Purpose, *, person: str | None = None, subject: str | None = None
) -> None:
    """Make links worthless: of that purpose, for that person, and about that subject if one is given."""
    condition = (LinkRow.purpose == purpose) & LinkRow.person.is_not_distinct_from(person)
    if subject is not None:
        condition &= LinkRow.subject == subject
    transaction.connection.execute(delete(LinkRow).where(condition))


def use_up(transaction: Transaction, link: str, purpose: Purpose) -> None:
    """Use the link, once and in time. Raises `closed` for whoever comes second or late."""
    valid = (LinkRow.public_id == link) & (LinkRow.purpose == purpose)
    valid &= LinkRow.used_at.is_(None) & (LinkRow.ends_at > transaction.now)
    done = transaction.connection.execute(update(LinkRow).where(valid).values(used_at=transaction.now))
    if done.rowcount != 1:
        raise Refusal(Code.CLOSED, SPENT)
