"""Making links and using them up, inside the command that they belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

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
    withdraw(transaction, purpose, person=person, subjects=[subject])
    return make_first(transaction, purpose, [subject], person=person)[0]


def make_first(
    transaction: Transaction, purpose: Purpose, subjects: Sequence[str], *, person: str | None = None
) -> list[str]:
    """Links about subjects that have none of that purpose yet, in one statement; the public ids in order."""
    same = {
        "purpose": purpose,
        "person": person,
        "made_at": transaction.now,
        "ends_at": transaction.now + LASTS[purpose],
    }
    made = [ids.public_id() for _ in subjects]
    rows = [
        {"public_id": own, "subject": subject, **same} for own, subject in zip(made, subjects, strict=True)
    ]
    if rows:
        transaction.connection.execute(insert(LinkRow), rows)
    return made


def withdraw(
    transaction: Transaction,
    purpose: Purpose,
    *,
    person: str | None = None,
    subjects: Collection[str] | None = None,
) -> None:
    """Make links worthless: of that purpose, for that person, and about these subjects if some are given."""
    condition = (LinkRow.purpose == purpose) & LinkRow.person.is_not_distinct_from(person)
    if subjects is not None:
        condition &= LinkRow.subject.in_(subjects)
    transaction.connection.execute(delete(LinkRow).where(condition))


def use_up(transaction: Transaction, link: str, purpose: Purpose) -> None:
    """Use the link, once and in time. Raises `closed` for whoever comes second or late."""
    valid = (LinkRow.public_id == link) & (LinkRow.purpose == purpose)
    valid &= LinkRow.used_at.is_(None) & (LinkRow.ends_at > transaction.now)
    done = transaction.connection.execute(update(LinkRow).where(valid).values(used_at=transaction.now))
    if done.rowcount != 1:
        raise Refusal(Code.CLOSED, SPENT)
