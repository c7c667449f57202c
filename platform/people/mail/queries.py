"""Reads of the outbox, and of what somebody wants to get."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from foundation import clock, places
from people.accounts.models import Person
from people.cohorts.queries import grants

from .models import MailChoice, MailHours, MailRow
from .rules import CHOSEN, USUAL, Delivery, Hours, Kind
from .service import PLACE, UNTIL, hours_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A mail that has not been sent, with what is known of its reader now."""

    row: int
    id: str
    kind: Kind
    address: str
    language: str
    params: Mapping[str, str]
    due_at: datetime
    person_row: int | None
    person: str | None
    hours: Hours
    wanted: bool
    """Whether the reader still is somebody who wants this mail, and it is not too late for it."""


_WAITS = and_(MailRow.sent_at.is_(None), MailRow.failed == "")


def _mails() -> Select[*tuple[Any, ...]]:
    of_the_kind = and_(MailChoice.person_id == MailRow.person_id, MailChoice.kind == MailRow.kind)
    return (
        select(
            MailRow,
            Person.public_id.label("person"),
            func.coalesce(MailRow.address, Person.email).label("to"),
            Person.locked_at,
            Person.erased_at,
            Person.signed_in_at,
            MailChoice.delivery,
            MailHours.quiet_from,
            MailHours.quiet_until,
            MailHours.digest_weekday,
            MailHours.digest_hour,
        )
        .outerjoin(Person, Person.id == MailRow.person_id)
        .outerjoin(MailChoice, of_the_kind)
        .outerjoin(MailHours, MailHours.person_id == MailRow.person_id)
        .where(_WAITS)
    )


def waiting(connection: Connection, mail: str) -> Waiting | None:
    """The mail with that public id; none if it was sent, given up or taken back."""
    row = connection.execute(_mails().where(MailRow.public_id == mail)).first()
    return _waiting(row) if row else None


def outbox(connection: Connection, *, most: int) -> list[Waiting]:
    """What waits, the newest first; what waits in a digest stands in that."""
    query = _mails().where(~MailRow.digest).order_by(MailRow.id.desc()).limit(most)
    return [_waiting(row) for row in connection.execute(query)]


def collected(connection: Connection, digest: Waiting) -> Sequence[Waiting]:
    """What has come together for a digest, in the order in which it happened, wanted or no longer."""
    own = _mails().where(MailRow.person_id == digest.person_row, MailRow.digest)
    query = own.where(MailRow.due_at <= digest.due_at).order_by(MailRow.id)
    return [_waiting(row) for row in connection.execute(query)]


def _waiting(row: Row[*tuple[Any, ...]]) -> Waiting:
    kind, params = Kind(row.kind), json.loads(row.params)
    gone = row.erased_at is not None and row.address is None
    unwanted = kind in CHOSEN and (row.locked_at is not None or row.delivery == Delivery.NEVER)
    too_late = UNTIL in params and params[UNTIL] <= clock.wire(clock.now())
    used = row.signed_in_at is not None and row.signed_in_at > row.made_at
    untrue = kind is Kind.ACCOUNT_ENDS and used
    return Waiting(
        row=row.id,
        id=row.public_id,
        kind=kind,
        address=row.to or "",
        language=row.language,
        params=params,
        due_at=row.due_at,
        person_row=row.person_id,
        person=row.person,
        hours=hours_of(row),
        wanted=not (gone or unwanted or too_late or untrue),
    )


def concerning(connection: Connection, mails: Sequence[Waiting]) -> list[Waiting]:
    """Those of one reader's mails in whose places they still have a part; two queries, however many they are.

    A role of the whole house, as in the network, is no part in a place.
    """
    named = {mail.params[PLACE] for mail in mails if PLACE in mail.params and mail.person_row is not None}
    if not named:
        return list(mails)
    found = places.find(connection, named)
    (reader,) = {mail.person_row for mail in mails if mail.person_row is not None}
    scopes = {grant.scope for grant in grants(connection, [reader]).get(reader, ())} - {places.HOUSE}
    elsewhere = {name for name in named if name not in found or scopes.isdisjoint(found[name].line)}
    return [mail for mail in mails if mail.params.get(PLACE) not in elsewhere]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a person has settled, with what holds where they have not."""

    address: str
    bounced_at: datetime | None
    deliveries: Mapping[Kind, Delivery]
    hours: Hours


def wishes(connection: Connection, person: str) -> Wishes | None:
    """What the person (public id) gets; none for who is gone."""
    query = (
        select(
            Person.id,
            Person.email,
            Person.bounced_at,
            MailHours.quiet_from,
            MailHours.quiet_until,
            MailHours.digest_weekday,
            MailHours.digest_hour,
        )
        .outerjoin(MailHours, MailHours.person_id == Person.id)
        .where(Person.public_id == person, Person.erased_at.is_(None))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    chosen = select(MailChoice.kind, MailChoice.delivery).where(MailChoice.person_id == row.id)
    found = {Kind(kind): Delivery(delivery) for kind, delivery in connection.execute(chosen)}
    return Wishes(
        address=row.email,
        bounced_at=row.bounced_at,
        deliveries={kind: found.get(kind, usual) for kind, usual in USUAL.items()},
        hours=hours_of(row),
    )
