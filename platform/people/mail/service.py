"""Putting mails into the outbox, in the transaction of the change that they tell about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from foundation import clock, eventlog, ids, jobs
from foundation.transaction import Transaction
from people.accounts.models import Language, Person

from .models import MailChoice, MailHours, MailRow
from .rules import USUAL, Delivery, Hours, after_quiet, digest_id, next_digest
from .rules import Kind as Kind  # higher rooms name a kind by way of this module

SEND = jobs.brought_along("mail.send")
"""The work of sending one mail; it needs the settings, so the worker brings who does it."""
UNTIL = "until"
"""The parameter of a mail that says after which moment it has no use any more."""
PLACE = "place"
"""The parameter that names the place which a mail is about: it goes to nobody who has no part in that."""

_Row = dict[str, Any]


def post(
    transaction: Transaction,
    kind: Kind,
    *,
    person: str | None = None,
    address: str | None = None,
    language: str | None = None,
    params: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
) -> str | None:
    """A mail to a person (public id) or to an address, which goes before the person's own; its public id.

    `params` are public ids, moments and names of devices; never what somebody wrote. A link is handed over
    by its id (`link`); its token is made when the mail is written. `due_at`: not before that moment.
    """
    row = transaction.connection.execute(
        select(Person.id, Person.language).where(Person.public_id == person, Person.erased_at.is_(None))
    ).first()
    if row is None and address is None:
        return None
    public_id = ids.public_id()
    mail = {
        "public_id": public_id,
        "person_id": row.id if row else None,
        "address": address,
        "kind": kind,
        "params": eventlog.encode(dict(params or {})),
        "language": language or (row.language if row else Language.GERMAN),
        "made_at": transaction.now,
        "due_at": due_at or transaction.now,
    }
    transaction.connection.execute(insert(MailRow), mail)
    _plan(transaction.connection, [mail])
    return public_id


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """To whom a mail goes who has no account yet, in which language, with which parameters (see `post`).

    `key` names what it is about, for `withdraw`.
    """

    address: str
    language: str
    params: Mapping[str, str]
    key: str


def post_all(transaction: Transaction, kind: Kind, mails: Sequence[Addressed]) -> None:
    """A mail to each of the addresses, in the same two statements for one and for many."""
    rows: list[_Row] = [
        {
            "public_id": ids.public_id(),
            "address": one.address,
            "kind": kind,
            "params": eventlog.encode(dict(one.params)),
            "language": one.language,
            "matter": one.key,
            "made_at": transaction.now,
            "due_at": transaction.now,
        }
        for one in mails
    ]
    if rows:
        transaction.connection.execute(insert(MailRow), rows)
        _plan(transaction.connection, rows)


def notify(
    transaction: Transaction,
    kind: Kind,
    *,
    persons: Collection[str],
    params: Mapping[str, str] | None = None,
    key: str = "",
    place: str = "",
    due_at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """A mail of a kind that can be chosen to each of the persons (public ids), as each of them wants it.

    At once, in the next digest or never, and not in quiet hours. `key` names what it is about, for
    `withdraw`. `place`: whoever has no part in it any more when the mail is sent gets none. `due_at`: not
    before that moment; `until`: of no use afterwards, so no digest is waited for that comes later.
    A few statements, however many they are.
    """
    soon = max(due_at or transaction.now, transaction.now)
    told = {
        **(params or {}),
        **({PLACE: place} if place else {}),
        **({UNTIL: clock.wire(until)} if until else {}),
    }
    single: list[_Row] = []
    collected: list[_Row] = []
    digests: list[_Row] = []
    for row in transaction.connection.execute(_wishes(kind, persons)):
        delivery = Delivery(row.delivery or USUAL[kind])
        if delivery is Delivery.NEVER:
            continue
        hours = hours_of(row)
        mail = {
            "public_id": ids.public_id(),
            "person_id": row.id,
            "kind": kind,
            "params": eventlog.encode(told),
            "language": row.language,
            "matter": key or None,
            "made_at": transaction.now,
        }
        at = next_digest(soon, hours)
        if delivery is Delivery.DIGEST and (until is None or at < until):
            collected.append({**mail, "due_at": at, "digest": True})
            own = {"public_id": digest_id(row.public_id, at), "kind": Kind.DIGEST, "due_at": at}
            digests.append({**mail, **own, "params": "{}", "matter": None, "digest": False})
        else:
            single.append({**mail, "due_at": after_quiet(soon, hours), "digest": False})
    _put(transaction.connection, [*single, *collected], digests)
    _plan(transaction.connection, single)


def told(connection: Connection, kind: Kind, key: str) -> set[str]:
    """To whom a mail of that kind about that matter has gone, by public id."""
    query = select(Person.public_id).join(MailRow, MailRow.person_id == Person.id)
    sent = (MailRow.kind == kind, MailRow.matter == key, MailRow.sent_at.is_not(None))
    return set(connection.execute(query.where(*sent)).scalars())


def told_last(connection: Connection, kind: Kind, keys: Collection[str]) -> dict[str, str]:
    """About which of these matters the last mail of that kind has gone to somebody, by public id."""
    query = select(Person.public_id, MailRow.matter).join(MailRow, MailRow.person_id == Person.id)
    sent = (MailRow.kind == kind, MailRow.matter.in_(keys), MailRow.sent_at.is_not(None))
    rows = connection.execute(query.where(*sent).order_by(MailRow.sent_at, MailRow.id))
    return {row.public_id: row.matter for row in rows}


def withdraw(transaction: Transaction, *keys: str) -> None:
    """Take back what waits about these matters; it has been overtaken by events."""
    waiting = MailRow.matter.in_(keys) & MailRow.sent_at.is_(None) & (MailRow.failed == "")
    transaction.connection.execute(delete(MailRow).where(waiting))


def hours_of(row: Any) -> Hours:
    """The hours in a row of `MailHours`, or of an outer join with it."""
    if row.digest_hour is None:
        return Hours()
    return Hours(
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        digest_weekday=row.digest_weekday,
        digest_hour=row.digest_hour,
    )


def _wishes(kind: Kind, persons: Collection[str]) -> Any:
    of_the_kind = and_(MailChoice.person_id == Person.id, MailChoice.kind == kind)
    return (
        select(
            Person.id,
            Person.public_id,
            Person.language,
            MailChoice.delivery,
            MailHours.quiet_from,
            MailHours.quiet_until,
            MailHours.digest_weekday,
            MailHours.digest_hour,
        )
        .outerjoin(MailChoice, of_the_kind)
        .outerjoin(MailHours, MailHours.person_id == Person.id)
        .where(Person.public_id.in_(persons), Person.erased_at.is_(None), Person.locked_at.is_(None))
        .order_by(Person.id)
    )


def _put(connection: Connection, mails: Sequence[_Row], digests: Sequence[_Row]) -> None:
    if mails:
        connection.execute(insert(MailRow), mails)
    if not digests:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(MailRow).on_conflict_do_nothing(index_elements=["public_id"])
    new = set(connection.execute(adding.returning(MailRow.public_id), digests).scalars())
    # Who finds the digest there already has also found its job.
    _plan(connection, [digest for digest in digests if digest["public_id"] in new])


def _plan(connection: Connection, mails: Sequence[_Row]) -> None:
    jobs.schedule_all(connection, SEND, [(mail["due_at"], {"mail": mail["public_id"]}) for mail in mails])
