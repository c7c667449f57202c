"""Which kinds of things have a period, and when the house forgets what is older."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from foundation import clock


class Kind(StrEnum):
    """What is forgotten once it is old enough, in the order in which a round goes through it."""

    INVITATIONS = "invitations"
    LINKS = "links"
    DEVICES = "devices"
    MAILS = "mails"
    IMPORTS = "imports"
    RECEIPTS = "receipts"
    EVENTS = "events"
    AUDIT = "audit"
    ACCOUNTS = "accounts"


Periods = Mapping[Kind, timedelta]
"""How long each kind is kept."""

NOTICE = timedelta(days=30)
"""So long before an account goes its owner is told."""
AT_HOUR = 4
"""The hour of the night, where the house is, at which it forgets: after a backup, before anybody works."""
_DAYS = uuid.UUID("5d0c5a4e-7a51-4f0e-8d3c-0f6f1f3b8a77")


def next_night(now: datetime) -> datetime:
    """The next moment at which the house forgets."""
    here = now.astimezone(clock.SHOWN_IN)
    at = here.replace(hour=AT_HOUR, minute=0, second=0, microsecond=0)
    return (at if at > here else at + timedelta(days=1)).astimezone(UTC)


def goes_at(warned: datetime) -> datetime:
    """The beginning of the local day from which on an account may go whose owner is told at that moment."""
    return clock.begins(warned.astimezone(clock.SHOWN_IN).date() + NOTICE)


def told_before(now: datetime) -> datetime:
    """Whoever was told before that moment has had the whole time: `goes_at` is over."""
    return clock.begins(now.astimezone(clock.SHOWN_IN).date() - NOTICE + timedelta(days=1))


def job_of(at: datetime) -> str:
    """The id of the job of that night, the same for whoever plans it: it stands there once."""
    return str(uuid.uuid5(_DAYS, clock.wire(at)))
