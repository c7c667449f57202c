"""What is older than its period: counted, and the rounds that took such things away."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from foundation import audit, eventlog, receipts
from foundation.database import Model
from people.accounts.models import Person
from people.cohorts.models import RoleGrant, Seat
from people.imports.models import ImportRow
from people.invitations.models import Invitation
from people.invitations.queries import OPEN
from people.links.models import LinkRow
from people.mail.models import MailRow
from people.privacy.models import RetentionRun
from people.sign_in.models import Device

from .rules import NOTICE, Kind, Periods, told_before

Old = Callable[[datetime], ColumnElement[bool]]


def _ended(before: datetime) -> ColumnElement[bool]:
    """Accepted or withdrawn before that; one that is open counts from when it was last sent."""
    ended = func.coalesce(Invitation.accepted_at, Invitation.withdrawn_at, Invitation.invited_at)
    return ended < before


def _over(before: datetime) -> ColumnElement[bool]:
    """Sent, given up, or in vain for so long; one that is planned for later waits."""
    over = or_(MailRow.sent_at.is_not(None), MailRow.failed != "", MailRow.due_at < before)
    return (MailRow.made_at < before) & over


ROWS: Mapping[Kind, tuple[type[Model], Old]] = {
    Kind.INVITATIONS: (Invitation, _ended),
    Kind.LINKS: (LinkRow, lambda before: LinkRow.ends_at < before),
    Kind.DEVICES: (Device, lambda before: Device.last_at < before),
    Kind.MAILS: (MailRow, _over),
    Kind.IMPORTS: (ImportRow, lambda before: ImportRow.made_at < before),
    Kind.RECEIPTS: (receipts.ReceiptRow, lambda before: receipts.ReceiptRow.at < before),
}
"""Kinds of which single rows go, whatever stands beside them: the table, and which rows are old."""
FIXED: Mapping[Kind, timedelta] = {Kind.LINKS: timedelta(days=7), Kind.RECEIPTS: receipts.KEPT}
"""Periods that are no setting: a link has ended before, and browsers rely on the answers."""
TABLES: Mapping[str, Kind] = {
    Person.__tablename__: Kind.ACCOUNTS,
    **{table.__tablename__: kind for kind, (table, _old) in ROWS.items()},
    eventlog.EventRow.__tablename__: Kind.EVENTS,
    "audit": Kind.AUDIT,
}
"""The tables that have a period."""


def would_go(connection: Connection, periods: Periods, now: datetime) -> dict[Kind, int]:
    """How much of each kind a round at that moment takes away; changes nothing."""
    return {kind: _older(connection, kind, periods, now) for kind in periods}


def _older(connection: Connection, kind: Kind, periods: Periods, now: datetime) -> int:
    before = now - periods[kind]
    if kind is Kind.ACCOUNTS:
        query = select(func.count()).select_from(Person).where(_goes(periods, now))
        return connection.execute(query).scalar_one()
    if kind is Kind.EVENTS:
        return eventlog.older(connection, before)
    if kind is Kind.AUDIT:
        return audit.older(connection, before)
    table, old = ROWS[kind]
    return connection.execute(select(func.count()).select_from(table).where(old(before))).scalar_one()


def next_unused(connection: Connection, periods: Periods, now: datetime) -> str | None:
    """The public id of an account that goes now: unused for its period, and its owner was told in time."""
    return _first(connection, _goes(periods, now))


def to_warn(connection: Connection, periods: Periods, now: datetime) -> int:
    """How many owners of accounts are to be told at that moment that theirs will go."""
    query = select(func.count()).select_from(Person).where(_unwarned(periods, now))
    return connection.execute(query).scalar_one()


def next_to_warn(connection: Connection, periods: Periods, now: datetime) -> str | None:
    """The public id of an account whose owner is to be told."""
    return _first(connection, _unwarned(periods, now))


def _first(connection: Connection, which: ColumnElement[bool]) -> str | None:
    return connection.execute(select(Person.public_id).where(which).order_by(Person.id).limit(1)).scalar()


def _goes(periods: Periods, now: datetime) -> ColumnElement[bool]:
    unused = _unused_since(now - periods[Kind.ACCOUNTS], periods, now)
    return and_(unused, Person.warned_at < told_before(now), _unused_since(Person.warned_at, periods, now))


def _unwarned(periods: Periods, now: datetime) -> ColumnElement[bool]:
    """Unused for its period once the notice is over, and nobody was told since its last use."""
    unused = _unused_since(now + NOTICE - periods[Kind.ACCOUNTS], periods, now)
    return unused & or_(Person.warned_at.is_(None), ~_unused_since(Person.warned_at, periods, now))


def _unused_since(
    since: datetime | InstrumentedAttribute[datetime | None], periods: Periods, now: datetime
) -> ColumnElement[bool]:
    """Nobody signed in; there was no seat, no role, and no open invitation that is not forgotten itself."""
    seated, granted = (
        exists().where(own.person_id == Person.id, or_(own.valid_until.is_(None), own.valid_until >= since))
        for own in (Seat, RoleGrant)
    )
    kept = Invitation.invited_at >= now - periods[Kind.INVITATIONS]
    invited = exists().where(OPEN, Invitation.email == Person.email, Invitation.invited_at >= since, kept)
    signed_in = func.coalesce(Person.signed_in_at, Person.created_at)
    idle = Person.erased_at.is_(None) & (Person.created_at < since) & (signed_in < since)
    return and_(idle, ~seated, ~granted, ~invited)


@dataclass(frozen=True)
class Round:
    """One round of forgetting: when it began and how much of each kind went; what lost nothing is missing."""

    at: datetime
    removed: Mapping[Kind, int]


def rounds(connection: Connection, *, most: int) -> Sequence[Round]:
    """The last rounds, the newest first."""
    query = select(RetentionRun.at, RetentionRun.removed).order_by(RetentionRun.at.desc()).limit(most)
    return [Round(row.at, counted(row.removed)) for row in connection.execute(query)]


def counted(removed: str) -> dict[Kind, int]:
    """The numbers of a round; a kind that this version does not know is left out."""
    return {Kind(kind): count for kind, count in json.loads(removed).items() if count and kind in set(Kind)}
