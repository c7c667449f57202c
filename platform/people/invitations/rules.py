"""How long an invitation holds, and a sign-in service's word for an address."""

from __future__ import annotations

from datetime import datetime, timedelta

from people.links.rules import LASTS, Purpose

VOUCHED_FOR = timedelta(minutes=30)
"""How long the way back from the sign-in service may have been when an invitation is accepted with it."""


def ends_at(invited_at: datetime) -> datetime:
    """Until when the link works that was sent then."""
    return invited_at + LASTS[Purpose.INVITATION]
